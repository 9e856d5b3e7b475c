package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import offhook.agent.AgentRegistry;
import offhook.agent.Presence;
import offhook.call.CallInput;
import offhook.call.IncomingCall;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.config.AgentsConfig;
import offhook.config.Secret;
import offhook.config.TurnConfig;
import offhook.runtime.Owner;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// The desk on a clock turned by hand.
public class AgentDeskTest {

    private AtomicLong now;
    private Owner owner;
    private AgentDesk desk;
    private AgentRegistry registry;
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
        registry = new AgentRegistry(owner, List.of(alice.name()));
        desk = new AgentDesk(registry, agents, WebLimits.defaults());
    }

    private static final class RecordingLink implements PageLink {

        private final List<ServerMessage> sent = new ArrayList<>();
        private final List<Integer> closed = new ArrayList<>();
        private final Pulse pulse = new Pulse();

        @Override
        public void send(ServerMessage message) {
            sent.add(message);
        }

        @Override
        public void close(int code, String reason) {
            closed.add(code);
        }

        @Override
        public Pulse pulse() {
            return pulse;
        }

        @Override
        public void signedIn() {}

        private List<String> presences() {
            return sent.stream()
                    .filter(ServerMessage.PresenceChanged.class::isInstance)
                    .map(ServerMessage.PresenceChanged.class::cast)
                    .map(changed -> changed.state().key() + " " + changed.reason())
                    .toList();
        }

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
        pass(Duration.ofSeconds(7));

        hello(link);
        pass(Duration.ofSeconds(7));

        assertThat(link.pings()).isEqualTo(1);
        pass(Duration.ofSeconds(52));
        assertThat(link.sent).noneMatch(ServerMessage.Refused.class::isInstance);
    }

    @Test
    public void lostPageIsPingedNoMore() {
        RecordingLink link = new RecordingLink();
        desk.onOpened(link);
        hello(link);
        pass(Duration.ofSeconds(14));

        desk.onClosed(link, false);
        pass(Duration.ofSeconds(120));

        assertThat(link.pings()).isEqualTo(1);
        assertThat(link.sent).noneMatch(ServerMessage.Refused.class::isInstance);
    }

    @Test
    public void pageThatSaysNoMoreThatItIsAwakeIsUnreachableWithinTenSeconds() {
        RecordingLink link = new RecordingLink();
        desk.onOpened(link);
        hello(link);
        alive(link, ClientMessage.Microphone.READY);
        seconds(3);
        alive(link, ClientMessage.Microphone.READY);
        seconds(8);
        assertThat(registry.presence("alice")).contains(Presence.AVAILABLE);

        seconds(2);

        assertThat(registry.presence("alice")).contains(Presence.UNREACHABLE);
        assertThat(registry.status("alice").orElseThrow().reason()).isEqualTo("page-asleep");
        assertThat(link.presences()).containsExactly("unreachable page-asleep");
        alive(link, ClientMessage.Microphone.READY);
        assertThat(link.presences()).containsExactly("unreachable page-asleep", "available ");
    }

    @Test
    public void pageWhoseWordsOnlyItsSocketHeardIsAwake() {
        RecordingLink link = new RecordingLink();
        desk.onOpened(link);
        hello(link);
        assertThat(link.pulse.beats(ClientMessage.Microphone.READY, now.get()))
                .as("the first word is news")
                .isFalse();
        alive(link, ClientMessage.Microphone.READY);
        for (int i = 0; i < 3; i++) {
            seconds(5);
            assertThat(link.pulse.beats(ClientMessage.Microphone.READY, now.get())).isTrue();
        }
        assertThat(link.presences()).isEmpty();
        assertThat(link.pulse.beats(ClientMessage.Microphone.DENIED, now.get()))
                .as("another microphone is news")
                .isFalse();

        seconds(10);

        assertThat(link.presences()).containsExactly("unreachable page-asleep");
        assertThat(link.pulse.beats(ClientMessage.Microphone.READY, now.get()))
                .as("that it woke is news")
                .isFalse();
    }

    @Test
    public void answerToAPingIsAWordOfAPageThatIsAwake() {
        RecordingLink link = new RecordingLink();
        desk.onOpened(link);
        hello(link);
        alive(link, ClientMessage.Microphone.READY);
        seconds(8);
        alive(link, ClientMessage.Microphone.READY);
        seconds(7);
        pong(link);
        seconds(8);
        assertThat(link.presences()).isEmpty();

        seconds(2);
        assertThat(link.presences()).containsExactly("unreachable page-asleep");
        pong(link);

        assertThat(link.presences()).containsExactly("unreachable page-asleep", "available ");
    }

    private void pong(RecordingLink link) {
        link.pulse.pongs(link.pings(), now.get());
        desk.withSession(
                link,
                session -> desk.orders().onMessage(session, new ClientMessage.Pong(link.pings())));
    }

    @Test
    public void pageWithoutMicrophoneIsUnreachableAtOnce() {
        RecordingLink link = new RecordingLink();
        desk.onOpened(link);
        hello(link);

        alive(link, ClientMessage.Microphone.DENIED);
        alive(link, ClientMessage.Microphone.MISSING);
        alive(link, ClientMessage.Microphone.UNKNOWN);

        assertThat(link.presences())
                .containsExactly(
                        "unreachable microphone-denied",
                        "unreachable microphone-missing",
                        "available ");
    }

    @Test
    public void callStopsRingingOnAPageThatFellAsleep() throws Exception {
        RecordingLink link = new RecordingLink();
        desk.onOpened(link);
        hello(link);
        alive(link, ClientMessage.Microphone.READY);
        RecordingInbox inbox = new RecordingInbox();
        desk.onRing(incoming(inbox));

        seconds(10);

        assertThat(inbox.expect(CallInput.LegEnded.class).cause().reason())
                .isEqualTo("page-asleep");
        assertThat(link.sent).anyMatch(ServerMessage.Ended.class::isInstance);
    }

    @Test
    public void anotherGraceTimeIsForPagesThatAreLostFromThenOn() throws Exception {
        RecordingLink link = new RecordingLink();
        desk.onOpened(link);
        hello(link);
        RecordingInbox early = hold(link);
        desk.onClosed(link, false);

        desk.onGrace(Duration.ofSeconds(20));
        pass(Duration.ofSeconds(4));
        early.expectNothing();
        pass(Duration.ofSeconds(1));
        assertThat(early.expect(CallInput.LegEnded.class).cause().reason()).isEqualTo("agent-lost");

        RecordingLink next = new RecordingLink();
        desk.onOpened(next);
        hello(next);
        RecordingInbox late = hold(next);
        desk.onClosed(next, false);
        pass(Duration.ofSeconds(19));
        late.expectNothing();
        pass(Duration.ofSeconds(1));
        assertThat(late.expect(CallInput.LegEnded.class).cause().reason()).isEqualTo("agent-lost");
    }

    /// A call of a trunk for alice.
    private WebLeg incoming(RecordingInbox inbox) {
        return new WebLeg(
                desk,
                new LegId(inbox.callId(), 1),
                alice.name(),
                new IncomingCall(
                        "pbx",
                        new Party("1", ""),
                        new Party("2", ""),
                        new MediaProfile.Trunk("pbx"),
                        Optional.empty(),
                        ""),
                inbox);
    }

    /// Has the page take a call.
    private RecordingInbox hold(RecordingLink link) throws Exception {
        RecordingInbox inbox = new RecordingInbox();
        desk.onRing(incoming(inbox));
        SessionDescription offer = SdpParser.parse(CallFlowTest.OFFER);
        desk.withSession(link, session -> desk.orders().onAccept(session, inbox.callId(), offer));
        inbox.expect(CallInput.LegAccepted.class);
        return inbox;
    }

    @Test
    public void whatPagesSaidWhileTheGatewaySleptIsHeardFirst() {
        RecordingLink link = new RecordingLink();
        desk.onOpened(link);
        hello(link);
        alive(link, ClientMessage.Microphone.READY);
        owner.runPending();

        now.addAndGet(Duration.ofSeconds(30).toNanos());
        owner.post(() -> alive(link, ClientMessage.Microphone.READY));
        owner.runPending();

        assertThat(link.presences()).isEmpty();
    }

    @Test
    public void pageThatNeverSaysThatItIsAwakeIsJudgedByPings() {
        RecordingLink link = new RecordingLink();
        desk.onOpened(link);
        hello(link);

        seconds(15);

        assertThat(registry.presence("alice")).contains(Presence.AVAILABLE);
    }

    private void alive(RecordingLink link, ClientMessage.Microphone microphone) {
        desk.withSession(
                link,
                session -> desk.orders().onMessage(session, new ClientMessage.Alive(microphone)));
    }

    private void seconds(int count) {
        for (int i = 0; i < 2 * count; i++) {
            pass(Duration.ofMillis(500));
        }
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

    @Test
    public void turnServerIsNamedAgainBeforeItsNameExpires() {
        desk.useTurn(
                new TurnCredentials(
                        Optional.of(
                                new TurnConfig(
                                        List.of("turn:turn.example.com:3478"),
                                        new Secret("shared secret"),
                                        Duration.ofSeconds(120))),
                        () -> Instant.ofEpochSecond(1_767_225_480).plusNanos(now.get())));
        RecordingLink link = new RecordingLink();
        desk.onOpened(link);
        hello(link);

        ServerMessage.Welcome welcome = (ServerMessage.Welcome) link.sent.getFirst();
        TurnCredentials.Server turn = welcome.turn().orElseThrow();
        assertThat(turn.username()).isEqualTo("1767225600:alice");
        // printf 1767225600:alice | openssl dgst -sha1 -hmac 'shared secret' -binary | base64
        assertThat(turn.credential()).isEqualTo("RqeGqvo52Eg949Z7JvJVqks988A=");
        assertThat(turn.toString()).doesNotContain(turn.credential());
        passAnswering(link, 5);
        assertThat(link.sent).noneMatch(ServerMessage.IceServers.class::isInstance);
        passAnswering(link, 1);
        assertThat(link.sent)
                .filteredOn(ServerMessage.IceServers.class::isInstance)
                .extracting(m -> ((ServerMessage.IceServers) m).turn().username())
                .containsExactly("1767225690:alice");
    }

    /// Passes stretches of 15 s with one ping, each of which the page answers, and which renew its
    /// token.
    private void passAnswering(RecordingLink link, int heartbeats) {
        for (int i = 0; i < heartbeats; i++) {
            pass(Duration.ofSeconds(15));
            link.pulse.pongs(link.pings(), now.get());
            desk.withSession(link, session -> desk.onToken(session, alice, Duration.ofSeconds(60)));
        }
    }
}
