package persync.conformance;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * A line of stdin.
 *
 * @param op what to do: deploy, skipper, bind or quantity
 * @param deployerConfig for deploy and skipper: the properties as the Harvester API holds them
 * @param appConfig likewise
 * @param skipper for deploy: whether the properties pass through Skipper first
 * @param type for bind: the name of the Java type
 * @param value for bind and quantity: the text
 */
record Request(
        @JsonProperty("op") String op,
        @JsonProperty("deployerConfig") Map<String, String> deployerConfig,
        @JsonProperty("appConfig") Map<String, String> appConfig,
        @JsonProperty("skipper") Boolean skipper,
        @JsonProperty("type") String type,
        @JsonProperty("value") String value) {

    Configuration configuration() {
        return new Configuration(
                appConfig == null ? Map.of() : appConfig, deployerConfig == null ? Map.of() : deployerConfig);
    }

    boolean throughSkipper() {
        return !Boolean.FALSE.equals(skipper);
    }
}
