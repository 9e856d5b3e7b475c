package offhook.doctor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.call.CallEvent;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.QueueExit;
import offhook.doctor.Finding.Direction;
import offhook.doctor.Finding.Severity;

/// The rules of what happens to a call as a whole: holds, network changes, attempts that failed,
/// its end. Pure.
final class CallRules {

    private static final long SECOND_NANOS = 1_000_000_000L;

    /// So long a browser may be away that its user hardly notices.
    private static final long SHORT_AWAY_NANOS = 5 * SECOND_NANOS;

    private static final int MOST = 50;

    /// How calls end that were not cut.
    private static final Set<String> PROPER =
            Set.of("hang-up", "transferred", "replaced", "operator", "cancelled", "moved");

    /// The media never stood.
    private static final Set<String> MEDIA = Set.of("media-timeout", "dtls-failed");

    /// How causes speak of a queue, which do not know its name.
    private static final Pattern THE_QUEUE = Pattern.compile("\\bthe queue\\b");

    private final Cast cast;
    private final Attempts attempts;
    private final TransferRules transfers;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<Integer, Long> holding = new HashMap<>();
    private final Map<Integer, Long> away = new HashMap<>();
    private boolean talked;

    /// The queue that had the call last, or did not take it; empty: none so far.
    private String queue = "";

    private boolean waits;

    /// @param newAttempts for those who are called next, at the beginning or for a transfer
    CallRules(Cast cast, Supplier<Attempts> newAttempts) {
        this.cast = cast;
        this.attempts = newAttempts.get();
        this.transfers = new TransferRules(cast, newAttempts);
    }

    void happened(CallEvent event, long at) {
        transfers.happened(event, at);
        if (!talked) {
            attempts.happened(event, at);
        }
        switch (event) {
            case CallEvent.Talking _ -> talked = true;
            case CallEvent.Unavailable(String who, String reason)
                    when Attempts.OF_QUEUES.contains(reason) ->
                    queue = who;
            case CallEvent.Queued(String name) -> {
                queue = name;
                waits = true;
            }
            case CallEvent.LeftQueue(QueueExit exit) -> waits = exit == QueueExit.ABANDONED;
            case CallEvent.Holds(LegId leg, boolean on) -> {
                if (on) {
                    holding.put(leg.index(), at);
                } else {
                    close(holding, leg.index(), at, this::held);
                }
            }
            case CallEvent.Away(LegId leg, boolean on, long heardNanos) -> {
                if (on) {
                    away.put(leg.index(), heardNanos);
                } else {
                    close(away, leg.index(), at, this::wasAway);
                }
            }
            case CallEvent.Moved(LegId leg) ->
                    add(
                            Rule.REATTACHED,
                            Severity.INFO,
                            OptionalInt.of(leg.index()),
                            Direction.BOTH,
                            at,
                            at,
                            cast.link(leg.index())
                                    + " came back by a new connection: its network changed, or the"
                                    + " page was loaded anew");
            case CallEvent.Left(LegId leg, EndCause cause) when !talked && leg.index() > 0 ->
                    add(
                            Rule.SET_UP,
                            Severity.INFO,
                            OptionalInt.of(leg.index()),
                            Direction.BOTH,
                            at,
                            at,
                            cast.person(leg.index())
                                    + " did not take the call: "
                                    + Words.of(cause));
            default -> {
                // No rule is about it.
            }
        }
    }

    /// What lasted from one moment to another.
    @FunctionalInterface
    private interface Lasting {
        Finding of(int leg, long from, long to);
    }

    private void close(Map<Integer, Long> since, int leg, long at, Lasting what) {
        Long from = since.remove(leg);
        if (from != null && findings.size() < MOST) {
            findings.add(what.of(leg, from, at));
        }
    }

    private Finding held(int leg, long from, long to) {
        return new Finding(
                Rule.HOLD,
                Severity.INFO,
                OptionalInt.of(leg),
                Direction.BOTH,
                from,
                to,
                cast.person(leg) + " held the call: that nobody is heard then is no fault");
    }

    private Finding wasAway(int leg, long from, long to) {
        return new Finding(
                Rule.AWAY,
                to - from < SHORT_AWAY_NANOS ? Severity.FAIR : Severity.BAD,
                OptionalInt.of(leg),
                Direction.BOTH,
                from,
                to,
                "nothing at all came from "
                        + cast.link(leg)
                        + " for "
                        + Words.seconds(to - from)
                        + ": its network was gone, or the machine slept");
    }

    private void add(
            Rule rule,
            Severity severity,
            OptionalInt leg,
            Direction direction,
            long from,
            long to,
            String text) {
        if (findings.size() < MOST) {
            findings.add(new Finding(rule, severity, leg, direction, from, to, text));
        }
    }

    /// It never began.
    ///
    /// @param leftOut how many of its source were turned away untold before it
    void turnedAway(EndCause cause, long leftOut, long at) {
        add(
                Rule.TURNED_AWAY,
                Severity.FAILED,
                OptionalInt.empty(),
                Direction.BOTH,
                at,
                at,
                "turned away: "
                        + Words.of(cause)
                        + (leftOut == 0 ? "" : "; " + leftOut + " more just before it"));
    }

    /// The call is over.
    void ended(EndCause cause, boolean answered, long beganNanos, long at) {
        if (!answered) {
            add(
                    MEDIA.contains(cause.reason()) ? Rule.MEDIA_SET_UP : Rule.SET_UP,
                    Severity.FAILED,
                    OptionalInt.empty(),
                    Direction.BOTH,
                    beganNanos,
                    at,
                    "not answered: " + attempts.explain(unanswered(cause), cause, beganNanos, at));
        } else if (transfers.ended(cause, at)) {
            // That is why, and told there.
        } else if (!PROPER.contains(cause.reason())) {
            add(
                    Rule.CUT,
                    cause.reason().equals("call-limit") ? Severity.FAIR : Severity.BAD,
                    OptionalInt.empty(),
                    Direction.BOTH,
                    at,
                    at,
                    "the call was cut: " + Words.of(cause));
        }
    }

    /// Why nobody answered; with the name of the queue, where it was one that did not help.
    private String unanswered(EndCause cause) {
        String words = Words.of(cause);
        if (cause.reason().equals("no-route") && !cast.dialled().isEmpty()) {
            return words + ": " + cast.dialled();
        }
        if (cause.reason().equals("hang-up")) {
            return switch (cause.by()) {
                case CALLER -> "the caller gave up";
                case CALLEE -> "the called party hung up before it answered";
                case GATEWAY, OPERATOR -> words;
            };
        }
        if (queue.isEmpty() || !(waits || cause.reason().startsWith("queue-"))) {
            return words;
        }
        Matcher named = THE_QUEUE.matcher(words);
        return named.find()
                ? named.replaceFirst(Matcher.quoteReplacement("queue " + queue))
                : words;
    }

    /// All findings so far, what lasts included.
    List<Finding> findings(long nowNanos) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(transfers.findings());
        holding.forEach((leg, from) -> all.add(held(leg, from, nowNanos)));
        away.forEach((leg, from) -> all.add(wasAway(leg, from, nowNanos)));
        return all;
    }
}
