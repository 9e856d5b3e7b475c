package offhook.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import offhook.runtime.Owner;

/// When pages are pinged: each once an interval, all that are due in one go, for to wake up costs
/// more than to look at a thousand pages. Owned by the desk's owner.
final class Heartbeats {

    /// Looks in one interval.
    private static final int LOOKS = 14;

    private final Owner owner;
    private final long intervalNanos;
    private final Consumer<AgentSession> onDue;

    /// The pages, those that are due first in front: as all have the same interval, that is the
    /// order in which they came or were last pinged.
    private final Map<AgentSession, Long> dueNanos = new LinkedHashMap<>();

    private boolean looking;

    /// @param onDue told of each page once an interval until [#end]
    Heartbeats(Owner owner, Duration interval, Consumer<AgentSession> onDue) {
        this.owner = owner;
        this.intervalNanos = interval.toNanos();
        this.onDue = onDue;
    }

    /// A page has a socket.
    void begin(AgentSession page) {
        dueNanos.remove(page);
        dueNanos.put(page, owner.clock().nanoTime() + intervalNanos);
        look();
    }

    /// The page has none any more.
    void end(AgentSession page) {
        dueNanos.remove(page);
    }

    private void look() {
        if (!looking && !dueNanos.isEmpty()) {
            looking = true;
            owner.schedule(intervalNanos / LOOKS, this::beat);
        }
    }

    private void beat() {
        looking = false;
        long now = owner.clock().nanoTime();
        List<AgentSession> due = new ArrayList<>();
        Iterator<Map.Entry<AgentSession, Long>> first = dueNanos.entrySet().iterator();
        while (first.hasNext()) {
            Map.Entry<AgentSession, Long> page = first.next();
            if (now - page.getValue() < 0) {
                break;
            }
            due.add(page.getKey());
            first.remove();
        }
        due.forEach(page -> dueNanos.put(page, now + intervalNanos));
        // One that is given up because of another is not pinged.
        due.stream().filter(dueNanos::containsKey).forEach(onDue);
        look();
    }
}
