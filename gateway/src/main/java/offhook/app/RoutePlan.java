package offhook.app;

import java.time.Duration;
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
import offhook.call.QueueTerms;
import offhook.call.Target;
import offhook.config.GatewayConfig;
import offhook.config.GuestSite;
import offhook.config.MediaConfig.Prefer;
import offhook.config.QueueConfig;
import offhook.config.QueueLine;
import offhook.config.RouteConfig;
import offhook.config.TrunkConfig;
import offhook.config.TrunkReach;
import offhook.number.NumberPlan;
import org.jspecify.annotations.Nullable;

/// Turns the routes of the configuration into those that calls are decided by.
final class RoutePlan {

    /// For those whom an agent leads on to a queue by its name; where it overflows to is rung for
    /// so long.
    private static final RouteConfig TRANSFER =
            new RouteConfig(
                    "web",
                    "*",
                    List.of(),
                    RouteConfig.Dialling.PLAIN,
                    Duration.ofSeconds(30),
                    Optional.empty(),
                    List.of());

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
                new NumberPlan(config.numbers()),
                config.queues().stream()
                        .collect(
                                Collectors.toMap(
                                        QueueConfig::name,
                                        queue ->
                                                queue(queue, TRANSFER, queues, elsewhere)
                                                        .toList())));
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
            case QUEUE -> queue(queues.get(to.name()), route, queues, elsewhere);
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

    /// A queue, and behind it where it overflows to.
    private static Stream<CallPlan.Attempt> queue(
            @Nullable QueueConfig queue,
            RouteConfig route,
            Map<String, QueueConfig> queues,
            Map<String, Set<Integer>> elsewhere) {
        if (queue == null) {
            throw new IllegalStateException("a route to an unknown queue");
        }
        QueueLine line = queue.line();
        Target target =
                new Target.Queue(
                        queue.name(),
                        queue.agents(),
                        new QueueTerms(line.maxWait().toNanos(), line.answered()));
        return Stream.concat(
                Stream.of(new CallPlan.Attempt(target, queue.ring().toNanos())),
                line.overflow().stream().flatMap(to -> attempts(route, to, queues, elsewhere)));
    }

    private static String rewrite(String called, RouteConfig.Dialling dialling) {
        return dialling.prefix() + called.substring(Math.min(dialling.strip(), called.length()));
    }
}
