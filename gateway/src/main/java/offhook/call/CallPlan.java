package offhook.call;

import java.util.List;

/// What routing found for a call: whom to try, in order, each for how long.
///
/// @param attempts in the order they are tried; empty when no route matched
/// @param prefer what the audio toward the target's browser is for
/// @param rulesTried the rules that were looked at, for the log of an unroutable call
public record CallPlan(List<Attempt> attempts, CodecPreference prefer, List<String> rulesTried) {

    public CallPlan {
        attempts = List.copyOf(attempts);
        rulesTried = List.copyOf(rulesTried);
    }

    /// One target and how long it is rung.
    public record Attempt(Target target, long ringNanos) {}
}
