package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
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
import offhook.config.LimitsConfig;
import offhook.config.Listen;
import offhook.config.NodeConfig;
import offhook.config.PortRange;
import offhook.config.SipConfig;
import offhook.net.FreePorts;
import offhook.runtime.NanoClock;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import org.testng.annotations.Test;

/// Signalling over IPv6, beside IPv4, with an IPv4 address advertised.
public class SixTest {

    private static final String SDP =
            "v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\nt=0 0\r\n"
                    + "m=audio 30000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n";

    @Test
    public void callGoesOutAndEndsOverIpv6() throws Exception {
        InetSocketAddress four = new InetSocketAddress("127.0.0.1", FreePorts.next());
        InetSocketAddress six = new InetSocketAddress("::1", FreePorts.next());
        try (TextTrunk trunk = new TextTrunk("::1")) {
            SipEndpoint endpoint =
                    new SipEndpoint(
                            new SipSettings(
                                    new NodeConfig(
                                            "test",
                                            Optional.of(InetAddress.ofLiteral("127.0.0.1"))),
                                    new SipConfig(
                                            List.of(
                                                    new Listen("udp", four),
                                                    new Listen("udp", six)),
                                            new PortRange(20000, 20100)),
                                    List.of(Doors.trunkAt("six", "sip:" + trunk.at())),
                                    new LimitsConfig(
                                            10, 1000, Duration.ofSeconds(60), Duration.ofHours(1))),
                            new Counters(),
                            NanoClock.system());
            endpoint.start(new RecordingIntake());
            try {
                LegId id = new LegId(CallId.next(), 1);
                IncomingCall incoming =
                        new IncomingCall(
                                "web",
                                new Party("+34911000002", ""),
                                new Party("200", ""),
                                new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                                Optional.empty(),
                                "bob/1");
                RecordingIntake.Call call = new RecordingIntake.Call(id.call(), incoming, null);
                Leg leg =
                        endpoint.legs()
                                .ring(
                                        id,
                                        new Target.Trunk("six", "200"),
                                        incoming,
                                        Optional.of(SdpParser.parse(SDP)),
                                        call);
                String invite = trunk.expect("INVITE ");
                assertThat(invite).startsWith("INVITE sip:200@" + trunk.at() + " SIP/2.0");
                assertThat(TextPhone.header(invite, "Via"))
                        .matches(
                                "SIP/2.0/UDP \\[(0*:)+0*1]:"
                                        + six.getPort()
                                        + ";branch=.*;rport.*|SIP/2.0/UDP \\[(0*:)+0*1]:"
                                        + six.getPort()
                                        + ";rport.*");
                assertThat(TextPhone.header(invite, "Contact"))
                        .matches("<sip:offhook@\\[(0*:)+0*1]:" + six.getPort() + ">");

                trunk.answer(invite, "200 OK", "t1", SDP);
                trunk.expect("ACK ");
                call.next(CallInput.LegAccepted.class);
                leg.end(EndCause.hangUp(EndCause.By.CALLER));
                trunk.answer(trunk.expect("BYE "), "200 OK", "t1", "");
            } finally {
                endpoint.stop(Duration.ZERO);
            }
        }
    }
}
