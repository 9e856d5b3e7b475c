package offhook.agent;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.ClaimToken;
import offhook.call.QueueExit;
import offhook.config.QueueConfig;
import offhook.runtime.Owner;

/// Who waits, and for whom an agent is reserved who comes free. Owned by the registry's owner;
/// figures are for any thread.
///
/// All callers of all queues stand in one line by their arrival: an agent of several queues gets
/// the caller who has waited for longest, whichever queue that is.
final class CallerQueues {

    /// How much longer than it may wait a caller is known, when its call never says anything again.
    private static final Duration LAPSE = Duration.ofMinutes(15);

    /// Exchanged whole by the owner, read by any thread.
    private volatile Map<String, QueueConfig> queues;

    private final Reservations agents;
    private final Owner owner;

    /// In the order of arrival.
    private final Map<ClaimToken, Caller> line = new LinkedHashMap<>();

    // Written by the owner, read by any thread.
    private final Map<String, QueueFigures> figures = new ConcurrentHashMap<>();

    private final List<QueueListener> listeners = new CopyOnWriteArrayList<>();

    CallerQueues(Collection<QueueConfig> queues, Reservations agents, Owner owner) {
        this.queues = byName(queues);
        this.agents = agents;
        this.owner = owner;
        this.queues.keySet().forEach(name -> figures.put(name, QueueFigures.NONE));
    }

    private static Map<String, QueueConfig> byName(Collection<QueueConfig> queues) {
        return queues.stream()
                .collect(Collectors.toUnmodifiableMap(QueueConfig::name, Function.identity()));
    }

    /// Other queues are configured from now on; who waits in one that still is goes by what it says
    /// now.
    void reconfigured(Collection<QueueConfig> wanted) {
        queues = byName(wanted);
        queues.keySet().forEach(name -> figures.putIfAbsent(name, QueueFigures.NONE));
        line.values()
                .forEach(caller ->
                        Optional.ofNullable(queues.get(caller.queue().name()))
                                .ifPresent(caller::goesBy));
        offerAgents();
        figures.keySet().retainAll(queues.keySet());
    }

    /// Whether the queue of a caller is configured no more.
    private boolean isClosed(Caller caller) {
        return !queues.containsKey(caller.queue().name());
    }

    /// Any thread.
    void addListener(QueueListener listener) {
        listeners.add(listener);
    }

    Set<String> names() {
        return queues.keySet();
    }

    /// The queue of this name. Any thread.
    Optional<QueueConfig> config(String queue) {
        return Optional.ofNullable(queues.get(queue));
    }

    /// How a queue stands. Any thread.
    QueueFigures figures(String queue) {
        return figures.getOrDefault(queue, QueueFigures.NONE);
    }

    /// The most calls in a row that an agent may let ring of the queue that reserved it; 0: any
    /// number.
    int mayMiss(ClaimToken token) {
        return callerOf(token).map(caller -> caller.queue().line().awayAfterMissed()).orElse(0);
    }

    void enter(String queue, ClaimToken ticket, Duration lease, CallInbox call) {
        QueueConfig known = queues.get(queue);
        if (known == null) {
            call.offer(new CallInput.AgentRefused(queue, ticket, "unknown"));
            return;
        }
        Caller caller = new Caller(known, ticket, lease, call, owner.clock().nanoTime());
        if (!known.line().withoutAgents() && !isServed(known)) {
            refuse(caller, whyNotServed(known));
            return;
        }
        line.put(ticket, caller);
        caller.lapsesAt(
                owner.schedule(
                        known.line().maxWait().plus(LAPSE).toNanos(),
                        () -> leave(ticket, QueueExit.ABANDONED)));
        offer();
        if (caller.isAlone() && waitingAlone(known) > known.line().maxWaiting()) {
            remove(caller);
            refuse(caller, "full");
            return;
        }
        publish(known.name());
        tellToWait(caller);
    }

    void leave(ClaimToken ticket, QueueExit exit) {
        Caller caller = line.get(ticket);
        if (caller == null) {
            return;
        }
        remove(caller);
        caller.unanswered().forEach(agents::release);
        count(caller.queue().name(), exit, owner.clock().nanoTime() - caller.enteredNanos());
    }

    /// The agent that was reserved for a caller answered.
    void answered(ClaimToken token) {
        callerOf(token).ifPresent(caller -> caller.answered(token));
    }

    /// An agent did not take the call, and is about to be released.
    void untaken(ClaimToken token) {
        callerOf(token).ifPresent(caller -> caller.release(token).ifPresent(a -> rest(caller, a)));
    }

    private void rest(Caller caller, String agent) {
        caller.rest(agent);
        owner.schedule(
                caller.queue().line().retry().toNanos(),
                () -> {
                    caller.rested(agent);
                    offerAgents();
                });
    }

    /// A reservation is over, and its agent perhaps free.
    void released(ClaimToken token) {
        callerOf(token).ifPresent(caller -> caller.release(token));
        offerAgents();
    }

    /// Each caller, the first first, gets of those who are free whom it may have; those who get
    /// nobody are told, once, that they wait.
    void offerAgents() {
        offer();
        List.copyOf(line.values()).forEach(this::tellToWait);
    }

    private void offer() {
        List.copyOf(line.values()).forEach(this::offer);
    }

    private void offer(Caller caller) {
        if (isClosed(caller)) {
            if (line.containsKey(caller.ticket()) && caller.isAlone()) {
                remove(caller);
                refuse(caller, "closed");
            }
            return;
        }
        for (String agent : choice(caller)) {
            // Whoever was given back meanwhile may have gone to another caller.
            if (agents.freeSince(agent).isPresent()
                    && !agents.reserve(
                            agent, caller.reserve(agent), caller.lease(), caller.call())) {
                leave(caller.ticket(), QueueExit.ABANDONED);
                return;
            }
        }
    }

    /// Whom a caller is offered to now.
    private List<String> choice(Caller caller) {
        if (!line.containsKey(caller.ticket()) || !caller.wantsMore()) {
            return List.of();
        }
        Stream<String> free =
                caller.queue().agents().stream()
                        .filter(agent -> agents.freeSince(agent).isPresent())
                        .filter(agent -> !caller.rests(agent));
        return switch (caller.queue().strategy()) {
            case RING_ALL -> free.toList();
            case LINEAR -> free.limit(1).toList();
            case LONGEST_IDLE ->
                    free.min(Comparator.comparingLong(this::freeSince)).stream().toList();
        };
    }

    private long freeSince(String agent) {
        return agents.freeSince(agent).orElse(Long.MAX_VALUE);
    }

    private void tellToWait(Caller caller) {
        if (line.containsKey(caller.ticket())
                && caller.mustBeToldToWait()
                && !caller.call().offer(new CallInput.QueueWaiting(caller.ticket()))) {
            leave(caller.ticket(), QueueExit.ABANDONED);
        }
    }

    private void refuse(Caller caller, String reason) {
        caller.call()
                .offer(new CallInput.AgentRefused(caller.queue().name(), caller.ticket(), reason));
        count(caller.queue().name(), QueueExit.OVERFLOWED, 0);
    }

    private void remove(Caller caller) {
        caller.left();
        line.remove(caller.ticket());
    }

    /// The caller for whom an agent is reserved.
    private Optional<Caller> callerOf(ClaimToken token) {
        return Optional.ofNullable(line.get(new ClaimToken(token.call(), token.attempt())))
                .filter(caller -> caller.hasReserved(token));
    }

    private long waitingAlone(QueueConfig queue) {
        return line.values().stream()
                .filter(caller -> caller.queue().name().equals(queue.name()) && caller.isAlone())
                .count();
    }

    private boolean isServed(QueueConfig queue) {
        return queue.agents().stream()
                .map(agents::presenceOf)
                .anyMatch(presence -> presence == Presence.AVAILABLE || presence == Presence.BUSY);
    }

    /// What the agent says who is nearest to taking calls.
    private String whyNotServed(QueueConfig queue) {
        return queue.agents().stream()
                .map(agents::presenceOf)
                .max(Presence::compareTo)
                .orElse(Presence.OFFLINE)
                .key();
    }

    private void count(String queue, QueueExit exit, long waitedNanos) {
        figures.computeIfPresent(queue, (_, before) -> before.with(exit));
        publish(queue);
        listeners.forEach(each -> each.left(queue, exit, waitedNanos));
    }

    private void publish(String queue) {
        List<Caller> inLine =
                line.values().stream().filter(c -> c.queue().name().equals(queue)).toList();
        figures.computeIfPresent(
                queue,
                (_, before) ->
                        before.withLine(
                                inLine.size(),
                                inLine.isEmpty() ? 0 : inLine.getFirst().enteredNanos()));
    }
}
