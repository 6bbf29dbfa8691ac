package persync.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.cloud.skipper.domain.ConfigValues;
import org.springframework.cloud.skipper.domain.Package;
import org.springframework.cloud.skipper.domain.PackageMetadata;
import org.springframework.cloud.skipper.domain.SpringCloudDeployerApplicationManifest;
import org.springframework.cloud.skipper.domain.SpringCloudDeployerApplicationManifestReader;
import org.springframework.cloud.skipper.domain.SpringCloudDeployerApplicationSpec;
import org.springframework.cloud.skipper.domain.Template;
import org.springframework.cloud.skipper.server.util.ConfigValueUtils;
import org.springframework.cloud.skipper.server.util.ManifestUtils;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Skipper's step before the deployer: properties to a YAML manifest, by its template, and back. */
final class Skipper {

    private static final String TEMPLATE = "/org/springframework/cloud/skipper/io/generic-template.yml";

    private final String template;

    Skipper() throws IOException {
        try (InputStream stream = Package.class.getResourceAsStream(TEMPLATE)) {
            template = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Returns the configuration as the deployer gets it. */
    Configuration pass(Configuration configuration) throws Refused {
        try {
            Package release = packageOf(configuration);
            Map<String, Object> model = ConfigValueUtils.mergeConfigValues(release, new ConfigValues());
            String manifest = ManifestUtils.createManifest(release, model);
            List<SpringCloudDeployerApplicationManifest> read =
                    new SpringCloudDeployerApplicationManifestReader().read(manifest);
            SpringCloudDeployerApplicationSpec spec = read.get(0).getSpec();
            return Configuration.of(orEmpty(spec.getApplicationProperties()), orEmpty(spec.getDeploymentProperties()));
        } catch (RuntimeException refusal) {
            throw new Refused("skipper", refusal);
        }
    }

    /** As Data Flow 2.2 makes it (SkipperStreamDeployer). */
    private Package packageOf(Configuration configuration) {
        Package release = new Package();
        PackageMetadata metadata = new PackageMetadata();
        metadata.setName("events");
        metadata.setVersion("1.0.0");
        release.setMetadata(metadata);
        Template file = new Template();
        file.setName("events.yml");
        file.setData(template);
        release.setTemplates(List.of(file));
        ConfigValues values = new ConfigValues();
        values.setRaw(yaml().dump(Map.of(
                "metadata", Map.of("name", "events"),
                "spec", Map.of(
                        "resource", "docker:grnry/eventstore-pg",
                        "version", "1.0.0",
                        "applicationProperties", new TreeMap<>(configuration.appConfig()),
                        "deploymentProperties", configuration.deploymentProperties()))));
        release.setConfigValues(values);
        return release;
    }

    private static Yaml yaml() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setPrettyFlow(true);
        return new Yaml(options);
    }

    private static Map<String, String> orEmpty(Map<String, String> properties) {
        return properties == null ? Map.of() : properties;
    }
}
