package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.Party;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Calls that go out: the endpoint on a real socket against a trunk made of text.
public class OutgoingCallTest {

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

    private final Counters counters = new Counters();
    private SipEndpoint endpoint;
    private TextTrunk trunk;
    private RecordingIntake.Call call;
    private Leg leg;

    @BeforeMethod
    public void start() throws Exception {
        trunk = new TextTrunk();
        InetSocketAddress address = FreePorts.nextAddress();
        endpoint =
                Endpoints.on(
                        address,
                        counters,
                        List.of(Doors.trunkAt("pbx", "sip:" + trunk.at() + ";transport=udp")));
        endpoint.start(new RecordingIntake());
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        trunk.close();
        endpoint.stop(Duration.ZERO);
    }

    private String dial(String number) throws Exception {
        Endpoints.Dialled dialled =
                Endpoints.dial(
                        endpoint,
                        "pbx",
                        new Party("+34911000002", "Bob \"<x>"),
                        number,
                        description());
        call = dialled.call();
        leg = dialled.leg();
        return trunk.expect("INVITE ");
    }

    @Test
    public void inviteSaysWhoCallsWhom() throws Exception {
        String invite = dial("00441632960000#");

        assertThat(invite)
                .startsWith("INVITE sip:00441632960000%23@" + trunk.at() + " SIP/2.0\r\n")
                .contains("From: \"Bob _<x>\" <sip:+34911000002@127.0.0.1>;tag=")
                .contains("m=audio")
                .contains("Max-Forwards: 70");
        assertThat(TextPhone.header(invite, "To")).doesNotContain("tag=");
        assertThat(TextPhone.header(invite, "Contact")).startsWith("<sip:offhook@127.0.0.1:");
    }

    @Test
    public void callIsRungAnsweredAcknowledgedAndHungUpByTheTrunk() throws Exception {
        String invite = dial("200");

        trunk.answer(invite, "100 Trying", "", "");
        trunk.answer(invite, "180 Ringing", "t1", "");
        call.next(CallInput.LegAlerting.class);
        trunk.answer(invite, "200 OK", "t1", SDP);
        CallInput.LegAccepted accepted = call.next(CallInput.LegAccepted.class);
        assertThat(accepted.description()).isEqualTo(Optional.of(SdpParser.parse(SDP)));
        trunk.expect("ACK ");
        trunk.request(invite, "BYE", "t1");

        trunk.expect("SIP/2.0 200 ");
        assertThat(call.next(CallInput.LegEnded.class).cause())
                .isEqualTo(EndCause.hangUp(EndCause.By.CALLEE));
        awaitNoDialogs();
    }

    @Test
    public void ourByeEndsTheAnsweredCall() throws Exception {
        String invite = dial("200");
        trunk.answer(invite, "200 OK", "t1", SDP);
        call.next(CallInput.LegAccepted.class);
        trunk.expect("ACK ");

        leg.end(EndCause.hangUp(EndCause.By.CALLER));

        String bye = trunk.expect("BYE ");
        assertThat(TextPhone.header(bye, "To")).contains("tag=t1");
        trunk.answer(bye, "200 OK", "t1", "");
        assertThat(call.hasNoInput()).isTrue();
    }

    @Test
    public void lostAckIsSentAgainForTheRepeated200() throws Exception {
        String invite = dial("200");
        trunk.answer(invite, "200 OK", "t1", SDP);
        trunk.expect("ACK ");
        call.next(CallInput.LegAccepted.class);

        trunk.answer(invite, "200 OK", "t1", SDP);

        trunk.expect("ACK ");
        assertThat(call.hasNoInput()).isTrue();
    }

    @Test
    public void earlyMediaIsTold() throws Exception {
        String invite = dial("200");

        trunk.answer(invite, "183 Session Progress", "t1", SDP);

        assertThat(call.next(CallInput.LegProgressing.class).answer())
                .isEqualTo(SdpParser.parse(SDP));
        trunk.answer(invite, "200 OK", "t1", SDP);
        assertThat(call.next(CallInput.LegAccepted.class).description()).isEmpty();
        trunk.expect("ACK ");
    }

    @Test
    public void cancelWaitsForTheFirstWordOfTheTrunk() throws Exception {
        String invite = dial("200");

        leg.end(EndCause.cancelled());
        trunk.answer(invite, "180 Ringing", "t1", "");

        String cancel = trunk.expect("CANCEL ");
        assertThat(TextPhone.header(cancel, "Via")).isEqualTo(TextPhone.header(invite, "Via"));
        trunk.answer(cancel, "200 OK", "t1", "");
        trunk.answer(invite, "487 Request Terminated", "t1", "");
        trunk.expect("ACK ");
        assertThat(call.hasNoInput()).isTrue();
        awaitNoDialogs();
    }

    @Test
    public void answerThatCrossesTheCancelIsHungUp() throws Exception {
        String invite = dial("200");
        trunk.answer(invite, "180 Ringing", "t1", "");
        call.next(CallInput.LegAlerting.class);

        leg.end(EndCause.cancelled());
        trunk.expect("CANCEL ");
        trunk.answer(invite, "200 OK", "t1", SDP);

        trunk.expect("ACK ");
        String bye = trunk.expect("BYE ");
        trunk.answer(bye, "200 OK", "t1", "");
    }

    @Test
    public void secondAnswerOfAForkIsHungUp() throws Exception {
        String invite = dial("200");
        // One after the other: what comes at once may be handled in any order.
        trunk.answer(invite, "180 Ringing", "t1", "");
        call.next(CallInput.LegAlerting.class);
        trunk.answer(invite, "180 Ringing", "t2", "");
        call.next(CallInput.LegAlerting.class);
        trunk.answer(invite, "200 OK", "t2", SDP);
        trunk.expect("ACK ");

        trunk.answer(invite, "200 OK", "t1", SDP);

        assertThat(TextPhone.header(trunk.expect("ACK "), "To")).contains("tag=t1");
        String bye = trunk.expect("BYE ");
        assertThat(TextPhone.header(bye, "To")).contains("tag=t1");
        trunk.answer(bye, "200 OK", "t1", "");
        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        assertThat(TextPhone.header(trunk.expect("BYE "), "To")).contains("tag=t2");
    }

    /// A branch that says nothing before it answers, too late: its 200 may come again before it is
    /// heard, as every 200 does until its ACK.
    @Test
    public void lateAnswerOfABranchThatNeverRangIsHungUp() throws Exception {
        String invite = dial("200");
        trunk.answer(invite, "200 OK", "t1", SDP);
        trunk.expect("ACK ");
        call.next(CallInput.LegAccepted.class);

        trunk.answer(invite, "200 OK", "t2", SDP);
        String ack = trunk.receive(1000);
        if (ack.isEmpty()) {
            trunk.answer(invite, "200 OK", "t2", SDP);
            ack = trunk.expect("ACK ");
        }

        assertThat(TextPhone.header(ack, "To")).contains("tag=t2");
        String bye = trunk.expect("BYE ");
        assertThat(TextPhone.header(bye, "To")).contains("tag=t2");
        trunk.answer(bye, "200 OK", "t2", "");
        trunk.answer(invite, "200 OK", "t2", SDP);
        assertThat(TextPhone.header(trunk.expect("ACK "), "To")).contains("tag=t2");
        assertThat(call.hasNoInput()).isTrue();
    }

    @DataProvider
    public static Object[][] reasonsToCancel() {
        return new Object[][] {
            {EndCause.cancelled(), "Q.850;cause=16;text=\"cancelled\""},
            {
                new EndCause(EndCause.By.CALLEE, EndCause.ANSWERED_ELSEWHERE, 200, 26, ""),
                "SIP;cause=200;text=\"Call completed elsewhere\""
            },
        };
    }

    @Test(dataProvider = "reasonsToCancel")
    public void cancelSaysWhy(EndCause cause, String reason) throws Exception {
        String invite = dial("200");
        trunk.answer(invite, "180 Ringing", "t1", "");
        call.next(CallInput.LegAlerting.class);

        leg.end(cause);

        String cancel = trunk.expect("CANCEL ");
        assertThat(TextPhone.header(cancel, "Reason")).isEqualTo(reason);
        trunk.answer(cancel, "200 OK", "t1", "");
        trunk.answer(invite, "487 Request Terminated", "t1", "");
        trunk.expect("ACK ");
    }

    @Test
    public void byeOfTheTrunkSaysWhyAndOursToo() throws Exception {
        String invite = dial("200");
        trunk.answer(invite, "200 OK", "t1", SDP);
        trunk.expect("ACK ");
        call.next(CallInput.LegAccepted.class);

        trunk.request(invite, "BYE", "t1\r\nReason: Q.850;cause=31");
        trunk.expect("SIP/2.0 200 ");

        assertThat(call.next(CallInput.LegEnded.class).cause().q850Cause()).isEqualTo(31);
    }

    @DataProvider
    public static Object[][] refusals() {
        return new Object[][] {
            {"486 Busy Here", "", "busy", 486, 17},
            {"603 Decline", "", "declined", 603, 21},
            {"404 Not Found", "", "unknown-number", 404, 1},
            {"503 Service Unavailable", "", "trunk-failed", 503, 41},
            {"302 Moved Temporarily", "Contact: <sip:x@192.0.2.9>\r\n", "redirected", 302, 127},
            {"480 Unavailable", "Reason: Q.850;cause=20;text=\"x\"\r\n", "unavailable", 480, 20},
            {"486 Busy Here", "Reason: Q.850;cause=999\r\n", "busy", 486, 17},
        };
    }

    @Test(dataProvider = "refusals")
    public void refusalTellsWhy(String status, String header, String reason, int sip, int q850)
            throws Exception {
        String invite = dial("200");

        trunk.answer(invite, status, "t1", "", header);

        EndCause cause = call.next(CallInput.LegEnded.class).cause();
        assertThat(cause.by()).isEqualTo(EndCause.By.CALLEE);
        assertThat(cause.reason()).isEqualTo(reason);
        assertThat(cause.sipCode()).isEqualTo(sip);
        assertThat(cause.q850Cause()).isEqualTo(q850);
        trunk.expect("ACK ");
        awaitNoDialogs();
    }

    @Test
    public void renegotiationOfTheTrunkReachesTheCall() throws Exception {
        String invite = dial("200");
        trunk.answer(invite, "200 OK", "t1", SDP);
        trunk.expect("ACK ");
        call.next(CallInput.LegAccepted.class);

        trunk.request(invite, "INVITE", "t1", SDP);
        trunk.expect("SIP/2.0 100 ");
        call.next(CallInput.LegRenegotiating.class);
        leg.answerUpdate(description());

        assertThat(trunk.expect("SIP/2.0 200 ")).contains("m=audio");
    }

    @Test
    public void trunkThatMayOnlyAnswerOpensNoCall() throws Exception {
        dial("200");

        trunk.send(
                "INVITE sip:200@gw SIP/2.0\r\nVia: SIP/2.0/UDP "
                        + trunk.at()
                        + ";branch=z9hG4bKx1\r\nMax-Forwards: 70\r\nFrom: <sip:1@x>;tag=a\r\n"
                        + "To: <sip:200@gw>\r\nCall-ID: other\r\nCSeq: 1 INVITE\r\nContact: <sip:1@"
                        + trunk.at()
                        + ">\r\nContent-Length: 0\r\n\r\n");

        assertThat(trunk.receive(700)).doesNotContain("SIP/2.0 ");
    }

    /// The call hears of its end just before the dialog is forgotten.
    private void awaitNoDialogs() {
        Await.until("the end of all dialogs", () -> endpoint.dialogs() == 0);
    }

    private static SessionDescription description() throws Exception {
        return SdpParser.parse(SDP);
    }
}
