package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.call.CallId;
import offhook.call.CallInput;
import offhook.call.CodecPreference;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.Target;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// The calls of a trunk that may have two: both ways, and whichever way they end.
public class TrunkLimitTest {

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

    private final RecordingIntake intake = new RecordingIntake();
    private InetSocketAddress server;
    private TextTrunk trunk;
    private SipEndpoint endpoint;

    @BeforeClass
    public void start() throws Exception {
        trunk = new TextTrunk("127.0.0.2");
        server = FreePorts.nextAddress();
        endpoint =
                Endpoints.on(
                        server,
                        new Counters(),
                        List.of(
                                Doors.read(
                                        "{name: pbx, uri: \"sip:"
                                                + trunk.at()
                                                + "\", addresses: [127.0.0.2], max-calls:"
                                                + " 2}")));
        endpoint.start(intake);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        endpoint.stop(Duration.ZERO);
        trunk.close();
    }

    private int callsNow() {
        return endpoint.trunks().getFirst().callsNow();
    }

    private void awaitCalls(int count) {
        Await.until(count + " calls of the trunk", () -> callsNow() == count);
    }

    private TextPhone phone(String number) throws IOException {
        return new TextPhone("127.0.0.2", server, number);
    }

    private Leg dial(RecordingIntake.Call[] into) throws Exception {
        LegId id = new LegId(CallId.next(), 1);
        IncomingCall incoming =
                new IncomingCall(
                        "web",
                        new Party("+34911000002", ""),
                        new Party("200", ""),
                        new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                        Optional.empty(),
                        "bob/1");
        into[0] = new RecordingIntake.Call(id.call(), incoming, null);
        return endpoint.legs()
                .ring(
                        id,
                        new Target.Trunk("pbx", "200"),
                        incoming,
                        Optional.of(SdpParser.parse(SDP)),
                        into[0]);
    }

    @Test
    public void thirdCallIsToldToComeLaterAndComesInLater() throws Exception {
        try (TextPhone one = phone("200");
                TextPhone three = phone("200")) {
            one.send(one.invite(SDP)).expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(one.callId);
            RecordingIntake.Call[] out = new RecordingIntake.Call[1];
            Leg outgoing = dial(out);
            String invite = trunk.expect("INVITE ");
            awaitCalls(2);

            String invite3 = three.invite(SDP);
            String refusal = three.send(invite3).expect("SIP/2.0 503 Service Unavailable\r\n");
            assertThat(refusal).contains("\r\nRetry-After: 2\r\n");
            three.assertSilent(700); // no transaction sends it again
            RecordingIntake.Call[] fourth = new RecordingIntake.Call[1];
            dial(fourth);
            EndCause full = fourth[0].next(CallInput.LegEnded.class).cause();
            assertThat(full.reason()).isEqualTo("trunk-full");
            assertThat(full.sipCode()).isEqualTo(503);
            assertThat(callsNow()).isEqualTo(2);
            assertThat(endpoint.trunks().getFirst().callsRefused()).isEqualTo(2);

            call.leg.end(EndCause.declined());
            one.expect("SIP/2.0 603 ");
            awaitCalls(1);
            three.send(invite3).expect("SIP/2.0 100 ");
            intake.take(three.callId).leg.end(EndCause.declined());
            three.expect("SIP/2.0 603 ");

            trunk.answer(invite, "180 Ringing", "t", "");
            outgoing.end(EndCause.cancelled());
            String cancel = trunk.expect("CANCEL ");
            trunk.answer(cancel, "200 OK", "t", "");
            trunk.answer(invite, "487 Request Terminated", "t", "");
            trunk.expect("ACK ");
            awaitCalls(0);
        }
    }

    @Test(priority = 1)
    public void noWayToEndKeepsAPlace() throws Exception {
        for (int round = 0; round < 40; round++) {
            String number = round % 5 == 3 ? "full" : round % 5 == 4 ? "defect" : "200";
            try (TextPhone phone = phone(number)) {
                phone.send(phone.invite(SDP)).expect("SIP/2.0 100 ");
                switch (round % 5) {
                    case 0 -> {
                        intake.take(phone.callId).leg.answer(SdpParser.parse(SDP));
                        phone.expect("SIP/2.0 200 ");
                        phone.send(phone.ack(""));
                        phone.send(phone.next("BYE", "")).expect("SIP/2.0 200 ");
                    }
                    case 1 -> {
                        intake.take(phone.callId).leg.end(EndCause.declined());
                        phone.expect("SIP/2.0 603 ");
                    }
                    case 2 -> {
                        intake.take(phone.callId).leg.answer(SdpParser.parse(SDP));
                        phone.expect("SIP/2.0 200 ");
                        phone.send(phone.ack(""));
                        intake.count(phone.callId);
                        phone.send(phone.next("BYE", "")).expect("SIP/2.0 200 ");
                        phone.send(phone.next("BYE", ""));
                    }
                    case 3 -> phone.expect("SIP/2.0 503 ");
                    default -> phone.expect("SIP/2.0 500 ");
                }
            }
            awaitCalls(0);
            RecordingIntake.Call[] out = new RecordingIntake.Call[1];
            Leg leg = dial(out);
            String invite = trunk.expect("INVITE ");
            if (round % 2 == 0) {
                trunk.answer(invite, "486 Busy Here", "t" + round, "");
                trunk.expect("ACK ");
            } else {
                trunk.answer(invite, "200 OK", "t" + round, SDP);
                trunk.expect("ACK ");
                out[0].next(CallInput.LegAccepted.class);
                leg.end(EndCause.hangUp(EndCause.By.CALLER));
                trunk.answer(trunk.expect("BYE "), "200 OK", "t" + round, "");
            }
            awaitCalls(0);
        }
    }
}
