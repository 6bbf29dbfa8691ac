package persync.conformance;

import java.util.Map;
import java.util.TreeMap;

/**
 * The two maps of a persister's configuration.
 *
 * @param appConfig the properties of the app
 * @param deployerConfig the properties of the deployment, without the prefix that Data Flow adds
 */
record Configuration(Map<String, String> appConfig, Map<String, String> deployerConfig) {

    /** What Data Flow writes before the name of a deployment property. */
    private static final String PREFIX = "spring.cloud.deployer.";

    Map<String, String> deploymentProperties() {
        Map<String, String> properties = new TreeMap<>();
        deployerConfig.forEach((key, value) -> properties.put(PREFIX + key, value));
        return properties;
    }

    static Configuration of(Map<String, String> applicationProperties, Map<String, String> deploymentProperties) {
        Map<String, String> deployerConfig = new TreeMap<>();
        deploymentProperties.forEach((key, value) -> deployerConfig.put(key.substring(PREFIX.length()), value));
        return new Configuration(applicationProperties, deployerConfig);
    }

    Map<String, Object> asMap() {
        return Map.of("appConfig", appConfig, "deployerConfig", deployerConfig);
    }
}
