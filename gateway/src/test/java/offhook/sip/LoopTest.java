package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.call.LegId;
import offhook.call.Target;
import offhook.net.FreePorts;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Calls that a proxy sends back to us, which route them to the proxy again.
public class LoopTest {

    private static final String SDP =
            "v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\n"
                    + "m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n";

    private final RecordingIntake intake = new RecordingIntake();
    private InetSocketAddress server;
    private TextTrunk proxy;
    private SipEndpoint endpoint;

    @BeforeClass
    public void start() throws IOException {
        server = FreePorts.nextAddress();
        proxy = new TextTrunk();
        endpoint =
                Endpoints.on(
                        server,
                        new Counters(),
                        List.of(
                                Doors.read(
                                        "{name: proxy, addresses: [127.0.0.2], uri: \"sip:"
                                                + proxy.at()
                                                + "\"}")));
        endpoint.start(intake);
        proxy.gateway(server);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        proxy.close();
        endpoint.stop(Duration.ZERO);
    }

    /// What a route from the proxy to the proxy does with a call.
    private void routeBack(RecordingIntake.Call call) throws SdpException {
        endpoint.legs()
                .ring(
                        new LegId(call.id, 1),
                        new Target.Trunk("proxy", "200"),
                        call.incoming,
                        Optional.of(SdpParser.parse(SDP)),
                        call);
    }

    /// The INVITE as a proxy sends it on, one hop further.
    private String onward(String invite, int hop) {
        int hops = Integer.parseInt(TextPhone.header(invite, "Max-Forwards"));
        return invite.replaceFirst(
                        "\r\nVia: ",
                        "\r\nVia: SIP/2.0/UDP "
                                + proxy.at()
                                + ";branch=z9hG4bKhop"
                                + hop
                                + "\r\nVia: ")
                .replace("Max-Forwards: " + hops, "Max-Forwards: " + (hops - 1));
    }

    private String nextInvite() throws IOException {
        String message = proxy.receive(TextPhone.PATIENCE_MILLIS);
        while (!message.isEmpty() && !message.startsWith("INVITE ")) {
            message = proxy.receive(TextPhone.PATIENCE_MILLIS);
        }
        return message;
    }

    @Test
    public void callThatComesBackTwiceEndsWithTwoInvitesOfOurs() throws Exception {
        try (TextPhone phone = new TextPhone("127.0.0.2", server, "200")) {
            phone.send(phone.invite(SDP).replace("Max-Forwards: 70", "Max-Forwards: 12"))
                    .expect("SIP/2.0 100 ");
            routeBack(intake.take(phone.callId));

            String first = nextInvite();
            assertThat(TextPhone.header(first, "Max-Forwards")).isEqualTo("11");
            proxy.send(onward(first, 1));
            routeBack(intake.take(TextPhone.header(first, "Call-ID")));

            String second = nextInvite();
            while (second.equals(first)) {
                second = nextInvite();
            }
            assertThat(TextPhone.header(second, "Max-Forwards")).isEqualTo("9");
            assertThat(TextPhone.header(second, "Call-ID"))
                    .isNotEqualTo(TextPhone.header(first, "Call-ID"));
            proxy.send(onward(second, 2));

            String answer = proxy.receive(TextPhone.PATIENCE_MILLIS);
            while (!answer.startsWith("SIP/2.0 4")) {
                assertThat(answer).isNotEmpty();
                answer = proxy.receive(TextPhone.PATIENCE_MILLIS);
            }
            assertThat(answer).startsWith("SIP/2.0 482 Loop Detected\r\n");
            assertThat(intake.count(TextPhone.header(second, "Call-ID"))).isZero();
        }
    }

    @Test
    public void callWithoutHopsLeftIsRefused() throws Exception {
        try (TextPhone phone = new TextPhone("127.0.0.2", server, "201")) {
            phone.send(phone.invite(SDP).replace("Max-Forwards: 70", "Max-Forwards: 0"))
                    .expect("SIP/2.0 483 Too Many Hops\r\n");
            assertThat(intake.count(phone.callId)).isZero();
        }
    }

    @Test
    public void inviteTooLargeForADatagramIsRefused() throws Exception {
        try (TextPhone phone = new TextPhone("127.0.0.2", server, "202")) {
            phone.send(phone.invite(SDP + "a=x:y\r\n".repeat(1300)))
                    .expect("SIP/2.0 513 Message Too Large\r\n");
        }
    }
}
