package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.Party;
import offhook.dns.DnsStand;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import offhook.tls.TestAuthority;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Trunks of two targets over TLS, both alive, on real sockets: found by SRV of `_sips._tcp` from a
/// real DNS server, or listed.
public class TlsFailoverTest {

    private static final String SDP =
            """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.31\r
            s=-\r
            c=IN IP4 127.0.0.31\r
            t=0 0\r
            m=audio 30000 RTP/AVP 8\r
            a=rtpmap:8 PCMA/8000\r
            """;

    private TlsFolder folder;
    private TestAuthority authority;
    private DnsStand dns;
    private ServerSocket first;
    private ServerSocket second;
    private SipEndpoint endpoint;
    private RecordingIntake.Call call;
    private Leg leg;

    @BeforeClass
    public void start() throws Exception {
        folder = new TlsFolder();
        authority = folder.authority();
        first = TextTls.listen("127.0.0.31");
        second = TextTls.listen("127.0.0.32");
        dns = new DnsStand();
        for (String name : List.of("pbx.test", "other.test")) {
            dns.srv("_sips._tcp." + name, 60, 10, 0, first.getLocalPort(), "first.test")
                    .srv("_sips._tcp." + name, 60, 20, 0, second.getLocalPort(), "second.test");
        }
        dns.a("first.test", 60, "127.0.0.31").a("second.test", 60, "127.0.0.32");
        InetSocketAddress listen = FreePorts.nextAddress();
        endpoint =
                folder.endpoint(
                        """
                        sip:
                          listen: ["tls://127.0.0.1:%d"]
                          tls: {certificate: own.pem, key: key.pem, ca: ca.pem}
                          dns: ["%s"]
                        trunks:
                          - {name: located, uri: "sips:pbx.test"}
                          - {name: wary, uri: "sips:other.test"}
                          - name: listed
                            uri:
                              - "sip:127.0.0.31:%d;transport=tls"
                              - "sip:127.0.0.32:%d;transport=tls"
                        """
                                .formatted(
                                        listen.getPort(),
                                        "127.0.0.1:" + dns.address().getPort(),
                                        first.getLocalPort(),
                                        second.getLocalPort()),
                        new Counters());
        endpoint.start(new RecordingIntake());
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        endpoint.stop(Duration.ZERO);
        first.close();
        second.close();
        dns.close();
        folder.close();
    }

    private void dial(String trunk) throws Exception {
        Endpoints.Dialled dialled =
                Endpoints.dial(
                        endpoint, trunk, new Party("34911", "Bob"), "200", SdpParser.parse(SDP));
        call = dialled.call();
        leg = dialled.leg();
    }

    @DataProvider
    public static Object[][] trunks() {
        return new Object[][] {
            {"located", "dns:pbx.test", "dns:pbx.test"},
            {"listed", "ip:127.0.0.31", "ip:127.0.0.32"}
        };
    }

    @Test(dataProvider = "trunks")
    public void callGoesOnToTheOtherTargetOverAConnectionOfItsOwn(
            String trunk, String firstName, String secondName) throws Exception {
        dial(trunk);
        try (TextTls one = TextTls.accept(first, authority.issue(firstName).context())) {
            String refused = one.expect("INVITE ");
            one.send(one.response(refused, "503 Service Unavailable", "t1", "", ""));
            one.expect("ACK ");

            try (TextTls two = TextTls.accept(second, authority.issue(secondName).context())) {
                talkAndHangUp(two, refused);
            }
        }
    }

    private void talkAndHangUp(TextTls peer, String refused) throws Exception {
        String invite = peer.expect("INVITE ");
        assertThat(invite).contains("Via: SIP/2.0/TLS ");
        assertThat(TextPhone.header(invite, "Call-ID"))
                .isNotEqualTo(TextPhone.header(refused, "Call-ID"));
        String contact = "sips:200@" + peer.at() + ";transport=tls";
        peer.send(peer.response(invite, "200 OK", "t2", contact, SDP));
        call.next(CallInput.LegAccepted.class);
        peer.expect("ACK ");
        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        String bye = peer.expect("BYE ");
        peer.send(peer.response(bye, "200 OK", "t2", "", ""));
        assertThat(call.hasNoInput()).isTrue();
    }

    /// The gateway has read the end of the connection that the peer closed.
    private void awaitClosed(ServerSocket peer) {
        Await.until(
                "the end of a connection",
                () -> !endpoint.isConnectedTo(peer.getInetAddress(), peer.getLocalPort()));
    }

    /// Who shows a certificate of another name is not told of the call, and the next one is.
    @Test
    public void targetThatCannotProveItsNameIsPassedOver() throws Exception {
        // The trunk before leads to the same addresses, and what was proved to it counts for it
        // only.
        awaitClosed(first);
        awaitClosed(second);
        dial("wary");
        try (TextTls one = TextTls.accept(first, authority.issue("dns:evil.test").context())) {
            assertThat(one.receive()).isEmpty();
        } catch (SSLException | SocketException refused) {
            assertThat(refused).isNotNull();
        }

        try (TextTls two = TextTls.accept(second, authority.issue("dns:other.test").context())) {
            talkAndHangUp(two, "");
        }
    }
}
