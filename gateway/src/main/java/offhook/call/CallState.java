package offhook.call;

import java.util.Optional;
import offhook.sdp.SessionDescription;

/// Where a call stands. What exists only in one state lives in that state's record.
sealed interface CallState {

    /// The caller's media is being made.
    ///
    /// @param giveUpAtNanos when the caller has waited long enough
    record Opening(long giveUpAtNanos) implements CallState {}

    /// A target is being reserved.
    ///
    /// @param waiting what is known of the waiting caller
    /// @param attempt the attempt of the plan, from 0
    record Claiming(Waiting waiting, int attempt, ClaimToken token) implements CallState {}

    /// The caller is in a queue.
    record Queued(Waiting waiting, int attempt, QueueStay stay) implements CallState {}

    /// Our offer to a target that cannot make one before it is called is being made.
    ///
    /// @param callee the leg to be
    /// @param ringUntilNanos when this target has taken long enough
    record Offering(Waiting waiting, int attempt, LegId callee, long ringUntilNanos)
            implements CallState {}

    /// A target rings.
    ///
    /// @param token the reservation of an agent; empty for a target that needs none
    /// @param callee the leg that rings
    /// @param early whether the target's description is known already and its sound (ringback, an
    ///   announcement) reaches the caller
    /// @param ringUntilNanos when this target has rung long enough
    record Ringing(
            Waiting waiting,
            int attempt,
            Optional<ClaimToken> token,
            LegId callee,
            boolean early,
            long ringUntilNanos)
            implements CallState {}

    /// The target said yes; media of both is being connected. The caller hears the change only when
    /// there is somebody to hear.
    ///
    /// @param calleeConnected whether the target's media stands
    /// @param joined whether the two hear each other already, as with early media
    /// @param connectUntilNanos when the connection must stand
    record Connecting(
            Waiting waiting,
            int attempt,
            Optional<ClaimToken> token,
            LegId callee,
            boolean calleeConnected,
            boolean joined,
            long connectUntilNanos)
            implements CallState {}

    /// Both hear each other.
    ///
    /// @param one who was there first
    /// @param other whom it talks to
    /// @param legs how many legs the call has had
    /// @param endAtNanos when the longest call is over
    record Active(Seat one, Seat other, int legs, long endAtNanos) implements CallState {

        boolean has(LegId leg) {
            return one.leg().equals(leg) || other.leg().equals(leg);
        }

        /// The seat that faces this leg.
        Seat facing(LegId leg) {
            return one.leg().equals(leg) ? other : one;
        }

        /// With another one in a leg's place.
        Active with(LegId leg, Seat instead) {
            return one.leg().equals(leg)
                    ? new Active(instead, other, legs, endAtNanos)
                    : new Active(one, instead, legs, endAtNanos);
        }

        Seat seat(LegId leg) {
            return one.leg().equals(leg) ? one : other;
        }

        /// The same call, of one of whose parties something else is known.
        Active with(Seat known) {
            return known.leg().equals(one.leg())
                    ? new Active(known, other, legs, endAtNanos)
                    : new Active(one, known, legs, endAtNanos);
        }

        /// The same call, held by nobody.
        Active released() {
            return new Active(one.with(Hold.NONE), other.with(Hold.NONE), legs, endAtNanos);
        }
    }

    /// Both hear each other, and a leg is about to take the place of one.
    ///
    /// @param old whose place
    /// @param arriving whose media is being made
    record Replacing(Active before, LegId old, Seat arriving) implements CallState {}

    /// One of the two is being led on to somebody else.
    ///
    /// @param before what it was before, and will be again when the transfer fails
    record Transferring(Active before, TransferState transfer) implements CallState {}

    /// Over.
    record Ended(EndCause cause) implements CallState {}

    /// What is known of a caller who waits for an answer.
    ///
    /// @param local our description for the caller's leg, sent with the answer
    /// @param connected whether the caller's media stands
    /// @param answered whether the caller's leg was answered already
    /// @param alerted whether the caller was told that it rings
    /// @param music whether the caller hears music
    /// @param rung how many legs the queues rang that the call was in
    /// @param giveUpAtNanos when the caller has waited long enough
    /// @param lastRefusal why the latest target could not be had
    record Waiting(
            SessionDescription local,
            boolean connected,
            boolean answered,
            boolean alerted,
            boolean music,
            int rung,
            long giveUpAtNanos,
            EndCause lastRefusal) {

        /// Of a caller who has only just come.
        ///
        /// @param answered whether it is connected before anybody is rung
        static Waiting of(SessionDescription local, boolean answered, long giveUpAtNanos) {
            return new Waiting(
                    local,
                    !answered,
                    answered,
                    false,
                    false,
                    0,
                    giveUpAtNanos,
                    EndCause.noAgent("unreachable"));
        }

        Waiting withLocal(SessionDescription described) {
            return new Waiting(
                    described,
                    connected,
                    answered,
                    alerted,
                    music,
                    rung,
                    giveUpAtNanos,
                    lastRefusal);
        }

        Waiting withConnected() {
            return new Waiting(
                    local, true, answered, alerted, music, rung, giveUpAtNanos, lastRefusal);
        }

        Waiting withAlerted() {
            return new Waiting(
                    local, connected, answered, true, music, rung, giveUpAtNanos, lastRefusal);
        }

        /// The caller hears music from now on.
        ///
        /// @param answer whether its leg was answered for that
        Waiting withMusic(boolean answer) {
            return new Waiting(
                    local,
                    connected,
                    answered || answer,
                    alerted,
                    true,
                    rung,
                    giveUpAtNanos,
                    lastRefusal);
        }

        Waiting withOneRung() {
            return new Waiting(
                    local,
                    connected,
                    answered,
                    alerted,
                    music,
                    rung + 1,
                    giveUpAtNanos,
                    lastRefusal);
        }

        Waiting withRefusal(EndCause refusal) {
            return new Waiting(
                    local, connected, answered, alerted, music, rung, giveUpAtNanos, refusal);
        }

        Waiting until(long nanos) {
            return new Waiting(
                    local, connected, answered, alerted, music, rung, nanos, lastRefusal);
        }
    }
}
