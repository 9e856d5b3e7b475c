package offhook.sipws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import offhook.agent.Presence;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.HoldSign;
import offhook.call.TransferReport;
import offhook.runtime.Await;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Calls of phones and to phones, message by message; the test plays the phone and the call.
public class PhoneCallsTest {

    private PhoneStand stand;
    private TextSipPhone phone;

    @BeforeMethod
    public void start() throws Exception {
        stand = new PhoneStand(PhoneStand.limits());
        phone = stand.registered("one");
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        stand.close();
    }

    private static SessionDescription description() throws Exception {
        return SdpParser.parse(TextSipPhone.SDP);
    }

    private static final String BODY = "Content-Type: application/sdp\r\n";

    // ---- to phones

    private PhoneStand.Ringing ring() throws Exception {
        PhoneStand.Ringing call = stand.ring();
        call.inbox().expect(CallInput.OfferWanted.class);
        call.leg().offered(description());
        return call;
    }

    @Test
    public void callRingsAllPhonesAndBelongsToTheOneThatAnswers() throws Exception {
        TextSipPhone other = stand.registered("two");
        PhoneStand.Ringing call = ring();
        String invite = phone.expect("INVITE sip:alice1@df7jal23ls0d.invalid;transport=ws SIP/2.0");
        assertThat(invite)
                .contains("From: \"Ana \\\"la\\\" Grande\" <sip:+34600111222@example.com>;tag=")
                .contains("m=audio");
        phone.answer(invite, "180 Ringing", "", "");
        call.inbox().expect(CallInput.LegAlerting.class);
        String second = other.expect("INVITE ");
        other.answer(second, "180 Ringing", "", "");
        call.inbox().expect(CallInput.LegAlerting.class);

        phone.answer(invite, "200 OK", BODY, TextSipPhone.SDP);

        CallInput.LegAccepted accepted = call.inbox().expect(CallInput.LegAccepted.class);
        assertThat(accepted.answers()).isTrue();
        assertThat(accepted.description()).isPresent();
        phone.expect("ACK sip:alice1@");
        assertThat(other.expect("CANCEL "))
                .contains("Reason: SIP;cause=200;text=\"Call completed elsewhere\"");
        other.answer(second, "487 Request Terminated", "", "");
        other.expect("ACK ");

        call.leg().end(EndCause.hangUp(EndCause.By.CALLER));
        assertThat(phone.expect("BYE ")).contains("Reason: Q.850;cause=16");
    }

    @DataProvider
    public Object[][] refusals() {
        return new Object[][] {
            {"486 Busy Here", "busy"},
            {"480 Temporarily Unavailable", "declined"},
            {"603 Decline", "declined"},
        };
    }

    @Test(dataProvider = "refusals")
    public void userWhoSaysNoIsRungNowhereElse(String status, String reason) throws Exception {
        TextSipPhone other = stand.registered("two");
        PhoneStand.Ringing call = ring();
        String second = other.expect("INVITE ");
        other.answer(second, "180 Ringing", "", "");
        call.inbox().expect(CallInput.LegAlerting.class);

        phone.answer(phone.expect("INVITE "), status, "", "");

        phone.expect("ACK ");
        CallInput.LegEnded ended = call.inbox().expect(CallInput.LegEnded.class);
        assertThat(ended.cause().reason()).isEqualTo(reason);
        assertThat(ended.cause().by()).isEqualTo(EndCause.By.CALLEE);
        other.expect("CANCEL ");
    }

    @Test
    public void phoneThatCannotAnswerLeavesTheOthersRinging() throws Exception {
        TextSipPhone other = stand.registered("two");
        PhoneStand.Ringing call = ring();
        phone.answer(phone.expect("INVITE "), "488 Not Acceptable Here", "", "");
        phone.expect("ACK ");
        String second = other.expect("INVITE ");
        other.close();
        assertThat(second).isNotEmpty();
        CallInput.LegEnded ended = call.inbox().expect(CallInput.LegEnded.class);
        assertThat(ended.cause().reason()).isEqualTo("offline");
    }

    @Test
    public void lateAnswerIsHungUp() throws Exception {
        PhoneStand.Ringing call = ring();
        String invite = phone.expect("INVITE ");
        phone.answer(invite, "180 Ringing", "", "");
        call.inbox().expect(CallInput.LegAlerting.class);
        call.leg().end(EndCause.cancelled());
        phone.expect("CANCEL ");
        phone.answer(invite, "200 OK", BODY, TextSipPhone.SDP); // crossed
        phone.expect("ACK ");
        phone.expect("BYE ");
    }

    @Test
    public void phoneThatComesWhileItRingsRingsToo() throws Exception {
        PhoneStand.Ringing call = ring();
        phone.expect("INVITE ");
        TextSipPhone late = stand.registered("two");
        late.answer(late.expect("INVITE "), "200 OK", BODY, TextSipPhone.SDP);
        call.inbox().expect(CallInput.LegAccepted.class);
    }

    // ---- by phones

    private String invite(String number, String fields) {
        phone.request(
                "INVITE",
                "sip:" + number + "@example.com",
                "call-1",
                phone.contact() + "\r\n" + BODY + fields,
                TextSipPhone.SDP);
        return "call-1";
    }

    private PhoneStand.Dialled dialled(String fields) throws Exception {
        invite("+34911223344", fields);
        phone.expect("SIP/2.0 100 Trying");
        PhoneStand.Dialled call = stand.dialled.poll(Await.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(call).isNotNull();
        return call;
    }

    @Test
    public void callIsOpenedInTheAgentsName() throws Exception {
        PhoneStand.Dialled call =
                dialled(
                        "X-Ticket: 4711\r\nP-Asserted-Identity: <sip:boss@example.com>\r\n"
                                + "Route: <sip:192.0.2.1>\r\nPrivacy: id\r\n");
        assertThat(call.call().source()).isEqualTo("web");
        assertThat(call.call().caller().number()).isEqualTo("+34911000001");
        assertThat(call.call().called().number()).isEqualTo("+34911223344");
        assertThat(call.call().details().headers()).isEqualTo(Map.of("x-ticket", "4711"));
        assertThat(call.call().details().withheld()).isTrue();
        stand.awaitPresence(Presence.BUSY);

        call.leg().alert(description());
        phone.expect("SIP/2.0 180 Ringing");
        call.leg().progress(description());
        assertThat(phone.expect("SIP/2.0 183 Session Progress")).contains("m=audio");
        call.leg().answer(description());
        assertThat(phone.expect("SIP/2.0 200 OK")).contains("m=audio").contains("Contact: ");
        call.leg().end(EndCause.hangUp(EndCause.By.CALLEE));
        phone.expectNothing(); // no BYE before the ACK
    }

    @Test
    public void refusalSaysWhy() throws Exception {
        PhoneStand.Dialled call = dialled("");
        call.leg().end(EndCause.gateway("no-route", 404, 1, "no route leads there"));
        assertThat(phone.expect("SIP/2.0 404 Not Found"))
                .contains("Warning: 399 offhook \"no route leads there\"")
                .contains("Reason: Q.850;cause=1");
        stand.awaitPresence(Presence.AVAILABLE);
    }

    @Test
    public void cancelEndsACallThatRings() throws Exception {
        PhoneStand.Dialled call = dialled("");
        phone.requestWith(
                "z9hG4bKINVITE3call-1",
                "CANCEL",
                "sip:+34911223344@example.com",
                "call-1",
                "<sip:alice@example.com>;tag=mine",
                "<sip:+34911223344@example.com>",
                3,
                "",
                "");
        phone.expect("SIP/2.0 200 OK");
        phone.expect("SIP/2.0 487 Request Terminated");
        assertThat(call.inbox().expect(CallInput.LegEnded.class).cause().reason())
                .isEqualTo("cancelled");
        stand.awaitPresence(Presence.AVAILABLE);
    }

    @DataProvider
    public Object[][] bad() {
        return new Object[][] {
            {"%2B1@evil", BODY, 404},
            {"12three", BODY, 404},
            {"5512", BODY + "Require: precondition\r\n", 420},
            {"5512", BODY + "X-Bad: caf\u00e9\r\n", 400},
            {"5512", "Content-Type: text/plain\r\n", 415},
        };
    }

    @Test(dataProvider = "bad")
    public void whatCannotBeACallIsRefused(String number, String fields, int status)
            throws Exception {
        phone.request(
                "INVITE",
                "sip:" + number.replace("@evil", "%40evil") + "@example.com",
                "call-1",
                phone.contact() + "\r\n" + fields,
                TextSipPhone.SDP);
        phone.expect("SIP/2.0 " + status + " ");
        assertThat(stand.dialled).isEmpty();
    }

    @Test
    public void nobodyCallsInAnothersName() throws Exception {
        phone.request(
                "INVITE",
                "sip:5512@example.com",
                "call-9",
                "<sip:bob@example.com>;tag=1",
                "<sip:5512@example.com>",
                9,
                phone.contact() + "\r\n" + BODY,
                TextSipPhone.SDP);
        phone.expect("SIP/2.0 403 ");
        assertThat(stand.dialled).isEmpty();
    }

    @DataProvider
    public Object[][] methods() {
        return new Object[][] {{"MESSAGE"}, {"SUBSCRIBE"}, {"PUBLISH"}, {"PRACK"}, {"HACK"}};
    }

    @Test(dataProvider = "methods")
    public void otherMethodsAreNotServed(String method) throws Exception {
        phone.request(method, "sip:bob@example.com", "m", "", "");
        assertThat(phone.expect("SIP/2.0 405 ")).contains("Allow: INVITE, ACK");
    }

    // ---- within a call

    private PhoneStand.Dialled talking() throws Exception {
        PhoneStand.Dialled call = dialled("");
        call.leg().answer(description());
        String ok = phone.expect("SIP/2.0 200 OK");
        tag = TextSipPhone.field(ok, "\r\nTo: [^\r]*;tag=([^\r;]*)");
        inDialog("ACK", 3, "", "");
        return call;
    }

    private String tag = "";

    private void inDialog(String method, int cseq, String fields, String body) {
        phone.request(
                method,
                "sip:offhook@example.com;transport=ws",
                "call-1",
                "<sip:alice@example.com>;tag=mine",
                "<sip:+34911223344@example.com>;tag=" + tag,
                cseq,
                fields,
                body);
    }

    @Test
    public void holdIsAWishAndANegotiation() throws Exception {
        PhoneStand.Dialled call = talking();
        inDialog(
                "INVITE",
                10,
                phone.contact() + "\r\n" + BODY,
                TextSipPhone.SDP.replace("sendrecv", "sendonly"));
        phone.expect("SIP/2.0 100 ");
        call.inbox().expect(CallInput.LegRenegotiating.class);
        assertThat(call.inbox().expect(CallInput.HoldChanged.class).sign())
                .isEqualTo(new HoldSign.Requested(true));
        call.leg().answerUpdate(description());
        phone.expect("SIP/2.0 200 OK");
        inDialog("ACK", 10, "", "");
        inDialog("UPDATE", 11, phone.contact() + "\r\n" + BODY, TextSipPhone.SDP);
        call.inbox().expect(CallInput.LegRenegotiating.class);
        assertThat(call.inbox().expect(CallInput.HoldChanged.class).sign())
                .isEqualTo(new HoldSign.Requested(false));
        call.leg().refuseUpdate(EndCause.gateway("media-refused", 488, 88, "no"));
        phone.expect("SIP/2.0 488 ");
    }

    @Test
    public void sessionIsRefreshedByThePhone() throws Exception {
        talking();
        inDialog(
                "UPDATE",
                10,
                phone.contact() + "\r\nSupported: timer\r\nSession-Expires: 90;refresher=uac\r\n",
                "");
        assertThat(phone.expect("SIP/2.0 200 OK"))
                .contains("Session-Expires: 90;refresher=uac")
                .contains("Require: timer");
    }

    @Test
    public void keysComeByInfoAndGoByInfo() throws Exception {
        PhoneStand.Dialled call = talking();
        inDialog(
                "INFO",
                10,
                "Content-Type: application/dtmf-relay\r\n",
                "Signal=7\r\nDuration=120\r\n");
        phone.expect("SIP/2.0 200 OK");
        CallInput.DigitReceived digit = call.inbox().expect(CallInput.DigitReceived.class);
        assertThat(digit.digit()).isEqualTo('7');
        inDialog("INFO", 11, "Content-Type: text/plain\r\n", "hello");
        phone.expect("SIP/2.0 415 ");
        call.leg().showDigit('4');
        assertThat(phone.expect("INFO ")).contains("Signal=4\r\n");
    }

    @Test
    public void referLeadsTheOtherPartyOn() throws Exception {
        PhoneStand.Dialled call = talking();
        inDialog("REFER", 10, "Refer-To: <sip:5512@example.com>\r\n", "");
        CallInput.TransferRequested asked = call.inbox().expect(CallInput.TransferRequested.class);
        assertThat(asked.order().target()).isEqualTo("5512");
        assertThat(asked.order().source()).isEqualTo("web");
        call.leg().transferring(new TransferReport.Trying());
        phone.expect("SIP/2.0 202 Accepted");
        assertThat(phone.expect("NOTIFY ")).contains("Event: refer;id=10").contains("100 Trying");
        call.leg().transferring(new TransferReport.Done());
        assertThat(phone.expect("NOTIFY "))
                .contains("Subscription-State: terminated")
                .contains("SIP/2.0 200 OK");
    }

    @DataProvider
    public Object[][] spoofs() {
        return new Object[][] {{"guess", "mine"}, {"", "other"}};
    }

    @Test(dataProvider = "spoofs")
    public void wrongTagsEndNothing(String to, String from) throws Exception {
        PhoneStand.Dialled call = talking();
        phone.request(
                "BYE",
                "sip:offhook@example.com",
                "call-1",
                "<sip:alice@example.com>;tag=" + from,
                "<sip:5512@example.com>;tag=" + (to.isEmpty() ? tag : to),
                20,
                "",
                "");
        phone.expect("SIP/2.0 481 ");
        assertThat(call.inbox().inputs()).isEmpty();
    }

    @Test
    public void callOutlivesItsSocket() throws Exception {
        PhoneStand.Dialled call = talking();
        phone.close();
        stand.awaitPresence(Presence.OFFLINE);
        assertThat(call.inbox().inputs()).isEmpty();
        phone = stand.registered("one");
        inDialog("BYE", 30, "", "");
        phone.expect("SIP/2.0 200 OK");
        assertThat(call.inbox().expect(CallInput.LegEnded.class).cause())
                .isEqualTo(EndCause.hangUp(EndCause.By.CALLER));
    }

    @Test
    public void anotherGraceTimeIsForPhonesThatAreLostFromThenOn() throws Exception {
        PhoneStand.Dialled call = talking();

        stand.phones
                .owner()
                .carryOut(() -> stand.phones.callsOutlive(Duration.ZERO), 5_000_000_000L);
        assertThat(call.inbox().inputs()).isEmpty();
        phone.close();

        assertThat(call.inbox().expect(CallInput.LegEnded.class).cause())
                .isEqualTo(EndCauses.lost());
    }

    @Test
    public void phoneThatIsDismissedKeepsItsCallAndIsSentAwayAfterIt() throws Exception {
        PhoneStand.Dialled call = talking();

        stand.phones.owner().carryOut(() -> stand.phones.onDismissed("alice"), 5_000_000_000L);

        stand.awaitPresence(Presence.OFFLINE);
        inDialog("OPTIONS", 30, "", "");
        phone.expect("SIP/2.0 200 OK");
        assertThat(call.inbox().inputs()).isEmpty();
        inDialog("BYE", 31, "", "");
        phone.expect("SIP/2.0 200 OK");
        assertThat(phone.awaitClose()).isEqualTo(4401);
    }

    @Test
    public void whatEndedMeanwhileIsToldToThePhoneThatComesBack() throws Exception {
        PhoneStand.Dialled call = talking();
        phone.close();
        stand.awaitPresence(Presence.OFFLINE);
        call.leg().end(EndCause.hangUp(EndCause.By.CALLEE));
        phone = stand.registered("one");
        phone.expect("BYE ");
    }

    @Test
    public void otherPhonesOfTheAgentHaveNothingToSayInACall() throws Exception {
        PhoneStand.Dialled call = talking();
        TextSipPhone mine = phone;
        phone = stand.registered("two");
        inDialog("BYE", 40, "", "");
        phone.expect("SIP/2.0 481 ");
        assertThat(call.inbox().inputs()).isEmpty();
        phone = mine;
        assertThat(Optional.of(phone)).isPresent();
    }
}
