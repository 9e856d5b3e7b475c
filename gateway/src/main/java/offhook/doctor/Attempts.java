package offhook.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import offhook.call.CallEvent;
import offhook.call.EndCause;
import offhook.call.Target;

/// Who was called for a call, or for a transfer in it, for how long, and what came of each, in
/// words. Bounded. Owned by the doctor.
final class Attempts {

    /// More are counted only: a queue may ring dozens, one after the other.
    private static final int MOST_TOLD = 3;

    private static final int MOST = 50;

    /// Why queues do not take a caller, or no longer; agents have other reasons.
    static final Set<String> OF_QUEUES = Set.of("full", "closed", "sent-on");

    private final Moments moments;
    private final Function<String, List<TrunkPlace>> trunks;
    private final Map<Integer, Attempt> attempts = new LinkedHashMap<>();

    /// Agents that could not be called, and why.
    private final Map<String, String> unavailable = new LinkedHashMap<>();

    private String queue = "";
    private long queuedNanos;
    private long waitedNanos = -1;
    private long left;

    /// @param trunks where each of them takes requests
    Attempts(Moments moments, Function<String, List<TrunkPlace>> trunks) {
        this.moments = moments;
        this.trunks = trunks;
    }

    /// One who was called.
    private static final class Attempt {
        private final Target target;
        private final long fromNanos;
        private boolean rang;
        private boolean sounded;
        private boolean accepted;

        /// Of a trunk.
        private final PlacesAsked places;

        /// Where it was asked, and what came of it, as it stood when the attempt was over.
        private String only = "";

        private String said = "";

        private long toNanos = -1;
        private Optional<EndCause> cause = Optional.empty();

        Attempt(Target target, PlacesAsked places, long fromNanos) {
            this.target = target;
            this.places = places;
            this.fromNanos = fromNanos;
        }
    }

    void happened(CallEvent event, long at) {
        switch (event) {
            case CallEvent.Calling(var leg, Target target) -> {
                if (attempts.size() < MOST) {
                    attempts.put(leg.index(), new Attempt(target, places(target), at));
                } else {
                    left++;
                }
            }
            case CallEvent.Alerting(var leg) ->
                    of(leg.index())
                            .ifPresent(each -> {
                                each.rang = true;
                                each.places.rings(at);
                            });
            case CallEvent.EarlySound(var leg) ->
                    of(leg.index()).ifPresent(each -> each.sounded = true);
            case CallEvent.Accepted(var leg) ->
                    of(leg.index())
                            .ifPresent(each -> {
                                each.accepted = true;
                                each.places.accepts(at);
                            });
            case CallEvent.PlaceAsked(var leg, String place) ->
                    of(leg.index()).ifPresent(each -> each.places.asks(place, at));
            case CallEvent.PlaceAnswered(var leg, int status) ->
                    of(leg.index()).ifPresent(each -> each.places.answers(status, at));
            case CallEvent.PlaceLost(var leg, String why) ->
                    of(leg.index()).ifPresent(each -> each.places.lost(why, at));
            case CallEvent.Left(var leg, EndCause cause) -> over(leg.index(), cause, at);
            case CallEvent.Dropped(var leg, EndCause cause) -> over(leg.index(), cause, at);
            case CallEvent.Unavailable(String who, String reason) -> {
                if (!OF_QUEUES.contains(reason) && unavailable.size() < MOST) {
                    unavailable.put(who, reason);
                }
            }
            case CallEvent.Queued(String name) -> {
                queue = name;
                queuedNanos = at;
                waitedNanos = -1;
            }
            case CallEvent.LeftQueue _ -> waitedNanos = at - queuedNanos;
            default -> {
                // Nobody is called by it.
            }
        }
    }

    private PlacesAsked places(Target target) {
        return new PlacesAsked(
                moments,
                () -> target instanceof Target.OnTrunk on ? trunks.apply(on.trunk()) : List.of());
    }

    private Optional<Attempt> of(int leg) {
        return Optional.ofNullable(attempts.get(leg));
    }

    private void over(int leg, EndCause cause, long at) {
        of(leg).filter(each -> each.toNanos < 0).ifPresent(each -> over(each, cause, at));
    }

    private void over(Attempt each, EndCause cause, long at) {
        each.toNanos = at;
        each.cause = Optional.of(cause);
        each.places.over(at);
        each.only = each.places.only();
        boolean clear = cause.by() == EndCause.By.CALLEE || cause.reason().equals("trunk-timeout");
        each.said =
                each.target instanceof Target.OnTrunk && each.places.isEmpty()
                        ? unasked(each)
                        : each.places.said(clear);
    }

    private static String unasked(Attempt each) {
        String known = each.places.unasked(each.fromNanos);
        return known.isEmpty() ? "" : ", but was not asked at " + known;
    }

    /// Adds what became of them, and how long a queue held the caller, when all is over for this
    /// cause: `..: trunk pbx at 192.0.2.7:5060 was called for 32 s`.
    ///
    /// @param words of the cause
    String explain(String words, EndCause cause, long beganNanos, long at) {
        List<String> facts = new ArrayList<>();
        if (!queue.isEmpty()) {
            facts.add(
                    "waited "
                            + (words.contains("queue " + queue) ? "" : "in queue " + queue + " ")
                            + "for "
                            + Words.lasting(waitedNanos < 0 ? at - queuedNanos : waitedNanos));
        }
        unavailable.entrySet().stream()
                .limit(MOST_TOLD)
                .forEach(each -> facts.add(unavailable(each.getKey(), each.getValue())));
        List<Attempt> all = List.copyOf(attempts.values());
        int untold = Math.max(0, all.size() - MOST_TOLD);
        if (untold + left > 0) {
            facts.add(untold + left + " others were called before");
        }
        all.subList(untold, all.size()).forEach(each -> facts.add(text(each, cause, at)));
        if (facts.isEmpty() && cause.by() == EndCause.By.CALLER) {
            facts.add("after " + Words.lasting(at - beganNanos) + ", before anybody was called");
        }
        return facts.isEmpty() ? words : words + ": " + String.join("; ", facts);
    }

    private String text(Attempt each, EndCause why, long at) {
        if (each.toNanos < 0) {
            over(each, why, at);
        }
        boolean rings = each.rang && each.target instanceof Target.Agent;
        String own =
                each.cause
                        .filter(cause -> !cause.equals(why))
                        .map(cause -> ": " + Words.of(cause))
                        .orElse("");
        return who(each.target)
                + each.only
                + (each.accepted ? " took it after " : rings ? " rang for " : " was called for ")
                + Words.lasting(each.toNanos - each.fromNanos)
                + each.said
                + (each.sounded && !each.accepted
                        ? ", and sent sound of its own (an announcement, or how it rings)"
                        : "")
                + own;
    }

    private static String who(Target target) {
        return switch (target) {
            case Target.Agent(String name) -> name;
            case Target.Queue(String name, _, _) -> "queue " + name;
            case Target.OnTrunk on -> "trunk " + on.trunk();
            case Target.InCall(_, String number) -> number;
        };
    }

    private static String unavailable(String who, String reason) {
        return who
                + switch (reason) {
                    case "offline" -> " was not signed in";
                    case "away" -> " was away";
                    case "busy" -> " was in another call";
                    case "timeout" -> " could not be asked in time";
                    default -> " could not take it (" + reason + ")";
                };
    }
}
