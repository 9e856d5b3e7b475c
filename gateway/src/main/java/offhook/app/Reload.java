package offhook.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import offhook.call.CallLimits;
import offhook.call.CallRoutes;
import offhook.config.ConfigException;
import offhook.config.GatewayConfig;
import offhook.config.LimitsConfig;
import offhook.config.LoadedConfig;
import offhook.config.QueueConfig;
import offhook.config.TrunkConfig;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Reads the configuration again and lets calls that begin from then on go by it, as far as that
/// can be had without a restart: routes, what numbers mean, the times of calls. What cannot is
/// told, and kept as it was. One at a time.
final class Reload {

    private static final Logger LOG = LogManager.getLogger(Reload.class);

    private final ConfigSource source;
    private final BiConsumer<CallRoutes, CallLimits> calls;
    private final Function<LimitsConfig, CallLimits> limits;

    /// What runs; exchanged under this object's own order, one caller after the other.
    private GatewayConfig running;

    /// @param running what was started with
    /// @param calls takes what calls that begin from then on go by
    /// @param limits the times of calls by what is configured
    Reload(
            GatewayConfig running,
            ConfigSource source,
            BiConsumer<CallRoutes, CallLimits> calls,
            Function<LimitsConfig, CallLimits> limits) {
        this.running = running;
        this.source = source;
        this.calls = calls;
        this.limits = limits;
    }

    /// Once.
    ///
    /// @return what changed and what needs a restart, a line each
    /// @throws IllegalArgumentException when the file cannot serve, with all that is wrong
    synchronized List<String> now() {
        LoadedConfig read;
        try {
            read = source.load();
        } catch (ConfigException e) {
            LOG.warn("reload refused, nothing changed: {}", e.problems());
            throw new IllegalArgumentException(
                    "nothing changed: " + String.join("\n", e.problems()), e);
        }
        GatewayConfig wanted = read.config();
        List<String> lines = new ArrayList<>();
        GatewayConfig next = merged(wanted, lines);
        if (!next.equals(running)) {
            calls.accept(RoutePlan.of(next), limits.apply(next.limits()));
            running = next;
        }
        if (lines.isEmpty()) {
            lines.add("nothing changed");
        }
        read.warnings().forEach(warning -> lines.add("warning: " + warning));
        LOG.info("reload: {}", lines);
        return List.copyOf(lines);
    }

    /// What runs, with what can be changed as it is wanted.
    private GatewayConfig merged(GatewayConfig wanted, List<String> lines) {
        restart(wanted)
                .forEach((section, values) -> {
                    if (!values.get(0).equals(values.get(1))) {
                        lines.add("needs a restart, kept as it was: " + section);
                    }
                });
        boolean routable = routesLeadToWhatRuns(wanted);
        if (!routable) {
            lines.add(
                    "needs a restart, kept as it was: routes (one leads to a trunk, queue or agent that does not run yet)");
        }
        note(lines, "routes", routable && !wanted.routes().equals(running.routes()));
        note(lines, "numbers", !wanted.numbers().equals(running.numbers()));
        LimitsConfig then = running.limits();
        LimitsConfig asked = wanted.limits();
        note(lines, "limits.ring-seconds", !asked.ring().equals(then.ring()));
        note(lines, "limits.call-hours", !asked.call().equals(then.call()));
        return new GatewayConfig(
                running.node(),
                running.sip(),
                running.trunks(),
                routable ? wanted.routes() : running.routes(),
                running.queues(),
                running.agents(),
                running.web(),
                running.media(),
                running.ops(),
                new LimitsConfig(
                        then.maxCalls(), then.sipRequestsPerSecond(), asked.ring(), asked.call()),
                wanted.numbers());
    }

    private static void note(List<String> lines, String what, boolean changed) {
        if (changed) {
            lines.add("changed: " + what);
        }
    }

    /// Old and new of what is built once.
    private Map<String, List<Object>> restart(GatewayConfig wanted) {
        Map<String, List<Object>> sections = new LinkedHashMap<>();
        sections.put("node", List.of(running.node(), wanted.node()));
        sections.put("sip", List.of(running.sip(), wanted.sip()));
        sections.put("trunks", List.of(running.trunks(), wanted.trunks()));
        sections.put("queues", List.of(running.queues(), wanted.queues()));
        sections.put("agents", List.of(running.agents(), wanted.agents()));
        sections.put("web", List.of(running.web(), wanted.web()));
        sections.put("media", List.of(running.media(), wanted.media()));
        sections.put("ops", List.of(running.ops(), wanted.ops()));
        sections.put(
                "limits.max-calls",
                List.of(running.limits().maxCalls(), wanted.limits().maxCalls()));
        sections.put(
                "limits.sip-requests-per-second",
                List.of(
                        running.limits().sipRequestsPerSecond(),
                        wanted.limits().sipRequestsPerSecond()));
        return sections;
    }

    private boolean routesLeadToWhatRuns(GatewayConfig wanted) {
        Set<String> trunks =
                running.trunks().stream().map(TrunkConfig::name).collect(Collectors.toSet());
        Set<String> agents =
                running.agents().users().stream()
                        .map(user -> user.name())
                        .collect(Collectors.toSet());
        Set<String> queues =
                running.queues().stream().map(QueueConfig::name).collect(Collectors.toSet());
        return wanted.routes().stream()
                .flatMap(route -> Stream.concat(route.to().stream(), route.fallback().stream()))
                .allMatch(to ->
                        switch (to.kind()) {
                            case TRUNK -> trunks.contains(to.name());
                            case AGENT -> agents.contains(to.name());
                            case QUEUE -> queues.contains(to.name());
                        });
    }
}
