package persync.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import org.springframework.cloud.deployer.resource.docker.DockerResource;
import org.springframework.cloud.deployer.spi.app.AppStatus;
import org.springframework.cloud.deployer.spi.core.AppDefinition;
import org.springframework.cloud.deployer.spi.core.AppDeploymentRequest;
import org.springframework.cloud.deployer.spi.kubernetes.KubernetesAppDeployer;
import org.springframework.cloud.deployer.spi.kubernetes.KubernetesDeployerProperties;

/** The Kubernetes deployer, with the properties that it has where its server sets the least that it needs. */
final class Deployer {

    private static final DockerResource IMAGE = new DockerResource("grnry/eventstore-pg:1.0.0");

    private final Cluster cluster;
    private final KubernetesAppDeployer deployer;

    Deployer(Cluster cluster) {
        this.cluster = cluster;
        KubernetesDeployerProperties properties = new KubernetesDeployerProperties();
        // Without limits of its own, the server needs them in each deployment.
        properties.setLimits(new KubernetesDeployerProperties.LimitsResources("8", "8Gi"));
        deployer = new KubernetesAppDeployer(properties, cluster.client()) {
            @Override
            public AppStatus status(String appId) {
                return AppStatus.of(appId).build();
            }
        };
    }

    /** Returns the objects that the deployer creates, with their quantities as plain numbers. */
    List<JsonNode> deploy(Configuration configuration) throws Refused {
        AppDefinition app = new AppDefinition("events", configuration.appConfig());
        Map<String, String> properties = configuration.deploymentProperties();
        cluster.takeCreated();
        try {
            deployer.deploy(new AppDeploymentRequest(app, IMAGE, properties));
        } catch (RuntimeException refusal) {
            throw new Refused("deployer", refusal);
        }
        List<JsonNode> created = cluster.takeCreated();
        for (JsonNode object : created) {
            for (JsonNode resources : object.findValues("resources")) {
                toNumbers(resources.path("limits"));
                toNumbers(resources.path("requests"));
            }
        }
        return created;
    }

    private static void toNumbers(JsonNode resources) throws Refused {
        if (resources instanceof ObjectNode quantities) {
            for (var quantity : (Iterable<Map.Entry<String, JsonNode>>) quantities::fields) {
                quantity.setValue(new TextNode(Quantities.number(quantity.getValue().asText())));
            }
        }
    }
}
