package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;
import offhook.agent.AgentRegistry;
import offhook.agent.Presence;
import offhook.agent.QueueFigures;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegAlerting;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.Woken;
import offhook.config.QueueConfig;
import offhook.config.QueueLine;
import offhook.runtime.Owner;
import offhook.sdp.SessionDescription;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Many calls, the real directory and the real machines on one clock that is turned by hand: what
/// one of them says reaches the other in an order that is drawn by lot.
public class QueueSimulationTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int SEEDS = 150;
    private static final int CALLS = 25;
    private static final List<String> AGENTS = List.of("alice", "bob", "carol");
    private static final SessionDescription SDP = MachineRun.described("any");

    @DataProvider
    public static Object[][] strategies() {
        return new Object[][] {
            {QueueConfig.Strategy.LONGEST_IDLE},
            {QueueConfig.Strategy.LINEAR},
            {QueueConfig.Strategy.RING_ALL}
        };
    }

    @Test(dataProvider = "strategies")
    public void nobodyIsLostAndNobodyRungTwiceWhateverAgentsAndCallersDo(
            QueueConfig.Strategy strategy) {
        int answered = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            World world = new World(strategy, seed, true);
            world.live();

            QueueFigures figures = world.registry.queue("sales").figures();
            assertThat(world.calls)
                    .as("seed %d", seed)
                    .allMatch(call -> call.state instanceof CallState.Ended);
            assertThat(figures.waiting()).as("seed %d", seed).isZero();
            assertThat(figures.answered() + figures.abandoned() + figures.overflowed())
                    .as("seed %d", seed)
                    .isEqualTo(world.entered);
            assertThat(figures.answered()).as("seed %d", seed).isEqualTo(world.answered.size());
            assertThat(world.registry.statuses().values())
                    .as("seed %d", seed)
                    .allMatch(status -> status.calls() == 0);
            answered += world.answered.size();
        }
        assertThat(answered).isGreaterThan(SEEDS * CALLS / 4);
    }

    @Test(dataProvider = "strategies")
    public void whoComesFirstIsServedFirstAndNoAgentIsIdleWhileSomebodyWaits(
            QueueConfig.Strategy strategy) {
        for (int seed = 0; seed < SEEDS; seed++) {
            World world = new World(strategy, seed, false);
            world.live();

            assertThat(world.firstRung).as("seed %d", seed).isEqualTo(world.order);
            assertThat(world.answered).as("seed %d", seed).hasSize(CALLS);
        }
    }

    /// All there is, and what may happen to it.
    private static final class World {

        final Random random;
        final boolean wild;
        final QueueConfig queue;
        final Owner owner;
        final AgentRegistry registry;
        final List<SimulatedCall> calls = new ArrayList<>();
        final Map<String, SimulatedCall> engaged = new HashMap<>();
        final PriorityQueue<Due> due = new PriorityQueue<>();
        final List<CallId> order = new ArrayList<>();
        final List<CallId> firstRung = new ArrayList<>();
        final List<CallId> answered = new ArrayList<>();
        int entered;
        int begun;
        long nowNanos = SECOND;
        private long scheduled;

        World(QueueConfig.Strategy strategy, int seed, boolean wild) {
            this.random = new Random(seed);
            this.wild = wild;
            this.queue =
                    new QueueConfig(
                            "sales",
                            AGENTS,
                            strategy,
                            Duration.ofSeconds(20),
                            new QueueLine(
                                    Duration.ofSeconds(wild ? 60 : 7200),
                                    wild ? 8 : 100,
                                    true,
                                    true,
                                    Duration.ofSeconds(5),
                                    0,
                                    Optional.empty()));
            this.owner =
                    new Owner(
                            "test",
                            () -> nowNanos,
                            4096,
                            defect -> {
                                throw defect;
                            });
            this.registry = new AgentRegistry(owner, AGENTS, List.of(queue), 0);
            AGENTS.forEach(agent -> registry.signedIn(agent, "p", true));
            // Arrivals in a burst, so that a line forms.
            IntStream.range(0, CALLS)
                    .forEach(i -> at(random.nextLong(60 * SECOND), () -> begin(i)));
        }

        private record Due(long nanos, long order, Runnable what) implements Comparable<Due> {
            @Override
            public int compareTo(Due other) {
                int byTime = Long.compare(nanos, other.nanos);
                return byTime != 0 ? byTime : Long.compare(order, other.order);
            }
        }

        void at(long delayNanos, Runnable what) {
            due.add(new Due(nowNanos + delayNanos, scheduled++, what));
        }

        void live() {
            int turns = 0;
            while (turns++ < 200_000) {
                List<SimulatedCall> busy =
                        calls.stream().filter(call -> !call.inputs.isEmpty()).toList();
                boolean directoryFirst = random.nextBoolean();
                if (directoryFirst || busy.isEmpty()) {
                    owner.runPending();
                }
                if (!busy.isEmpty()) {
                    busy.get(random.nextInt(busy.size())).handleNext();
                    continue;
                }
                if (calls.stream().anyMatch(call -> !call.inputs.isEmpty())) {
                    continue;
                }
                if (!wild) {
                    assertNobodyWaitsInVain();
                }
                if (due.isEmpty()) {
                    if (begun == CALLS
                            && calls.stream().allMatch(c -> c.state instanceof CallState.Ended)) {
                        return;
                    }
                    throw new AssertionError("nothing will ever happen again");
                }
                Due next = due.poll();
                nowNanos = Math.max(nowNanos, next.nanos());
                next.what().run();
            }
            throw new AssertionError("does not come to an end");
        }

        private void assertNobodyWaitsInVain() {
            boolean idle =
                    AGENTS.stream()
                            .anyMatch(a ->
                                    registry.presence(a).equals(Optional.of(Presence.AVAILABLE)));
            boolean waits = calls.stream().anyMatch(SimulatedCall::waitsAlone);
            assertThat(idle && waits).as("an agent is idle while a caller waits").isFalse();
        }

        private void begin(int number) {
            begun++;
            SimulatedCall call = new SimulatedCall(this, number);
            calls.add(call);
            call.begin();
            if (wild && random.nextInt(4) == 0) {
                at(random.nextLong(90 * SECOND), call::hangUp);
            }
            if (wild) {
                String agent = AGENTS.get(random.nextInt(AGENTS.size()));
                owner.post(() -> registry.wished(agent, false));
                at(
                        random.nextLong(20 * SECOND),
                        () -> owner.post(() -> registry.wished(agent, true)));
            }
        }
    }

    /// A call with its legs: what it wants of agents happens, or does not.
    private static final class SimulatedCall implements CallInbox {

        private final World world;
        private final CallId id;
        private final CallMachine machine;
        private final Deque<CallInput> inputs = new ArrayDeque<>();
        private final Map<LegId, String> legs = new HashMap<>();
        private CallState state = new CallState.Opening(0);

        SimulatedCall(World world, int number) {
            this.world = world;
            this.id = new CallId("%024x".formatted(number));
            Target target =
                    new Target.Queue(
                            "sales",
                            AGENTS,
                            new QueueTerms(world.queue.line().maxWait().toNanos(), true));
            this.machine =
                    new CallMachine(
                            id,
                            new IncomingCall(
                                    "pbx",
                                    new Party("1", ""),
                                    new Party("200", ""),
                                    new MediaProfile.Trunk("pbx"),
                                    Optional.of(SDP),
                                    "x"),
                            new CallPlan(
                                    List.of(
                                            new CallPlan.Attempt(
                                                    target, world.queue.ring().toNanos())),
                                    CodecPreference.AUTO,
                                    List.of()),
                            new CallRoutes(List.of()),
                            new CallLimits(30 * SECOND, 10 * SECOND, 3600 * SECOND));
        }

        @Override
        public CallId callId() {
            return id;
        }

        @Override
        public boolean offer(CallInput input) {
            if (state instanceof CallState.Ended) {
                return false;
            }
            inputs.add(input);
            return true;
        }

        void begin() {
            apply(machine.start(world.nowNanos));
            offer(new MediaDescribed(new LegId(id, 0), SDP));
        }

        void hangUp() {
            offer(new LegEnded(new LegId(id, 0), EndCause.hangUp(EndCause.By.CALLER)));
        }

        boolean waitsAlone() {
            return state instanceof CallState.Queued queued && !queued.stay().isRinging();
        }

        void handleNext() {
            apply(machine.step(state, inputs.remove(), world.nowNanos));
        }

        private void apply(Transition transition) {
            boolean talked = state instanceof CallState.Active;
            state = transition.next();
            transition.effects().forEach(this::carryOut);
            if (!talked && state instanceof CallState.Active) {
                world.answered.add(id);
                world.at(SECOND + world.random.nextLong(40 * SECOND), this::hangUp);
            }
            if (state instanceof CallState.Ended) {
                inputs.clear();
            }
        }

        private void carryOut(CallEffect effect) {
            switch (effect) {
                case CallEffect.EnterQueue e -> {
                    world.entered++;
                    world.order.add(id);
                    world.registry.enter(e.queue(), e.ticket(), CallMachine.LEASE, this);
                }
                case CallEffect.LeaveQueue e -> world.registry.leave(e.ticket(), e.exit());
                case CallEffect.ReleaseClaim e -> world.registry.release(e.token());
                case CallEffect.ReturnClaim e -> world.registry.untaken(e.token(), e.missed());
                case CallEffect.ConfirmClaim e -> world.registry.confirm(e.token());
                case CallEffect.WakeAt e ->
                        world.at(e.nanos() - world.nowNanos, () -> offer(new Woken()));
                case CallEffect.RingTarget e -> ring(e.leg(), ((Target.Agent) e.target()).name());
                case CallEffect.OpenMedia e when legs.containsKey(e.leg()) -> {
                    offer(new MediaDescribed(e.leg(), SDP));
                    if (!world.wild || world.random.nextInt(10) > 0) {
                        world.at(SECOND / 5, () -> offer(new MediaConnected(e.leg())));
                    }
                }
                case CallEffect.EndLeg e ->
                        Optional.ofNullable(legs.remove(e.leg()))
                                .ifPresent(agent -> world.engaged.remove(agent, this));
                default -> {}
            }
        }

        private void ring(LegId leg, String agent) {
            assertThat(world.engaged.put(agent, this)).as("%s is rung twice", agent).isNull();
            legs.put(leg, agent);
            if (!world.firstRung.contains(id)) {
                world.firstRung.add(id);
            }
            world.at(SECOND / 10, () -> offer(new LegAlerting(leg)));
            int lot = world.wild ? world.random.nextInt(5) : 4;
            long after = world.random.nextLong(10 * SECOND);
            if (lot == 0) {
                world.at(after, () -> end(leg));
            } else if (lot > 1) {
                world.at(after, () -> accept(leg));
            }
        }

        private void accept(LegId leg) {
            if (legs.containsKey(leg)) {
                offer(new LegAccepted(leg, Optional.of(SDP)));
            }
        }

        private void end(LegId leg) {
            if (legs.containsKey(leg)) {
                offer(new LegEnded(leg, EndCause.declined()));
            }
        }
    }
}
