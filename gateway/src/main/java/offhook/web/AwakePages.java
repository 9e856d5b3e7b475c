package offhook.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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
    private final Map<AgentSession, Heard> pages = new HashMap<>();
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
        this.patienceNanos = interval.toNanos() * 5 / 2;
        this.lookNanos = interval.toNanos() / 3;
        this.onAsleep = onAsleep;
        this.onAwake = onAwake;
    }

    /// @param atNanos when the page last said that it is awake
    /// @param reach as the directory was told
    private record Heard(long atNanos, Reach reach) {}

    void onAlive(AgentSession page, ClientMessage.Microphone microphone) {
        Reach reach =
                switch (microphone) {
                    case READY, UNKNOWN -> Reach.REACHABLE;
                    case DENIED -> Reach.MICROPHONE_DENIED;
                    case MISSING -> Reach.MICROPHONE_MISSING;
                };
        Heard before = pages.put(page, new Heard(owner.clock().nanoTime(), reach));
        if (before == null || before.reach() != reach) {
            attendance.reached(page, reach);
        }
        if (before != null && before.reach() == Reach.ASLEEP) {
            onAwake.accept(page);
        }
        look();
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
        for (Map.Entry<AgentSession, Heard> each : Map.copyOf(pages).entrySet()) {
            AgentSession page = each.getKey();
            Heard heard = each.getValue();
            if (heard.reach() != Reach.ASLEEP && now - heard.atNanos() > patienceNanos) {
                pages.put(page, new Heard(heard.atNanos(), Reach.ASLEEP));
                attendance.reached(page, Reach.ASLEEP);
                onAsleep.accept(page);
            }
        }
        if (!pages.isEmpty()) {
            look();
        }
    }
}
