package offhook.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.AgentRefused;
import offhook.call.CallInput.QueueWaiting;
import offhook.call.ClaimToken;
import offhook.call.QueueExit;
import offhook.config.QueueConfig;
import offhook.config.QueueConfig.Strategy;
import offhook.config.QueueLine;
import offhook.runtime.Owner;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class CallerQueuesTest {

    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final long SECOND = 1_000_000_000L;

    private long nowNanos;
    private Owner owner;
    private AgentRegistry registry;

    @BeforeMethod
    public void freshRegistry() {
        nowNanos = 1_000;
        owner =
                new Owner(
                        "test",
                        () -> nowNanos,
                        256,
                        defect -> {
                            throw defect;
                        });
        registry =
                new AgentRegistry(
                        owner,
                        List.of("alice", "bob", "carol"),
                        List.of(
                                queue("idle", Strategy.LONGEST_IDLE, "alice", "bob", "carol"),
                                queue("linear", Strategy.LINEAR, "bob", "alice"),
                                queue("all", Strategy.RING_ALL, "alice", "bob"),
                                queue("alone", Strategy.LINEAR, "carol")),
                        0);
    }

    private static QueueConfig queue(String name, Strategy strategy, String... agents) {
        return new QueueConfig(
                name,
                List.of(agents),
                strategy,
                Duration.ofSeconds(20),
                new QueueLine(
                        Duration.ofSeconds(60),
                        2,
                        true,
                        false,
                        Duration.ofSeconds(5),
                        2,
                        Optional.empty()));
    }

    @Test
    public void whoHasBeenFreeForLongestIsRung() {
        signIn("carol", "bob", "alice");

        assertThat(enter("idle").agents()).containsExactly("carol");
        assertThat(enter("idle").agents()).containsExactly("bob");
    }

    @Test
    public void whoDeclinesGoesToTheEnd() {
        signIn("carol", "bob", "alice");
        Waiter first = enter("idle");
        first.untaken("carol", false);

        assertThat(first.agents()).containsExactly("carol", "bob");
        assertThat(enter("idle").agents()).containsExactly("alice");
        assertThat(enter("idle").agents()).containsExactly("carol");
    }

    @Test
    public void firstOfTheListIsRungWhereTheQueueSaysSo() {
        signIn("alice", "bob");

        assertThat(enter("linear").agents()).containsExactly("bob");
        assertThat(enter("linear").agents()).containsExactly("alice");
    }

    @Test
    public void allAreRungAndWhoComesFreeJoins() {
        signIn("alice", "bob");
        Waiter other = enter("linear");
        Waiter caller = enter("all");
        assertThat(caller.agents()).containsExactly("alice");

        other.leave(QueueExit.ABANDONED);

        assertThat(caller.agents()).containsExactly("alice", "bob");
    }

    @Test
    public void thoseWhoRangInVainGoToTheNextCaller() {
        signIn("alice", "bob");
        Waiter first = enter("all");
        Waiter second = enter("all");
        assertThat(second.inputs).containsExactly(new QueueWaiting(second.ticket));

        registry.confirm(first.tokenOf("bob"));
        registry.release(first.tokenOf("alice"));
        owner.runPending();

        assertThat(second.agents()).containsExactly("alice");
        assertThat(first.agents()).containsExactly("alice", "bob");
    }

    @Test
    public void agentWhoComesFreeGetsWhoHasWaitedForLongestInWhicheverQueue() {
        signIn("carol");
        Waiter talking = enter("idle");
        Waiter alone = enter("alone");
        Waiter idle = enter("idle");

        registry.confirm(talking.tokenOf("carol"));
        talking.leave(QueueExit.ANSWERED);
        assertThat(alone.agents()).isEmpty();
        registry.release(talking.tokenOf("carol"));
        owner.runPending();

        assertThat(alone.agents()).containsExactly("carol");
        assertThat(idle.agents()).isEmpty();
    }

    @Test
    public void agentWhoDoesNotTakeACallerIsOfferedItAgainAfterAPause() {
        signIn("carol");
        Waiter caller = enter("alone");
        caller.untaken("carol", false);
        assertThat(caller.inputs).contains(new QueueWaiting(caller.ticket));
        Waiter next = enter("alone");
        assertThat(next.agents()).containsExactly("carol");
        next.leave(QueueExit.ABANDONED);
        assertThat(caller.agents()).containsExactly("carol");

        pass(5);

        assertThat(caller.agents()).containsExactly("carol", "carol");
    }

    @Test
    public void agentWhoLetsCallsRingIsAwayUntilItSaysOtherwise() {
        signIn("carol");
        Waiter caller = enter("alone");
        caller.untaken("carol", true);
        assertThat(registry.presence("carol")).contains(Presence.AVAILABLE);
        missOwnCall("carol");
        assertThat(registry.presence("carol")).contains(Presence.AVAILABLE);
        pass(5);
        caller.untaken("carol", true);

        assertThat(registry.presence("carol")).contains(Presence.AWAY);
        assertThat(registry.status("carol").orElseThrow().reason()).isEqualTo("missed-calls");
        assertThat(registry.status("carol").orElseThrow().missed()).isEqualTo(3);
        pass(60);
        assertThat(caller.agents()).hasSize(2);

        registry.wished("carol", true);
        assertThat(caller.agents()).hasSize(3);
        assertThat(registry.status("carol").orElseThrow().reason()).isEmpty();
    }

    @Test
    public void whoAnswersBetweenHasMissedNothing() {
        signIn("carol");
        Waiter first = enter("alone");
        first.untaken("carol", true);
        pass(5);
        registry.confirm(first.lastToken());
        first.leave(QueueExit.ANSWERED);
        registry.release(first.lastToken());
        owner.runPending();

        enter("alone").untaken("carol", true);

        assertThat(registry.presence("carol")).contains(Presence.AVAILABLE);
    }

    @Test
    public void queueWithoutAgentsAndFullOneRefuse() {
        registry.signedIn("carol", "p", false);
        assertThat(enter("alone").refusal()).isEqualTo("away");
        assertThat(enter("linear").refusal()).isEqualTo("offline");
        registry.wished("carol", true);
        enter("alone");
        enter("alone");
        enter("alone");

        assertThat(enter("alone").refusal()).isEqualTo("full");
        assertThat(registry.queue("alone").figures())
                .isEqualTo(new QueueFigures(3, nowNanos, 0, 0, 2));
    }

    @Test
    public void whoWaitsIsKnownWithWhoIsOfferedToIt() {
        signIn("alice", "bob");
        Waiter first = enter("linear");
        long firstNanos = nowNanos;
        nowNanos += 3 * SECOND;
        Waiter second = enter("all");
        Waiter third = enter("all");

        assertThat(registry.queue("linear").callers())
                .containsExactly(new QueueCaller(first.id, firstNanos, List.of("bob")));
        assertThat(registry.queue("all").callers())
                .containsExactly(
                        new QueueCaller(second.id, nowNanos, List.of("alice")),
                        new QueueCaller(third.id, nowNanos, List.of()));

        // Bob goes on to the next who may have him, and then nobody is offered to the first.
        first.untaken("bob", false);
        assertThat(registry.queue("linear").callers())
                .containsExactly(new QueueCaller(first.id, firstNanos, List.of()));
        assertThat(registry.queue("all").callers().getFirst().offered())
                .containsExactly("alice", "bob");

        second.leave(QueueExit.ABANDONED);
        assertThat(registry.queue("all").callers())
                .extracting(QueueCaller::call)
                .containsExactly(third.id);
    }

    @Test
    public void whoLeavesGivesBackAllThatWasReservedForIt() {
        signIn("alice", "bob");
        Waiter caller = enter("all");

        caller.leave(QueueExit.ABANDONED);
        caller.leave(QueueExit.ABANDONED);

        assertThat(registry.presence("alice")).contains(Presence.AVAILABLE);
        assertThat(registry.presence("bob")).contains(Presence.AVAILABLE);
        assertThat(registry.queue("all").figures()).isEqualTo(new QueueFigures(0, 0, 0, 1, 0));
    }

    @Test
    public void callThatIsGoneWithoutAWordHoldsNobody() {
        signIn("alice", "bob");
        Waiter gone = new Waiter();
        gone.open = false;
        registry.enter("all", gone.ticket, LEASE, gone);
        owner.runPending();

        assertThat(enter("all").agents()).containsExactly("alice", "bob");
    }

    @Test
    public void reservationsAndCallersOfALostCallLapse() {
        signIn("alice", "bob");
        Waiter lost = enter("linear");
        Waiter waiting = enter("linear");
        waiting.untaken("alice", false);

        pass(LEASE.toSeconds());
        assertThat(lost.agents()).contains("bob");
        pass(3600);
        assertThat(registry.queue("linear").figures().waiting()).isZero();
    }

    @Test
    public void agentWhosePageIsGoneIsOfferedNothingAndAnotherOneIs() {
        signIn("bob", "alice");
        Waiter caller = enter("linear");
        registry.signedOut("bob", "p");
        caller.untaken("bob", false);

        assertThat(caller.agents()).containsExactly("bob", "alice");
        assertThat(registry.presence("bob")).contains(Presence.OFFLINE);
    }

    @Test
    public void whoWaitsGoesByWhatIsConfiguredNow() {
        signIn("alice", "carol");
        Waiter ringing = enter("alone");
        Waiter waiting = enter("alone");
        assertThat(waiting.agents()).isEmpty();

        registry.reconfigured(
                Map.of("alice", 1, "bob", 1, "carol", 1, "dave", 1),
                List.of(queue("alone", Strategy.LINEAR, "dave", "alice")));

        assertThat(waiting.agents()).containsExactly("alice");
        assertThat(ringing.agents()).containsExactly("carol");
        assertThat(registry.queueNames()).containsExactly("alone");
        assertThat(registry.queue("alone").agents()).containsExactly("dave", "alice");
        assertThat(registry.presence("dave")).contains(Presence.OFFLINE);
    }

    @Test
    public void queueThatIsLeftOutLetsItsCallersGoUnlessTheyRing() {
        signIn("carol");
        Waiter ringing = enter("alone");
        Waiter waiting = enter("alone");

        registry.reconfigured(Map.of("alice", 1, "bob", 1, "carol", 1), List.of());

        assertThat(waiting.inputs.getLast())
                .isEqualTo(new AgentRefused("alone", waiting.ticket, "closed"));
        assertThat(ringing.agents()).containsExactly("carol");
        assertThat(ringing.inputs).hasSize(1);

        ringing.untaken("carol", true);

        assertThat(ringing.inputs.getLast())
                .isEqualTo(new AgentRefused("alone", ringing.ticket, "closed"));
        assertThat(enter("alone").refusal()).isEqualTo("unknown");
        assertThat(registry.presence("carol")).contains(Presence.AVAILABLE);
    }

    @Test
    public void agentWhoIsLeftOutIsThereUntilItsCallAndItsPageAreOver() {
        signIn("carol", "bob");
        Waiter talking = enter("alone");
        registry.confirm(talking.lastToken());
        owner.runPending();

        registry.reconfigured(
                Map.of("alice", 1), List.of(queue("linear", Strategy.LINEAR, "alice")));
        assertThat(registry.statuses()).containsKeys("alice", "bob", "carol");

        registry.signedOut("bob", "p");
        registry.signedOut("carol", "p");
        assertThat(registry.statuses()).containsOnlyKeys("alice", "carol");
        registry.release(talking.lastToken());
        owner.runPending();

        assertThat(registry.statuses()).containsOnlyKeys("alice");
        assertThat(registry.admit("carol")).isFalse();
    }

    @Test
    public void closedQueueSendsOnWhoWaitsAndWhoComesUntilItIsOpened() {
        signIn("carol");
        Waiter rung = enter("alone");
        Waiter waits = enter("alone");
        operate(() -> close(true));

        assertThat(refusals(waits)).containsExactly("closed");
        assertThat(enter("alone").refusal()).isEqualTo("closed");
        assertThat(registry.queue("alone").closed()).isTrue();
        assertThat(registry.queue("alone").callers())
                .extracting(QueueCaller::call)
                .containsExactly(rung.id);

        // Nobody else is rung for who was being rung for.
        rung.untaken("carol", false);
        assertThat(refusals(rung)).containsExactly("closed");
        assertThat(registry.queue("alone").figures().overflowed()).isEqualTo(3);

        operate(() -> close(false));
        assertThat(enter("alone").agents()).containsExactly("carol");
    }

    @Test
    public void pausedAgentIsOfferedNobodyOfThatQueue() {
        signIn("alice", "bob");
        operate(() -> registry.queueOperator().pause("linear", "bob", true));

        assertThat(enter("linear").agents()).containsExactly("alice");
        assertThat(registry.queue("linear").paused()).containsExactly("bob");
        assertThat(registry.queue("linear").free()).isZero();
        Waiter waits = enter("linear");
        assertThat(waits.agents()).isEmpty();
        // In the other queue it is not.
        assertThat(enter("all").agents()).containsExactly("bob");
        assertThat(operate(() -> registry.queueOperator().pause("linear", "carol", true)))
                .isFalse();

        operate(() -> registry.queueOperator().pause("linear", "alice", true));
        assertThat(enter("linear").refusal()).isEqualTo("offline");
    }

    @Test
    public void pauseIsOverWhenTheAgentServesTheQueueNoMore() {
        signIn("bob");
        operate(() -> registry.queueOperator().pause("linear", "bob", true));
        Map<String, Integer> users = Map.of("alice", 1, "bob", 1, "carol", 1);

        registry.reconfigured(users, List.of(queue("linear", Strategy.LINEAR, "alice")));
        assertThat(registry.queue("linear").paused()).isEmpty();
        registry.reconfigured(users, List.of(queue("linear", Strategy.LINEAR, "bob")));

        assertThat(enter("linear").agents()).containsExactly("bob");
    }

    @Test
    public void callerIsSentOnAloneAndOnlyWhileNobodyRingsForIt() {
        signIn("carol");
        Waiter rung = enter("alone");
        Waiter first = enter("alone");
        Waiter second = enter("alone");
        pass(5);

        assertThat(registry.queue("alone").callers())
                .containsExactly(
                        new QueueCaller(rung.id, nowNanos - 5 * SECOND, List.of("carol")),
                        new QueueCaller(first.id, nowNanos - 5 * SECOND, List.of()),
                        new QueueCaller(second.id, nowNanos - 5 * SECOND, List.of()));
        assertThat(operate(() -> registry.queueOperator().sendOn("alone", rung.id))).isFalse();
        assertThat(operate(() -> registry.queueOperator().sendOn("idle", first.id))).isFalse();
        assertThat(operate(() -> registry.queueOperator().sendOn("alone", first.id))).isTrue();
        assertThat(refusals(first)).containsExactly("sent-on");
        assertThat(refusals(second)).isEmpty();
    }

    /// Has an operator do something: its thread waits for the queues'.
    private boolean operate(BooleanSupplier what) {
        CompletableFuture<Boolean> done = CompletableFuture.supplyAsync(what::getAsBoolean);
        while (!done.isDone()) {
            owner.runPending();
            Thread.onSpinWait();
        }
        return done.join();
    }

    private boolean close(boolean wanted) {
        registry.queueOperator().close("alone", wanted);
        return true;
    }

    private static List<String> refusals(Waiter waiter) {
        return waiter.inputs.stream()
                .filter(AgentRefused.class::isInstance)
                .map(input -> ((AgentRefused) input).reason())
                .toList();
    }

    @Test
    public void whoeverComesOutOfAQueueIsToldOfWithItsWait() {
        List<String> told = new ArrayList<>();
        registry.addListener(
                (QueueListener)
                        (queue, exit, waited) ->
                                told.add(queue + ' ' + exit + ' ' + waited / SECOND));
        signIn("carol");
        Waiter talks = enter("alone");
        Waiter gone = enter("alone");
        enter("alone");
        pass(3);
        talks.leave(QueueExit.ANSWERED);
        pass(4);
        gone.leave(QueueExit.ABANDONED);
        gone.leave(QueueExit.ABANDONED);
        enter("linear");

        assertThat(told)
                .containsExactly("alone ANSWERED 3", "alone ABANDONED 7", "linear OVERFLOWED 0");
    }

    private void signIn(String... agents) {
        for (String agent : agents) {
            nowNanos += SECOND;
            registry.signedIn(agent, "p", true);
        }
    }

    private void pass(long seconds) {
        nowNanos += seconds * SECOND;
        owner.runPending();
    }

    private Waiter enter(String queue) {
        Waiter waiter = new Waiter();
        registry.enter(queue, waiter.ticket, LEASE, waiter);
        owner.runPending();
        return waiter;
    }

    /// Of no queue.
    private void missOwnCall(String agent) {
        Waiter caller = new Waiter();
        registry.claim(agent, caller.ticket, LEASE, caller);
        owner.runPending();
        registry.untaken(caller.lastToken(), true);
        owner.runPending();
    }

    /// A call in a queue.
    private final class Waiter implements CallInbox {
        private final CallId id = CallId.next();
        private final ClaimToken ticket = new ClaimToken(id, 0);
        private final List<CallInput> inputs = new ArrayList<>();
        private boolean open = true;

        @Override
        public CallId callId() {
            return id;
        }

        @Override
        public boolean offer(CallInput input) {
            inputs.add(input);
            return open;
        }

        List<String> agents() {
            return claims().stream().map(AgentClaimed::agent).toList();
        }

        private List<AgentClaimed> claims() {
            return inputs.stream()
                    .filter(AgentClaimed.class::isInstance)
                    .map(AgentClaimed.class::cast)
                    .toList();
        }

        ClaimToken tokenOf(String agent) {
            return claims().stream()
                    .filter(claim -> claim.agent().equals(agent))
                    .reduce((_, last) -> last)
                    .orElseThrow()
                    .token();
        }

        ClaimToken lastToken() {
            return claims().getLast().token();
        }

        void untaken(String agent, boolean missed) {
            registry.untaken(tokenOf(agent), missed);
            owner.runPending();
        }

        void leave(QueueExit how) {
            registry.leave(ticket, how);
            owner.runPending();
        }

        String refusal() {
            assertThat(inputs).hasSize(1);
            return ((AgentRefused) inputs.getFirst()).reason();
        }
    }
}
