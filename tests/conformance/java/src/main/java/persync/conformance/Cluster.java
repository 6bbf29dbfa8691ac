package persync.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.DefaultKubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;

/**
 * In place of a Kubernetes API server: takes every object, has every secret, and remembers what was created.
 *
 * <p>It answers inside of the HTTP client, so no request leaves the process.
 */
final class Cluster implements Interceptor {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MediaType JSON_TYPE = MediaType.parse("application/json");

    private final List<JsonNode> created = new ArrayList<>();
    private final KubernetesClient client;

    Cluster() {
        Config config = new ConfigBuilder()
                .withMasterUrl("http://localhost/")
                .withNamespace("persync")
                .build();
        client = new DefaultKubernetesClient(
                new OkHttpClient.Builder().addInterceptor(this).build(), config);
    }

    KubernetesClient client() {
        return client;
    }

    /** Returns what was created since the last call. */
    List<JsonNode> takeCreated() {
        List<JsonNode> taken = List.copyOf(created);
        created.clear();
        return taken;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Request request = chain.request();
        if (!request.method().equals("POST")) {
            return answer(request, 200, secret(request.url().pathSegments()));
        }
        Buffer body = new Buffer();
        request.body().writeTo(body);
        String object = body.readUtf8();
        created.add(JSON.readTree(object));
        return answer(request, 201, object);
    }

    /** A secret with credentials for a probe, which are its name. */
    private static String secret(List<String> path) throws IOException {
        String name = path.get(path.size() - 1);
        return JSON.writeValueAsString(Map.of(
                "apiVersion", "v1", "kind", "Secret", "metadata", Map.of("name", name), "data", Map.of("credentials", name)));
    }

    private static Response answer(Request request, int status, String body) {
        return new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(status)
                .message("")
                .body(ResponseBody.create(JSON_TYPE, body))
                .build();
    }
}
