package offhook.sip;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import offhook.runtime.NanoClock;
import offhook.sdp.SessionDescription;
import org.jspecify.annotations.Nullable;

/// The provisional responses to one INVITE that its sender confirms by PRACK (RFC 3262 §3): one at
/// a time, sent again until it is confirmed, with those behind it waiting.
///
/// Any thread. Where things stand moves by compare-and-set; whoever moves it has the duty to send
/// what belongs to the move. JAIN-SIP has such a thing too; it drops a PRACK that fits nothing
/// instead of answering it, is late with what it repeats, and ends the transaction when no PRACK
/// comes, so that nothing can be said any more.
final class ReliableResponses {

    /// RFC 3261 §17.1.1.1.
    private static final long T1_NANOS = 500_000_000;

    private static final long OVERDUE_NANOS = 64 * T1_NANOS;

    /// The call says each thing once; this only bounds what a defect could pile up.
    private static final int MOST_WAITING = 8;

    /// Sends one.
    interface Sender {

        /// Sends it now.
        ///
        /// @param number its RSeq
        void send(int status, long number, Optional<SessionDescription> description);
    }

    /// What a PRACK confirmed.
    ///
    /// @param described whether the response carried a description
    record Confirmed(boolean described) {}

    /// One that is to be sent.
    private record Draft(int status, Optional<SessionDescription> description) {}

    /// One that waits for its PRACK.
    ///
    /// @param sentNanos when it was first sent
    /// @param repeats how often since
    private record Sent(Draft draft, long number, long sentNanos, int repeats) {}

    /// Where things stand.
    ///
    /// @param sent the one that is not confirmed yet
    /// @param number the RSeq of the latest
    /// @param described whether a description was sent or waits to be
    /// @param answer what the final response will say, when it has to wait
    /// @param over whether the INVITE has its final response
    private record Line(
            @Nullable Sent sent,
            List<Draft> waiting,
            long number,
            boolean described,
            @Nullable SessionDescription answer,
            boolean over) {

        private Line with(@Nullable Sent next, List<Draft> rest) {
            long latest = next == null ? number : next.number;
            return new Line(next, List.copyOf(rest), latest, described, answer, over);
        }
    }

    private final NanoClock clock;
    private final Sender sender;
    private final AtomicReference<Line> line;

    ReliableResponses(NanoClock clock, Sender sender) {
        this.clock = clock;
        this.sender = sender;
        long before = ThreadLocalRandom.current().nextLong(1, 1L << 30);
        this.line = new AtomicReference<>(new Line(null, List.of(), before, false, null, false));
    }

    /// Sends a provisional response, or lets it wait for the PRACK of the one before. Of several
    /// descriptions only the first is sent: with its PRACK offer and answer are complete.
    void add(int status, Optional<SessionDescription> description) {
        while (true) {
            Line now = line.get();
            if (now.over || now.waiting.size() == MOST_WAITING) {
                return;
            }
            Draft draft = new Draft(status, now.described ? Optional.empty() : description);
            boolean described = now.described || description.isPresent();
            Line next = new Line(now.sent, now.waiting, now.number, described, now.answer, false);
            if (now.sent != null) {
                List<Draft> waiting = new ArrayList<>(now.waiting);
                waiting.add(draft);
                if (line.compareAndSet(now, next.with(now.sent, waiting))) {
                    return;
                }
                continue;
            }
            Sent sent = new Sent(draft, now.number + 1, clock.nanoTime(), 0);
            if (line.compareAndSet(now, next.with(sent, List.of()))) {
                send(sent);
                return;
            }
        }
    }

    /// A PRACK came.
    ///
    /// @param number the RSeq that it names
    /// @return empty when it fits nothing that waits for one
    Optional<Confirmed> confirm(long number) {
        while (true) {
            Line now = line.get();
            Sent sent = now.sent;
            if (sent == null || sent.number != number) {
                return Optional.empty();
            }
            if (line.compareAndSet(now, now.with(null, now.waiting))) {
                return Optional.of(new Confirmed(sent.draft.description.isPresent()));
            }
        }
    }

    /// Sends the next one that waits. To be called when a PRACK was answered.
    void sendNext() {
        while (true) {
            Line now = line.get();
            if (now.sent != null || now.waiting.isEmpty() || now.over) {
                return;
            }
            Sent sent = new Sent(now.waiting.getFirst(), now.number + 1, clock.nanoTime(), 0);
            if (line.compareAndSet(
                    now, now.with(sent, now.waiting.subList(1, now.waiting.size())))) {
                send(sent);
                return;
            }
        }
    }

    /// Takes the answer to the INVITE when it must wait, because a description that was sent is not
    /// confirmed (RFC 3262 §3). What still waits to be sent is given up for it.
    ///
    /// @return whether it is kept; otherwise it may be sent now
    boolean keeps(SessionDescription answer) {
        while (true) {
            Line now = line.get();
            boolean keep = now.sent != null && now.sent.draft.description.isPresent();
            boolean gaveUp = now.waiting.stream().anyMatch(d -> d.description.isPresent());
            Line next =
                    new Line(
                            now.sent,
                            List.of(),
                            now.number,
                            now.described && !gaveUp,
                            keep ? answer : null,
                            !keep);
            if (line.compareAndSet(now, next)) {
                return keep;
            }
        }
    }

    /// The answer that was kept, once nothing holds it any more; it is given once.
    Optional<SessionDescription> released() {
        while (true) {
            Line now = line.get();
            if (now.answer == null || now.sent != null) {
                return Optional.empty();
            }
            if (line.compareAndSet(
                    now, new Line(null, List.of(), now.number, now.described, null, true))) {
                return Optional.of(now.answer);
            }
        }
    }

    /// Whether a description was sent and confirmed, so that the final response has none.
    boolean settled() {
        Line now = line.get();
        boolean open = now.sent != null && now.sent.draft.description.isPresent();
        return now.described
                && !open
                && now.waiting.stream().noneMatch(d -> d.description.isPresent());
    }

    /// Whether none carried a description yet.
    boolean undescribed() {
        return !line.get().described;
    }

    /// The INVITE has its final response: nothing is sent any more. A PRACK that is under way is
    /// still known.
    void stop() {
        line.updateAndGet(
                now -> new Line(now.sent, List.of(), now.number, now.described, null, true));
    }

    /// Whether the one that was sent is overdue: 64*T1 have passed without its PRACK.
    boolean isOverdue() {
        Line now = line.get();
        return now.sent != null
                && !now.over
                && clock.nanoTime() - now.sent.sentNanos >= OVERDUE_NANOS;
    }

    /// Whether it is time to send again, after T1, 2*T1 more, 4*T1 more, and so on.
    boolean repeats() {
        Line now = line.get();
        Sent sent = now.sent;
        if (sent == null || now.over || clock.nanoTime() - sent.sentNanos < dueNanos(sent)) {
            return false;
        }
        Sent again = new Sent(sent.draft, sent.number, sent.sentNanos, sent.repeats + 1);
        return line.compareAndSet(now, now.with(again, now.waiting));
    }

    private static long dueNanos(Sent sent) {
        return ((2L << Math.min(sent.repeats, 6)) - 1) * T1_NANOS;
    }

    /// Sends again what waits for its PRACK.
    void sendAgain() {
        Line now = line.get();
        if (now.sent != null && !now.over) {
            send(now.sent);
        }
    }

    private void send(Sent sent) {
        sender.send(sent.draft.status, sent.number, sent.draft.description);
    }
}
