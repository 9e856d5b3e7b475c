package offhook.doctor;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import offhook.call.CallEvent;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.QueueExit;
import offhook.call.Target;
import offhook.call.TransferReport;

/// What happened to a call, in words. Bounded: of a call in which very much happens the last events
/// are only counted. Owned by the doctor.
final class TimeLine {

    private static final int MOST = 300;

    private final Cast cast;
    private final List<Happening> happenings = new ArrayList<>();
    private int dropped;

    TimeLine(Cast cast) {
        this.cast = cast;
    }

    /// Of the whole call.
    void add(long atNanos, String text) {
        add(new Happening(atNanos, OptionalInt.empty(), text));
    }

    private void add(Happening happening) {
        if (happenings.size() < MOST) {
            happenings.add(happening);
        } else {
            dropped++;
        }
    }

    /// Of one leg.
    void add(long atNanos, int leg, String text) {
        add(new Happening(atNanos, OptionalInt.of(leg), text));
    }

    private void add(long atNanos, LegId leg, String text) {
        add(atNanos, leg.index(), text);
    }

    List<Happening> happenings() {
        return List.copyOf(happenings);
    }

    /// How many events found no room.
    int dropped() {
        return dropped;
    }

    /// After [Cast] knows of it.
    void add(CallEvent event, long at) {
        switch (event) {
            case CallEvent.Routed _, CallEvent.MediaOpened _ -> {
                // Said by others.
            }
            case CallEvent.Described(LegId leg, var address, int port, boolean sends) ->
                    add(
                            at,
                            leg,
                            cast.link(leg.index())
                                    + " has its audio at "
                                    + address.map(InetAddress::getHostAddress).orElse("nowhere")
                                    + ":"
                                    + port
                                    + (sends ? "" : " and sends none"));
            case CallEvent.Calling(LegId leg, Target target) -> add(at, leg, calling(target));
            case CallEvent.PlaceAsked(LegId leg, String place) ->
                    add(at, leg, cast.link(leg.index()) + " is asked at " + place);
            case CallEvent.PlaceAnswered(LegId leg, int status) ->
                    add(at, leg, cast.link(leg.index()) + " answers " + status);
            case CallEvent.PlaceLost(LegId leg, String why) ->
                    add(
                            at,
                            leg,
                            cast.link(leg.index())
                                    + (why.isEmpty()
                                            ? " says nothing there in its time"
                                            : " is not reached there: " + why));
            case CallEvent.Alerting(LegId leg) ->
                    add(at, leg, "it rings at " + cast.person(leg.index()));
            case CallEvent.EarlySound(LegId leg) ->
                    add(at, leg, cast.link(leg.index()) + " sends sound before the answer");
            case CallEvent.Accepted(LegId leg) ->
                    add(at, leg, "answered by " + cast.person(leg.index()));
            case CallEvent.Connected(LegId leg) -> add(at, leg, connected(leg.index()));
            case CallEvent.Talking(LegId one, LegId other) ->
                    add(
                            at,
                            cast.person(one.index())
                                    + " and "
                                    + cast.person(other.index())
                                    + " are joined");
            case CallEvent.MediaRefused(LegId leg, EndCause cause) ->
                    add(at, leg, "audio refused: " + Words.of(cause));
            case CallEvent.MediaLost(LegId leg, EndCause cause) ->
                    add(at, leg, "audio lost: " + Words.of(cause));
            case CallEvent.Left(LegId leg, EndCause cause) ->
                    add(at, leg, left(leg.index(), cause));
            case CallEvent.Dropped(LegId leg, EndCause cause) -> {
                if (cause.reason().equals("no-answer")) {
                    add(
                            at,
                            leg,
                            cast.person(leg.index()) + " is called no more: no answer in time");
                }
            }
            case CallEvent.PageLost(LegId leg, Duration patience) ->
                    add(
                            at,
                            leg,
                            "the page of "
                                    + cast.person(leg.index())
                                    + " lost its connection to us: it has "
                                    + patience.toSeconds()
                                    + " s to come back");
            case CallEvent.PageBack(LegId leg) ->
                    add(at, leg, "the page of " + cast.person(leg.index()) + " is connected again");
            case CallEvent.Unavailable(String who, String reason) ->
                    add(at, who + " cannot take it: " + reason);
            case CallEvent.Queued(String queue) -> add(at, "waits in queue " + queue);
            case CallEvent.LeftQueue(QueueExit exit) -> add(at, exit(exit));
            case CallEvent.Holds(LegId leg, boolean on) ->
                    add(
                            at,
                            leg,
                            cast.person(leg.index())
                                    + (on ? " holds the call" : " takes the call up again"));
            case CallEvent.Away(LegId leg, boolean on, _) ->
                    add(
                            at,
                            leg,
                            on
                                    ? "nothing is heard of "
                                            + cast.link(leg.index())
                                            + ": "
                                            + cast.listener(leg.index())
                                            + " hears hold music"
                                    : cast.link(leg.index()) + " is heard of again");
            case CallEvent.Moved(LegId leg) ->
                    add(at, leg, cast.link(leg.index()) + " reattached by a new connection");
            case CallEvent.TransferWanted wanted ->
                    add(
                            at,
                            wanted.leg(),
                            cast.person(wanted.leg().index())
                                    + (wanted.order().consult()
                                            ? " asks to consult "
                                            : " transfers to ")
                                    + wanted.order().target());
            case CallEvent.TransferGoes(LegId leg, TransferReport report) ->
                    add(at, leg, goes(report));
            case CallEvent.Replacing(LegId old, LegId arriving, _) ->
                    add(
                            at,
                            arriving,
                            cast.person(arriving.index())
                                    + " takes the place of "
                                    + cast.person(old.index()));
        }
    }

    /// A browser is connected when checks of it and its handshake came; of a trunk nothing need
    /// have come yet.
    private String connected(int leg) {
        return cast.isTrunk(leg)
                ? "our port for the audio of " + cast.link(leg) + " is open"
                : "audio of " + cast.link(leg) + " is connected";
    }

    private static String calling(Target target) {
        return switch (target) {
            case Target.Agent(String name) -> "agent " + name + " is called";
            case Target.Queue(String name, _, _) -> "queue " + name + " is called";
            case Target.OnTrunk on -> on.number() + " is called on trunk " + on.trunk();
            case Target.InCall(_, String number) -> number + " is called in another call";
        };
    }

    private static String exit(QueueExit exit) {
        return switch (exit) {
            case ANSWERED -> "leaves the queue: answered";
            case ABANDONED -> "leaves the queue: gave up";
            case OVERFLOWED -> "leaves the queue: waited too long";
        };
    }

    private static String goes(TransferReport report) {
        return switch (report) {
            case TransferReport.Trying _ -> "the transfer begins";
            case TransferReport.Ringing _ -> "the target of the transfer rings";
            case TransferReport.Consulting _ -> "the target of the transfer is consulted";
            case TransferReport.Done _ -> "the transfer is done";
            case TransferReport.Failed(EndCause cause) -> "the transfer failed: " + Words.of(cause);
            case TransferReport.Refused(EndCause cause) ->
                    "the transfer is refused: " + Words.of(cause);
        };
    }

    private String left(int leg, EndCause cause) {
        return switch (cause.reason()) {
            case "hang-up" -> cast.person(leg) + " hung up";
            case "cancelled" -> cast.person(leg) + " gave up";
            default -> cast.person(leg) + " is gone: " + Words.of(cause);
        };
    }
}
