package offhook.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegRenegotiating;
import offhook.net.FreePorts;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Peers so near that their ACK comes while the thread that sent the 200 is still at it: the 200 is
/// not sent again (RFC 3261 §13.3.1.4), neither to the INVITE nor to one that follows at once. How
/// narrow the moment is depends on the machine, so many try.
public class EarlyAckTest {

    private static final int PHONES = 60;

    /// T1 and what a busy machine adds to it.
    private static final int REPETITION_MILLIS = 900;

    private static final String SDP =
            """
            v=0
            o=- 1 1 IN IP4 127.0.0.2
            s=-
            c=IN IP4 127.0.0.2
            t=0 0
            m=audio 40000 RTP/AVP 8
            """
                    .replace("\n", "\r\n");

    private final RecordingIntake intake = new RecordingIntake();
    private InetSocketAddress server;
    private SipEndpoint endpoint;

    @BeforeClass
    public void start() throws IOException {
        server = FreePorts.nextAddress();
        endpoint = Endpoints.on(server, new Counters(), List.of(Doors.trunk("pbx", "127.0.0.2")));
        endpoint.start(intake);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        intake.endAll();
        endpoint.stop(Duration.ZERO);
    }

    @Test
    public void answerThatIsConfirmedAtOnceIsNotRepeated() throws IOException {
        List<TextPhone> phones = new ArrayList<>();
        try {
            for (int i = 0; i < PHONES; i++) {
                TextPhone phone = new TextPhone("127.0.0.2", server, "200");
                phones.add(phone);
                answeredTwice(phone);
            }
            int left = REPETITION_MILLIS;
            for (TextPhone phone : phones) {
                // One that crossed the ACK of a slow machine is no fault: no other follows it.
                phone.assertSilent(left);
                left = 1;
            }
        } finally {
            phones.forEach(TextPhone::close);
        }
    }

    private void answeredTwice(TextPhone phone) throws IOException {
        phone.send(phone.invite(SDP)).expect("SIP/2.0 100 ");
        RecordingIntake.Call call = intake.take(phone.callId);
        confirm(phone, () -> call.leg.answer(description()));
        call.next(LegConfirmed.class);

        phone.send(phone.next("INVITE", SDP)).expect("SIP/2.0 100 ");
        call.next(LegRenegotiating.class);
        confirm(phone, () -> call.leg.answerUpdate(description()));
    }

    /// Sends the ACK as soon as the 200 is there.
    private static void confirm(TextPhone phone, Runnable answer) throws IOException {
        CompletableFuture<Void> answered = CompletableFuture.runAsync(answer);
        phone.expect("SIP/2.0 200 ");
        phone.send(phone.ack(""));
        answered.join();
    }

    private static SessionDescription description() {
        try {
            return SdpParser.parse(SDP);
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }
}
