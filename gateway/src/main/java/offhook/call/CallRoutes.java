package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The routes of the configuration in the order they are written; the first that matches wins.
/// Immutable.
public final class CallRoutes {

    /// The source of those who sit in a browser.
    static final String WEB = "web";

    private static final EndCause NO_EMERGENCY =
            EndCause.gateway(
                    "no-emergency-route",
                    404,
                    1,
                    "emergency calls are not possible here: use another phone");

    private final List<Route> routes;

    private final DialPlan numbers;

    /// Whom to try for each queue: itself, and where it overflows to.
    private final Map<String, List<CallPlan.Attempt>> queues;

    /// With numbers that mean themselves and may all go out.
    public CallRoutes(List<Route> routes) {
        this(routes, DialPlan.open());
    }

    /// @param numbers what called numbers mean, and which of them may go out
    public CallRoutes(List<Route> routes, DialPlan numbers) {
        this(routes, numbers, Map.of());
    }

    /// @param numbers what called numbers mean, and which of them may go out
    /// @param queues by name, each with where it overflows to, for agents who lead somebody there
    public CallRoutes(
            List<Route> routes, DialPlan numbers, Map<String, List<CallPlan.Attempt>> queues) {
        this.routes = List.copyOf(routes);
        this.numbers = numbers;
        this.queues = Map.copyOf(queues);
    }

    /// What becomes of somebody whom an agent leads on to a queue.
    CallPlan planQueue(String name) {
        List<CallPlan.Attempt> attempts = queues.getOrDefault(name, List.of());
        return plan(new Route(WEB, name, attempts, CodecPreference.QUALITY), name, List.of());
    }

    /// Whether a call is one to an emergency service.
    boolean isEmergency(String calledNumber) {
        return numbers.isEmergency(calledNumber);
    }

    /// One rule.
    ///
    /// @param source trunk that the call must come from, or `web`
    /// @param number the called number; a `*` at the end stands for any rest
    /// @param attempts whom to try
    /// @param prefer what the audio toward the target's browser is for
    /// @param fallback whom to try for a party whose agent is lost during the call
    public record Route(
            String source,
            String number,
            List<CallPlan.Attempt> attempts,
            CodecPreference prefer,
            List<CallPlan.Attempt> fallback) {

        public Route {
            attempts = List.copyOf(attempts);
            fallback = List.copyOf(fallback);
        }

        /// One without a fallback.
        public Route(
                String source,
                String number,
                List<CallPlan.Attempt> attempts,
                CodecPreference prefer) {
            this(source, number, attempts, prefer, List.of());
        }

        boolean matches(String callSource, String calledNumber) {
            if (!source.equals(callSource)) {
                return false;
            }
            return number.endsWith("*")
                    ? calledNumber.startsWith(number.substring(0, number.length() - 1))
                    : calledNumber.equals(number);
        }

        @Override
        public String toString() {
            return source + " " + number;
        }
    }

    /// What a call that comes from `source` and asks for `calledNumber` leads to.
    public CallPlan plan(String source, String calledNumber) {
        List<String> tried = new ArrayList<>();
        String meant = numbers.meant(calledNumber);
        for (Route route : routes) {
            if (route.matches(source, calledNumber)) {
                return planned(route, calledNumber, tried);
            }
            if (route.matches(source, meant)) {
                return planned(route, meant, tried);
            }
            tried.add(route.toString());
        }
        Optional<EndCause> refusal =
                isEmergency(calledNumber) ? Optional.of(NO_EMERGENCY) : Optional.empty();
        return new CallPlan(List.of(), CodecPreference.QUALITY, refusal, tried);
    }

    /// What leads a party of a call of `trunk` into another call of that trunk, and nowhere else:
    /// its routes, where they lead back to it; or its own name for the one who talks there, which
    /// needs no route, but may not go out where it reads as a number that may not either.
    ///
    /// @param ringNanos how long one is rung that no route names
    CallPlan planInto(
            String trunk,
            String calledNumber,
            TransferOrder.Takeover.AtSource takeover,
            long ringNanos) {
        if (takeover.ownName() && !isEmergency(calledNumber)) {
            Target there = new Target.Dialog(trunk, calledNumber, takeover.dialog());
            Optional<EndCause> refusal = numbers.refuses(calledNumber, calledNumber);
            return new CallPlan(
                    refusal.isPresent()
                            ? List.of()
                            : List.of(new CallPlan.Attempt(there, ringNanos)),
                    CodecPreference.QUALITY,
                    refusal,
                    List.of());
        }
        CallPlan plan = plan(trunk, calledNumber);
        return new CallPlan(
                plan.attempts().stream()
                        .filter(attempt ->
                                attempt.target() instanceof Target.Trunk to
                                        && to.trunk().equals(trunk))
                        .map(attempt -> attempt.into(takeover.dialog()))
                        .toList(),
                plan.prefer(),
                plan.refusal(),
                plan.rulesTried());
    }

    private CallPlan planned(Route route, String number, List<String> tried) {
        if (isEmergency(number)) {
            // Whoever answers there is led on to nobody.
            return plan(route, number, tried);
        }
        return plan(route, number, tried)
                .withFallback(
                        route.fallback().stream()
                                .map(attempt -> attempt.dialling(number))
                                .filter(attempt -> mayGo(attempt, number))
                                .toList());
    }

    private boolean mayGo(CallPlan.Attempt attempt, String number) {
        return !(attempt.target() instanceof Target.Trunk(_, String asked))
                || numbers.refuses(number, asked).isEmpty();
    }

    private CallPlan plan(Route route, String number, List<String> tried) {
        if (isEmergency(number)) {
            String plain = numbers.meant(number);
            return new CallPlan(
                    route.attempts().stream().map(a -> a.asCalled(plain)).toList(),
                    route.prefer(),
                    tried);
        }
        List<CallPlan.Attempt> open = new ArrayList<>();
        Optional<EndCause> refusal = Optional.empty();
        for (CallPlan.Attempt attempt : route.attempts()) {
            CallPlan.Attempt dialled = attempt.dialling(number);
            Optional<EndCause> why =
                    dialled.target() instanceof Target.Trunk(_, String asked)
                            ? numbers.refuses(number, asked)
                            : Optional.empty();
            if (why.isEmpty()) {
                open.add(dialled);
            }
            refusal = refusal.or(() -> why);
        }
        return new CallPlan(
                open, route.prefer(), open.isEmpty() ? refusal : Optional.empty(), tried);
    }
}
