package offhook.agent;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import offhook.call.CallId;
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

    private final Map<String, List<QueueCaller>> callers = new ConcurrentHashMap<>();
    private final Set<String> closed = ConcurrentHashMap.newKeySet();
    private final Map<String, List<String>> paused = new ConcurrentHashMap<>();

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
        forgetPauses();
        offerAgents();
        figures.keySet().retainAll(queues.keySet());
        callers.keySet().retainAll(queues.keySet());
        paused.keySet().retainAll(queues.keySet());
        closed.retainAll(queues.keySet());
    }

    /// Who serves a queue no more is not paused in it any more either.
    private void forgetPauses() {
        queues.forEach((name, queue) ->
                paused.computeIfPresent(
                        name,
                        (_, agents) -> agents.stream().filter(queue.agents()::contains).toList()));
    }

    /// Whether nobody may wait in the queue of a caller: an operator closed it, or it is configured
    /// no more.
    private boolean isClosed(Caller caller) {
        return isClosed(caller.queue().name()) || !queues.containsKey(caller.queue().name());
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

    /// Who waits in a queue, the first first. Any thread.
    List<QueueCaller> callers(String queue) {
        return callers.getOrDefault(queue, List.of());
    }

    /// Whether nobody may wait in a queue. Any thread.
    boolean isClosed(String queue) {
        return closed.contains(queue);
    }

    /// Agents who are offered no callers of a queue. Any thread.
    List<String> paused(String queue) {
        return paused.getOrDefault(queue, List.of());
    }

    /// Lets nobody wait in a queue any more, or again.
    ///
    /// @return whether that is new
    boolean close(String queue, boolean wanted) {
        boolean news =
                wanted ? queues.containsKey(queue) && closed.add(queue) : closed.remove(queue);
        offerAgents();
        return news;
    }

    /// Offers an agent no callers of a queue any more, or again.
    ///
    /// @return whether the agent serves it
    boolean pause(String queue, String agent, boolean wanted) {
        if (config(queue).filter(known -> known.agents().contains(agent)).isEmpty()) {
            return false;
        }
        Stream<String> others = paused(queue).stream().filter(each -> !each.equals(agent));
        paused.put(queue, Stream.concat(others, wanted ? Stream.of(agent) : Stream.of()).toList());
        offerAgents();
        return true;
    }

    /// Has a caller for whom nobody rings go on to what follows the queue.
    ///
    /// @return whether there is such a caller
    boolean sendOn(String queue, CallId call) {
        Optional<Caller> waits =
                line.values().stream()
                        .filter(caller -> caller.queue().name().equals(queue))
                        .filter(caller -> caller.ticket().call().equals(call) && caller.isAlone())
                        .findFirst();
        waits.ifPresent(caller -> sendOn(caller, "sent-on"));
        return waits.isPresent();
    }

    private void sendOn(Caller caller, String why) {
        remove(caller);
        long waited = owner.clock().nanoTime() - caller.enteredNanos();
        refuse(caller, why, waited);
    }

    /// The most calls in a row that an agent may let ring of the queue that reserved it; 0: any
    /// number.
    OptionalInt mayMiss(ClaimToken token) {
        return callerOf(token).stream()
                .mapToInt(caller -> caller.queue().line().awayAfterMissed())
                .findFirst();
    }

    void enter(String queue, ClaimToken ticket, Duration lease, CallInbox call) {
        QueueConfig known = queues.get(queue);
        if (known == null) {
            call.offer(new CallInput.AgentRefused(queue, ticket, "unknown"));
            return;
        }
        Caller caller = new Caller(known, ticket, lease, call, owner.clock().nanoTime());
        if (isClosed(queue)) {
            refuse(caller, "closed", 0);
            return;
        }
        if (!known.line().withoutAgents() && !isServed(known)) {
            refuse(caller, whyNotServed(known), 0);
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
            refuse(caller, "full", 0);
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
        callerOf(token)
                .ifPresent(caller -> {
                    caller.release(token).ifPresent(agent -> rest(caller, agent));
                    publish(caller.queue().name());
                });
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
        callerOf(token)
                .ifPresent(caller -> {
                    caller.release(token);
                    publish(caller.queue().name());
                });
        offerAgents();
    }

    /// Each caller, the first first, gets of those who are free whom it may have; those who get
    /// nobody are told, once, that they wait.
    void offerAgents() {
        offer();
        List.copyOf(line.values()).forEach(this::tellToWait);
        line.values().stream()
                .map(caller -> caller.queue().name())
                .distinct()
                .forEach(this::publish);
    }

    private void offer() {
        List.copyOf(line.values()).forEach(this::offer);
    }

    private void offer(Caller caller) {
        if (isClosed(caller)) {
            if (line.containsKey(caller.ticket()) && caller.isAlone()) {
                sendOn(caller, "closed");
            }
            return;
        }
        List<String> chosen = choice(caller);
        for (String agent : chosen) {
            // Whoever was given back meanwhile may have gone to another caller.
            if (agents.freeSince(agent).isPresent()
                    && !agents.reserve(
                            agent, caller.reserve(agent), caller.lease(), caller.call())) {
                leave(caller.ticket(), QueueExit.ABANDONED);
                return;
            }
        }
        if (!chosen.isEmpty()) {
            publish(caller.queue().name());
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
                        .filter(agent -> !caller.rests(agent))
                        .filter(agent -> !paused(caller.queue().name()).contains(agent));
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

    private void refuse(Caller caller, String reason, long waitedNanos) {
        caller.call()
                .offer(new CallInput.AgentRefused(caller.queue().name(), caller.ticket(), reason));
        count(caller.queue().name(), QueueExit.OVERFLOWED, waitedNanos);
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
        return serving(queue)
                .anyMatch(presence -> presence == Presence.AVAILABLE || presence == Presence.BUSY);
    }

    /// What those do who serve it and are not paused.
    private Stream<Presence> serving(QueueConfig queue) {
        return queue.agents().stream()
                .filter(agent -> !paused(queue.name()).contains(agent))
                .map(agents::presenceOf);
    }

    /// What the agent says who is nearest to taking calls.
    private String whyNotServed(QueueConfig queue) {
        return serving(queue).max(Presence::compareTo).orElse(Presence.OFFLINE).key();
    }

    private void count(String queue, QueueExit exit, long waitedNanos) {
        figures.computeIfPresent(queue, (_, before) -> before.with(exit));
        publish(queue);
        listeners.forEach(each -> each.left(queue, exit, waitedNanos));
    }

    private void publish(String queue) {
        if (!queues.containsKey(queue)) {
            callers.remove(queue); // left out while somebody rang
            return;
        }
        List<Caller> inLine =
                line.values().stream().filter(c -> c.queue().name().equals(queue)).toList();
        callers.put(
                queue,
                inLine.stream()
                        .map(caller ->
                                new QueueCaller(
                                        caller.ticket().call(),
                                        caller.enteredNanos(),
                                        caller.reservedAgents()))
                        .toList());
        figures.computeIfPresent(
                queue,
                (_, before) ->
                        before.withLine(
                                inLine.size(),
                                inLine.isEmpty() ? 0 : inLine.getFirst().enteredNanos()));
    }
}
