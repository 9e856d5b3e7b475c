package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import offhook.call.CallDetails;
import offhook.call.CallDetails.Verification;
import offhook.call.CallId;
import offhook.call.CallInput;
import offhook.call.CodecPreference;
import offhook.call.Diversion;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.Target;
import offhook.call.UserToUser;
import offhook.config.LimitsConfig;
import offhook.config.Listen;
import offhook.config.NodeConfig;
import offhook.config.PortRange;
import offhook.config.SipConfig;
import offhook.config.TrunkConfig;
import offhook.net.FreePorts;
import offhook.runtime.NanoClock;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Who calls, and which header fields pass: one endpoint on a real socket, trunks made of text.
public class IdentityOnWireTest {

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

    private static final Party BOB = new Party("+34911000002", "Bob");

    /// Every header field that an INVITE of ours has, whatever comes from outside.
    private static final Set<String> OWN =
            Set.of(
                    "Via",
                    "Max-Forwards",
                    "From",
                    "To",
                    "Call-ID",
                    "CSeq",
                    "Contact",
                    "Allow",
                    "Supported",
                    "Session-Expires",
                    "Min-SE",
                    "Content-Type",
                    "Content-Length");

    private final RecordingIntake intake = new RecordingIntake();
    private SipEndpoint endpoint;
    private InetSocketAddress address;
    private TextTrunk trunk;
    private RecordingIntake.Call call;
    private Leg leg;

    @BeforeClass
    public void start() throws Exception {
        trunk = new TextTrunk();
        address = FreePorts.nextAddress();
        endpoint =
                new SipEndpoint(
                        new SipSettings(
                                new NodeConfig("test", Optional.empty()),
                                new SipConfig(
                                        List.of(new Listen("udp", address)),
                                        new PortRange(20000, 20100)),
                                trunks(),
                                new LimitsConfig(
                                        100, 1000, Duration.ofSeconds(60), Duration.ofHours(1))),
                        new Counters(),
                        NanoClock.system());
        endpoint.start(intake);
    }

    private List<TrunkConfig> trunks() {
        String at = "uri: \"sip:" + trunk.at() + "\"";
        String account = "from-user: gw-1, from-domain: carrier.example";
        return List.of(
                Doors.read("{name: plain, " + at + "}"),
                Doors.read("{name: pai, " + at + ", identity: pai, " + account + "}"),
                Doors.read("{name: ppi, " + at + ", identity: ppi}"),
                Doors.read("{name: rpid, " + at + ", identity: rpid, contact-user: gw-2}"),
                Doors.read(
                        "{name: open, addresses: [127.0.0.6], "
                                + at
                                + ", trust-identity: true, headers: {in: [X-Case, X-Crm-*],"
                                + " out: [X-Case, X-Crm-*, User-to-User]}}"),
                Doors.read("{name: closed, addresses: [127.0.0.7]}"));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        trunk.close();
        endpoint.stop(Duration.ZERO);
    }

    private String dial(String name, Party caller, CallDetails details) throws Exception {
        LegId id = new LegId(CallId.next(), 1);
        IncomingCall incoming =
                new IncomingCall(
                        "web",
                        caller,
                        new Party("200", ""),
                        new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                        Optional.empty(),
                        "bob/1",
                        details);
        call = new RecordingIntake.Call(id.call(), incoming, null);
        leg =
                endpoint.legs()
                        .ring(
                                id,
                                new Target.Trunk(name, "200"),
                                incoming,
                                Optional.of(description()),
                                call);
        return trunk.expect("INVITE ");
    }

    private void refuse(String invite) throws Exception {
        trunk.answer(invite, "486 Busy Here", "t", "");
        trunk.expect("ACK ");
    }

    @DataProvider
    public Object[][] outgoing() {
        return new Object[][] {
            {"plain", BOB, false, "\"Bob\" <sip:+34911000002@127.0.0.1>", Map.of()},
            {
                "pai",
                BOB,
                false,
                "\"Bob\" <sip:gw-1@carrier.example>",
                Map.of("P-Asserted-Identity", "\"Bob\" <sip:+34911000002@carrier.example>")
            },
            {
                "ppi",
                BOB,
                false,
                "\"Bob\" <sip:+34911000002@127.0.0.1>",
                Map.of("P-Preferred-Identity", "\"Bob\" <sip:+34911000002@127.0.0.1>")
            },
            {
                "rpid",
                BOB,
                false,
                "\"Bob\" <sip:+34911000002@127.0.0.1>",
                Map.of(
                        "Remote-Party-ID",
                        "\"Bob\" <sip:+34911000002@127.0.0.1>"
                                + ";party=calling;screen=yes;privacy=off")
            },
            {
                "plain",
                BOB,
                true,
                "\"Anonymous\" <sip:anonymous@anonymous.invalid>",
                Map.of("Privacy", "id")
            },
            {
                "pai",
                BOB,
                true,
                "\"Anonymous\" <sip:gw-1@carrier.example>",
                Map.of(
                        "Privacy",
                        "id",
                        "P-Asserted-Identity",
                        "\"Bob\" <sip:+34911000002@carrier.example>")
            },
            {
                "rpid",
                BOB,
                true,
                "\"Anonymous\" <sip:anonymous@anonymous.invalid>",
                Map.of(
                        "Privacy",
                        "id",
                        "Remote-Party-ID",
                        "\"Bob\" <sip:+34911000002@127.0.0.1>"
                                + ";party=calling;screen=yes;privacy=full")
            },
            {
                "pai",
                new Party("", ""),
                true,
                "\"Anonymous\" <sip:gw-1@carrier.example>",
                Map.of("Privacy", "id")
            },
            {
                "plain",
                new Party("a b\"@<x>;tag=1", "E\"vil\u2028\u010a"),
                false,
                "\"E_vil__\" <sip:a%20b%22%40%3Cx%3E%3Btag=1@127.0.0.1>",
                Map.of()
            },
        };
    }

    @Test(dataProvider = "outgoing")
    public void callerIsNamedAsTheTrunkWantsIt(
            String name, Party caller, boolean withheld, String from, Map<String, String> more)
            throws Exception {
        String invite = dial(name, caller, CallDetails.ofAgent("alice", withheld, Map.of()));

        Map<String, String> fields = fields(invite);
        assertThat(fields.get("From")).startsWith(from + ";tag=");
        assertThat(fields).containsAllEntriesOf(more);
        assertThat(fields.keySet()).isSubsetOf(union(OWN, more.keySet()));
        assertThat(fields.get("Contact"))
                .startsWith(name.equals("rpid") ? "<sip:gw-2@127.0.0.1:" : "<sip:offhook@");
        refuse(invite);
    }

    @Test
    public void onlyListedHeadersOfAnAgentGoOut() throws Exception {
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put("x-case", "4711");
        wanted.put("X-Crm-Name", "%0d%0aVia: x");
        wanted.put("User-to-User", "48656c6c6f;encoding=hex");
        wanted.put("X-Internal", "secret");
        wanted.put("X-Crm-Bad", "a\r\nVia: SIP/2.0/UDP evil");
        wanted.put("X-Crm-Odd", "\u010a\u2028\u0000");
        wanted.put("X-Crm \r\nVia", "evil");
        wanted.put("From", "<sip:evil@x>");
        wanted.put("P-Asserted-Identity", "<sip:evil@x>");
        wanted.put("Contact", "<sip:evil@x>");

        String invite = dial("open", BOB, CallDetails.ofAgent("alice", false, wanted));

        Map<String, String> fields = fields(invite);
        assertThat(fields.keySet())
                .isSubsetOf(union(OWN, Set.of("X-Case", "X-Crm-Name", "User-to-User")));
        assertThat(fields)
                .containsEntry("X-Case", "4711")
                .containsEntry("X-Crm-Name", "%0d%0aVia: x")
                .containsEntry("User-to-User", "48656c6c6f;encoding=hex");
        assertThat(invite).doesNotContain("evil").doesNotContain("secret");
        refuse(invite);
        String without = dial("plain", BOB, CallDetails.ofAgent("alice", false, wanted));
        assertThat(fields(without).keySet()).isSubsetOf(OWN);
        refuse(without);
    }

    @Test
    public void headersOfTheAnswerAndOfTheByeAreReportedAndCopied() throws Exception {
        String invite = dial("open", BOB, CallDetails.NONE);
        trunk.answer(invite, "200 OK", "t1", SDP, "X-Case: 4711\r\n", "X-Internal : no\r\n");

        assertThat(call.next(CallInput.LegAccepted.class).headers())
                .isEqualTo(Map.of("X-Case", "4711"));
        trunk.expect("ACK ");
        leg.end(
                EndCause.hangUp(EndCause.By.CALLER)
                        .with(Map.of("X-Case", "4712", "X-Internal", "no")));
        String bye = trunk.expect("BYE ");
        trunk.answer(bye, "200 OK", "t1", "");
        assertThat(fields(bye)).containsEntry("X-Case", "4712").doesNotContainKey("X-Internal");
    }

    @Test
    public void headersOfARefusalAreReportedAndCopied() throws Exception {
        String invite = dial("open", BOB, CallDetails.NONE);
        trunk.answer(invite, "486 Busy Here", "t1", "", "X-Case: 4711\r\n", "X-Internal: no\r\n");

        assertThat(call.next(CallInput.LegEnded.class).cause().headers())
                .isEqualTo(Map.of("X-Case", "4711"));
        trunk.expect("ACK ");
        try (TextPhone phone = new TextPhone("127.0.0.6", address, "200")) {
            phone.send(phone.invite(SDP));
            phone.expect("SIP/2.0 100");
            intake.take(phone.callId)
                    .leg
                    .end(EndCause.declined().with(Map.of("X-Case", "4711", "X-Internal", "no")));
            assertThat(fields(phone.expect("SIP/2.0 603")))
                    .containsEntry("X-Case", "4711")
                    .doesNotContainKey("X-Internal");
        }
    }

    @Test
    public void trustedTrunkTellsAllThatItListsAndNothingElse() throws Exception {
        try (TextPhone phone = new TextPhone("127.0.0.6", address, "200")) {
            phone.send(
                    phone.invite(
                            SDP,
                            "P-Asserted-Identity: \"Eve\""
                                    + " <sip:+1202;verstat=TN-Validation-Passed@carrier>",
                            "Diversion: <sip:300@pbx>;reason=user-busy",
                            "User-to-User: 0448656c6c6f;encoding=hex",
                            "x-case : 47\r\n 11",
                            "X-Crm-Id: <script>",
                            "X-Internal : secret",
                            "s: secret"));
            phone.expect("SIP/2.0 100");
            RecordingIntake.Call taken = intake.take(phone.callId);

            assertThat(taken.incoming.caller()).isEqualTo(new Party("+1202", "Eve"));
            assertThat(taken.incoming.details())
                    .isEqualTo(
                            new CallDetails(
                                    false,
                                    Verification.PASSED,
                                    List.of(new Diversion(new Party("300", ""), "user-busy")),
                                    Optional.of(
                                            new UserToUser("0448656c6c6f", "hex", "", "", "Hello")),
                                    Map.of("X-Case", "47 11", "X-Crm-Id", "<script>")));
            taken.leg.answeredWith(Map.of("X-Case", "1", "X-Internal", "2"));
            taken.leg.answer(description());
            String ok = phone.expect("SIP/2.0 200");
            assertThat(fields(ok)).containsEntry("X-Case", "1").doesNotContainKey("X-Internal");
            phone.send(phone.ack(""));
            taken.next(CallInput.LegConfirmed.class);
            phone.send(phone.next("BYE", "", "X-Case: done", "X-Internal: no"));
            phone.expect("SIP/2.0 200");
            assertThat(taken.next(CallInput.LegEnded.class).cause())
                    .isEqualTo(EndCause.hangUp(EndCause.By.CALLER).with(Map.of("X-Case", "done")));
        }
    }

    @Test
    public void anyOtherTrunkIsTakenAtItsFromAndTellsNoHeaders() throws Exception {
        try (TextPhone phone = new TextPhone("127.0.0.7", address, "200")) {
            phone.send(
                    phone.invite(
                            SDP,
                            "P-Asserted-Identity: <sip:+1202;verstat=TN-Validation-Passed@c>",
                            "Remote-Party-ID: <sip:+1202@c>",
                            "X-Case: 4711"));
            phone.expect("SIP/2.0 100");
            RecordingIntake.Call taken = intake.take(phone.callId);

            assertThat(taken.incoming.caller()).isEqualTo(new Party("100", "Ann"));
            assertThat(taken.incoming.details()).isEqualTo(CallDetails.NONE);
            taken.leg.end(EndCause.declined());
            phone.expect("SIP/2.0 603");
        }
    }

    /// Header fields by name; one that is there twice fails.
    private static Map<String, String> fields(String message) {
        String head = message.substring(0, message.indexOf("\r\n\r\n"));
        return head.lines()
                .skip(1)
                .filter(line -> !line.startsWith("Allow:"))
                .collect(
                        Collectors.toMap(
                                line -> line.substring(0, line.indexOf(':')),
                                line -> line.substring(line.indexOf(':') + 1).strip()));
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        return Stream.concat(some.stream(), others.stream()).collect(Collectors.toSet());
    }

    private static SessionDescription description() throws Exception {
        return SdpParser.parse(SDP);
    }
}
