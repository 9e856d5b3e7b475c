package offhook.app;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import offhook.call.CallPlan;
import offhook.call.CallRoutes;
import offhook.call.CodecPreference;
import offhook.call.Target;
import offhook.config.GatewayConfig;
import offhook.config.GuestSite;
import offhook.config.MediaConfig.Prefer;
import offhook.config.QueueConfig;
import offhook.config.RouteConfig;
import offhook.config.TrunkConfig;
import offhook.config.TrunkReach;
import offhook.number.NumberPlan;

/// Turns the routes of the configuration into those that calls are decided by.
final class RoutePlan {

    private RoutePlan() {}

    static CallRoutes of(GatewayConfig config) {
        Map<String, QueueConfig> queues =
                config.queues().stream()
                        .collect(Collectors.toMap(QueueConfig::name, Function.identity()));
        Map<String, Prefer> preferenceOfTrunk =
                config.trunks().stream()
                        .collect(Collectors.toMap(TrunkConfig::name, TrunkConfig::prefer));
        Map<String, Set<Integer>> elsewhere =
                config.trunks().stream()
                        .collect(
                                Collectors.toMap(
                                        TrunkConfig::name,
                                        trunk -> trunk.reach().failover().codes()));
        return new CallRoutes(
                Stream.concat(
                                config.routes().stream(),
                                config.web().guests().stream().map(RoutePlan::ofGuests))
                        .map(route ->
                                new CallRoutes.Route(
                                        route.source(),
                                        route.number(),
                                        attempts(route, route.to(), queues, elsewhere),
                                        preference(
                                                route.prefer()
                                                        .orElse(
                                                                preferenceOfTrunk.getOrDefault(
                                                                        route.source(),
                                                                        Prefer.QUALITY))),
                                        attempts(route, route.fallback(), queues, elsewhere)))
                        .toList(),
                new NumberPlan(config.numbers()));
    }

    /// Where the calls of a site's visitors go, whatever they say.
    private static RouteConfig ofGuests(GuestSite site) {
        return new RouteConfig(
                site.source(),
                "*",
                List.of(site.to()),
                RouteConfig.Dialling.PLAIN,
                site.ring(),
                Optional.empty(),
                List.of());
    }

    private static CodecPreference preference(Prefer prefer) {
        return switch (prefer) {
            case QUALITY -> CodecPreference.QUALITY;
            case CAPACITY -> CodecPreference.CAPACITY;
            case AUTO -> CodecPreference.AUTO;
        };
    }

    private static List<CallPlan.Attempt> attempts(
            RouteConfig route,
            List<RouteConfig.Destination> targets,
            Map<String, QueueConfig> queues,
            Map<String, Set<Integer>> elsewhere) {
        return targets.stream().flatMap(to -> attempts(route, to, queues, elsewhere)).toList();
    }

    private static Stream<CallPlan.Attempt> attempts(
            RouteConfig route,
            RouteConfig.Destination to,
            Map<String, QueueConfig> queues,
            Map<String, Set<Integer>> elsewhere) {
        long ringNanos = route.ring().toNanos();
        return switch (to.kind()) {
            case AGENT -> Stream.of(new CallPlan.Attempt(new Target.Agent(to.name()), ringNanos));
            case QUEUE -> {
                QueueConfig queue = queues.get(to.name());
                if (queue == null) {
                    throw new IllegalStateException("route to an unknown queue " + to.name());
                }
                yield queue.agents().stream()
                        .map(agent ->
                                new CallPlan.Attempt(
                                        new Target.Agent(agent), queue.ring().toNanos()));
            }
            case TRUNK ->
                    Stream.of(
                            new CallPlan.Attempt(
                                    new Target.Trunk(to.name(), ""),
                                    ringNanos,
                                    to.number()
                                            .<UnaryOperator<String>>map(fixed -> _ -> fixed)
                                            .orElse(called -> rewrite(called, route.dialling())),
                                    elsewhere.getOrDefault(
                                            to.name(), TrunkReach.Failover.DEFAULT.codes())));
        };
    }

    private static String rewrite(String called, RouteConfig.Dialling dialling) {
        return dialling.prefix() + called.substring(Math.min(dialling.strip(), called.length()));
    }
}
