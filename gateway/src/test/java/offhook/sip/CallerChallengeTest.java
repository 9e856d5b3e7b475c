package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import offhook.config.TrunkConfig;
import offhook.sip.FrontDoor.Decision;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Who calls in proves to know the password of its trunk. Time is turned by hand.
public class CallerChallengeTest {

    private static final String PBX = "192.0.2.7";
    private static final String NEIGHBOUR = "192.0.2.8";
    private static final String URI = "sip:200@gw";
    private static final String PASSWORD = "correct horse battery";

    private static final TrunkConfig TRUNK =
            Doors.read(
                    "{name: pbx, addresses: [192.0.2.0/24],"
                            + " challenge: {username: desk, password: correct horse battery}}");

    private AtomicLong nanos;
    private Counters counters;
    private FrontDoor door;
    private int serial;

    @BeforeMethod
    public void open() {
        nanos = new AtomicLong();
        counters = new Counters();
        door = Doors.with(counters, nanos::get, 1000, TRUNK);
    }

    /// A request of a call of its own.
    private String request(String method, String... more) {
        serial++;
        return method
                + " "
                + URI
                + " SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK"
                + serial
                + "\r\nMax-Forwards: 70\r\nFrom: <sip:100@pbx>;tag=f"
                + serial
                + "\r\nTo: <sip:200@gw>\r\nCall-ID: c"
                + serial
                + "\r\nCSeq: 1 "
                + method
                + "\r\nContact: <sip:100@192.0.2.7>\r\n"
                + String.join("", List.of(more).stream().map(line -> line + "\r\n").toList())
                + "Content-Length: 0\r\n\r\n";
    }

    private Decision send(String source, String message) {
        byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
        return door.inspectDatagram(bytes, bytes.length, Doors.address(source), 5060);
    }

    private String answer(String source, String message) {
        Decision decision = send(source, message);
        assertThat(decision).as(message).isInstanceOf(Decision.Answer.class);
        return new String(((Decision.Answer) decision).bytes(), StandardCharsets.ISO_8859_1);
    }

    private void passes(String source, String message) {
        assertThat(send(source, message)).as(message).isInstanceOf(Decision.Pass.class);
    }

    private void waits(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private List<CallerDigest> challenges(String source) {
        return CallerDigest.of(answer(source, request("INVITE")));
    }

    private CallerDigest challenge(String source) {
        return challenges(source).getFirst();
    }

    private String right(CallerDigest challenge, int count) {
        return challenge.authorization("desk", PASSWORD, URI, count);
    }

    @Test
    public void inviteIsAskedForTheStrongerDigestFirst() {
        String refusal = answer(PBX, request("INVITE"));

        assertThat(refusal)
                .startsWith("SIP/2.0 401 Unauthorized\r\n")
                .doesNotContain("stale")
                .doesNotContain(PASSWORD);
        assertThat(CallerDigest.of(refusal))
                .extracting(CallerDigest::algorithm)
                .containsExactly("SHA-256", "MD5");
        assertThat(CallerDigest.of(refusal))
                .extracting(CallerDigest::realm)
                .containsOnly("offhook");
        assertThat(refusal.split("qop=\"auth\"", -1)).hasSize(3);
        assertThat(counters.get(Counter.SIP_CHALLENGED)).isEqualTo(1);
        assertThat(counters.get(Counter.SIP_AUTH_FAILED)).isZero();
    }

    @Test
    public void eitherDigestLetsTheCallIn() {
        List<CallerDigest> challenges = challenges(PBX);
        passes(PBX, request("INVITE", right(challenges.get(0), 1)));
        passes(PBX, request("INVITE", right(challenges.get(1), 2)));
        assertThat(counters.get(Counter.SIP_AUTH_FAILED)).isZero();
    }

    @Test
    public void bothDigestsInOneRequestAreRight() {
        List<CallerDigest> challenges = challenges(PBX);

        passes(PBX, request("INVITE", right(challenges.get(1), 1), right(challenges.get(0), 2)));
    }

    @Test
    public void everyRequestGetsANonceOfItsOwn() {
        Set<String> nonces = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            nonces.add(challenge(PBX).nonce());
        }
        assertThat(nonces).hasSize(200);
    }

    @DataProvider
    public static Object[][] wrong() {
        UnaryOperator<String> none = line -> line;
        UnaryOperator<String> withoutQop = line -> line.replaceAll(", cnonce.*", "");
        UnaryOperator<String> otherQop = line -> line.replace("qop=auth", "qop=auth-int");
        UnaryOperator<String> session = line -> line.replace("SHA-256", "SHA-256-sess");
        UnaryOperator<String> realm = line -> line.replace("offhook", "asterisk");
        UnaryOperator<String> twice = line -> line + ", nc=00000002";
        UnaryOperator<String> garbage = line -> "Authorization: Digest \0\"";
        return new Object[][] {
            {"desk", "Correct horse battery", URI, none},
            {"desk", "", URI, none},
            {"Desk", PASSWORD, URI, none},
            {"", PASSWORD, URI, none},
            {"desk", PASSWORD, "sip:+19005551234@gw", none},
            {"desk", PASSWORD, "sip:200@elsewhere", none},
            {"desk", PASSWORD, URI, withoutQop},
            {"desk", PASSWORD, URI, otherQop},
            {"desk", PASSWORD, URI, session},
            {"desk", PASSWORD, URI, realm},
            {"desk", PASSWORD, URI, twice},
            {"desk", PASSWORD, URI, (UnaryOperator<String>) l -> l.replace("Digest", "Basic")},
        };
    }

    @Test(dataProvider = "wrong")
    public void whoIsWrongIsAskedAgain(
            String user, String password, String uri, UnaryOperator<String> change) {
        String line = challenge(PBX).authorization(user, password, uri, 1);

        String refusal = answer(PBX, request("INVITE", change.apply(line)));

        assertThat(refusal).startsWith("SIP/2.0 401 ").doesNotContain("stale");
        assertThat(counters.get(Counter.SIP_AUTH_FAILED)).isEqualTo(1);
    }

    @DataProvider
    public static Object[][] sameUri() {
        return new Object[][] {
            {"sip:200@GW"}, {"sip:200@gw:5060"}, {"sips:200@gw"}, {"sip:200@gw;transport=tcp"},
        };
    }

    @Test(dataProvider = "sameUri")
    public void whatProxiesMayChangeInTheUriIsNotCompared(String uri) {
        passes(PBX, request("INVITE", challenge(PBX).authorization("desk", PASSWORD, uri, 1)));
    }

    @Test
    public void credentialsAreGoodOnce() {
        CallerDigest challenge = challenge(PBX);
        passes(PBX, request("INVITE", right(challenge, 1)));

        String refusal = answer(PBX, request("INVITE", right(challenge, 1)));

        assertThat(refusal).startsWith("SIP/2.0 401 ").contains("stale=true");
        assertThat(CallerDigest.of(refusal).getFirst().nonce()).isNotEqualTo(challenge.nonce());
        assertThat(counters.get(Counter.SIP_AUTH_REPLAYED)).isEqualTo(1);
        passes(PBX, request("INVITE", right(challenge, 3)));
        assertThat(answer(PBX, request("INVITE", right(challenge, 2)))).contains("stale=true");
        passes(PBX, request("INVITE", right(challenge, 4)));
    }

    @Test
    public void credentialsOfAnotherAddressAreNotTaken() {
        CallerDigest challenge = challenge(PBX);

        String refusal = answer(NEIGHBOUR, request("INVITE", right(challenge, 1)));

        assertThat(refusal).startsWith("SIP/2.0 401 ").contains("stale=true");
        passes(PBX, request("INVITE", right(challenge, 1)));
    }

    @Test
    public void nonceThatWasNotGivenIsNotTaken() {
        CallerDigest given = challenge(PBX);
        String forged = "f".repeat(given.nonce().length());
        for (String nonce : List.of("", "x", forged, given.nonce().replaceAll("^.", "0") + "0")) {
            CallerDigest other = new CallerDigest(given.realm(), nonce, given.algorithm());
            assertThat(answer(PBX, request("INVITE", right(other, 1)))).startsWith("SIP/2.0 401 ");
        }
    }

    @Test
    public void nonceLivesForAMinute() {
        CallerDigest challenge = challenge(PBX);
        waits(60);
        passes(PBX, request("INVITE", right(challenge, 1)));
        waits(1);

        String refusal = answer(PBX, request("INVITE", right(challenge, 2)));

        assertThat(refusal).startsWith("SIP/2.0 401 ").contains("stale=true");
        assertThat(counters.get(Counter.SIP_AUTH_FAILED)).isZero();
        passes(PBX, request("INVITE", right(CallerDigest.of(refusal).getFirst(), 1)));
    }

    /// An old nonce does not let anybody learn whether a guess is right, uncounted.
    @Test
    public void wrongPasswordWithAnOldNonceIsAGuess() {
        CallerDigest challenge = challenge(PBX);
        waits(61);

        String line = challenge.authorization("desk", "guess", URI, 1);

        assertThat(answer(PBX, request("INVITE", line))).doesNotContain("stale");
        assertThat(counters.get(Counter.SIP_AUTH_FAILED)).isEqualTo(1);
    }

    @Test
    public void inviteThatComesAgainIsTheSame() {
        String invite = request("INVITE", right(challenge(PBX), 1));
        passes(PBX, invite);
        passes(PBX, invite);

        assertThat(answer(NEIGHBOUR, invite)).startsWith("SIP/2.0 401 ");
        assertThat(answer(PBX, invite.replace("CSeq: 1", "CSeq: 2"))).startsWith("SIP/2.0 401 ");
        passes(PBX, invite);
        waits(32);
        assertThat(answer(PBX, invite)).startsWith("SIP/2.0 401 ").contains("stale=true");
    }

    @Test
    public void inviteThatWasAnsweredDoesNotComeAgain() {
        String invite = request("INVITE", right(challenge(PBX), 1));
        passes(PBX, invite);
        send(PBX, invite.replaceFirst("INVITE", "ACK").replace("1 INVITE", "1 ACK"));

        assertThat(answer(PBX, invite)).startsWith("SIP/2.0 401 ").contains("stale=true");
    }

    @Test
    public void tenWrongPasswordsBlockTheirSourceForAMinuteAndNobodyElse() {
        for (int i = 0; i < 10; i++) {
            String line = challenge(PBX).authorization("desk", "guess" + i, URI, 1);
            assertThat(answer(PBX, request("INVITE", line))).startsWith("SIP/2.0 401 ");
        }

        assertThat(send(PBX, request("INVITE"))).isInstanceOf(Decision.Drop.class);
        assertThat(counters.get(Counter.SIP_DROPPED_BLOCKED)).isEqualTo(1);
        passes(NEIGHBOUR, request("INVITE", right(challenge(NEIGHBOUR), 1)));
        waits(59);
        assertThat(send(PBX, request("INVITE"))).isInstanceOf(Decision.Drop.class);
        waits(1);
        passes(PBX, request("INVITE", right(challenge(PBX), 1)));
    }

    @Test
    public void wrongPasswordsOverMoreThanAMinuteBlockNobody() {
        for (int i = 0; i < 30; i++) {
            waits(7);
            String line = challenge(PBX).authorization("desk", "guess" + i, URI, 1);
            assertThat(answer(PBX, request("INVITE", line))).startsWith("SIP/2.0 401 ");
        }
    }

    /// Who forges an address does not hear the challenge that goes there.
    @Test
    public void whoDoesNotHearTheChallengeCannotBlockAnybody() {
        CallerDigest heardElsewhere = challenge(NEIGHBOUR);
        for (int i = 0; i < 100; i++) {
            String line = heardElsewhere.authorization("desk", "guess" + i, URI, 1);
            assertThat(answer(PBX, request("INVITE", line))).startsWith("SIP/2.0 401 ");
        }

        passes(PBX, request("INVITE", right(challenge(PBX), 1)));
    }

    @Test
    public void thousandGuessesASecondLeaveOthersAlone() {
        CallerDigest challenge = challenge(PBX);
        int answered = 0;
        for (int i = 0; i < 5000; i++) {
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
            String line = challenge.authorization("desk", "guess" + i, URI, i + 1);
            answered += send(PBX, request("INVITE", line)) instanceof Decision.Answer ? 1 : 0;
        }

        assertThat(answered).isEqualTo(10);
        passes(NEIGHBOUR, request("INVITE", right(challenge(NEIGHBOUR), 1)));
    }

    @Test
    public void optionsOfTheTrunkIsAnsweredWithoutAPassword() {
        assertThat(answer(PBX, request("OPTIONS"))).startsWith("SIP/2.0 200 OK\r\n");
    }

    @Test
    public void rightPasswordFromElsewhereHearsNothing() {
        assertThat(send("203.0.113.1", request("INVITE", right(challenge(PBX), 1))))
                .isInstanceOf(Decision.Drop.class);
        assertThat(counters.get(Counter.SIP_DROPPED_STRANGER)).isEqualTo(1);
    }
}
