package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.Party;
import offhook.call.ReplacedDialog;
import offhook.call.Target;
import offhook.call.TransferOrder;
import offhook.call.TransferReport;
import offhook.call.UserToUser;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Transfers by REFER, both ways, on real sockets: a trunk made of text plays the peer, the test
/// plays the call.
public class ReferTest {

    private static final String SDP =
            """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.2\r
            s=-\r
            c=IN IP4 127.0.0.2\r
            t=0 0\r
            m=audio 40000 RTP/AVP 8\r
            """;

    /// A call that is none of ours, in the header fields of a URI.
    private static final String DIALOG = "a%40b%3Bto-tag%3Dc%3Bfrom-tag%3Dd";

    private static final String REFERS = "Allow: INVITE, ACK, BYE, REFER, NOTIFY";

    private final RecordingIntake intake = new RecordingIntake();
    private InetSocketAddress server;
    private SipEndpoint endpoint;

    /// Where calls to the trunk `hall` arrive.
    private TextTrunk hall;

    @BeforeClass
    public void start() throws IOException {
        hall = new TextTrunk("127.0.0.4");
        server = Endpoints.freeUdp();
        endpoint =
                Endpoints.on(
                        server,
                        new Counters(),
                        List.of(
                                Doors.read(
                                        "{name: pbx, addresses: [127.0.0.2/32], uri:"
                                                + " \"sip:pbx.example.com:5070\","
                                                + " transfer: refer, accept-refer: true, headers:"
                                                + " {in: [X-Case, X-Crm-*, User-to-User],"
                                                + " out: [X-Case, User-to-User]}}"),
                                Doors.read("{name: plain, addresses: [127.0.0.3/32]}"),
                                Doors.read(
                                        "{name: hall, addresses: [127.0.0.4/32], uri: \"sip:"
                                                + hall.at()
                                                + ";transport=udp\", accept-refer: true}")));
        endpoint.start(intake);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        hall.close();
        endpoint.stop();
    }

    // ---- REFER that we send

    @Test
    public void trunkIsAskedAndTellsHowItGoes() throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);

            call.leg.refer(new Target.Trunk("pbx", "0700#"), Optional.empty(), Enclosed.NOTHING);

            String refer = phone.expect("REFER ");
            assertThat(TextPhone.header(refer, "Refer-To"))
                    .isEqualTo("<sip:0700%23@pbx.example.com:5070>");
            assertThat(TextPhone.header(refer, "Referred-By")).startsWith("<sip:200@");
            assertThat(TextPhone.header(refer, "Contact")).contains("127.0.0.1");
            assertThat(TextPhone.header(refer, "CSeq")).isEqualTo("1 REFER");
            phone.answer(refer, "202 Accepted");
            call.next(CallInput.ReferTaken.class);
            notified(phone, "active;expires=60", "SIP/2.0 100 Trying\r\n", "200");
            call.next(CallInput.ReferTaken.class);
            notified(phone, "active;expires=60", "SIP/2.0 180 Ringing\r\n", "200");
            call.next(CallInput.ReferRings.class);
            notified(phone, "terminated;reason=noresource", "SIP/2.0 200 OK\r\n", "200");
            CallInput.ReferOver over = call.next(CallInput.ReferOver.class);
            assertThat(over.refused()).isFalse();
            assertThat(over.cause().sipCode()).isEqualTo(200);
            notified(phone, "terminated", "SIP/2.0 200 OK\r\n", "481");
            hangUp(phone, call);
        }
    }

    @Test
    public void trunkIsToldWhatGoesAlongAndIsListed() throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("x-case", "4711");
            fields.put("User-to-User", "3132;encoding=hex");
            fields.put("X-Secret", "1");
            fields.put("Refer-To", "<sip:evil@192.0.2.1>");
            fields.put("X-Case ", "\r\nVia: b");

            call.leg.refer(new Target.Trunk("pbx", "0700"), Optional.empty(), Enclosed.of(fields));

            String refer = phone.expect("REFER ");
            assertThat(TextPhone.header(refer, "X-Case")).isEqualTo("4711");
            assertThat(TextPhone.header(refer, "User-to-User")).isEqualTo("3132;encoding=hex");
            assertThat(refer).doesNotContain("X-Secret", "evil");
            phone.answer(refer, "603 Decline");
            call.next(CallInput.ReferOver.class);
            hangUp(phone, call);
        }
    }

    @DataProvider
    public static Object[][] waysItComesToNothing() {
        return new Object[][] {
            {"terminated;reason=noresource", "SIP/2.0 486 Busy Here\r\n", 486},
            {"active;expires=60", "SIP/2.0 603 Decline\r\n", 603},
            {"terminated;reason=timeout", "SIP/2.0 100 Trying\r\n", 408},
            {"terminated;reason=giveup", "", 408},
        };
    }

    @Test(dataProvider = "waysItComesToNothing")
    public void trunkTellsThatItFailed(String state, String body, int status) throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            call.leg.refer(new Target.Trunk("pbx", "700"), Optional.empty(), Enclosed.NOTHING);
            phone.answer(phone.expect("REFER "), "202 Accepted");
            call.next(CallInput.ReferTaken.class);

            notified(phone, state, body, "200");

            CallInput.ReferOver over = call.next(CallInput.ReferOver.class);
            assertThat(over.refused()).isFalse();
            assertThat(over.cause().sipCode()).isEqualTo(status);
            hangUp(phone, call);
        }
    }

    @DataProvider
    public static Object[][] refusals() {
        return new Object[][] {
            {"405 Method Not Allowed"}, {"501 Not Implemented"}, {"603 Decline"}, {"403 Forbidden"}
        };
    }

    @Test(dataProvider = "refusals")
    public void trunkRefuses(String status) throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            call.leg.refer(new Target.Trunk("pbx", "700"), Optional.empty(), Enclosed.NOTHING);

            phone.answer(phone.expect("REFER "), status);

            CallInput.ReferOver over = call.next(CallInput.ReferOver.class);
            assertThat(over.refused()).isTrue();
            assertThat(over.cause().sipCode()).isEqualTo(Integer.parseInt(status.substring(0, 3)));
            hangUp(phone, call);
        }
    }

    @DataProvider
    public static Object[][] whoIsNotAsked() {
        return new Object[][] {
            {"127.0.0.3", REFERS, "plain"},
            {"127.0.0.2", REFERS, "other"},
            {"127.0.0.2", "Allow: INVITE, ACK, BYE", "pbx"},
        };
    }

    @Test(dataProvider = "whoIsNotAsked")
    public void trunkIsNotAskedWhatItDoesNotServe(String address, String allow, String trunk)
            throws IOException {
        try (TextPhone phone = new TextPhone(address, server, "200")) {
            RecordingIntake.Call call = confirmed(phone, allow);

            call.leg.refer(new Target.Trunk(trunk, "700"), Optional.empty(), Enclosed.NOTHING);

            assertThat(call.next(CallInput.ReferOver.class).refused()).isTrue();
            hangUp(phone, call);
        }
    }

    @Test
    public void trunkIsAskedToJoinTwoOfItsDialogs() throws IOException {
        try (TextPhone phone = phone();
                TextPhone consulted = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            RecordingIntake.Call second = confirmed(consulted, REFERS);

            call.leg.refer(
                    new Target.Trunk("pbx", "700"), Optional.of(second.leg), Enclosed.NOTHING);

            String refer = phone.expect("REFER ");
            assertThat(TextPhone.header(refer, "Refer-To"))
                    .startsWith("<sip:100@" + consulted.at() + "?Replaces=" + consulted.callId)
                    .contains("%3Bto-tag%3Df-" + consulted.callId)
                    .contains("%3Bfrom-tag%3D" + consulted.toTag() + ">");
            phone.answer(refer, "202 Accepted");
            call.next(CallInput.ReferTaken.class);
            hangUp(phone, call);
            hangUp(consulted, second);
        }
    }

    @Test
    public void dialogOfAnotherTrunkCannotBeTakenOver() throws IOException {
        try (TextPhone phone = phone();
                TextPhone consulted = new TextPhone("127.0.0.3", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            RecordingIntake.Call second = confirmed(consulted, REFERS);

            call.leg.refer(
                    new Target.Trunk("pbx", "700"), Optional.of(second.leg), Enclosed.NOTHING);

            assertThat(call.next(CallInput.ReferOver.class).refused()).isTrue();
            hangUp(phone, call);
            hangUp(consulted, second);
        }
    }

    @Test
    public void notifyThatBelongsToNothingIsRefused() throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);

            notified(phone, "active;expires=60", "SIP/2.0 100 Trying\r\n", "481");
            String presence =
                    phone.next("NOTIFY", "", "Event: presence", "Subscription-State: active");
            phone.send(presence).expect("SIP/2.0 489 ");
            hangUp(phone, call);
        }
    }

    // ---- REFER that we get

    @Test
    public void callIsTransferredAndTheTrunkHearsHow() throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            String refer =
                    phone.next(
                            "REFER",
                            "",
                            "Refer-To: <sip:300@127.0.0.1>",
                            "Referred-By: \"Eve\" <sip:101@pbx>");
            phone.send(refer);
            CallInput.TransferRequested wanted = call.next(CallInput.TransferRequested.class);
            assertThat(wanted.order().target()).isEqualTo("300");
            assertThat(wanted.order().source()).isEqualTo("pbx");
            assertThat(wanted.order().by()).isEqualTo(new Party("101", "Eve"));
            assertThat(wanted.order().consult()).isFalse();

            call.leg.transferring(new TransferReport.Trying());
            phone.expect("SIP/2.0 202 ");
            told(phone, "active;expires=180", "SIP/2.0 100 Trying\r\n", 1);
            phone.send(phone.next("REFER", "", "Refer-To: <sip:301@127.0.0.1>"))
                    .expect("SIP/2.0 491 ");
            call.leg.transferring(new TransferReport.Ringing());
            told(phone, "active;expires=180", "SIP/2.0 180 Ringing\r\n", 2);
            call.leg.transferring(new TransferReport.Done());
            told(phone, "terminated;reason=noresource", "SIP/2.0 200 OK\r\n", 3);
            call.leg.end(EndCause.hangUp(EndCause.By.GATEWAY));
            phone.ok(phone.expect("BYE "));
        }
    }

    @DataProvider
    public static Object[][] whatComesWithARefer() {
        return new Object[][] {
            {"", new String[] {"X-Case: 1", "X-Internal: 2"}, Map.of("X-Case", "1"), ""},
            {"?x-case=1%202&Subject=no", new String[] {}, Map.of("X-Case", "1 2"), ""},
            {"?X-Case=1", new String[] {"x-case: 2"}, Map.of("X-Case", "1"), ""},
            {"?X-Crm-A=1&X-Crm-B=2", new String[] {}, Map.of("X-Crm-A", "1", "X-Crm-B", "2"), ""},
            {"?X-Case=%0d%0aVia:%20b", new String[] {"X-Crm-B: 3"}, Map.of("X-Crm-B", "3"), ""},
            {"?From=%22x%22&Contact=b&Route=c&Call-ID=d&Via=e", new String[] {}, Map.of(), ""},
            {
                "",
                new String[] {"User-to-User: 3132;encoding=hex"},
                Map.of("User-to-User", "3132;encoding=hex"),
                "12"
            },
            {
                "?User-to-User=3334%3Bencoding%3Dhex",
                new String[] {"User-to-User: 3132;encoding=hex"},
                Map.of("User-to-User", "3334;encoding=hex"),
                "34"
            },
        };
    }

    @Test(dataProvider = "whatComesWithARefer")
    public void whatComesWithAReferGoesToTheTarget(
            String inUri, String[] fields, Map<String, String> expected, String userToUser)
            throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            String[] all = Arrays.copyOf(fields, fields.length + 1);
            all[fields.length] = "Refer-To: <sip:300@127.0.0.1" + inUri + ">";

            phone.send(phone.next("REFER", "", all));

            Enclosed enclosed = call.next(CallInput.TransferRequested.class).order().enclosed();
            assertThat(enclosed.headers()).isEqualTo(expected);
            assertThat(enclosed.userToUser().map(UserToUser::text).orElse(""))
                    .isEqualTo(userToUser);
            EndCause noRoute = EndCause.gateway("no-route", 404, 1, "no route");
            call.leg.transferring(new TransferReport.Refused(noRoute));
            phone.expect("SIP/2.0 404 ");
            hangUp(phone, call);
        }
    }

    @Test
    public void failedTransferIsToldAndTheNextMayFollow() throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            phone.send(phone.next("REFER", "", "Refer-To: <tel:+34911>"));
            assertThat(call.next(CallInput.TransferRequested.class).order().target())
                    .isEqualTo("+34911");
            call.leg.transferring(new TransferReport.Trying());
            phone.expect("SIP/2.0 202 ");
            told(phone, "active;expires=180", "SIP/2.0 100 Trying\r\n", 1);

            EndCause busy = EndCause.gateway("busy", 486, 17, "");
            call.leg.transferring(new TransferReport.Failed(busy));

            told(phone, "terminated;reason=noresource", "SIP/2.0 486 Busy Here\r\n", 2);
            phone.send(phone.next("REFER", "", "Refer-To: <sip:302@127.0.0.1>"));
            call.next(CallInput.TransferRequested.class);
            EndCause noRoute = EndCause.gateway("no-route", 404, 1, "no route");
            call.leg.transferring(new TransferReport.Refused(noRoute));
            phone.expect("SIP/2.0 404 ");
            hangUp(phone, call);
        }
    }

    @Test
    public void trunkThatWantsToHearNothingIsToldNothing() throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            phone.send(
                    phone.next(
                            "REFER",
                            "",
                            "Refer-To: <sip:300@127.0.0.1>",
                            "Refer-Sub: false",
                            "Require: norefersub"));
            call.next(CallInput.TransferRequested.class);

            call.leg.transferring(new TransferReport.Trying());
            String accepted = phone.expect("SIP/2.0 202 ");
            assertThat(TextPhone.header(accepted, "Refer-Sub")).isEqualTo("false");
            call.leg.transferring(new TransferReport.Ringing());
            call.leg.transferring(new TransferReport.Done());
            call.leg.end(EndCause.hangUp(EndCause.By.GATEWAY));
            phone.ok(phone.expect("BYE "));
        }
    }

    @DataProvider
    public static Object[][] refersThatAreRefused() {
        return new Object[][] {
            {"400", new String[] {}},
            {
                "400",
                new String[] {"Refer-To: <sip:300@127.0.0.1>", "Refer-To: <sip:301@127.0.0.1>"}
            },
            {"603", new String[] {"Refer-To: <sip:300@elsewhere.example.com>"}},
            {"603", new String[] {"Refer-To: <sip:300@192.0.2.7>"}},
            {"603", new String[] {"Refer-To: <sip:300@127.0.0.1;method=MESSAGE>"}},
            {"416", new String[] {"Refer-To: <http://127.0.0.1/300>"}},
            {"404", new String[] {"Refer-To: <sip:127.0.0.1>"}},
            {"603", new String[] {"Refer-To: <sip:300@192.0.2.7?Replaces=" + DIALOG + ">"}},
            {"400", new String[] {"Refer-To: <sip:300@127.0.0.1?Replaces=a%3Bto-tag%3Db>"}},
            {"400", new String[] {"Refer-To: <sip:300@127.0.0.1?Replaces=>"}},
            {"400", new String[] {"Refer-To: <sip:300@127.0.0.1?Replaces>"}},
            {
                "400",
                new String[] {"Refer-To: <sip:300@127.0.0.1?Replaces=%0d%0aX:%20" + DIALOG + ">"}
            },
            {
                "400",
                new String[] {"Refer-To: <sip:300@127.0.0.1?Replaces=" + DIALOG + "%0D%0AX:y>"}
            },
            {
                "400",
                new String[] {
                    "Refer-To: <sip:300@127.0.0.1?Replaces=" + "a".repeat(500) + DIALOG + ">"
                }
            },
            {
                "400",
                new String[] {
                    "Refer-To: <sip:300@127.0.0.1?Replaces=" + DIALOG + "&Replaces=b" + DIALOG + ">"
                }
            },
            {
                "400",
                new String[] {
                    "r: <sip:300@127.0.0.1?replaces=" + DIALOG + "&%52eplaces=" + DIALOG + ">"
                }
            },
        };
    }

    @Test(dataProvider = "refersThatAreRefused")
    public void referToAnythingElseIsRefused(String status, String... fields) throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);

            phone.send(phone.next("REFER", "", fields)).expect("SIP/2.0 " + status + " ");

            assertThat(call.hasNoInput()).isTrue();
            hangUp(phone, call);
        }
    }

    /// From whichever end the other call is named, and at whatever host.
    @Test
    public void trunkAsksToJoinTwoOfItsCallsHere() throws IOException {
        try (TextPhone phone = phone();
                TextPhone consulted = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            RecordingIntake.Call second = confirmed(consulted, REFERS);
            String ours = consulted.toTag();
            String theirs = "f-" + consulted.callId;

            for (String to :
                    List.of(
                            referToDialog("300@127.0.0.1", consulted.callId, ours, theirs),
                            referToDialog("127.0.0.1", consulted.callId, theirs, ours),
                            referToDialog("3@192.0.2.7", consulted.callId, ours, theirs))) {
                phone.send(phone.next("REFER", "", to));
                TransferOrder order = call.next(CallInput.TransferRequested.class).order();
                assertThat(order.takeover())
                        .contains(new TransferOrder.Takeover.Here(new LegId(second.id, 0)));
                EndCause over = EndCause.gateway("no-such-call", 481, 111, "");
                call.leg.transferring(new TransferReport.Refused(over));
                phone.expect("SIP/2.0 481 ");
            }

            hangUp(phone, call);
            hangUp(consulted, second);
        }
    }

    @Test
    public void onlyAnAnsweredCallOfTheSameTrunkIsJoined() throws IOException {
        try (TextPhone phone = phone();
                TextPhone ringing = phone();
                TextPhone stranger = new TextPhone("127.0.0.3", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            RecordingIntake.Call other = confirmed(stranger, REFERS);
            ringing.send(ringing.invite(SDP)).expect("SIP/2.0 100 ");
            RecordingIntake.Call rung = intake.take(ringing.callId);
            rung.leg.alert(description());
            ringing.expect("SIP/2.0 180 ");

            refuses(phone, phone, "", "SIP/2.0 603 ");
            refuses(phone, stranger, "", "SIP/2.0 603 ");
            refuses(phone, ringing, "", "SIP/2.0 481 ");
            rung.leg.end(EndCause.declined());
            ringing.receive(3000);
            try (TextPhone early = phone()) {
                RecordingIntake.Call answered = confirmed(early, REFERS);
                refuses(phone, early, "%3Bearly-only", "SIP/2.0 486 ");
                hangUp(early, answered);
            }

            assertThat(call.hasNoInput()).isTrue();
            hangUp(phone, call);
            hangUp(stranger, other);
        }
    }

    private static void refuses(TextPhone phone, TextPhone named, String more, String status)
            throws IOException {
        String to =
                referToDialog(
                        "300@127.0.0.1", named.callId, named.toTag(), "f-" + named.callId + more);
        phone.send(phone.next("REFER", "", to)).expect(status);
    }

    private static String referToDialog(String at, String callId, String toTag, String fromTag) {
        return "Refer-To: <sip:%s?Replaces=%s%%3Bto-tag%%3D%s%%3Bfrom-tag%%3D%s>"
                .formatted(at, callId, toTag, fromTag);
    }

    @DataProvider
    public static Object[][] namesOfWhoTalksAtTheTrunk() {
        return new Object[][] {
            {"300@127.0.0.1", false}, {"300@127.0.0.4", true}, {"300@127.0.0.4:5070", true},
        };
    }

    @Test(dataProvider = "namesOfWhoTalksAtTheTrunk")
    public void trunkAsksForATakeover(String target, boolean ownName) throws IOException {
        try (TextPhone phone = new TextPhone("127.0.0.4", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, REFERS);

            phone.send(phone.next("REFER", "", referTo(target, "?Subject=x&Replaces=" + DIALOG)));

            TransferOrder order = call.next(CallInput.TransferRequested.class).order();
            assertThat(order.target()).isEqualTo("300");
            assertThat(order.source()).isEqualTo("hall");
            assertThat(order.takeover())
                    .contains(
                            new TransferOrder.Takeover.AtSource(
                                    new ReplacedDialog("a@b", "c", "d", false), ownName));
            EndCause noRoute = EndCause.gateway("no-route", 404, 1, "no route");
            call.leg.transferring(new TransferReport.Refused(noRoute));
            phone.expect("SIP/2.0 404 ");
            hangUp(phone, call);
        }
    }

    @Test
    public void takeoverIsAnInviteWithReplacesAndTheTrunkHearsThatItWorked() throws Exception {
        try (TextPhone phone = new TextPhone("127.0.0.4", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, REFERS);

            String invite = takenOver(phone, call, DIALOG + "%3Bfoo%3Dbar");

            assertThat(invite).startsWith("INVITE sip:300@" + hall.at() + " SIP/2.0\r\n");
            assertThat(invite.lines().filter(line -> line.startsWith("Replaces:")))
                    .containsExactly("Replaces: a@b;to-tag=c;from-tag=d");
            assertThat(invite.lines().filter(line -> line.startsWith("Require:")))
                    .containsExactly("Require: replaces");
            assertThat(TextPhone.header(invite, "Subject")).isEmpty();
            assertThat(TextPhone.header(invite, "To")).doesNotContain("?");
            phone.send(phone.next("REFER", "", "Refer-To: <sip:301@127.0.0.1>"))
                    .expect("SIP/2.0 491 ");
            hall.answer(invite, "200 OK", "t1", SDP);
            hall.expect("ACK ");
            call.next(CallInput.LegAccepted.class);
            call.leg.transferring(new TransferReport.Done());
            told(phone, "terminated;reason=noresource", "SIP/2.0 200 OK\r\n", 2);
            call.leg.end(EndCause.hangUp(EndCause.By.GATEWAY));
            phone.ok(phone.expect("BYE "));
            hall.request(invite, "BYE", "t1");
            hall.expect("SIP/2.0 200 ");
        }
    }

    @DataProvider
    public static Object[][] waysATakeoverFails() {
        return new Object[][] {
            {"481 Call/Transaction Does Not Exist", 481}, {"420 Bad Extension", 420}
        };
    }

    @Test(dataProvider = "waysATakeoverFails")
    public void failedTakeoverIsToldAndTheCallStays(String refusal, int status) throws Exception {
        try (TextPhone phone = new TextPhone("127.0.0.4", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            String invite = takenOver(phone, call, DIALOG + "%3Bearly-only");
            assertThat(TextPhone.header(invite, "Replaces"))
                    .isEqualTo("a@b;to-tag=c;from-tag=d;early-only");

            hall.answer(invite, refusal, "t1", "");

            hall.expect("ACK ");
            EndCause cause = call.next(CallInput.LegEnded.class).cause();
            assertThat(cause.sipCode()).isEqualTo(status);
            call.leg.transferring(new TransferReport.Failed(cause));
            assertThat(phone.expect("NOTIFY ")).contains("\r\n\r\nSIP/2.0 " + status + " ");
            phone.send(phone.next("REFER", "", "Refer-To: <sip:301@127.0.0.1>"));
            assertThat(call.next(CallInput.TransferRequested.class).order().takeover()).isEmpty();
            call.leg.transferring(new TransferReport.Refused(cause));
            phone.expect("SIP/2.0 " + status + " ");
            hangUp(phone, call);
        }
    }

    /// The trunk has the one it talks to transferred into another call of its own.
    ///
    /// @return the INVITE that comes of it
    private String takenOver(TextPhone phone, RecordingIntake.Call call, String replaces)
            throws Exception {
        phone.send(phone.next("REFER", "", referTo("300@127.0.0.4", "?Replaces=" + replaces)));
        TransferOrder order = call.next(CallInput.TransferRequested.class).order();
        ReplacedDialog dialog =
                order.takeover()
                        .map(TransferOrder.Takeover.AtSource.class::cast)
                        .orElseThrow()
                        .dialog();
        call.leg.transferring(new TransferReport.Trying());
        phone.expect("SIP/2.0 202 ");
        told(phone, "active;expires=180", "SIP/2.0 100 Trying\r\n", 1);
        var _ =
                endpoint.legs()
                        .ring(
                                new LegId(call.id, 7),
                                new Target.Dialog("hall", order.target(), dialog),
                                call.incoming,
                                Optional.of(description()),
                                call);
        return hall.expect("INVITE ");
    }

    private static String referTo(String target, String headers) {
        return "Refer-To: <sip:" + target + headers + ">";
    }

    @Test
    public void trunkThatMayNotReferIsToldSo() throws IOException {
        try (TextPhone phone = new TextPhone("127.0.0.3", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            String refer = phone.next("REFER", "", "Refer-To: <sip:300@127.0.0.1>");

            String refusal = phone.send(refer).expect("SIP/2.0 405 ");

            assertThat(TextPhone.header(refusal, "Allow")).doesNotContain("REFER", "NOTIFY");
            String notify = phone.next("NOTIFY", "", "Event: refer", "Subscription-State: active");
            phone.send(notify).expect("SIP/2.0 405 ");
            hangUp(phone, call);
        }
    }

    @Test
    public void whatIsServedIsSaid() throws IOException {
        try (TextPhone phone = phone();
                TextPhone plain = new TextPhone("127.0.0.3", server, "200")) {
            String said = phone.send(phone.request("OPTIONS", 1, "o1", "")).expect("SIP/2.0 200 ");
            assertThat(TextPhone.header(said, "Allow")).contains("REFER", "NOTIFY");
            assertThat(TextPhone.header(said, "Supported")).contains("replaces", "norefersub");
            said = plain.send(plain.request("OPTIONS", 1, "o2", "")).expect("SIP/2.0 200 ");
            assertThat(TextPhone.header(said, "Supported"))
                    .contains("replaces")
                    .doesNotContain("norefersub");
        }
    }

    // ---- INVITE with Replaces

    @Test
    public void newLegTakesThePlaceOfOneOfItsTrunk() throws IOException {
        try (TextPhone phone = phone();
                TextPhone arriving = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);

            arriving.send(arriving.invite(SDP, replaces(phone), "Require: replaces"));
            arriving.expect("SIP/2.0 100 ");

            CallInput.LegReplacing taking = call.next(CallInput.LegReplacing.class);
            assertThat(taking.arriving().call()).isEqualTo(taking.old().call());
            assertThat(taking.offer()).isPresent();
            assertThat(intake.count(arriving.callId)).isZero();
            taking.leg().answer(description());
            arriving.expect("SIP/2.0 200 ");
            arriving.send(arriving.ack(""));
            call.next(CallInput.LegConfirmed.class);
            call.leg.end(EndCause.gateway("replaced", 200, 16, ""));
            phone.ok(phone.expect("BYE "));
            hangUp(arriving, call);
        }
    }

    @DataProvider
    public static Object[][] replacementsThatAreRefused() {
        return new Object[][] {
            {"127.0.0.3", "%s", "481"},
            {"127.0.0.2", "Replaces: other;to-tag=a;from-tag=b", "481"},
            {"127.0.0.2", "%s;early-only", "486"},
            {"127.0.0.2", "Replaces: other;to-tag=a", "400"},
            {"127.0.0.2", "%1$s\r\n%1$s", "400"},
        };
    }

    @Test(dataProvider = "replacementsThatAreRefused")
    public void otherReplacementsAreRefused(String address, String field, String status)
            throws IOException {
        try (TextPhone phone = phone();
                TextPhone arriving = new TextPhone(address, server, "200")) {
            RecordingIntake.Call call = confirmed(phone, REFERS);

            arriving.send(arriving.invite(SDP, field.formatted(replaces(phone))));

            String refusal = arriving.receive(4000);
            refusal = refusal.startsWith("SIP/2.0 100 ") ? arriving.receive(4000) : refusal;
            assertThat(refusal).startsWith("SIP/2.0 " + status + " ");
            arriving.send(arriving.request("ACK", 1, arriving.callId + "1", ""));
            assertThat(call.hasNoInput()).isTrue();
            hangUp(phone, call);
        }
    }

    /// As the trunk names the dialog to who is to take its place: our tag is "to".
    private static String replaces(TextPhone phone) {
        return "Replaces: %s;to-tag=%s;from-tag=f-%s"
                .formatted(phone.callId, phone.toTag(), phone.callId);
    }

    private TextPhone phone() throws IOException {
        return new TextPhone("127.0.0.2", server, "200");
    }

    /// A call that is answered and confirmed.
    private RecordingIntake.Call confirmed(TextPhone phone, String... fields) throws IOException {
        phone.send(phone.invite(SDP, fields)).expect("SIP/2.0 100 ");
        RecordingIntake.Call call = intake.take(phone.callId);
        call.leg.answer(description());
        phone.expect("SIP/2.0 200 ");
        phone.send(phone.ack(""));
        call.next(CallInput.LegConfirmed.class);
        return call;
    }

    private static void notified(TextPhone phone, String state, String body, String answer)
            throws IOException {
        String plain = phone.next("NOTIFY", body, "Event: refer", "Subscription-State: " + state);
        phone.send(plain.replace("application/sdp", "message/sipfrag;version=2.0"))
                .expect("SIP/2.0 " + answer + " ");
    }

    private static void told(TextPhone phone, String state, String body, int number)
            throws IOException {
        String notify = phone.expect("NOTIFY ");
        assertThat(TextPhone.header(notify, "Event")).startsWith("refer;id=");
        assertThat(TextPhone.header(notify, "Subscription-State")).isEqualTo(state);
        assertThat(TextPhone.header(notify, "Content-Type"))
                .isEqualTo("message/sipfrag;version=2.0");
        assertThat(TextPhone.header(notify, "CSeq")).isEqualTo(number + " NOTIFY");
        assertThat(notify).endsWith("\r\n\r\n" + body);
        phone.ok(notify);
    }

    private static void hangUp(TextPhone phone, RecordingIntake.Call call) throws IOException {
        phone.send(phone.next("BYE", "")).expect("SIP/2.0 200 ");
        call.next(CallInput.LegEnded.class);
    }

    private static SessionDescription description() {
        try {
            return SdpParser.parse(SDP);
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }
}
