package persync.conformance;

import io.kubernetes.client.custom.Quantity;

/** Quantities of Kubernetes as numbers, by its own Java client. */
final class Quantities {

    private Quantities() {}

    static String number(String text) throws Refused {
        try {
            return Quantity.fromString(text).getNumber().stripTrailingZeros().toPlainString();
        } catch (RuntimeException refusal) {
            throw new Refused("kubernetes", refusal);
        }
    }
}
