package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.Party;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import offhook.tls.TestAuthority;
import offhook.tls.TestAuthority.Identity;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Trunks over TLS: one endpoint on a real socket, and peers made of text and TLS.
public class TlsTrunkTest {

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

    /// Where the peers of calls that go out live.
    private static final String OUT = "127.0.0.4";

    private final RecordingIntake intake = new RecordingIntake();
    private final Counters counters = new Counters();
    private TlsFolder folder;
    private TestAuthority authority;
    private Identity stranger;
    private Identity self;
    private ServerSocket pbx;
    private ServerSocket registrar;
    private String register;
    private String authorized;
    private InetSocketAddress gateway;
    private SipEndpoint endpoint;

    @BeforeClass
    public void start() throws Exception {
        folder = new TlsFolder();
        authority = folder.authority();
        self = TestAuthority.selfSigned("dns:anything");
        TestAuthority.write(folder.file("self.pem"), self.certificate());
        stranger = new TestAuthority("somebody else").issue("ip:" + OUT, "dns:pbx.test");
        pbx = TextTls.listen(OUT);
        registrar = TextTls.listen("127.0.0.5");
        gateway = FreePorts.nextAddress();
        String out = OUT + ":" + pbx.getLocalPort();
        String yaml =
                """
                sip:
                  listen: ["tls://127.0.0.1:%d", "udp://127.0.0.1:%d"]
                  tls: {certificate: own.pem, key: key.pem, ca: ca.pem}
                trunks:
                  - {name: plain, addresses: [127.0.0.2], codecs: [PCMA]}
                  - name: mutual
                    addresses: [127.0.0.3]
                    tls: {client-names: [pbx.test]}
                  - {name: roaming, tls: {client-names: ["sip:roam.test"]}}
                  - {name: out, uri: "sip:%s;transport=tls"}
                  - {name: named, uri: "sip:%s;transport=tls", tls: {server-names: [pbx.test]}}
                  - {name: pinned, uri: "sip:%s;transport=tls", tls: {ca: self.pem}}
                  - {name: alike, uri: "sip:%s;transport=tls", tls: {ca: self.pem}}
                  - {name: out1, uri: "sip:OUT;transport=tls"}
                  - {name: out2, uri: "sip:OUT;transport=tls"}
                  - {name: named3, uri: "sip:OUT;transport=tls", tls: {server-names: [pbx.test]}}
                  - {name: named4, uri: "sip:OUT;transport=tls", tls: {server-names: [pbx.test]}}
                  - {name: out5, uri: "sip:OUT;transport=tls"}
                  - {name: pinned6, uri: "sip:OUT;transport=tls", tls: {ca: self.pem}}
                  - {name: out7, uri: "sip:OUT;transport=tls"}
                  - {name: dumb, uri: "sip:OUT;transport=tls"}
                  - {name: secure, uri: "sips:%s"}
                  - name: registered
                    uri: "sip:127.0.0.5:%d;transport=tls"
                    auth: {username: gw, password: secret}
                    register: true
                """
                        .formatted(
                                gateway.getPort(),
                                gateway.getPort(),
                                out,
                                out,
                                out,
                                out,
                                out,
                                registrar.getLocalPort());
        endpoint = folder.endpoint(yaml.replace("OUT", out), counters);
        endpoint.start(intake);
        try (TextTls peer = TextTls.accept(registrar, authority.issue("ip:127.0.0.5").context())) {
            register = peer.expect("REGISTER ");
            String challenge =
                    "401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\","
                            + " qop=\"auth\", algorithm=SHA-256";
            peer.send(peer.response(register, challenge, "t", "", ""));
            authorized = peer.expect("REGISTER ");
            peer.send(peer.response(authorized, "200 OK\r\nExpires: 300", "t", "", ""));
            Await.until("the registration", this::registered);
        }
    }

    private boolean registered() {
        return status("registered").registration().equals("registered");
    }

    @Test
    public void registrationAndItsDigestGoOverTheOneConnection() {
        assertThat(registered()).isTrue();
        assertThat(register)
                .startsWith("REGISTER sip:127.0.0.5:" + registrar.getLocalPort())
                .contains("Via: SIP/2.0/TLS 127.0.0.1:" + gateway.getPort());
        assertThat(TextPhone.header(register, "Contact"))
                .startsWith("<sip:gw@127.0.0.1:" + gateway.getPort() + ";transport=tls>");
        assertThat(TextPhone.header(authorized, "Authorization"))
                .contains("username=\"gw\"")
                .contains("SHA-256");
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws IOException {
        pbx.close();
        registrar.close();
        endpoint.stop(Duration.ZERO);
        folder.close();
    }

    // ---- calls that come in

    @Test
    public void callComesInAndBothSidesUseTheOneConnection() throws Exception {
        try (TextTls peer = TextTls.connect("127.0.0.2", gateway, plainContext())) {
            RecordingIntake.Call call = answered(peer, "in-1", "sip:200@gw");
            assertThat(call.incoming.source()).isEqualTo("plain");

            hangUp(peer, call);
        }
    }

    private void hangUp(TextTls peer, RecordingIntake.Call call) throws IOException {
        call.leg.end(EndCause.hangUp(EndCause.By.CALLEE));

        String bye = peer.expect("BYE sip:100@" + peer.at());
        assertThat(bye).contains("Via: SIP/2.0/TLS 127.0.0.1:" + gateway.getPort());
        peer.send(peer.response(bye, "200 OK", "", "", ""));
    }

    @Test
    public void sipsCallIsAnsweredWithASipsContact() throws Exception {
        try (TextTls peer = TextTls.connect("127.0.0.2", gateway, plainContext())) {
            String invite =
                    peer.request("INVITE", "sips:200@gw", "in-2", FROM, "<sips:200@gw>", SDP);
            peer.send(invite).expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take("in-2");
            call.leg.answer(SdpParser.parse(SDP));

            String ok = peer.expect("SIP/2.0 200 ");
            assertThat(TextPhone.header(ok, "Contact"))
                    .isEqualTo("<sips:offhook@127.0.0.1:" + gateway.getPort() + ";transport=tls>");
            String to = TextPhone.header(ok, "To");
            peer.send(peer.request("ACK", "sips:200@gw", "in-2", FROM, to, ""));
            hangUp(peer, call);
        }
    }

    private static final String FROM = "<sip:100@pbx>;tag=f";

    /// Lets a call come in and be answered, up to its ACK.
    private RecordingIntake.Call answered(TextTls peer, String callId, String uri)
            throws Exception {
        String to = "<" + uri + ">";
        peer.send(peer.request("INVITE", uri, callId, FROM, to, SDP)).expect("SIP/2.0 100 ");
        RecordingIntake.Call call = intake.take(callId);
        call.leg.answer(SdpParser.parse(SDP));
        String ok = peer.expect("SIP/2.0 200 ");
        assertThat(TextPhone.header(ok, "Contact"))
                .isEqualTo("<sip:offhook@127.0.0.1:" + gateway.getPort() + ";transport=tls>");
        String ack = peer.request("ACK", uri, callId, FROM, TextPhone.header(ok, "To"), "");
        peer.send(ack);
        call.next(CallInput.LegConfirmed.class);
        return call;
    }

    @Test
    public void viaOfAnotherTransportIsRefused() throws Exception {
        try (TextTls peer = TextTls.connect("127.0.0.2", gateway, plainContext())) {
            String invite = peer.request("INVITE", "sip:2@gw", "in-3", FROM, "<sip:2@gw>", SDP);

            peer.send(invite.replace("SIP/2.0/TLS", "SIP/2.0/TCP")).expect("SIP/2.0 400 ");

            assertThat(intake.count("in-3")).isZero();
        }
    }

    @Test
    public void trunkWithItsAddressAndItsCertificateMayCall() throws Exception {
        SSLContext shown = authority.issue("dns:pbx.test").context();
        try (TextTls peer = TextTls.connect("127.0.0.3", gateway, shown)) {
            RecordingIntake.Call call = answered(peer, "in-4", "sip:200@gw");
            assertThat(call.incoming.source()).isEqualTo("mutual");
            hangUp(peer, call);
        }
    }

    @Test
    public void trunkWithItsCertificateAloneMayCallFromAnywhere() throws Exception {
        SSLContext shown = authority.issue("uri:sip:roam.test").context();
        try (TextTls peer = TextTls.connect("127.0.0.9", gateway, shown)) {
            RecordingIntake.Call call = answered(peer, "in-5", "sip:200@gw");
            assertThat(call.incoming.source()).isEqualTo("roaming");
            hangUp(peer, call);
        }
    }

    @DataProvider
    public Object[][] refusedClients() throws Exception {
        return new Object[][] {
            {"127.0.0.3", authority.issue("dns:other.test").context(), "another name"},
            {"127.0.0.3", authority.issue("dns:*.test").context(), "a wildcard"},
            {"127.0.0.3", stranger.context(), "another authority"},
            {
                "127.0.0.3",
                authority.issue(Instant.now().minus(Duration.ofHours(1)), "dns:pbx.test").context(),
                "expired"
            },
            {"127.0.0.3", plainContext(), "no certificate"},
            {"127.0.0.3", authority.issue("uri:sip:roam.test").context(), "that of another trunk"},
            {"127.0.0.9", authority.issue("dns:pbx.test").context(), "another trunk's address"},
            {"127.0.0.9", plainContext(), "no certificate"},
        };
    }

    @Test(dataProvider = "refusedClients")
    public void clientWithoutAllThatIdentifiesItGetsNothing(
            String from, SSLContext shown, String why) throws Exception {
        long before = counters.get(Counter.SIP_TLS_FAILED);

        // In TLS 1.3 a client learns only when it reads that it was refused.
        try (TextTls peer = TextTls.connect(from, gateway, shown)) {
            peer.send(peer.request("OPTIONS", "sip:gw", "in-6", FROM, "<sip:gw>", ""));
            assertThat(peer.receive()).as(why).isEmpty();
        } catch (SSLException | SocketException refused) {
            assertThat(refused).isNotNull();
        }

        // The gateway counts after the client has given up.
        Await.until("the count of: " + why, () -> counters.get(Counter.SIP_TLS_FAILED) > before);
    }

    @Test
    public void trunkKnownByItsCertificateIsNotHeardOverUdp() throws Exception {
        try (TextPhone phone = new TextPhone("127.0.0.3", gateway, "200")) {
            phone.send(phone.invite(SDP));

            phone.assertSilent(500);
            assertThat(intake.count(phone.callId)).isZero();
        }
    }

    // ---- calls that go out

    private RecordingIntake.Call call;

    private void dial(String trunk) throws Exception {
        Party caller = new Party("34911", "Bob");
        call = Endpoints.dial(endpoint, trunk, caller, "200", SdpParser.parse(SDP)).call();
    }

    @DataProvider
    public Object[][] goodServers() throws Exception {
        return new Object[][] {
            {"out", authority.issue("ip:" + OUT), "sip"},
            {"named", authority.issue("dns:pbx.test"), "sip"},
            {"pinned", self, "sip"},
            {"secure", authority.issue("uri:sip:" + OUT), "sips"},
        };
    }

    @Test(dataProvider = "goodServers")
    public void callGoesOutAndBothSidesUseTheOneConnection(
            String trunk, Identity shown, String scheme) throws Exception {
        dial(trunk);
        try (TextTls peer = TextTls.accept(pbx, shown.context())) {
            String invite = peer.expect("INVITE " + scheme + ":200@" + peer.at());
            assertThat(invite).contains("Via: SIP/2.0/TLS 127.0.0.1:" + gateway.getPort());
            assertThat(TextPhone.header(invite, "To")).startsWith("<" + scheme + ":200@");
            assertThat(TextPhone.header(invite, "Contact"))
                    .isEqualTo(
                            "<%s:offhook@127.0.0.1:%d;transport=tls>"
                                    .formatted(scheme, gateway.getPort()));
            String contact = scheme + ":200@" + peer.at() + ";transport=tls";
            peer.send(peer.response(invite, "200 OK", "t1", contact, SDP));
            call.next(CallInput.LegAccepted.class);
            peer.expect("ACK " + scheme + ":200@");

            peer.send(
                    peer.request(
                            "BYE",
                            "sip:offhook@127.0.0.1",
                            TextPhone.header(invite, "Call-ID"),
                            TextPhone.header(invite, "To") + ";tag=t1",
                            TextPhone.header(invite, "From"),
                            ""));

            peer.expect("SIP/2.0 200 ");
            call.next(CallInput.LegEnded.class);
        }
        awaitClosed();
    }

    @DataProvider
    public Object[][] badServers() throws Exception {
        return new Object[][] {
            {"out1", authority.issue("dns:pbx.test"), "names pbx.test, is not that of " + OUT},
            {"out2", authority.issue("ip:127.0.0.44"), "is not that of " + OUT},
            {"named3", authority.issue("dns:*.test"), "names *.test, is not that of pbx.test"},
            {"named4", authority.issue("uri:sip:a.test", "dns:pbx.test"), "names a.test"},
            {"out5", stranger, "is not vouched for by"},
            {"pinned6", stranger, "is not vouched for by"},
            {
                "out7",
                authority.issue(Instant.now().minus(Duration.ofHours(1)), "ip:" + OUT),
                "expired on "
            },
        };
    }

    @Test(dataProvider = "badServers")
    public void callToWhomTheCertificateDoesNotNameFailsAndSaysSo(
            String trunk, Identity shown, String why) throws Exception {
        dial(trunk);
        try (TextTls peer = TextTls.accept(pbx, shown.context())) {
            assertThat(peer.receive()).isEmpty();
        } catch (SSLException | SocketException refused) {
            assertThat(refused).isNotNull();
        }

        assertThat(call.next(CallInput.LegEnded.class).cause().sipCode()).isEqualTo(503);
        assertThat(status(trunk).lastError()).contains(why);
        awaitClosed();
    }

    @Test
    public void serverThatSpeaksNoTlsFailsTheCall() throws Exception {
        dial("dumb");
        try (Socket socket = pbx.accept()) {
            socket.getOutputStream()
                    .write("SIP/2.0 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();

            assertThat(call.next(CallInput.LegEnded.class).cause().sipCode()).isEqualTo(503);
        }
        assertThat(status("dumb").lastError()).contains("TLS to " + OUT);
    }

    @Test
    public void connectionOfOneTrunkIsNotLentToAnotherWithOtherTerms() throws Exception {
        dial("pinned");
        try (TextTls peer = TextTls.accept(pbx, self.context())) {
            String invite = peer.expect("INVITE ");
            dial("named");
            assertThat(call.next(CallInput.LegEnded.class).cause().sipCode()).isEqualTo(503);
            assertThat(status("named").lastError()).contains("is that of trunk pinned");

            // The same terms share it.
            dial("alike");
            String second = peer.expect("INVITE ");
            assertThat(TextPhone.header(second, "Call-ID"))
                    .isNotEqualTo(TextPhone.header(invite, "Call-ID"));
            peer.send(peer.response(invite, "603 Decline", "t", "", "")).expect("ACK ");
            peer.send(peer.response(second, "603 Decline", "t", "", "")).expect("ACK ");
        }
        awaitClosed();
    }

    private TrunkStatus status(String name) {
        return endpoint.trunks().stream()
                .filter(trunk -> trunk.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// The next call must not meet the connection of this one.
    private void awaitClosed() {
        Await.until(
                "the end of a connection",
                () -> !endpoint.isConnectedTo(Doors.address(OUT), pbx.getLocalPort()));
    }

    /// A peer without a certificate.
    private SSLContext plainContext() throws Exception {
        return TestAuthority.believer();
    }
}
