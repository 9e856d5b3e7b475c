package offhook.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import offhook.agent.Reach;
import offhook.runtime.Owner;

/// Judges which pages would show a call and could take it: a socket that stands proves neither.
/// Browsers freeze tabs, and laptops sleep, without closing it. Owned by the desk's owner.
///
/// A page that has said once that it is awake has to go on saying so, whatever else it does; one
/// that never did is judged by its answers to pings alone.
final class AwakePages {

    private final Attendance attendance;
    private final Owner owner;
    private final long patienceNanos;
    private final long lookNanos;
    private final Consumer<AgentSession> onAsleep;
    private final Consumer<AgentSession> onAwake;
    private final Map<AgentSession, Word> pages = new HashMap<>();
    private boolean looking;

    /// @param interval between two words of a page
    /// @param onAsleep told of a page that would not show what rings
    /// @param onAwake told of one that would again
    AwakePages(
            Attendance attendance,
            Owner owner,
            Duration interval,
            Consumer<AgentSession> onAsleep,
            Consumer<AgentSession> onAwake) {
        this.attendance = attendance;
        this.owner = owner;
        this.patienceNanos = interval.toNanos() * 9 / 5;
        this.lookNanos = interval.toNanos() / 5;
        this.onAsleep = onAsleep;
        this.onAwake = onAwake;
    }

    /// @param microphone as the page last said
    private record Word(ClientMessage.Microphone microphone, boolean asleep) {

        /// As the directory is told.
        Reach reach() {
            if (asleep) {
                return Reach.ASLEEP;
            }
            return switch (microphone) {
                case READY, UNKNOWN -> Reach.REACHABLE;
                case DENIED -> Reach.MICROPHONE_DENIED;
                case MISSING -> Reach.MICROPHONE_MISSING;
            };
        }
    }

    void onAlive(AgentSession page, ClientMessage.Microphone microphone) {
        long now = owner.clock().nanoTime();
        page.link().ifPresent(link -> link.pulse().heard(microphone, now));
        Word word = new Word(microphone, false);
        Word before = pages.put(page, word);
        if (before == null || before.reach() != word.reach()) {
            attendance.reached(page, word.reach());
        }
        if (before != null && before.asleep()) {
            onAwake.accept(page);
        }
        look();
    }

    /// A page answered a ping, by the thread that would show a call: as good as saying so.
    void onPong(AgentSession page) {
        Word word = pages.get(page);
        if (word != null) {
            onAlive(page, word.microphone());
        }
    }

    /// The page has no socket.
    void forget(AgentSession page) {
        pages.remove(page);
    }

    /// One deadline for all pages: a thousand of them that each move one every few seconds would
    /// cost more than to look at all.
    private void look() {
        if (!looking) {
            looking = true;
            long dueNanos = owner.clock().nanoTime() + lookNanos;
            owner.schedule(lookNanos, () -> onDue(dueNanos));
        }
    }

    /// Deadlines go before commands: what pages said while the desk was busy waits behind this one.
    private void onDue(long dueNanos) {
        looking = false;
        boolean late = owner.clock().nanoTime() - dueNanos > lookNanos;
        if (late || !owner.post(this::judge)) {
            // It was the gateway that slept, or could not listen.
            look();
        }
    }

    private void judge() {
        long now = owner.clock().nanoTime();
        List<AgentSession> silent = new ArrayList<>();
        for (Map.Entry<AgentSession, Word> each : pages.entrySet()) {
            if (!each.getValue().asleep() && fallsSilent(each.getKey(), now)) {
                silent.add(each.getKey());
            }
        }
        silent.forEach(this::fallAsleep);
        if (!pages.isEmpty()) {
            look();
        }
    }

    private boolean fallsSilent(AgentSession page, long now) {
        Optional<PageLink> link = page.link();
        return link.isPresent() && link.get().pulse().fallsSilent(now, patienceNanos);
    }

    private void fallAsleep(AgentSession page) {
        Word word = pages.get(page);
        if (word != null) {
            pages.put(page, new Word(word.microphone(), true));
            attendance.reached(page, Reach.ASLEEP);
            onAsleep.accept(page);
        }
    }
}
