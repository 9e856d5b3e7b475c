package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import offhook.call.CallInput;
import offhook.net.FreePorts;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/// A gateway between two trunks that may transfer, each of them a text phone.
abstract class ReferStand {

    static final String SDP =
            """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.2\r
            s=-\r
            c=IN IP4 127.0.0.2\r
            t=0 0\r
            m=audio 40000 RTP/AVP 8\r
            """;

    /// A call that is none of ours, in the header fields of a URI.
    static final String DIALOG = "a%40b%3Bto-tag%3Dc%3Bfrom-tag%3Dd";

    static final String REFERS = "Allow: INVITE, ACK, BYE, REFER, NOTIFY";
    final RecordingIntake intake = new RecordingIntake();
    InetSocketAddress server;
    SipEndpoint endpoint;

    /// Where calls to the trunk `hall` arrive.
    TextTrunk hall;

    @BeforeClass
    public void start() throws IOException {
        hall = new TextTrunk("127.0.0.4");
        server = FreePorts.nextAddress();
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
        endpoint.stop(Duration.ZERO);
    }

    /// As the trunk names the dialog to who is to take its place: our tag is "to".
    static String replaces(TextPhone phone) {
        return "Replaces: %s;to-tag=%s;from-tag=f-%s"
                .formatted(phone.callId, phone.toTag(), phone.callId);
    }

    TextPhone phone() throws IOException {
        return new TextPhone("127.0.0.2", server, "200");
    }

    /// A call that is answered and confirmed.
    RecordingIntake.Call confirmed(TextPhone phone, String... fields) throws IOException {
        phone.send(phone.invite(SDP, fields)).expect("SIP/2.0 100 ");
        RecordingIntake.Call call = intake.take(phone.callId);
        call.leg.answer(description());
        phone.expect("SIP/2.0 200 ");
        phone.send(phone.ack(""));
        call.next(CallInput.LegConfirmed.class);
        return call;
    }

    static void told(TextPhone phone, String state, String body, int number) throws IOException {
        String notify = phone.expect("NOTIFY ");
        assertThat(TextPhone.header(notify, "Event")).startsWith("refer;id=");
        assertThat(TextPhone.header(notify, "Subscription-State")).isEqualTo(state);
        assertThat(TextPhone.header(notify, "Content-Type"))
                .isEqualTo("message/sipfrag;version=2.0");
        assertThat(TextPhone.header(notify, "CSeq")).isEqualTo(number + " NOTIFY");
        assertThat(notify).endsWith("\r\n\r\n" + body);
        phone.ok(notify);
    }

    static void hangUp(TextPhone phone, RecordingIntake.Call call) throws IOException {
        phone.send(phone.next("BYE", "")).expect("SIP/2.0 200 ");
        call.next(CallInput.LegEnded.class);
    }

    static SessionDescription description() {
        try {
            return SdpParser.parse(SDP);
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }
}
