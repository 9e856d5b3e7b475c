package offhook.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Whether the gateway lives, and whether calls should be sent to it; each with the reasons why
/// not. Any thread.
public final class Health {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Supplier<List<String>>> life = new LinkedHashMap<>();
    private final Map<String, Supplier<List<String>>> readiness = new LinkedHashMap<>();
    private Supplier<List<String>> warnings = List::of;

    /// Something without which the gateway is better started again.
    ///
    /// @param name a stable lower-case key
    /// @param problems what is wrong now, in words; none when all is well
    public void addLife(String name, Supplier<List<String>> problems) {
        life.put(name, problems);
    }

    /// Something without which no calls should come, while it lives.
    public void addReadiness(String name, Supplier<List<String>> problems) {
        readiness.put(name, problems);
    }

    /// What operators should know and calls need not wait for.
    public void setWarnings(Supplier<List<String>> source) {
        warnings = source;
    }

    /// What one look found.
    ///
    /// @param status `live`, `ready` or its opposite
    /// @param reasons by check, in words; only of checks that fail
    public record Report(
            boolean good, String status, Map<String, List<String>> reasons, List<String> warnings) {

        /// With everything that is known.
        public String full() {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("status", status);
            all.put("reasons", reasons);
            all.put("warnings", warnings);
            return json(all);
        }

        /// For those who may know no more.
        public String brief() {
            return json(Map.of("status", status));
        }

        private static String json(Map<String, Object> value) {
            try {
                return JSON.writeValueAsString(value);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("health cannot be written", e);
            }
        }
    }

    /// Whether it lives.
    public Report live() {
        Map<String, List<String>> reasons = failing(life);
        return new Report(
                reasons.isEmpty(), reasons.isEmpty() ? "live" : "dead", reasons, warnings.get());
    }

    /// Whether calls should come.
    public Report ready() {
        Map<String, List<String>> reasons = failing(life);
        reasons.putAll(failing(readiness));
        return new Report(
                reasons.isEmpty(),
                reasons.isEmpty() ? "ready" : "not-ready",
                reasons,
                warnings.get());
    }

    private static Map<String, List<String>> failing(Map<String, Supplier<List<String>>> checks) {
        Map<String, List<String>> reasons = new LinkedHashMap<>();
        checks.forEach((name, check) -> {
            List<String> problems = new ArrayList<>(check.get());
            if (!problems.isEmpty()) {
                reasons.put(name, problems);
            }
        });
        return reasons;
    }
}
