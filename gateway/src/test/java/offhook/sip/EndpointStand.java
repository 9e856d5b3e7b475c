package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegEnded;
import offhook.config.LimitsConfig;
import offhook.config.Listen;
import offhook.config.NodeConfig;
import offhook.config.PortRange;
import offhook.config.SipConfig;
import offhook.net.FreePorts;
import offhook.runtime.NanoClock;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/// An endpoint on a free port that trusts one trunk, for text phones to call.
abstract class EndpointStand {

    static final String SDP =
            """
            v=0
            o=- 1 1 IN IP4 127.0.0.2
            s=-
            c=IN IP4 127.0.0.2
            t=0 0
            m=audio 40000 RTP/AVP 8
            """
                    .replace("\n", "\r\n");
    static final String TO_TAG = "(\r\nTo: [^;\r]*);tag=[^\r]*";
    final RecordingIntake intake = new RecordingIntake();
    final Counters counters = new Counters();
    InetSocketAddress server;
    SipEndpoint endpoint;

    @BeforeClass
    public void start() throws IOException {
        server = FreePorts.nextAddress();
        endpoint = endpoint(server);
        endpoint.start(intake);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        endpoint.stop(Duration.ZERO);
    }

    static int number(String message) {
        return Integer.parseInt(TextPhone.header(message, "CSeq").split(" ", 2)[0]);
    }

    RecordingIntake.Call answered(TextPhone phone, String sdp) throws IOException {
        phone.send(phone.invite(sdp)).expect("SIP/2.0 100 ");
        RecordingIntake.Call call = intake.take(phone.callId);
        call.leg.answer(description());
        phone.expect("SIP/2.0 200 ");
        return call;
    }

    RecordingIntake.Call confirmed(TextPhone phone, String sdp) throws IOException {
        RecordingIntake.Call call = answered(phone, sdp);
        phone.send(phone.ack(""));
        call.next(LegConfirmed.class);
        return call;
    }

    static void hangUp(TextPhone phone, RecordingIntake.Call call) throws IOException {
        phone.send(phone.next("BYE", ""));
        String reply = phone.fresh();
        while (TextPhone.header(reply, "CSeq").contains("INVITE")) {
            reply = phone.fresh(); // an answer that crossed its ACK
        }
        assertThat(reply).startsWith("SIP/2.0 200 ");
        call.next(LegEnded.class);
    }

    /// What comes until the peer closes; fails when it does not.
    static String readsToTheEnd(Socket socket) throws IOException {
        socket.setSoTimeout(TextPhone.PATIENCE_MILLIS);
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("still open after ms " + TextPhone.PATIENCE_MILLIS, e);
        } catch (java.net.SocketException e) {
            return ""; // reset
        }
    }

    TextPhone phone(String number) throws IOException {
        return new TextPhone("127.0.0.2", server, number);
    }

    SipEndpoint endpoint(InetSocketAddress address) {
        return endpoint(address, Optional.empty());
    }

    SipEndpoint endpoint(InetSocketAddress address, Optional<InetAddress> advertise) {
        return new SipEndpoint(
                new SipSettings(
                        new NodeConfig("test", advertise),
                        new SipConfig(
                                List.of(new Listen("udp", address), new Listen("tcp", address)),
                                new PortRange(20000, 20100)),
                        List.of(
                                Doors.trunk("pbx", "127.0.0.2"),
                                Doors.trunk("other", "127.0.0.4"),
                                Doors.trunk("noisy", "127.0.0.5")),
                        new LimitsConfig(10, 1000, Duration.ofSeconds(60), Duration.ofHours(1))),
                counters,
                NanoClock.system());
    }

    static SessionDescription description() {
        try {
            return SdpParser.parse(SDP);
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }
}
