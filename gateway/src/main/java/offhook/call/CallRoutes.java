package offhook.call;

import java.util.ArrayList;
import java.util.List;

/// The routes of the configuration in the order they are written; the first that matches wins.
/// Immutable.
public final class CallRoutes {

    /// The source of those who sit in a browser.
    static final String WEB = "web";

    private final List<Route> routes;

    public CallRoutes(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /// One rule.
    ///
    /// @param source trunk that the call must come from, or `web`
    /// @param number the called number; a `*` at the end stands for any rest
    /// @param attempts whom to try
    /// @param prefer what the audio toward the target's browser is for
    public record Route(
            String source, String number, List<CallPlan.Attempt> attempts, CodecPreference prefer) {

        public Route {
            attempts = List.copyOf(attempts);
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
        for (Route route : routes) {
            if (route.matches(source, calledNumber)) {
                return new CallPlan(
                        route.attempts().stream().map(a -> a.dialling(calledNumber)).toList(),
                        route.prefer(),
                        tried);
            }
            tried.add(route.toString());
        }
        return new CallPlan(List.of(), CodecPreference.QUALITY, tried);
    }
}
