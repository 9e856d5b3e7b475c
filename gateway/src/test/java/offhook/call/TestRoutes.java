package offhook.call;

import java.util.List;

/// Routes for tests.
public final class TestRoutes {

    private TestRoutes() {}

    /// Whatever the trunk `pbx` calls rings alice.
    ///
    /// @param ringNanos for how long
    public static List<CallRoutes.Route> toAlice(long ringNanos) {
        return List.of(
                new CallRoutes.Route(
                        "pbx",
                        "*",
                        List.of(new CallPlan.Attempt(new Target.Agent("alice"), ringNanos)),
                        CodecPreference.QUALITY));
    }
}
