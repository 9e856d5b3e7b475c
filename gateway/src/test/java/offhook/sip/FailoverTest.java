package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import offhook.call.CallEvent;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.Party;
import offhook.config.LimitsConfig;
import offhook.config.Listen;
import offhook.config.NodeConfig;
import offhook.config.PortRange;
import offhook.config.SipConfig;
import offhook.dns.DnsStand;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Trunks of several targets on real sockets, with a real DNS server: who is asked, who is asked
/// next, and who is left alone.
public class FailoverTest {

    private static final String SDP =
            """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.2\r
            s=-\r
            c=IN IP4 127.0.0.2\r
            t=0 0\r
            m=audio 30000 RTP/AVP 8\r
            a=rtpmap:8 PCMA/8000\r
            """;

    private DnsStand dns;
    private TextTrunk first;
    private TextTrunk second;
    private TextTrunk other;
    private TextTrunk probed;
    private TextTrunk spare;
    private SipEndpoint endpoint;
    private RecordingIntake.Call call;
    private Leg leg;

    /// What was told of the places that were asked, since the last call began.
    private final List<CallEvent> places = new CopyOnWriteArrayList<>();

    /// What the clock of the gateway is ahead of ours.
    private final AtomicLong aheadNanos = new AtomicLong();

    @BeforeClass
    public void start() throws Exception {
        dns = new DnsStand();
        first = new TextTrunk("127.0.0.21");
        second = new TextTrunk("127.0.0.22");
        other = new TextTrunk("127.0.0.23");
        probed = new TextTrunk("127.0.0.24");
        spare = new TextTrunk("127.0.0.25");
        dns.srv("_sip._udp.pbx.test", 60, 10, 0, first.port(), "first.test")
                .srv("_sip._udp.pbx.test", 60, 20, 0, second.port(), "second.test")
                .a("first.test", 60, "127.0.0.21")
                .a("second.test", 60, "127.0.0.22");
        dns.srv("_sip._udp.probed.test", 60, 10, 0, probed.port(), "p.test")
                .srv("_sip._udp.probed.test", 60, 20, 0, spare.port(), "s.test")
                .a("p.test", 60, "127.0.0.24")
                .a("s.test", 60, "127.0.0.25");
        endpoint =
                new SipEndpoint(
                        new SipSettings(
                                new NodeConfig("test", Optional.empty()),
                                new SipConfig(
                                        List.of(new Listen("udp", FreePorts.nextAddress())),
                                        new PortRange(20000, 20100),
                                        List.of(dns.address())),
                                List.of(
                                        Doors.read(
                                                "{name: srv, uri: \"sip:pbx.test\","
                                                        + " failover-seconds: 3}"),
                                        Doors.read(
                                                "{name: listed, uri: [\"sip:"
                                                        + first.at()
                                                        + "\", \"sip:"
                                                        + second.at()
                                                        + "\"], failover-codes: [480, 503]}"),
                                        Doors.read(
                                                "{name: probed, uri: \"sip:probed.test\", ping:"
                                                        + " {seconds: 1, timeout-seconds: 1,"
                                                        + " fails: 2, goods: 2}}"),
                                        Doors.read("{name: hole, uri: \"sip:hole.test\"}"),
                                        Doors.trunkAt("other", "sip:" + other.at())),
                                new LimitsConfig(
                                        10, 1000, Duration.ofSeconds(60), Duration.ofHours(1))),
                        new Counters(),
                        () -> System.nanoTime() + aheadNanos.get());
        endpoint.tellPlaces((_, event, _) -> places.add(event));
        endpoint.start(new RecordingIntake());
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        endpoint.stop(Duration.ZERO);
        for (TextTrunk trunk : List.of(first, second, other, probed, spare)) {
            trunk.close();
        }
        dns.close();
    }

    private void dial(String trunk) throws Exception {
        places.clear();
        Endpoints.Dialled dialled =
                Endpoints.dial(
                        endpoint,
                        trunk,
                        new Party("+34911000002", ""),
                        "200",
                        SdpParser.parse(SDP));
        call = dialled.call();
        leg = dialled.leg();
    }

    private LegId legId() {
        return new LegId(call.callId(), 1);
    }

    private void answerAndHangUp(TextTrunk by, String invite) throws Exception {
        by.answer(invite, "200 OK", "t", SDP);
        by.expect("ACK ");
        call.next(CallInput.LegAccepted.class);
        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        by.answer(by.expect("BYE "), "200 OK", "t", "");
    }

    private static String state(SipEndpoint endpoint, String trunk, int target) {
        return places(endpoint, trunk).get(target).state();
    }

    private static List<TrunkStatus.Place> places(SipEndpoint endpoint, String trunk) {
        return endpoint.trunks().stream()
                .filter(t -> t.name().equals(trunk))
                .findFirst()
                .orElseThrow()
                .places();
    }

    @Test
    public void silentTargetIsGivenUpInItsTimeAndLeftAloneThen() throws Exception {
        dial("srv");
        String unheard = first.expect("INVITE ");
        String heard = second.expect("INVITE ");

        assertThat(heard).startsWith("INVITE sip:200@pbx.test SIP/2.0");
        assertThat(TextPhone.header(heard, "Call-ID"))
                .isNotEqualTo(TextPhone.header(unheard, "Call-ID"));
        answerAndHangUp(second, heard);
        assertThat(places)
                .containsExactly(
                        new CallEvent.PlaceAsked(legId(), first.at()),
                        new CallEvent.PlaceLost(legId(), ""),
                        new CallEvent.PlaceAsked(legId(), second.at()),
                        new CallEvent.PlaceAnswered(legId(), 200));
        assertThat(places(endpoint, "srv").getFirst())
                .matches(p -> p.state().equals("down"))
                .matches(p -> p.lastError().equals("INVITE: no answer"))
                .matches(p -> p.name().equals("first.test"));
        assertThat(state(endpoint, "srv", 1)).isEqualTo("up");

        // What it began late is ended: the call is another's.
        first.answer(unheard, "200 OK", "late", SDP);
        first.expect("ACK ");
        first.answer(first.expect("BYE "), "200 OK", "late", "");

        dial("srv");
        answerAndHangUp(second, second.expect("INVITE "));
        assertThat(first.receive(200)).doesNotStartWith("INVITE");
    }

    @DataProvider
    public static Object[][] refusals() {
        return new Object[][] {
            {"503 Service Unavailable", true},
            {"480 Temporarily Unavailable", true},
            {"486 Busy Here", false},
            {"603 Decline", false},
            {"500 Server Internal Error", false},
            {"404 Not Found", false},
        };
    }

    @Test(dataProvider = "refusals", priority = 1)
    public void onlyTheCodesThatWereChosenGoToTheNextTarget(String status, boolean next)
            throws Exception {
        dial("listed");
        String invite = first.expect("INVITE ");

        first.answer(invite, status, "t1", "");
        first.expect("ACK ");

        if (next) {
            String again = second.expect("INVITE ");
            assertThat(again).startsWith("INVITE sip:200@" + second.at() + " SIP/2.0");
            second.answer(again, "486 Busy Here", "t2", "");
            second.expect("ACK ");
            assertThat(call.next(CallInput.LegEnded.class).cause().sipCode()).isEqualTo(486);
            assertThat(places)
                    .containsExactly(
                            new CallEvent.PlaceAsked(legId(), first.at()),
                            new CallEvent.PlaceAnswered(
                                    legId(), Integer.parseInt(status.substring(0, 3))),
                            new CallEvent.PlaceAsked(legId(), second.at()),
                            new CallEvent.PlaceAnswered(legId(), 486));
        } else {
            assertThat(call.next(CallInput.LegEnded.class).cause().sipCode())
                    .isEqualTo(Integer.parseInt(status.substring(0, 3)));
            second.assertSilent(200);
        }
    }

    @Test(priority = 2)
    public void retryAfterIsWaitedFor() throws Exception {
        dial("listed");
        first.answer(
                first.expect("INVITE "),
                "503 Service Unavailable",
                "t1",
                "",
                "Retry-After: 3600 (overload)\r\n");
        first.expect("ACK ");
        answerAndHangUp(second, second.expect("INVITE "));
        assertThat(state(endpoint, "listed", 0)).isEqualTo("avoided");

        dial("listed");
        answerAndHangUp(second, second.expect("INVITE "));
        aheadNanos.addAndGet(3600_000_000_000L);
        await(() -> state(endpoint, "listed", 0).equals("up"));

        dial("listed");
        answerAndHangUp(first, first.expect("INVITE "));
    }

    @Test
    public void trunkWhoseNameNobodyKnowsSlowsNoOther() throws Exception {
        List<RecordingIntake.Call> nowhere = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            dial("hole");
            nowhere.add(call);
        }

        dial("other");
        String invite = other.expect("INVITE ");

        assertThat(nowhere).as("still looking").allMatch(RecordingIntake.Call::hasNoInput);
        answerAndHangUp(other, invite);
        assertThat(dns.asked()).anyMatch(q -> q.endsWith("hole.test."));
    }

    @Test(priority = 4)
    public void nameThatNobodyKnowsIsShownAsThat() throws Exception {
        await(() -> places(endpoint, "hole").stream().anyMatch(p -> p.state().equals("unlocated")));

        assertThat(places(endpoint, "hole").getFirst().lastError()).contains("hole.test");
    }

    /// Answers probes while it waits for something else.
    private static void await(BooleanSupplier done) {
        Await.until("the target's next state", done);
    }

    @Test(priority = 3)
    public void probesTellWhichTargetLives() throws Exception {
        drain(probed);
        drain(spare);
        await(() -> {
            answerProbe(probed);
            answerProbe(spare);
            return state(endpoint, "probed", 0).equals("up")
                    && state(endpoint, "probed", 1).equals("up");
        });
        // Now the first one is dead: two probes without an answer.
        await(() -> {
            answerProbe(spare);
            return state(endpoint, "probed", 0).equals("down");
        });
        assertThat(places(endpoint, "probed").getFirst().lastError())
                .isEqualTo("OPTIONS: no answer");

        dial("probed");
        String invite = expectInvite(spare);
        spare.answer(invite, "486 Busy Here", "t", "");
        assertThat(call.next(CallInput.LegEnded.class).cause().sipCode()).isEqualTo(486);

        drain(probed);
        try (LogLines log = new LogLines(TrunkProber.class)) {
            await(() -> {
                answerProbe(probed);
                answerProbe(spare);
                return state(endpoint, "probed", 0).equals("up");
            });
            await(() -> !ups(log).isEmpty());
            assertThat(ups(log))
                    .singleElement()
                    .asString()
                    .endsWith(" is up because=\"OPTIONS: 200 OK\"");
        }
        dial("probed");
        String back = expectInvite(probed);
        probed.answer(back, "486 Busy Here", "t", "");
        assertThat(call.next(CallInput.LegEnded.class).cause().sipCode()).isEqualTo(486);
    }

    /// What was told of the probed target that is back.
    private List<String> ups(LogLines log) {
        return log.lines().stream()
                .filter(line -> line.contains(probed.at()) && line.contains(" is up "))
                .toList();
    }

    private static String expectInvite(TextTrunk trunk) throws IOException {
        while (true) {
            String message = trunk.receive(TextPhone.PATIENCE_MILLIS);
            assertThat(message).isNotEmpty();
            if (message.startsWith("INVITE ")) {
                return message;
            }
            if (message.startsWith("OPTIONS ")) {
                trunk.answer(message, "200 OK", "o", "");
            }
        }
    }

    private static void drain(TextTrunk trunk) throws IOException {
        while (!trunk.receive(1).isEmpty()) {
            // Probes of the past.
        }
    }

    private static void answerProbe(TextTrunk trunk) {
        try {
            String message = trunk.receive(50);
            if (message.startsWith("OPTIONS ")) {
                trunk.answer(message, "200 OK", "o", "");
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
