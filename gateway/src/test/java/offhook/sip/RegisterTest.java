package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import offhook.call.CallId;
import offhook.call.CodecPreference;
import offhook.call.IncomingCall;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.Target;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Registration with a trunk: the endpoint on a real socket against a registrar made of text.
public class RegisterTest {

    private static final String CHALLENGE =
            "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"one\", qop=\"auth\"\r\n";

    private SipEndpoint endpoint;
    private TextTrunk trunk;
    private String first;

    @BeforeMethod
    public void start() throws Exception {
        trunk = new TextTrunk();
        endpoint = endpoint(trunk.at(), Optional.empty());
        endpoint.start(new RecordingIntake());
        first = trunk.expect("REGISTER ");
    }

    private static SipEndpoint endpoint(String at, Optional<String> proxy) throws Exception {
        InetSocketAddress address;
        address = FreePorts.nextAddress();
        return Endpoints.on(
                address,
                new Counters(),
                List.of(
                        Doors.read(
                                """
                                {name: pbx, uri: "sip:%s", register: true,
                                contact-user: desk%s,
                                auth: {username: gw, password: secret}}\
                                """
                                        .formatted(
                                                at,
                                                proxy.map(", outbound-proxy: \"%s\""::formatted)
                                                        .orElse("")))));
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        endpoint.stop(Duration.ZERO);
        trunk.close();
    }

    private TrunkStatus status() {
        return endpoint.trunks().getFirst();
    }

    private static void await(BooleanSupplier condition) {
        Await.until("the registration's next state", condition);
    }

    private void awaitState(String state) throws InterruptedException {
        await(() -> status().registration().equals(state));
    }

    /// Grants what was asked for, and says nothing of its own.
    private void grant(String register, String... more) throws Exception {
        trunk.answer(register, "200 OK", "r", "", more);
    }

    private static String expires(int seconds) {
        return "Expires: " + seconds + "\r\n";
    }

    @Test
    public void registersWithCredentialsAndSaysUntilWhen() throws Exception {
        assertThat(first).startsWith("REGISTER sip:" + trunk.at() + " SIP/2.0");
        assertThat(TextPhone.header(first, "To")).isEqualTo("<sip:gw@127.0.0.2>");
        assertThat(TextPhone.header(first, "Contact")).startsWith("<sip:desk@127.0.0.1:");
        assertThat(TextPhone.header(first, "Expires")).isEqualTo("300");
        assertThat(first).doesNotContain("Authorization");
        assertThat(status().registration()).isEqualTo("registering");

        trunk.answer(first, "401 Unauthorized", "r", "", CHALLENGE);
        String second = trunk.expect("REGISTER ");

        assertThat(TextPhone.header(second, "Authorization")).contains("nonce=\"one\"");
        assertThat(TextPhone.header(second, "CSeq")).isEqualTo("2 REGISTER");
        assertThat(TextPhone.header(second, "Call-ID"))
                .isEqualTo(TextPhone.header(first, "Call-ID"));
        grant(second, expires(100));
        awaitState("registered");
        assertThat(status().registeredUntil().orElseThrow())
                .isBetween(Instant.now().plusSeconds(80), Instant.now().plusSeconds(101));
        assertThat(status().target()).isEqualTo(trunk.at());
        assertThat(status().lastErrorCode()).isZero();
    }

    @Test
    public void refreshesInTimeWithTheKnownNonce() throws Exception {
        trunk.answer(first, "401 Unauthorized", "r", "", CHALLENGE);
        grant(trunk.expect("REGISTER "), expires(2));

        String refresh = trunk.expect("REGISTER ");

        assertThat(TextPhone.header(refresh, "CSeq")).isEqualTo("3 REGISTER");
        assertThat(TextPhone.header(refresh, "Authorization")).contains("nc=00000002");
        grant(refresh, expires(100));
        awaitState("registered");
    }

    @Test
    public void tooBriefIsAskedForLonger() throws Exception {
        trunk.answer(first, "423 Interval Too Brief", "r", "", "Min-Expires: 1800\r\n");

        String second = trunk.expect("REGISTER ");

        assertThat(TextPhone.header(second, "Expires")).isEqualTo("1800");
        grant(second, expires(1800));
        awaitState("registered");
    }

    @Test
    public void refusalIsTold() throws Exception {
        trunk.answer(first, "403 Forbidden", "r", "");

        awaitState("refused");
        assertThat(status().lastErrorCode()).isEqualTo(403);
        assertThat(status().lastError()).isEqualTo("REGISTER: 403 Forbidden");
        assertThat(status().registeredUntil()).isEmpty();
    }

    @Test
    public void wrongCredentialsAreTriedOnce() throws Exception {
        trunk.answer(first, "401 Unauthorized", "r", "", CHALLENGE);
        trunk.answer(trunk.expect("REGISTER "), "401 Unauthorized", "r", "", CHALLENGE);

        awaitState("refused");
        trunk.assertSilent(700);
    }

    @Test
    public void troubleOfTheRegistrarIsWaitedOut() throws Exception {
        trunk.answer(first, "503 Service Unavailable", "r", "");

        awaitState("failing");
        assertThat(status().lastErrorCode()).isEqualTo(503);
    }

    @Test
    public void stopUnregisters() throws Exception {
        trunk.answer(first, "401 Unauthorized", "r", "", CHALLENGE);
        grant(trunk.expect("REGISTER "), expires(100));
        awaitState("registered");

        CompletableFuture<Void> stopping = CompletableFuture.runAsync(endpoint::stop);
        String last = trunk.expect("REGISTER ");

        assertThat(TextPhone.header(last, "Expires")).isEqualTo("0");
        assertThat(TextPhone.header(last, "Authorization")).contains("nc=00000002");
        grant(last);
        stopping.join();
        assertThat(status().registration()).isEqualTo("unregistered");
        assertThat(status().registeredUntil()).isEmpty();
    }

    @Test
    public void callsGoTheWayThatTheRegistrarTold() throws Exception {
        grant(first, expires(100), "Service-Route: <sip:edge.example.com;lr>\r\n");
        awaitState("registered");
        String sdp =
                """
                v=0\r
                o=- 1 1 IN IP4 127.0.0.1\r
                s=-\r
                c=IN IP4 127.0.0.1\r
                t=0 0\r
                m=audio 30000 RTP/AVP 8\r
                """;
        LegId id = new LegId(CallId.next(), 1);
        IncomingCall incoming =
                new IncomingCall(
                        "web",
                        new Party("100", "Bob"),
                        new Party("200", ""),
                        new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                        Optional.empty(),
                        "bob/1");
        endpoint.legs()
                .ring(
                        id,
                        new Target.Trunk("pbx", "200"),
                        incoming,
                        Optional.of(SdpParser.parse(sdp)),
                        new RecordingIntake.Call(id.call(), incoming, null));

        String invite = trunk.expect("INVITE ");

        assertThat(TextPhone.header(invite, "Route")).isEqualTo("<sip:edge.example.com;lr>");
        assertThat(status().callsOut()).isEqualTo(1);
        trunk.answer(invite, "486 Busy Here", "t1", "");
        trunk.expect("ACK ");
        await(() -> status().lastInvite().startsWith("486 "));
    }

    @Test
    public void proxyIsAskedInsteadOfTheRegistrar() throws Exception {
        try (TextTrunk proxy = new TextTrunk("127.0.0.3")) {
            SipEndpoint behind = endpoint("pbx.invalid", Optional.of("sip:" + proxy.at()));
            behind.start(new RecordingIntake());
            String register = proxy.expect("REGISTER ");

            assertThat(register).startsWith("REGISTER sip:pbx.invalid SIP/2.0");
            assertThat(TextPhone.header(register, "Route"))
                    .isEqualTo("<sip:" + proxy.at() + ";lr>");
            proxy.answer(register, "403 Forbidden", "r", "");
            await(() -> behind.trunks().getFirst().registration().equals("refused"));
            behind.stop(Duration.ZERO);
        }
    }
}
