package offhook.ops;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.Supplier;
import offhook.agent.AgentRegistry;
import offhook.agent.AgentStatus;
import offhook.runtime.NanoClock;
import offhook.telemetry.Deed;

/// What the beans of agents show, read from the directory when asked. Any thread.
public final class AgentViews {

    private AgentViews() {}

    /// Registers a bean for each agent that has none, and takes away those of others.
    ///
    /// @param users the agents of the configuration
    /// @param revoke lets the tokens of an agent count no more, and says what was done
    public static void register(
            JmxRegistration jmx,
            AgentRegistry agents,
            Collection<String> users,
            NanoClock clock,
            Function<String, Deed> revoke) {
        jmx.retain("Agent", users);
        for (String name : users) {
            jmx.addAgent(
                    name,
                    new AgentView(
                            () -> agents.status(name).orElse(AgentStatus.GONE),
                            clock,
                            () -> revoke.apply(name)));
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

    private record AgentView(Supplier<AgentStatus> now, NanoClock clock, Supplier<Deed> revoke)
            implements AgentMXBean {

        @Override
        public String revokeTokens() {
            return DeedOutcome.words(revoke.get());
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
}
