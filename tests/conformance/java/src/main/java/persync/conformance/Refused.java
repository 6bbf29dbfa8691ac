package persync.conformance;

/** A part on the way to the pod does not take the configuration or the value. */
final class Refused extends Exception {

    private static final long serialVersionUID = 1;

    private final String by;

    Refused(String by, Throwable cause) {
        super(cause);
        this.by = by;
    }

    /** Which part: skipper, deployer, binder or kubernetes. */
    String by() {
        return by;
    }

    /** The messages of the exception and of its causes. */
    String reason() {
        StringBuilder reason = new StringBuilder();
        for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
            reason.append(reason.isEmpty() ? "" : ": ")
                    .append(cause.getClass().getSimpleName())
                    .append(' ')
                    .append(cause.getMessage());
        }
        return reason.toString();
    }
}
