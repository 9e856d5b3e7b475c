package offhook.doctor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The places of a trunk that were asked for one attempt, in order, and what each answered, in
/// words. Bounded. Owned by the doctor.
final class PlacesAsked {

    /// DNS may name many: of more the last ones are told, and the others counted.
    private static final int MOST_TOLD = 3;

    /// The word that says most before an answer.
    private static final int RINGING = 180;

    private static final int ACCEPTED = 200;

    private final Moments moments;
    private final Supplier<List<TrunkPlace>> known;
    private final Deque<Place> asked = new ArrayDeque<>();
    private int others;

    /// One of them.
    private static final class Place {
        private final String address;
        private final long fromNanos;
        private long toNanos = -1;

        /// It answered so last; 0: it said nothing.
        private int status;

        /// When it did.
        private long answeredNanos;

        /// Why it was not reached; empty: it was, as far as anybody knows.
        private String unreached = "";

        Place(String address, long fromNanos) {
            this.address = address;
            this.fromNanos = fromNanos;
        }
    }

    /// @param known where the trunk takes requests, and how it stands there now
    PlacesAsked(Moments moments, Supplier<List<TrunkPlace>> known) {
        this.moments = moments;
        this.known = known;
    }

    void asks(String address, long at) {
        over(at);
        asked.addLast(new Place(address, at));
        if (asked.size() > MOST_TOLD) {
            asked.removeFirst();
            others++;
        }
    }

    void answers(int status, long at) {
        Place last = asked.peekLast();
        if (last != null && last.toNanos < 0) {
            last.status = status;
            last.answeredNanos = at;
        }
    }

    void rings(long at) {
        answers(RINGING, at);
    }

    void accepts(long at) {
        answers(ACCEPTED, at);
    }

    void lost(String why, long at) {
        Place last = asked.peekLast();
        if (last != null && last.toNanos < 0) {
            last.toNanos = at;
            last.unreached = why;
        }
    }

    /// Nobody waits any longer for the one that was asked last.
    void over(long at) {
        Place last = asked.peekLast();
        if (last != null && last.toNanos < 0) {
            last.toNanos = at;
        }
    }

    /// Behind the trunk's name: where the only place is that was asked.
    String only() {
        return isAlone() ? " at " + where(asked.getFirst()) : "";
    }

    /// Behind for how long it was called: the places, and what they said that the end of the
    /// attempt does not say by itself.
    ///
    /// @param clear whether that says what was answered, or that nothing was
    String said(boolean clear) {
        if (isAlone()) {
            Place place = asked.getFirst();
            return !place.unreached.isEmpty()
                    ? ", and was not reached (" + place.unreached + ")"
                    : place.status == 0 && !clear ? ", and said nothing" : "";
        }
        return (others == 0 ? "" : " at " + others + " other places and then")
                + asked.stream()
                        .map(each -> " at " + where(each) + ", which " + outcome(each))
                        .collect(Collectors.joining(", then"));
    }

    /// Whether no place was asked at all.
    boolean isEmpty() {
        return asked.isEmpty();
    }

    /// The places that the trunk has, where none was asked; empty: nobody knows one.
    ///
    /// @param fromNanos when the call wanted it
    String unasked(long fromNanos) {
        return known.get().stream()
                .limit(MOST_TOLD)
                .map(place -> place.text(moments, fromNanos))
                .collect(Collectors.joining(" or "));
    }

    private boolean isAlone() {
        return asked.size() == 1 && others == 0;
    }

    private String where(Place place) {
        return known.get().stream()
                .filter(each -> each.address().equals(place.address))
                .map(each -> each.text(moments, place.fromNanos))
                .findFirst()
                .orElse(place.address);
    }

    private static String outcome(Place place) {
        if (!place.unreached.isEmpty()) {
            return "was not reached (" + place.unreached + ")";
        }
        String lasted = Words.lasting(place.toNanos - place.fromNanos);
        return switch (place.status / 100) {
            case 0 -> "said nothing for " + lasted;
            case 1 ->
                    place.status == RINGING
                            ? "rang for " + lasted
                            : "answered " + place.status + " and no more for " + lasted;
            default ->
                    "answered "
                            + place.status
                            + " after "
                            + Words.lasting(place.answeredNanos - place.fromNanos);
        };
    }
}
