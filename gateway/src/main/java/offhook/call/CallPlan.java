package offhook.call;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// What routing found for a call: whom to try, in order, each for how long.
///
/// @param attempts in the order they are tried; empty when no route matched
/// @param prefer what the audio toward the target's browser is for
/// @param refusal why nobody is tried although a route matched; empty: none did, or somebody is
/// @param rulesTried the rules that were looked at, for the log of an unroutable call
/// @param fallback whom to try for a party whose agent is lost during the call
public record CallPlan(
        List<Attempt> attempts,
        CodecPreference prefer,
        Optional<EndCause> refusal,
        List<String> rulesTried,
        List<Attempt> fallback) {

    /// Of a call that nothing is held against.
    public CallPlan(List<Attempt> attempts, CodecPreference prefer, List<String> rulesTried) {
        this(attempts, prefer, Optional.empty(), rulesTried);
    }

    /// Of a call that has no other way to go.
    public CallPlan(
            List<Attempt> attempts,
            CodecPreference prefer,
            Optional<EndCause> refusal,
            List<String> rulesTried) {
        this(attempts, prefer, refusal, rulesTried, List.of());
    }

    /// The same with another way to go.
    CallPlan withFallback(List<Attempt> other) {
        return new CallPlan(attempts, prefer, refusal, rulesTried, other);
    }

    public CallPlan {
        attempts = List.copyOf(attempts);
        rulesTried = List.copyOf(rulesTried);
        fallback = List.copyOf(fallback);
    }

    /// The same with the agents of each queue in its place, one after another: for somebody who
    /// cannot wait in a line.
    CallPlan oneByOne() {
        return new CallPlan(
                attempts.stream().flatMap(Attempt::oneByOne).toList(), prefer, refusal, rulesTried);
    }

    /// One target and how long it is rung.
    ///
    /// @param dialling how the called number becomes the one that a trunk is asked for
    /// @param elsewhere after which SIP statuses of a trunk the next target is tried
    public record Attempt(
            Target target, long ringNanos, UnaryOperator<String> dialling, Set<Integer> elsewhere) {

        /// RFC 3261 §21.4.9, §21.5: the trunk could not even ask.
        private static final Set<Integer> UNASKED = Set.of(408, 500, 502, 503, 504);

        public Attempt {
            elsewhere = Set.copyOf(elsewhere);
        }

        /// Of a target that is no number.
        public Attempt(Target target, long ringNanos) {
            this(target, ringNanos, UnaryOperator.identity(), UNASKED);
        }

        /// Of a trunk that has nothing to say of when another one is tried.
        public Attempt(Target target, long ringNanos, UnaryOperator<String> dialling) {
            this(target, ringNanos, dialling, UNASKED);
        }

        /// The same with the agents of a queue in its place.
        private Stream<Attempt> oneByOne() {
            return target instanceof Target.Queue queue
                    ? queue.agents().stream()
                            .map(agent -> new Attempt(new Target.Agent(agent), ringNanos))
                    : Stream.of(this);
        }

        /// The attempt for a call to a number that a trunk is to be asked for just so.
        Attempt asCalled(String number) {
            return target instanceof Target.Trunk(String trunk, _)
                    ? new Attempt(new Target.Trunk(trunk, number), ringNanos, dialling, elsewhere)
                    : this;
        }

        /// The attempt for a call that is to take the place of another one there.
        Attempt into(ReplacedDialog dialog) {
            return target instanceof Target.Trunk(String trunk, String number)
                    ? new Attempt(
                            new Target.Dialog(trunk, number, dialog),
                            ringNanos,
                            dialling,
                            elsewhere)
                    : this;
        }

        /// The attempt for a call to this number.
        Attempt dialling(String calledNumber) {
            return target instanceof Target.Trunk(String trunk, _)
                    ? new Attempt(
                            new Target.Trunk(trunk, dialling.apply(calledNumber)),
                            ringNanos,
                            dialling,
                            elsewhere)
                    : this;
        }
    }
}
