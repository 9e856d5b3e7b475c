package offhook.sipws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.TransferOrder;
import offhook.call.TransferReport;
import offhook.runtime.Await;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// REFER of phones, message by message; the test plays the phone and its calls: one that alice made
/// and one that rang at her.
public class PhoneTransferTest {

    private static final String BODY = "Content-Type: application/sdp\r\n";

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

    /// A call in which requests can be sent.
    ///
    /// @param ours the gateway's tag
    private record Dialog(PhoneStand.Dialled call, String ours) {}

    private Dialog dialled() throws Exception {
        phone.request(
                "INVITE",
                "sip:+34911223344@example.com",
                "call-1",
                phone.contact() + "\r\n" + BODY,
                TextSipPhone.SDP);
        phone.expect("SIP/2.0 100 Trying");
        PhoneStand.Dialled call = stand.dialled.poll(Await.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(call).isNotNull();
        call.leg().answer(description());
        String ok = phone.expect("SIP/2.0 200 OK");
        Dialog dialog = new Dialog(call, TextSipPhone.field(ok, "\r\nTo: [^\r]*;tag=([^\r;]*)"));
        inDialog(dialog, "ACK", 3, "");
        return dialog;
    }

    private void inDialog(Dialog dialog, String method, int cseq, String fields) {
        phone.request(
                method,
                "sip:offhook@example.com;transport=ws",
                "call-1",
                "<sip:alice@example.com>;tag=mine",
                "<sip:+34911223344@example.com>;tag=" + dialog.ours(),
                cseq,
                fields,
                "");
    }

    /// The second call of the phone, as its INVITE names it.
    private record Second(PhoneStand.Ringing call, String callId, String ours, String theirs) {

        String replaces(boolean turned) {
            return callId
                    + "%3Bto-tag%3D"
                    + (turned ? theirs : ours)
                    + "%3Bfrom-tag%3D"
                    + (turned ? ours : theirs);
        }
    }

    private Second second(boolean answered) throws Exception {
        PhoneStand.Ringing call = stand.ring();
        call.inbox().expect(CallInput.OfferWanted.class);
        call.leg().offered(description());
        String invite = phone.expect("INVITE ");
        if (answered) {
            phone.answer(invite, "200 OK", BODY, TextSipPhone.SDP);
            call.inbox().expect(CallInput.LegAccepted.class);
            phone.expect("ACK ");
        }
        return new Second(
                call,
                TextSipPhone.field(invite, "\r\nCall-ID: ([^\r]*)"),
                TextSipPhone.field(invite, "\r\nFrom: [^\r]*;tag=([^\r;]*)"),
                "theirsone");
    }

    private void refer(Dialog dialog, String replaces) {
        refer(dialog, 10, replaces);
    }

    @DataProvider
    public Object[][] ends() {
        return new Object[][] {{false}, {true}};
    }

    /// SIP.js names the tags of the second call as RFC 3891 has it, JsSIP those of a call that rang
    /// the other way round.
    @Test(dataProvider = "ends")
    public void referWithReplacesJoinsTheOtherPartiesOfTwoCalls(boolean turned) throws Exception {
        Dialog first = dialled();
        Second second = second(true);
        refer(first, second.replaces(turned));

        TransferOrder order =
                first.call().inbox().expect(CallInput.TransferRequested.class).order();
        assertThat(order.takeover())
                .contains(
                        new TransferOrder.Takeover.Here(
                                new LegId(second.call().inbox().callId(), 1)));
        assertThat(order.target()).as("our Contact is nobody's name").isEmpty();

        first.call().leg().transferring(new TransferReport.Trying());
        phone.expect("SIP/2.0 202 Accepted");
        assertThat(phone.expect("NOTIFY ")).contains("100 Trying");
        second.call().leg().end(EndCause.hangUp(EndCause.By.CALLER));
        phone.expect("BYE ");
        first.call().leg().transferring(new TransferReport.Done());
        first.call().leg().end(EndCause.hangUp(EndCause.By.CALLER));
        assertThat(phone.expect("NOTIFY "))
                .contains("Subscription-State: terminated")
                .contains("SIP/2.0 200 OK");
        phone.expect("BYE ");
    }

    @Test
    public void callThatRingsIsJoinedToNobody() throws Exception {
        Dialog first = dialled();
        Second second = second(false);
        refer(first, second.replaces(false));
        assertThat(phone.expect("SIP/2.0 481 ")).contains("Warning: 399 offhook ");
        assertThat(first.call().inbox().inputs()).isEmpty();
    }

    @Test
    public void callIsNotJoinedToItself() throws Exception {
        Dialog first = dialled();
        refer(first, "call-1%3Bto-tag%3D" + first.ours() + "%3Bfrom-tag%3Dmine");
        assertThat(phone.expect("SIP/2.0 603 ")).contains("this call itself");
    }

    @Test
    public void earlyOnlyIsTooLate() throws Exception {
        Dialog first = dialled();
        Second second = second(true);
        refer(first, second.replaces(false) + "%3Bearly-only");
        phone.expect("SIP/2.0 486 ");
        assertThat(first.call().inbox().inputs()).isEmpty();
    }

    @Test
    public void anotherAgentsCallIsNotToBeTakenOver() throws Exception {
        Dialog first = dialled();
        TextSipPhone alices = phone;
        TextSipPhone bob = stand.registered("bob", "three");
        bob.request(
                "INVITE",
                "sip:5512@example.com",
                "call-b",
                bob.contact() + "\r\n" + BODY,
                TextSipPhone.SDP);
        bob.expect("SIP/2.0 100 Trying");
        PhoneStand.Dialled call = stand.dialled.poll(Await.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(call).isNotNull();
        call.leg().answer(description());
        String ok = bob.expect("SIP/2.0 200 OK");
        String tag = TextSipPhone.field(ok, "\r\nTo: [^\r]*;tag=([^\r;]*)");

        phone = alices;
        refer(first, "call-b%3Bto-tag%3D" + tag + "%3Bfrom-tag%3Dmine");
        assertThat(phone.expect("SIP/2.0 603 ")).contains("another agent");
        refer(first, 11, "call-b%3Bto-tag%3Dguess%3Bfrom-tag%3Dmine");
        phone.expect("SIP/2.0 481 ");
        assertThat(first.call().inbox().inputs()).isEmpty();
        assertThat(call.inbox().inputs()).isEmpty();
    }

    private void refer(Dialog dialog, int cseq, String replaces) {
        inDialog(
                dialog,
                "REFER",
                cseq,
                "Refer-To: <sip:offhook@example.com?Replaces=" + replaces + ">\r\n");
    }

    @Test
    public void whatCameOfItIsTheLastWordAndAnotherReferMayFollow() throws Exception {
        Dialog first = dialled();
        Second second = second(true);
        refer(first, second.replaces(false));
        first.call().inbox().expect(CallInput.TransferRequested.class);
        first.call().leg().transferring(new TransferReport.Trying());
        phone.expect("SIP/2.0 202 Accepted");
        phone.expect("NOTIFY ");
        refer(first, 11, second.replaces(false));
        phone.expect("SIP/2.0 491 ");
        first.call()
                .leg()
                .transferring(
                        new TransferReport.Failed(
                                EndCause.gateway("no-such-call", 481, 111, "the other is over")));
        assertThat(phone.expect("NOTIFY "))
                .contains("Subscription-State: terminated")
                .contains("SIP/2.0 481 ");
        refer(first, 12, second.replaces(false));
        assertThat(Optional.of(first.call().inbox().expect(CallInput.TransferRequested.class)))
                .isPresent();
    }
}
