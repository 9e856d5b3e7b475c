package offhook.sipws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import offhook.agent.Presence;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Who may connect to `/sip`, and who may register there.
public class RegistrationTest {

    private PhoneStand stand;

    @BeforeMethod
    public void start() {
        stand = new PhoneStand(PhoneStand.limits());
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        stand.close();
    }

    @DataProvider
    public Object[][] upgrades() {
        return new Object[][] {
            {"https://evil.example.com", "sip", 403},
            {"https://desk.example.com.evil.example", "sip", 403},
            {PhoneStand.ORIGIN, "xmpp", 400},
        };
    }

    @Test(dataProvider = "upgrades")
    public void socketIsOpenedForSipAndAllowedOriginsOnly(
            String origin, String protocol, int status) {
        try {
            stand.http
                    .newWebSocketBuilder()
                    .header("Origin", origin)
                    .subprotocols(protocol)
                    .buildAsync(stand.uri("/sip"), new WebSocket.Listener() {})
                    .join()
                    .abort();
            throw new AssertionError("opened");
        } catch (CompletionException e) {
            assertThat(((WebSocketHandshakeException) e.getCause()).getResponse().statusCode())
                    .isEqualTo(status);
        }
    }

    @Test
    public void passwordIsProvenByDigest() throws Exception {
        TextSipPhone phone = stand.connect("alice");
        phone.register(PhoneStand.PASSWORD);
        stand.awaitPresence(Presence.AVAILABLE);
        // The socket is proof enough from then on.
        assertThat(phone.register("", 120)).startsWith("SIP/2.0 200 ").contains(";expires=120");
        assertThat(phone.register("", 30)).startsWith("SIP/2.0 423 ").contains("Min-Expires: 60");
        assertThat(phone.register("", 0)).startsWith("SIP/2.0 200 ");
        stand.awaitPresence(Presence.OFFLINE);
        phone.register("", 120);
        stand.awaitPresence(Presence.AVAILABLE);
        phone.close();
        stand.awaitPresence(Presence.OFFLINE);
    }

    @DataProvider
    public Object[][] liars() {
        return new Object[][] {{"alice", "wrong"}, {"bob", "alice"}, {"nobody", "alice"}};
    }

    @Test(dataProvider = "liars")
    public void wrongPasswordRegistersNobody(String name, String password) throws Exception {
        TextSipPhone phone = stand.connect(name);
        String challenge = phone.register("", 600);
        assertThat(challenge).startsWith("SIP/2.0 401 ");
        assertThat(phone.register(phone.authorization(challenge, password, 1), 600))
                .startsWith("SIP/2.0 403 ");
        stand.awaitPresence(Presence.OFFLINE);
    }

    @Test
    public void answerToAChallengeIsGoodOnce() throws Exception {
        TextSipPhone phone = stand.connect("alice");
        String challenge = phone.register("", 600);
        String proof = phone.authorization(challenge, PhoneStand.PASSWORD, 1);
        assertThat(phone.register(proof, 600)).startsWith("SIP/2.0 200 ");
        assertThat(phone.register(proof, 600)).startsWith("SIP/2.0 401 ").contains("stale=true");

        TextSipPhone other = stand.connect("alice");
        assertThat(other.register(proof, 600)).startsWith("SIP/2.0 401 ");
    }

    @Test
    public void guessesAreCounted() throws Exception {
        int failures = PhoneStand.limits().signInFailures();
        for (int i = 0; i < failures; i++) {
            TextSipPhone phone = stand.connect("alice");
            String challenge = phone.register("", 600);
            phone.register(phone.authorization(challenge, "guess" + i, 1), 600);
            phone.close();
        }
        assertThat(stand.connect("alice").register("", 600))
                .startsWith("SIP/2.0 503 ")
                .contains("Retry-After: 60");
    }

    @Test
    public void tokenRegistersItsOwnAgentOnly() throws Exception {
        String token = Tokens.of(stand, "bob");
        String bearer = "Authorization: Bearer " + token + "\r\n";
        assertThat(stand.connect("bob").register(bearer, 600)).startsWith("SIP/2.0 200 ");
        assertThat(stand.connect("alice").register(bearer, 600)).startsWith("SIP/2.0 403 ");
        assertThat(stand.connect("bob").register("Authorization: Bearer x.y.z\r\n", 600))
                .startsWith("SIP/2.0 401 ");
    }

    @Test
    public void nothingGoesBeforeRegister() throws Exception {
        TextSipPhone phone = stand.connect("alice");
        phone.request(
                "INVITE",
                "sip:5512@example.com",
                "c1",
                phone.contact() + "\r\nContent-Type: application/sdp\r\n",
                TextSipPhone.SDP);
        phone.expect("SIP/2.0 403 ");
        assertThat(stand.dialled).isEmpty();
    }

    @Test
    public void samePhoneTakesItsOwnPlace() throws Exception {
        TextSipPhone first = stand.registered("one");
        TextSipPhone again = stand.registered("one");
        assertThat(first.awaitClose()).isEqualTo(4409);
        stand.awaitPresence(Presence.AVAILABLE);
        again.expectNothing();
    }

    @Test
    public void agentHasSoManyPhonesAndNoMore() throws Exception {
        for (int i = 0; i < PhoneStand.limits().socketsPerAgent(); i++) {
            stand.registered("phone" + i);
        }
        TextSipPhone more = stand.connect("alice");
        more.instance("one more");
        String challenge = more.register("", 600);
        assertThat(more.register(more.authorization(challenge, PhoneStand.PASSWORD, 1), 600))
                .startsWith("SIP/2.0 403 ")
                .contains("too many phones");
    }

    @Test
    public void whoDoesNotRegisterIsClosed() throws Exception {
        try (PhoneStand hasty = new PhoneStand(PhoneStand.limits(Duration.ofMillis(300)))) {
            assertThat(hasty.connect("alice").awaitClose()).isEqualTo(4408);
        }
    }

    @DataProvider
    public Object[][] nonsense() {
        return new Object[][] {
            {"GET / HTTP/1.1\r\n\r\n", 4400},
            {"REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/WS x.invalid\r\n\r\n", 4400},
            {"REGISTER sip:example.com SIP/2.0\nVia: SIP/2.0/WS x\n\n", 4400},
            {"x".repeat(16_001), 1009},
        };
    }

    @Test(dataProvider = "nonsense")
    public void whatIsNoSipEndsTheSocket(String message, int code) throws Exception {
        TextSipPhone phone = stand.connect("alice");
        phone.send(message);
        assertThat(phone.awaitClose()).isEqualTo(code);
    }

    @Test
    public void messagesThatNameAnotherTransportEndTheSocket() throws Exception {
        TextSipPhone phone = stand.connect("alice");
        phone.send(
                "OPTIONS sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
                        + "Max-Forwards: 70\r\nFrom: <sip:alice@example.com>;tag=1\r\n"
                        + "To: <sip:example.com>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n"
                        + "Content-Length: 0\r\n\r\n");
        assertThat(phone.awaitClose()).isEqualTo(4400);
    }

    @Test
    public void floodEndsTheSocketAndNobodyElses() throws Exception {
        TextSipPhone calm = stand.registered("calm");
        TextSipPhone phone = stand.connect("bob");
        try {
            for (int i = 0; i < 200; i++) {
                phone.request("OPTIONS", "sip:example.com", "f" + i, "", "");
            }
        } catch (CompletionException _) {
            // The gateway has closed it by then.
        }
        try {
            assertThat(phone.awaitClose()).isEqualTo(1008);
        } catch (ExecutionException reset) {
            // What was sent behind the close can reset the connection before the code is read.
            assertThat(reset).hasCauseInstanceOf(IOException.class);
        }
        calm.expectNothing();
    }

    @Test
    public void keepAlivesAreAnswered() throws Exception {
        TextSipPhone phone = stand.registered("one");
        phone.send("\r\n\r\n");
        assertThat(phone.next()).isEqualTo("\r\n");
        phone.send("\r\n");
        phone.expectNothing();
    }

    @Test
    public void binaryFramesAreMessagesToo() throws Exception {
        TextSipPhone phone = stand.registered("one");
        phone.sendBytes(
                ("OPTIONS sip:example.com SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\n"
                                + "Max-Forwards: 70\r\nFrom: <sip:alice@example.com>;tag=1\r\n"
                                + "To: <sip:example.com>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n\r\n")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(phone.expect("SIP/2.0 200 ")).contains("Allow: INVITE");
    }
}
