package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import offhook.agent.AgentRegistry;
import offhook.agent.Presence;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.Target;
import offhook.call.TransferReport;
import offhook.config.AgentsConfig;
import offhook.runtime.Owner;
import offhook.sdp.SdpException;
import offhook.sdp.SdpLimits;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// A page that was reloaded finds its calls again, by a clock that the test turns.
public class ReattachTest {

    private static final String HOST =
            "candidate:1 1 udp 2122260223 4f3a.local 50000 typ host generation 0";
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final SessionDescription offer = parsed();
    private AtomicLong now;
    private Owner owner;
    private AgentRegistry registry;
    private AgentDesk desk;
    private WebLegs legs;
    private RecordingIntake intake;
    private RecordingInbox inbox;

    @BeforeMethod
    public void start() {
        now = new AtomicLong();
        owner =
                new Owner(
                        "agents",
                        now::get,
                        1_024,
                        defect -> {
                            throw defect;
                        });
        AgentsConfig agents = WebGateway.agents(GRACE);
        registry = new AgentRegistry(owner, List.of("alice", "bob"));
        desk =
                new AgentDesk(
                        registry, agents, WebGateway.with(Duration.ofDays(1), Duration.ofDays(1)));
        intake = new RecordingIntake();
        desk.calls().openCallsAt(intake);
        legs = new WebLegs(desk);
        inbox = new RecordingInbox();
    }

    /// A socket that keeps what is sent to it.
    private static final class Socket implements PageLink {

        final List<ServerMessage> sent = new ArrayList<>();
        final List<Integer> closed = new ArrayList<>();
        final Pulse pulse = new Pulse();

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

        <T extends ServerMessage> List<T> all(Class<T> kind) {
            return sent.stream().filter(kind::isInstance).map(kind::cast).toList();
        }

        <T extends ServerMessage> T last(Class<T> kind) {
            assertThat(all(kind)).as(kind.getSimpleName()).isNotEmpty();
            return all(kind).getLast();
        }

        String resume() {
            return last(ServerMessage.Welcome.class).resume();
        }
    }

    @Test
    public void reloadedPageIsToldHowItsCallStands() throws Exception {
        Socket page = page("alice", "before");
        Leg leg = talking(page);
        leg.holding(true, false);
        leg.showDigit('1');
        leg.showDigit('#');
        leg.talksTo(new Party("300", "Carol"));
        desk.orders()
                .onMessage(
                        session(page),
                        new ClientMessage.Transfer(inbox.callId(), "400", true, Map.of()));
        leg.transferring(new TransferReport.Trying());
        leg.transferring(new TransferReport.Consulting());
        pass(Duration.ofSeconds(71));

        // Twice: the proof that came with the new page is as good.
        Socket back = reload(reload(page, "between"), "after");

        assertThat(back.sent.getFirst()).isInstanceOf(ServerMessage.Welcome.class);
        assertThat(back.last(ServerMessage.Welcome.class).calls()).containsExactly(inbox.callId());
        ServerMessage.Resumed resumed = back.last(ServerMessage.Resumed.class);
        assertThat(resumed.incoming().orElseThrow().from().number()).isEqualTo("+34600123456");
        assertThat(resumed.standing())
                .isEqualTo(
                        new CallSheet.Standing(
                                CallSheet.Progress.CONNECTED,
                                71,
                                true,
                                false,
                                "1#",
                                Optional.of(new Party("300", "Carol")),
                                Optional.of(
                                        new CallSheet.Running(
                                                "400", true, new TransferReport.Consulting()))));
        assertThat(back.all(ServerMessage.Accepted.class))
                .as("what the page was told before means nothing to it")
                .isEmpty();
    }

    @Test
    public void newOffersAreAnsweredByTheNamesThatThePageGaveThem() throws Exception {
        Socket page = page("alice", "before");
        Leg leg = talking(page);
        Socket back = reload(page, "after");

        reoffer(back, "one");
        reoffer(back, "two");

        assertThat(inbox.expect(CallInput.LegRenegotiating.class).offer()).contains(offer);
        inbox.expect(CallInput.LegRenegotiating.class);
        leg.answerUpdate(offer);
        leg.refuseUpdate(EndCause.gateway("media-refused", 488, 88, "no codec"));
        owner.runPending();
        assertThat(back.last(ServerMessage.Reanswered.class).request()).isEqualTo("one");
        ServerMessage.ReofferRefused refused = back.last(ServerMessage.ReofferRefused.class);
        assertThat(refused.request()).isEqualTo("two");
        assertThat(refused.error().code()).isEqualTo(31488);
    }

    @Test
    public void pageCannotOfferWithoutEnd() throws Exception {
        Socket page = page("alice", "i");
        talking(page);

        for (int i = 0; i < 5; i++) {
            reoffer(page, "r" + i);
        }

        assertThat(page.last(ServerMessage.ReofferRefused.class).request()).isEqualTo("r4");
        assertThat(page.last(ServerMessage.ReofferRefused.class).error().code()).isEqualTo(31409);
    }

    @Test
    public void nobodyElseOffersForTheCall() throws Exception {
        Socket page = page("alice", "one");
        talking(page);
        Socket bob = page("bob", "x");
        Socket other = page("alice", "two");

        reoffer(bob, "r");
        reoffer(other, "r");

        assertThat(bob.last(ServerMessage.ReofferRefused.class).error().code()).isEqualTo(31404);
        assertThat(other.last(ServerMessage.ReofferRefused.class).error().code()).isEqualTo(31409);
        inbox.expectNothing();
    }

    @Test
    public void proofOfOneAgentsPageIsWorthNothingToAnother() throws Exception {
        Socket page = page("alice", "i");
        talking(page);
        desk.onClosed(page, false);

        Socket bob = page("bob", "i", Optional.of(page.resume()));

        assertThat(bob.last(ServerMessage.Welcome.class).calls()).isEmpty();
        assertThat(bob.all(ServerMessage.Resumed.class)).isEmpty();
        reoffer(bob, "r");
        assertThat(bob.last(ServerMessage.ReofferRefused.class).error().code()).isEqualTo(31404);
    }

    @Test
    public void wrongProofIsThatOfANewPage() throws Exception {
        Socket page = page("alice", "i");
        talking(page);
        desk.onClosed(page, false);

        Socket other = page("alice", "other", Optional.of("guessed"));

        assertThat(other.last(ServerMessage.Welcome.class).calls()).isEmpty();
    }

    @Test
    public void pageThatIsReloadedBeforeItsOldSocketBreaksReplacesIt() throws Exception {
        Socket page = page("alice", "before");
        talking(page);

        Socket back = page("alice", "after", Optional.of(page.resume()));
        desk.onClosed(page, false);
        pass(GRACE.plusSeconds(1));

        assertThat(page.closed).containsExactly(CloseCode.REPLACED);
        assertThat(back.last(ServerMessage.Welcome.class).calls()).containsExactly(inbox.callId());
        assertThat(registry.presence("alice")).contains(Presence.AVAILABLE);
        inbox.expectNothing();
    }

    @Test
    public void callThatRingsWhileThePageIsReloadedRingsAgain() throws Exception {
        Socket page = page("alice", "before");
        ring();
        assertThat(page.all(ServerMessage.Incoming.class)).hasSize(1);

        desk.onClosed(page, false);
        pass(Duration.ofSeconds(9));
        Socket back = page("alice", "after", Optional.of(page.resume()));
        pass(Duration.ofSeconds(9));

        assertThat(back.all(ServerMessage.Incoming.class)).hasSize(1);
        inbox.expectNothing();
    }

    @Test
    public void callRingsOnASocketThatReplacesTheOneItRangOn() throws Exception {
        Socket page = page("alice", "i");
        ring();

        Socket back = page("alice", "i");
        pass(Duration.ofSeconds(11));

        assertThat(back.all(ServerMessage.Incoming.class)).hasSize(1);
        inbox.expectNothing();
    }

    @Test
    public void callRingsOnForNobodyButAMoment() throws Exception {
        Socket page = page("alice", "i");
        ring();

        desk.onClosed(page, false);
        pass(Duration.ofSeconds(11));

        assertThat(inbox.expect(CallInput.LegEnded.class).cause().reason()).isEqualTo("offline");
    }

    @Test
    public void dialledCallSurvivesTheReload() throws Exception {
        Socket page = page("alice", "before");
        desk.calls()
                .onDial(
                        session(page),
                        new ClientMessage.Dial("r", "911", "v=0", false, Map.of()),
                        offer,
                        "127.0.0.1");
        RecordingIntake.Call call = intake.take();
        call.leg().answer(offer);
        call.leg().alert(offer);
        owner.runPending();

        Socket back = reload(page, "after");
        desk.orders()
                .onReoffer(
                        session(back), new ClientMessage.Reoffer(call.callId(), "n", "v=0"), offer);
        call.leg().answerUpdate(offer);
        owner.runPending();

        ServerMessage.Resumed resumed = back.last(ServerMessage.Resumed.class);
        assertThat(resumed.incoming()).isEmpty();
        assertThat(resumed.dialled()).isEqualTo("911");
        assertThat(resumed.standing().progress()).isEqualTo(CallSheet.Progress.RINGING);
        call.expect(CallInput.LegRenegotiating.class);
        assertThat(back.last(ServerMessage.Reanswered.class).request()).isEqualTo("n");
    }

    @Test
    public void candidatesThatTrickleAreCountedWithinBounds() throws Exception {
        Socket page = page("alice", "i");
        talking(page);
        PageCandidates kept = new PageCandidates();

        for (int i = 0; i < 100; i++) {
            assertThat(kept.note(HOST)).isTrue();
        }
        desk.orders().onMessage(session(page), new ClientMessage.Candidate(inbox.callId(), HOST));
        desk.orders()
                .onMessage(session(page), new ClientMessage.Candidate(inbox.callId(), "nonsense"));

        assertThat(kept).hasToString("{host/udp=16}");
        assertThat(page.all(ServerMessage.Refused.class)).hasSize(1);
        assertThat(page.last(ServerMessage.Refused.class).error().code()).isEqualTo(31100);
        inbox.expectNothing();
    }

    @Test
    public void agentIsNotAvailableWhileItsPageIsAway() throws Exception {
        Socket page = page("alice", "i");
        talking(page);

        desk.onClosed(page, false);

        assertThat(registry.presence("alice")).contains(Presence.OFFLINE);
    }

    private AgentSession session(Socket socket) {
        List<AgentSession> found = new ArrayList<>();
        desk.withSession(socket, found::add);
        return found.getFirst();
    }

    private void reoffer(Socket socket, String request) {
        desk.orders()
                .onReoffer(
                        session(socket),
                        new ClientMessage.Reoffer(inbox.callId(), request, "v=0"),
                        offer);
    }

    private Socket page(String agent, String instance) {
        return page(agent, instance, Optional.empty());
    }

    private Socket page(String agent, String instance, Optional<String> resume) {
        Socket socket = new Socket();
        desk.onOpened(socket);
        desk.onHello(
                socket,
                WebGateway.agents(GRACE).users().stream()
                        .filter(user -> user.name().equals(agent))
                        .findFirst()
                        .map(AgentProfile::of)
                        .orElseThrow(),
                new ClientMessage.Hello(1, "token", instance, true, resume),
                Duration.ofHours(1));
        return socket;
    }

    private Socket reload(Socket page, String instance) {
        desk.onClosed(page, false);
        return page("alice", instance, Optional.of(page.resume()));
    }

    private Leg talking(Socket page) throws Exception {
        Leg leg = ring();
        desk.orders().onAccept(session(page), inbox.callId(), offer);
        inbox.expect(CallInput.LegAccepted.class);
        leg.answer(offer);
        leg.connected();
        owner.runPending();
        return leg;
    }

    private Leg ring() {
        Leg leg =
                legs.ring(
                        new LegId(inbox.callId(), 1),
                        new Target.Agent("alice"),
                        new IncomingCall(
                                "pbx",
                                new Party("+34600123456", "Ana"),
                                new Party("200", ""),
                                new MediaProfile.Trunk("pbx"),
                                Optional.empty(),
                                "call-id@pbx"),
                        Optional.empty(),
                        inbox);
        owner.runPending();
        return leg;
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
        owner.runPending();
    }

    private static SessionDescription parsed() {
        try {
            return SdpParser.parse(CallFlowTest.OFFER, SdpLimits.BROWSER);
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }
}
