package offhook.call;

import java.util.List;
import java.util.function.UnaryOperator;

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
    ///
    /// @param dialling how the called number becomes the one that a trunk is asked for
    public record Attempt(Target target, long ringNanos, UnaryOperator<String> dialling) {

        /// Of a target that is no number.
        public Attempt(Target target, long ringNanos) {
            this(target, ringNanos, UnaryOperator.identity());
        }

        /// The attempt for a call to this number.
        Attempt dialling(String calledNumber) {
            return target instanceof Target.Trunk(String trunk, _)
                    ? new Attempt(new Target.Trunk(trunk, dialling.apply(calledNumber)), ringNanos)
                    : this;
        }
    }
}
