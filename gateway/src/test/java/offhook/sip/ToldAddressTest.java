package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// A gateway behind a NAT: one trunk is told the NAT's outer address, the other what is bound.
public class ToldAddressTest {

    private static final String OUTER = "203.0.113.10";
    private static final String SDP =
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                    + "m=audio 30000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n";

    private final RecordingIntake intake = new RecordingIntake();
    private InetSocketAddress address;
    private TextTrunk outside;
    private TextTrunk inside;
    private SipEndpoint endpoint;
    private final Map<String, String> atStart = new HashMap<>();

    @BeforeClass
    public void start() throws IOException {
        address = FreePorts.nextAddress();
        outside = new TextTrunk("127.0.0.3");
        inside = new TextTrunk("127.0.0.2");
        String atOutside = "uri: \"sip:" + outside.at() + ";transport=udp\"";
        String atInside = "uri: \"sip:" + inside.at() + ";transport=udp\"";
        String atUs = "uri: \"sip:" + OUTER + ":" + address.getPort() + ";transport=udp\"";
        endpoint =
                Endpoints.on(
                        address,
                        new Counters(),
                        List.of(
                                Doors.read(
                                        "{name: outside, "
                                                + atOutside
                                                + ", addresses: [127.0.0.4], advertise: "
                                                + OUTER
                                                + ", register: true, contact-user: gw,"
                                                + " ping: {seconds: 3600}}"),
                                Doors.read("{name: inside, " + atInside + "}"),
                                Doors.read("{name: ourselves, " + atUs + "}")));
        endpoint.start(intake);
        while (atStart.size() < 2) {
            String request = outside.receive(TextPhone.PATIENCE_MILLIS);
            assertThat(request).isNotEmpty();
            outside.answer(request, "200 OK", "r", "", "Expires: 3600\r\n");
            atStart.put(request.substring(0, request.indexOf(' ')), request);
        }
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        endpoint.stop(Duration.ZERO);
        outside.close();
        inside.close();
    }

    private String told(String host) {
        return host + ":" + address.getPort();
    }

    @Test
    public void registrationsAndProbesNameTheOuterAddress() {
        assertThat(atStart).containsOnlyKeys("REGISTER", "OPTIONS");
        for (String request : atStart.values()) {
            assertThat(TextPhone.header(request, "Via")).startsWith("SIP/2.0/UDP " + told(OUTER));
            assertThat(TextPhone.header(request, "Contact")).contains("@" + told(OUTER));
            assertThat(request).doesNotContain("127.0.0.1");
        }
    }

    @DataProvider
    Object[][] trunks() {
        return new Object[][] {{"outside", OUTER}, {"inside", "127.0.0.1"}};
    }

    @Test(dataProvider = "trunks")
    public void eachTrunkIsToldItsOwnAddressThroughoutACallToIt(String name, String host)
            throws Exception {
        TextTrunk trunk = name.equals("outside") ? outside : inside;
        RecordingIntake.Call call = call();
        Leg leg = ring(call, name);
        String invite = trunk.expect("INVITE ");
        assertThat(TextPhone.header(invite, "Via")).startsWith("SIP/2.0/UDP " + told(host));
        assertThat(TextPhone.header(invite, "Contact")).contains("@" + told(host));
        assertThat(TextPhone.header(invite, "From")).contains("@" + host + ">");

        trunk.answer(invite, "200 OK", "t1", SDP);
        String ack = trunk.expect("ACK ");
        assertThat(TextPhone.header(ack, "Via")).startsWith("SIP/2.0/UDP " + told(host));
        call.next(CallInput.LegAccepted.class);
        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        String bye = trunk.expect("BYE ");
        assertThat(TextPhone.header(bye, "Via")).startsWith("SIP/2.0/UDP " + told(host));
        trunk.answer(bye, "200 OK", "t1", "");
    }

    @Test
    public void callerIsToldTheOuterAddressToo() throws Exception {
        try (TextPhone phone = new TextPhone("127.0.0.4", address, "200")) {
            phone.send(phone.invite(SDP)).expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(phone.callId);
            call.leg.answer(SdpParser.parse(SDP));
            assertThat(TextPhone.header(phone.expect("SIP/2.0 200 "), "Contact"))
                    .isEqualTo("<sip:offhook@" + told(OUTER) + ">");
            phone.send(phone.ack(""));
            call.next(CallInput.LegConfirmed.class);

            call.leg.end(EndCause.hangUp(EndCause.By.CALLEE));

            String bye = phone.expect("BYE ");
            assertThat(TextPhone.header(bye, "Via")).startsWith("SIP/2.0/UDP " + told(OUTER));
            phone.ok(bye);
        }
    }

    @Test
    public void outerAddressIsOurselves() throws Exception {
        RecordingIntake.Call call = call();
        ring(call, "ourselves");

        assertThat(call.next(CallInput.LegEnded.class).cause().sipCode()).isEqualTo(503);
    }

    private static RecordingIntake.Call call() {
        LegId id = new LegId(CallId.next(), 1);
        IncomingCall incoming =
                new IncomingCall(
                        "web",
                        new Party("+34911000002", ""),
                        new Party("200", ""),
                        new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                        Optional.empty(),
                        "bob/1");
        return new RecordingIntake.Call(id.call(), incoming, null);
    }

    private Leg ring(RecordingIntake.Call call, String trunk) throws SdpException {
        return endpoint.legs()
                .ring(
                        new LegId(call.callId(), 1),
                        new Target.Trunk(trunk, "200"),
                        call.incoming,
                        Optional.of(SdpParser.parse(SDP)),
                        call);
    }
}
