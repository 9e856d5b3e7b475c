package offhook.call;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/// What happened to a call, for those who tell its story. Data only; all subtypes live here.
public sealed interface CallEvent {

    /// Routing knows between whom it goes.
    record Routed(CallDirection direction) implements CallEvent {}

    /// A leg gets media.
    ///
    /// @param kind `trunk`, `browser`, or `call`: another call of this gateway
    record MediaOpened(LegId leg, String kind) implements CallEvent {}

    /// The peer of a trunk leg says where its audio is.
    ///
    /// @param address where it wants to have ours; empty: it names none
    /// @param sends whether it says that it sends
    record Described(LegId leg, Optional<InetAddress> address, int port, boolean sends)
            implements CallEvent {}

    /// Somebody is called on a new leg.
    record Calling(LegId leg, Target target) implements CallEvent {}

    /// A place of a trunk is asked to take the call that goes out on a leg, the first one or, when
    /// others did not take it, the next.
    ///
    /// @param place address and port
    record PlaceAsked(LegId leg, String place) implements CallEvent {}

    /// The place that is asked answers: its first word, and what it refuses by.
    ///
    /// @param status of SIP
    record PlaceAnswered(LegId leg, int status) implements CallEvent {}

    /// The place that is asked is given up without a refusal of its own.
    ///
    /// @param why it could not be reached; empty: it said nothing in its time
    record PlaceLost(LegId leg, String why) implements CallEvent {}

    /// The called one's side says that it rings.
    record Alerting(LegId leg) implements CallEvent {}

    /// The called one's side sends sound before it accepts.
    record EarlySound(LegId leg) implements CallEvent {}

    /// The called one said yes.
    record Accepted(LegId leg) implements CallEvent {}

    /// Audio of a leg can flow.
    record Connected(LegId leg) implements CallEvent {}

    /// These two hear each other from now on.
    record Talking(LegId one, LegId other) implements CallEvent {}

    /// Media cannot serve what a peer described.
    record MediaRefused(LegId leg, EndCause cause) implements CallEvent {}

    /// The media of a leg is gone for good, or never came.
    record MediaLost(LegId leg, EndCause cause) implements CallEvent {}

    /// A leg is over: refused, hung up, lost.
    record Left(LegId leg, EndCause cause) implements CallEvent {}

    /// We end a leg: nobody answered there in time, another one did, or the call is over.
    record Dropped(LegId leg, EndCause cause) implements CallEvent {}

    /// The page of a leg's user has no connection to us; its audio may go on.
    ///
    /// @param patience for how long the call waits for it
    record PageLost(LegId leg, Duration patience) implements CallEvent {}

    /// That page is connected again, or loaded anew.
    record PageBack(LegId leg) implements CallEvent {}

    /// An agent, or a queue, cannot take the call.
    ///
    /// @param reason `offline`, `away`, `busy`, `timeout`; of a queue also `full`
    record Unavailable(String who, String reason) implements CallEvent {}

    /// The caller waits in a queue.
    record Queued(String queue) implements CallEvent {}

    /// The caller waits no more.
    record LeftQueue(QueueExit exit) implements CallEvent {}

    /// Whether the user of a leg holds the call.
    record Holds(LegId leg, boolean on) implements CallEvent {}

    /// Whether nothing at all is heard of a leg's browser.
    ///
    /// @param heardNanos when something came of it last, by the gateway's monotonic clock
    record Away(LegId leg, boolean on, long heardNanos) implements CallEvent {}

    /// The media of a leg goes by another connection of its browser.
    record Moved(LegId leg) implements CallEvent {}

    /// A party wants the other one to be led on.
    record TransferWanted(LegId leg, TransferOrder order) implements CallEvent {}

    /// How that goes.
    record TransferGoes(LegId leg, TransferReport report) implements CallEvent {}

    /// A new leg takes the place of another one (RFC 3891).
    record Replacing(LegId old, LegId arriving, Party by) implements CallEvent {}
}
