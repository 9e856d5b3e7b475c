package offhook.agent;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import offhook.call.CallInbox;
import offhook.call.ClaimToken;
import offhook.config.QueueConfig;
import offhook.runtime.Owner;

/// One caller in a queue. Owned by the registry's owner.
final class Caller {

    private final ClaimToken ticket;
    private final Duration lease;
    private final CallInbox call;
    private final long enteredNanos;

    /// Agents that are reserved for it.
    private final Map<ClaimToken, String> reserved = new HashMap<>();

    /// Agents that did not take the call; others come first for a while.
    private final Set<String> resting = new HashSet<>();

    private QueueConfig queue;
    private Optional<Owner.Deadline> lapse = Optional.empty();
    private Optional<ClaimToken> answeredBy = Optional.empty();
    private int rounds;
    private boolean toldToWait;

    Caller(
            QueueConfig queue,
            ClaimToken ticket,
            Duration lease,
            CallInbox call,
            long enteredNanos) {
        this.queue = queue;
        this.ticket = ticket;
        this.lease = lease;
        this.call = call;
        this.enteredNanos = enteredNanos;
    }

    QueueConfig queue() {
        return queue;
    }

    /// Its queue is configured otherwise from now on.
    void goesBy(QueueConfig now) {
        queue = now;
    }

    ClaimToken ticket() {
        return ticket;
    }

    Duration lease() {
        return lease;
    }

    CallInbox call() {
        return call;
    }

    long enteredNanos() {
        return enteredNanos;
    }

    /// It is forgotten then, unless it leaves before.
    void lapsesAt(Owner.Deadline deadline) {
        lapse = Optional.of(deadline);
    }

    void left() {
        lapse.ifPresent(Owner.Deadline::cancel);
    }

    /// Whether more agents may be reserved for it.
    boolean wantsMore() {
        return answeredBy.isEmpty()
                && (reserved.isEmpty() || queue.strategy() == QueueConfig.Strategy.RING_ALL);
    }

    boolean isAlone() {
        return reserved.isEmpty();
    }

    boolean rests(String agent) {
        return resting.contains(agent);
    }

    void rest(String agent) {
        resting.add(agent);
    }

    void rested(String agent) {
        resting.remove(agent);
    }

    /// One more agent is about to be reserved.
    ClaimToken reserve(String agent) {
        rounds++;
        ClaimToken token = ticket.ofRound(rounds);
        reserved.put(token, agent);
        return token;
    }

    /// An agent is not reserved any more.
    ///
    /// @return who; empty when it was not
    Optional<String> release(ClaimToken token) {
        answeredBy = answeredBy.filter(by -> !by.equals(token));
        return Optional.ofNullable(reserved.remove(token));
    }

    void answered(ClaimToken by) {
        answeredBy = Optional.of(by);
    }

    /// What is reserved for it, but for the agent that it talks to.
    List<ClaimToken> unanswered() {
        return reserved.keySet().stream()
                .filter(token -> !answeredBy.equals(Optional.of(token)))
                .toList();
    }

    boolean hasReserved(ClaimToken token) {
        return reserved.containsKey(token);
    }

    /// Whether it is to be told that it has to wait: once.
    boolean mustBeToldToWait() {
        boolean first = !toldToWait && reserved.isEmpty();
        toldToWait |= first;
        return first;
    }
}
