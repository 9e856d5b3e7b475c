package offhook.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import offhook.call.AgentDirectory;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.ClaimToken;
import offhook.call.QueueExit;
import offhook.config.QueueConfig;
import offhook.runtime.Owner;

/// The agents of this node: who has pages open, who wants calls, who is reserved for which call.
///
/// Owned by its [Owner]. The methods of [AgentDirectory] post to it from any thread; those named
/// after what a page does (`signedIn` and so on) are called on it. One agent holds at most one
/// claim, or as many as it may have calls: that is what keeps two calls from ringing one person.
public final class AgentRegistry implements AgentDirectory {

    private final Owner owner;
    private final CallerQueues queues;
    private final int maxOthers;

    /// Of the configuration. Set before the owner is started, then on it.
    private Set<String> names;

    private final Map<String, AgentEntry> agents = new HashMap<>();
    private final Map<ClaimToken, AgentEntry> claims = new HashMap<>();
    private final List<PresenceListener> listeners = new ArrayList<>();
    // Written by the owner, read by any thread.
    private final Map<String, AgentStatus> published = new ConcurrentHashMap<>();

    /// For the agents of the configuration alone.
    public AgentRegistry(Owner owner, Collection<String> names) {
        this(owner, names, List.of(), 0);
    }

    /// @param owner the thread that owns the registry; whoever made it starts and stops it
    /// @param names sign-in names of the agents of the configuration
    /// @param lines the queues that callers can wait in
    /// @param maxOthers how many others may be there at one time, whom only a token names
    public AgentRegistry(
            Owner owner, Collection<String> names, List<QueueConfig> lines, int maxOthers) {
        this.owner = owner;
        this.maxOthers = maxOthers;
        this.names = Set.copyOf(names);
        this.queues = new CallerQueues(lines, new Own(), owner);
        names.forEach(this::know);
    }

    private AgentEntry know(String name) {
        AgentEntry entry = new AgentEntry(name);
        entry.changed(owner.clock().nanoTime());
        agents.put(name, entry);
        published.put(name, entry.status());
        return entry;
    }

    /// Other agents and queues are configured from now on. Whoever is configured no more is there
    /// as long as it has a page or a call. Who waits in a queue that is left out, and rings nobody,
    /// is led on at once, as if the queue had refused it; the others when nobody took the call. On
    /// the owner.
    ///
    /// @param users how many calls each agent may have, by its name
    /// @param lines the queues that callers can wait in
    public void reconfigured(Map<String, Integer> users, Collection<QueueConfig> lines) {
        Set<String> before = names;
        names = Set.copyOf(users.keySet());
        users.forEach((name, calls) -> {
            AgentEntry entry = agents.get(name);
            (entry == null ? know(name) : entry).allow(calls);
        });
        queues.reconfigured(lines);
        before.forEach(name -> {
            AgentEntry entry = agents.get(name);
            if (entry != null) {
                forget(entry);
            }
        });
    }

    /// Lets an agent have several calls: those that come while it talks ring, too. Before the owner
    /// is started.
    ///
    /// @param calls at once, those that ring counted; 1 unless said
    public void allowCalls(String agent, int calls) {
        known(agent).allow(calls);
    }

    /// The thread that owns the registry.
    public Owner owner() {
        return owner;
    }

    /// Whom to tell of changes. Before the owner is started, or on it.
    public void addListener(PresenceListener listener) {
        listeners.add(listener);
    }

    /// Whom to tell of callers who come out of queues. Any thread.
    public void addListener(QueueListener listener) {
        queues.addListener(listener);
    }

    /// The agent's presence as last published; empty for an unknown name. Any thread.
    public Optional<Presence> presence(String agent) {
        return Optional.ofNullable(published.get(agent)).map(AgentStatus::presence);
    }

    /// How each agent stands, at about one moment. Any thread.
    public Map<String, AgentStatus> statuses() {
        return Map.copyOf(published);
    }

    @Override
    public void claim(String agent, ClaimToken token, Duration lease, CallInbox replyTo) {
        if (!owner.post(() -> onClaim(agent, token, lease, replyTo))) {
            replyTo.offer(new CallInput.AgentRefused(agent, token, "timeout"));
        }
    }

    @Override
    public void confirm(ClaimToken token) {
        owner.postEnding(() -> onConfirm(token));
    }

    @Override
    public void release(ClaimToken token) {
        owner.postEnding(() -> onRelease(token));
    }

    @Override
    public void untaken(ClaimToken token, boolean missed) {
        owner.postEnding(() -> onUntaken(token, missed));
    }

    @Override
    public void enter(String queue, ClaimToken ticket, Duration lease, CallInbox replyTo) {
        if (!owner.post(() -> queues.enter(queue, ticket, lease, replyTo))) {
            replyTo.offer(new CallInput.AgentRefused(queue, ticket, "timeout"));
        }
    }

    @Override
    public void leave(ClaimToken ticket, QueueExit exit) {
        owner.postEnding(() -> queues.leave(ticket, exit));
    }

    /// How an agent stands; empty for an unknown name. Any thread.
    public Optional<AgentStatus> status(String agent) {
        return Optional.ofNullable(published.get(agent));
    }

    /// The queues there are.
    public Set<String> queueNames() {
        return queues.names();
    }

    /// What operators do to queues.
    public QueueOperator queueOperator() {
        return new QueueOperator(owner, queues);
    }

    /// How a queue stands; one that is left out by now has nobody. Any thread.
    public QueueStatus queue(String name) {
        return queues.config(name)
                .map(queue -> queue(name, queue))
                .orElseGet(() -> QueueStatus.leftOut(queues.figures(name), queues.callers(name)));
    }

    private QueueStatus queue(String name, QueueConfig queue) {
        return new QueueStatus(
                queue.strategy().key(),
                queue.agents(),
                (int)
                        queue.agents().stream()
                                .filter(a -> !queues.paused(name).contains(a))
                                .filter(a -> presence(a).equals(Optional.of(Presence.AVAILABLE)))
                                .count(),
                queues.figures(name),
                queues.isClosed(name),
                queues.paused(name),
                queues.callers(name));
    }

    /// Whether an agent may sign in: one of the configuration, or one of as many others as there
    /// may be, who exists from now on until it has no page and no call.
    public boolean admit(String agent) {
        if (!agents.containsKey(agent)) {
            if (agents.size() - names.size() >= maxOthers) {
                return false;
            }
            agents.put(agent, new AgentEntry(agent));
        }
        return true;
    }

    /// A page of the agent connected. The page's wish counts when it is the agent's only page;
    /// otherwise what the agent last said stays.
    ///
    /// @return the agent's presence from now on
    public Presence signedIn(String agent, String instance, boolean available) {
        AgentEntry entry = known(agent);
        entry.pageConnected(instance, available);
        return publish(entry);
    }

    /// A page of the agent is gone or lost its connection; nothing when it was gone before.
    public void signedOut(String agent, String instance) {
        AgentEntry entry = agents.get(agent);
        if (entry != null) {
            entry.pageGone(instance);
            publish(entry);
            forget(entry);
        }
    }

    /// What is known now of whether a call would reach the agent at a page. A page of which nothing
    /// is known counts as one that can be reached.
    public void reached(String agent, String instance, Reach reach) {
        AgentEntry entry = agents.get(agent);
        if (entry != null) {
            entry.pageReached(instance, reach);
            publish(entry);
        }
    }

    /// The agent said on any of its pages whether calls may be offered.
    ///
    /// @return the agent's presence from now on
    public Presence wished(String agent, boolean available) {
        AgentEntry entry = known(agent);
        entry.wish(available);
        return publish(entry);
    }

    /// A page of the agent calls somebody.
    ///
    /// @return false, and nothing is changed, when the agent is in as many calls as it may be,
    ///   those that ring counted
    public boolean engaged(String agent, CallId call) {
        AgentEntry entry = known(agent);
        if (!entry.hasRoom()) {
            return false;
        }
        ClaimToken token = own(call);
        entry.engage(token);
        claims.put(token, entry);
        publish(entry);
        return true;
    }

    /// The call that the agent made is over.
    public void disengaged(String agent, CallId call) {
        if (known(agent).isClaimedBy(own(call))) {
            onRelease(own(call));
        }
    }

    /// The claim of the one who calls; those of calls count from 0.
    private static ClaimToken own(CallId call) {
        return new ClaimToken(call, -1);
    }

    private void onClaim(String agent, ClaimToken token, Duration lease, CallInbox replyTo) {
        AgentEntry entry = agents.get(agent);
        if (entry == null) {
            replyTo.offer(new CallInput.AgentRefused(agent, token, "unknown"));
            return;
        }
        if (!entry.isClaimedBy(token)) {
            if (!entry.takesCalls()) {
                replyTo.offer(new CallInput.AgentRefused(agent, token, entry.presence().key()));
                return;
            }
            reserve(entry, token, lease);
        }
        if (!replyTo.offer(new CallInput.AgentClaimed(agent, token))) {
            // The call is gone or cannot take in the reply: nobody would ever release.
            onRelease(token);
        }
    }

    private void reserve(AgentEntry entry, ClaimToken token, Duration lease) {
        entry.claim(token, owner.schedule(lease.toNanos(), () -> onRelease(token)));
        claims.put(token, entry);
        publish(entry);
    }

    private void onConfirm(ClaimToken token) {
        AgentEntry entry = claims.get(token);
        if (entry != null) {
            entry.confirm(token);
            publish(entry);
            queues.answered(token);
        }
    }

    private void onUntaken(ClaimToken token, boolean missed) {
        AgentEntry entry = claims.get(token);
        if (entry != null && missed) {
            entry.missed(queues.mayMiss(token));
        }
        // Before the agent is free: it must not be reserved for the same caller again.
        queues.untaken(token);
        onRelease(token);
    }

    /// Also what a lease that lapsed does.
    private void onRelease(ClaimToken token) {
        AgentEntry entry = claims.remove(token);
        if (entry == null) {
            // Of a ticket: a call that ends by a defect gives everything back in one way.
            queues.leave(token, QueueExit.ABANDONED);
            return;
        }
        entry.release(token);
        publish(entry);
        queues.released(token);
        forget(entry);
    }

    /// Who is not of the configuration exists only as long as it is there, or in a call.
    private void forget(AgentEntry entry) {
        if (!names.contains(entry.name()) && entry.isGone()) {
            agents.remove(entry.name(), entry);
            published.remove(entry.name());
        }
    }

    private AgentEntry known(String agent) {
        AgentEntry entry = agents.get(agent);
        if (entry == null) {
            throw new IllegalArgumentException("no agent of this name");
        }
        return entry;
    }

    private Presence publish(AgentEntry entry) {
        AgentStatus before = statusOf(entry);
        if (entry.presence() != before.presence()) {
            entry.changed(owner.clock().nanoTime());
        }
        AgentStatus now = entry.status();
        published.put(entry.name(), now);
        boolean changed = now.presence() != before.presence();
        if (changed || !now.reason().equals(before.reason())) {
            listeners.forEach(listener -> listener.presenceChanged(entry.name(), now));
        }
        if (changed && now.presence() == Presence.AVAILABLE) {
            queues.offerAgents();
        }
        // Whom the queues reserved is not free any more.
        return entry.presence();
    }

    private AgentStatus statusOf(AgentEntry entry) {
        return published.getOrDefault(entry.name(), AgentStatus.GONE);
    }

    /// What the queues do with the agents.
    private final class Own implements Reservations {

        @Override
        public OptionalLong freeSince(String agent) {
            AgentEntry entry = agents.get(agent);
            return entry != null && entry.presence() == Presence.AVAILABLE
                    ? OptionalLong.of(entry.sinceNanos())
                    : OptionalLong.empty();
        }

        @Override
        public Presence presenceOf(String agent) {
            AgentEntry entry = agents.get(agent);
            return entry == null ? Presence.OFFLINE : entry.presence();
        }

        @Override
        public boolean reserve(String agent, ClaimToken token, Duration lease, CallInbox call) {
            AgentRegistry.this.reserve(known(agent), token, lease);
            return call.offer(new CallInput.AgentClaimed(agent, token));
        }

        @Override
        public void release(ClaimToken token) {
            onRelease(token);
        }
    }
}
