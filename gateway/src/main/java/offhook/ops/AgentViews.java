package offhook.ops;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import offhook.agent.AgentRegistry;
import offhook.agent.AgentStatus;
import offhook.agent.QueueFigures;
import offhook.agent.QueueStatus;
import offhook.runtime.NanoClock;

/// What the beans of agents and queues show, read from the directory when asked. Any thread.
public final class AgentViews {

    private AgentViews() {}

    /// Registers a bean for each agent and each queue that has none, and takes away those of
    /// others.
    ///
    /// @param users the agents of the configuration
    /// @param queues those of the configuration
    /// @param revoke lets the tokens of an agent count no more
    public static void register(
            JmxRegistration jmx,
            AgentRegistry agents,
            Collection<String> users,
            Collection<String> queues,
            NanoClock clock,
            Consumer<String> revoke) {
        jmx.retain("Agent", users);
        for (String name : users) {
            jmx.addAgent(
                    name,
                    new AgentView(
                            () -> agents.status(name).orElse(AgentStatus.GONE),
                            clock,
                            () -> revoke.accept(name)));
        }
        jmx.retain("Queue", queues);
        for (String name : queues) {
            jmx.addQueue(name, queue(agents, name, clock));
        }
    }

    /// How an agent stands, as its bean shows it; to be read only.
    public static AgentMXBean agent(Supplier<AgentStatus> now, NanoClock clock) {
        return new AgentView(
                now,
                clock,
                () -> {
                    throw new UnsupportedOperationException("a view that is read only");
                });
    }

    /// How a queue stands, as its bean shows it.
    public static QueueMXBean queue(AgentRegistry agents, String name, NanoClock clock) {
        return new QueueView(() -> agents.queue(name), clock);
    }

    private record AgentView(Supplier<AgentStatus> now, NanoClock clock, Runnable revoke)
            implements AgentMXBean {

        @Override
        public boolean revokeTokens() {
            revoke.run();
            return true;
        }

        @Override
        public String getState() {
            return now.get().presence().key();
        }

        @Override
        public String getReason() {
            return now.get().reason();
        }

        @Override
        public String getSince() {
            return Instant.now()
                    .minusNanos(clock.nanoTime() - now.get().sinceNanos())
                    .truncatedTo(ChronoUnit.SECONDS)
                    .toString();
        }

        @Override
        public int getCalls() {
            return now.get().calls();
        }

        @Override
        public long getCallsAnswered() {
            return now.get().answered();
        }

        @Override
        public long getCallsMissed() {
            return now.get().missed();
        }

        @Override
        public int getDevices() {
            return now.get().devices();
        }

        @Override
        public int getReachableDevices() {
            return now.get().reachable();
        }
    }

    private record QueueView(Supplier<QueueStatus> now, NanoClock clock) implements QueueMXBean {

        @Override
        public String getStrategy() {
            return now.get().strategy();
        }

        @Override
        public List<String> getAgents() {
            return now.get().agents();
        }

        @Override
        public int getAgentsFree() {
            return now.get().free();
        }

        @Override
        public int getWaiting() {
            return figures().waiting();
        }

        @Override
        public long getLongestWaitSeconds() {
            return figures().waiting() == 0
                    ? 0
                    : TimeUnit.NANOSECONDS.toSeconds(clock.nanoTime() - figures().oldestNanos());
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

        private QueueFigures figures() {
            return now.get().figures();
        }
    }
}
