package offhook.ops;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import offhook.agent.AgentRegistry;
import offhook.agent.QueueCaller;
import offhook.agent.QueueFigures;
import offhook.agent.QueueOperator;
import offhook.agent.QueueStatus;
import offhook.call.CallId;
import offhook.call.CallSnapshot;
import offhook.runtime.NanoClock;

/// What the beans of queues show, read from the directory when asked, and what they do. Any thread.
public final class QueueViews {

    private final AgentRegistry agents;
    private final Supplier<List<CallSnapshot>> calls;
    private final Predicate<CallId> hangUp;
    private final NanoClock clock;

    /// @param calls those that live
    /// @param hangUp ends a call; false when it is over already
    public QueueViews(
            AgentRegistry agents,
            Supplier<List<CallSnapshot>> calls,
            Predicate<CallId> hangUp,
            NanoClock clock) {
        this.agents = agents;
        this.calls = calls;
        this.hangUp = hangUp;
        this.clock = clock;
    }

    /// Registers a bean for each queue that has none, and takes away those of others.
    ///
    /// @param queues those of the configuration
    public void register(JmxRegistration jmx, Collection<String> queues) {
        jmx.retain("Queue", queues);
        queues.forEach(name -> jmx.addQueue(name, of(name)));
    }

    /// How a queue stands, and what can be done to it.
    public QueueMXBean of(String name) {
        return new QueueView(name);
    }

    private final class QueueView implements QueueMXBean {

        private final String name;
        private final QueueOperator operator = agents.queueOperator();

        QueueView(String name) {
            this.name = name;
        }

        private QueueStatus now() {
            return agents.queue(name);
        }

        private QueueFigures figures() {
            return now().figures();
        }

        private long seconds(long sinceNanos) {
            return TimeUnit.NANOSECONDS.toSeconds(clock.nanoTime() - sinceNanos);
        }

        @Override
        public String getStrategy() {
            return now().strategy();
        }

        @Override
        public List<String> getAgents() {
            return now().agents();
        }

        @Override
        public int getAgentsFree() {
            return now().free();
        }

        @Override
        public int getWaiting() {
            return figures().waiting();
        }

        @Override
        public long getLongestWaitSeconds() {
            QueueFigures figures = figures();
            return figures.waiting() == 0 ? 0 : seconds(figures.oldestNanos());
        }

        @Override
        public long getAnswered() {
            return figures().answered();
        }

        @Override
        public long getAbandoned() {
            return figures().abandoned();
        }

        @Override
        public long getOverflowed() {
            return figures().overflowed();
        }

        @Override
        public List<WaitingCaller> getCallers() {
            List<CallSnapshot> living = calls.get();
            return now().callers().stream()
                    .map(caller ->
                            new WaitingCaller(
                                    caller.call().value(),
                                    number(living, caller.call()),
                                    seconds(caller.sinceNanos()),
                                    caller.rung()))
                    .toList();
        }

        private static String number(List<CallSnapshot> living, CallId id) {
            return living.stream()
                    .filter(call -> call.id().equals(id))
                    .map(call -> call.caller().number())
                    .findFirst()
                    .orElse("");
        }

        @Override
        public boolean isClosed() {
            return now().closed();
        }

        @Override
        public List<String> getPausedAgents() {
            return now().paused();
        }

        @Override
        public void close() {
            operator.close(name, true);
        }

        @Override
        public void open() {
            operator.close(name, false);
        }

        @Override
        public boolean pauseAgent(String agent) {
            return pause(agent, true);
        }

        @Override
        public boolean resumeAgent(String agent) {
            return pause(agent, false);
        }

        private boolean pause(String agent, boolean wanted) {
            return DeedOutcome.done(
                    operator.pause(name, agent, wanted), "it does not serve this queue");
        }

        @Override
        public boolean hangUpCaller(String call) {
            CallId id = new CallId(call);
            return DeedOutcome.done(
                    now().callers().stream().map(QueueCaller::call).anyMatch(id::equals)
                            && hangUp.test(id),
                    "it does not wait here");
        }

        @Override
        public boolean sendCallerOn(String call) {
            return DeedOutcome.done(
                    operator.sendOn(name, new CallId(call)),
                    "it does not wait here, or an agent rings for it");
        }
    }
}
