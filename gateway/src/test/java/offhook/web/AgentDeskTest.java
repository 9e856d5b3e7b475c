package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import offhook.agent.AgentRegistry;
import offhook.config.AgentsConfig;
import offhook.runtime.Owner;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// The desk on a clock turned by hand.
public class AgentDeskTest {

    private AtomicLong now;
    private Owner owner;
    private AgentDesk desk;
    private AgentProfile alice;

    @BeforeMethod
    public void open() {
        now = new AtomicLong();
        owner =
                new Owner(
                        "agents",
                        now::get,
                        64,
                        defect -> {
                            throw defect;
                        });
        AgentsConfig agents = WebGateway.agents(Duration.ofSeconds(5));
        alice = AgentProfile.of(agents.users().getFirst());
        desk =
                new AgentDesk(
                        new AgentRegistry(owner, List.of(alice.name())),
                        agents,
                        WebLimits.defaults());
    }

    private static final class RecordingLink implements PageLink {

        private final List<ServerMessage> sent = new ArrayList<>();
        private final List<Integer> closed = new ArrayList<>();

        @Override
        public void send(ServerMessage message) {
            sent.add(message);
        }

        @Override
        public void close(int code, String reason) {
            closed.add(code);
        }

        @Override
        public void signedIn() {}

        private long pings() {
            return sent.stream().filter(ServerMessage.Ping.class::isInstance).count();
        }
    }

    @Test
    public void strangerWithoutHelloIsClosed() {
        RecordingLink link = new RecordingLink();
        desk.onOpened(link);

        pass(Duration.ofSeconds(5));

        assertThat(link.closed).containsExactly(CloseCode.TOO_SLOW);
    }

    @Test
    public void helloThatWaitsAtABusyDeskIsInTime() {
        RecordingLink link = new RecordingLink();
        desk.onOpened(link);
        owner.post(() -> hello(link));

        pass(Duration.ofSeconds(6));

        assertThat(link.closed).isEmpty();
        assertThat(link.sent.getFirst()).isInstanceOf(ServerMessage.Welcome.class);
    }

    @Test
    public void renewedTokenReplacesTheOldExpiryAndLeavesTheHeartbeat() {
        RecordingLink link = new RecordingLink();
        desk.onOpened(link);
        hello(link);
        pass(Duration.ofSeconds(5));

        hello(link);
        pass(Duration.ofSeconds(5));

        assertThat(link.pings()).isEqualTo(1);
        pass(Duration.ofSeconds(54));
        assertThat(link.sent).noneMatch(ServerMessage.Refused.class::isInstance);
    }

    @Test
    public void lostPageIsPingedNoMore() {
        RecordingLink link = new RecordingLink();
        desk.onOpened(link);
        hello(link);
        pass(Duration.ofSeconds(10));

        desk.onClosed(link, false);
        pass(Duration.ofSeconds(120));

        assertThat(link.pings()).isEqualTo(1);
        assertThat(link.sent).noneMatch(ServerMessage.Refused.class::isInstance);
    }

    private void hello(RecordingLink link) {
        desk.onHello(
                link,
                alice,
                new ClientMessage.Hello(1, "token", "page", true),
                Duration.ofSeconds(60));
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
        owner.runPending();
    }
}
