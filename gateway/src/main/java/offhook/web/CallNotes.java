package offhook.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import offhook.call.CallId;
import offhook.call.CallRemarks;
import offhook.runtime.NanoClock;

/// The notes that agents write to their calls: while a page of theirs holds one, and for the work
/// after it. Owned by the desk's owner.
final class CallNotes {

    /// For the work after a call.
    static final long AFTER_NANOS = TimeUnit.MINUTES.toNanos(30);

    /// Calls that are over; what is more is forgotten early.
    private static final int MOST_OVER = 10_000;

    private final NanoClock clock;
    private final Map<Seat, Long> over = new LinkedHashMap<>();

    /// Before the first socket.
    private Optional<CallRemarks> remarks = Optional.empty();

    private record Seat(String agent, CallId call) {}

    CallNotes(NanoClock clock) {
        this.clock = clock;
    }

    /// Where notes are kept; without it nowhere.
    void keepBy(CallRemarks kept) {
        remarks = Optional.of(kept);
    }

    /// A page of the agent holds the call no more.
    void onLetGo(String agent, CallId call) {
        long now = clock.nanoTime();
        // The order is that of time: what comes first is over first.
        over.entrySet().removeIf(seat -> now - seat.getValue() > AFTER_NANOS);
        if (over.size() < MOST_OVER) {
            over.put(new Seat(agent, call), now);
        }
    }

    /// A page writes to a call.
    void onNote(AgentSession page, ClientMessage.Note note) {
        Seat seat = new Seat(page.agent(), note.call());
        Long since = over.get(seat);
        boolean mine =
                page.heldCalls().contains(note.call())
                        || (since != null && clock.nanoTime() - since <= AFTER_NANOS);
        if (!mine) {
            page.send(refused(WebError.UNKNOWN_CALL.object(), note.call()));
        } else if (remarks.isEmpty()) {
            page.send(
                    refused(WebError.WRONG_STATE.object("No call records are kept."), note.call()));
        } else {
            remarks.get().noted(note.call(), page.agent(), plain(note.text()));
            page.send(new ServerMessage.Noted(note.call()));
        }
    }

    private static ServerMessage refused(WebError.ErrorObject error, CallId call) {
        return new ServerMessage.Refused(error, Optional.of(call));
    }

    /// Lines of text: no other control character, and nothing that reorders what is around it.
    private static String plain(String text) {
        return text.lines()
                .map(line ->
                        line.codePoints()
                                .filter(c -> !isUnsafe(c))
                                .collect(
                                        StringBuilder::new,
                                        StringBuilder::appendCodePoint,
                                        StringBuilder::append)
                                .toString())
                .reduce((one, other) -> one + "\n" + other)
                .orElse("")
                .strip();
    }

    private static boolean isUnsafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.SURROGATE, Character.UNASSIGNED -> true;
            // Joiners (U+200C, U+200D) belong to scripts and emoji; the rest reorders or hides.
            case Character.FORMAT -> c != 0x200c && c != 0x200d;
            default -> false;
        };
    }
}
