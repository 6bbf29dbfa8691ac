package persync.conformance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.beans.IntrospectionException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.LogManager;

/** Reads a JSON request from each line of stdin and answers with a line of JSON on stdout; see the README. */
public final class Main {

    private static final ObjectMapper JSON =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

    private final Deployer deployer = new Deployer(new Cluster());
    private final Skipper skipper = new Skipper();
    private final SpringBinder binder = new SpringBinder();

    private Main() throws IOException {}

    public static void main(String[] arguments) throws IOException {
        // Libraries may print; stdout is for answers alone.
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        LogManager.getLogManager().reset();
        // The deployer asks for the cluster of this machine with each property that it binds; it is never used here.
        System.setProperty("kubernetes.auth.tryKubeConfig", "false");
        System.setProperty("kubernetes.auth.tryServiceAccount", "false");
        System.setProperty("kubernetes.tryNamespacePath", "false");
        Main main = new Main();
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            answers.println(JSON.writeValueAsString(main.answer(JSON.readValue(line, Request.class))));
        }
    }

    private Map<String, Object> answer(Request request) {
        Map<String, Object> answer = new LinkedHashMap<>();
        try {
            switch (request.op()) {
                case "deploy" -> deploy(request, answer);
                case "skipper" -> answer.put("arrived", skipper.pass(request.configuration()).asMap());
                case "bind" -> answer.put("bound", binder.bind(request.type(), request.value()));
                case "fields" -> answer.put("fields", Fields.of(request.value()));
                case "quantity" -> answer.put("bound", Quantities.number(request.value()));
                default -> throw new IllegalArgumentException("unknown op " + request.op());
            }
        } catch (IntrospectionException impossible) {
            throw new IllegalStateException(impossible);
        } catch (Refused refused) {
            answer.put("refused", Map.of("by", refused.by(), "reason", refused.reason()));
        }
        return answer;
    }

    private void deploy(Request request, Map<String, Object> answer) throws Refused {
        Configuration configuration = request.configuration();
        if (request.throughSkipper()) {
            configuration = skipper.pass(configuration);
            answer.put("arrived", configuration.asMap());
        }
        answer.put("created", deployer.deploy(configuration));
    }
}
