package persync.conformance;

import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Spring Boot's binder, which reads the properties of the app in the pod. */
final class SpringBinder {

    /** As in the Kafka binder's consumer properties. */
    enum StartOffset {
        earliest,
        latest
    }

    private static final Map<String, Class<?>> TYPES = Map.of(
            "boolean", boolean.class,
            "int", int.class,
            "short", short.class,
            "long", long.class,
            "double", double.class,
            "duration", Duration.class,
            "startOffset", StartOffset.class,
            "text", String.class);

    /** Returns the text of the value; durations in ISO 8601. */
    String bind(String type, String value) throws Refused {
        Binder binder = new Binder(new MapConfigurationPropertySource(Map.of("value", value)));
        try {
            return binder.bind("value", Bindable.of(TYPES.get(type))).map(String::valueOf).orElse(null);
        } catch (RuntimeException refusal) {
            throw new Refused("binder", refusal);
        }
    }
}
