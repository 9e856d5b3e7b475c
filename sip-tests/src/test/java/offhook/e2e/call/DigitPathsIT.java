package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Keypad;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Digits by every path a trunk can be set to, in both directions, between a phone and a web peer.
@Test(groups = {"e2e", "sip", "media"})
public class DigitPathsIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final String KEYS = Keypad.KEYS + "55";
    private static final CallOffer EVENTS = CallOffer.of(G711.PCMA);
    private static final CallOffer NO_EVENTS = EVENTS.withEventPayloadType(0);
    private static final String WITH_INFO = "INVITE, ACK, CANCEL, BYE, INFO";
    private static final String WITHOUT_INFO = "INVITE, ACK, CANCEL, BYE";
    private static final PeerIdentity IDENTITY = PeerIdentity.generate();

    /// Far from every key's tones.
    private static final int VOICE_HZ = 400;

    /// How a phone tells its keys, and what the gateway must make of them.
    private enum Way {
        EVENTS,
        RELAY,
        PLAIN,
        TONES
    }

    /// A trunk by its setting, told by the address it calls from.
    private enum Trunk {
        RFC4733("127.0.0.1"),
        INFO("127.0.0.5"),
        INBAND("127.0.0.6"),
        AUTO("127.0.0.7");

        private final String address;

        Trunk(String address) {
            this.address = address;
        }
    }

    private GatewayProcess gateway;
    private DemoConfig config;
    private Reactor reactor;
    private HttpClient client;
    private Optional<Phone> phone = Optional.empty();
    private Optional<PhoneCall> call = Optional.empty();
    private Optional<WebPeer> alice = Optional.empty();

    @BeforeClass
    public void start() {
        Path work = CallStand.workOf(DigitPathsIT.class);
        config = CallStand.configure(work, DigitPathsIT::withTrunks);
        gateway =
                GatewayProcess.start(
                        config.file(), work.resolve("gateway.log"), Duration.ofSeconds(90));
        reactor = new Reactor("web-peers");
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private static String withTrunks(String yaml) {
        var trunks = new StringBuilder();
        var routes = new StringBuilder();
        for (Trunk trunk : Trunk.values()) {
            String dtmf = trunk.name().toLowerCase(java.util.Locale.ROOT);
            trunks.append(
                    "  - {name: %s, addresses: [%s/32], codecs: [PCMA, PCMU], dtmf: %s}\n"
                            .formatted(dtmf, trunk.address, dtmf));
            routes.append(
                    "  - {trunk: %s, number: \"200\", to: \"agent:alice\"}\n".formatted(dtmf));
        }
        int trunksStart = yaml.indexOf("trunks:\n");
        int routesStart = yaml.indexOf("routes:\n");
        int queuesStart = yaml.indexOf("queues:\n");
        // A tone is no speech: with DTX the encoder would fall silent.
        return yaml.substring(0, trunksStart)
                + "trunks:\n"
                + trunks
                + "routes:\n"
                + routes
                + yaml.substring(queuesStart).replace("media:\n", "media:\n  opus: {dtx: false}\n");
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (gateway != null) {
            gateway.close();
        }
        if (reactor != null) {
            reactor.close();
        }
        if (client != null) {
            client.shutdownNow();
        }
    }

    @AfterMethod(alwaysRun = true)
    public void hangUp() {
        call.ifPresent(c -> c.hangUp(LIMIT));
        alice.ifPresent(WebPeer::close);
        phone.ifPresent(Phone::close);
        call = Optional.empty();
        alice = Optional.empty();
        phone = Optional.empty();
    }

    /// Calls alice, who answers with the codec given.
    private PhoneCall standing(Trunk trunk, CallOffer offer, String allow, boolean opus) {
        Pcm voice = FrameLoop.tone(VOICE_HZ);
        WebMedia.Setup setup =
                WebMedia.Setup.of(
                        reactor,
                        IDENTITY,
                        opus ? FrameLoop.opus(voice, false) : FrameLoop.g711(voice, G711.PCMA));
        if (!opus) {
            setup = setup.offering(sdp -> sdp.replace("111 0 8 110 126", "8 126"));
        }
        WebPeer peer = WebPeer.signIn(client, config.page(), "alice", "alice", setup, true);
        alice = Optional.of(peer);
        Phone caller =
                Phone.udp(InetAddress.ofLiteral(trunk.address), config.sip(), "5551000", "Maria")
                        .allowing(allow);
        phone = Optional.of(caller);
        PhoneCall placed = caller.invite("200", offer);
        placed.media().say(Sound.tone(VOICE_HZ, 8000));
        placed.awaitAnswer(LIMIT);
        call = Optional.of(placed);
        peer.awaitMedia(LIMIT);
        peer.await("connected", LIMIT, _ -> true);
        Await.until("audio", LIMIT, () -> placed.media().heard().size() > 25);
        return placed;
    }

    private String shown() {
        return alice.orElseThrow().messages().stream()
                .filter(m -> m.path("type").asText().equals("digit"))
                .map(m -> m.path("digit").asText())
                .collect(Collectors.joining());
    }

    /// Waits until the agent was shown all keys, then a little for those that must not come.
    private void assertShown(String keys) {
        Await.within(LIMIT, () -> shown().length() >= keys.length());
        boolean more = Await.within(Duration.ofMillis(700), () -> shown().length() > keys.length());
        assertThat(shown()).as("more than asked for: " + more).isEqualTo(keys);
    }

    @DataProvider
    public Object[][] pressedAtThePhone() {
        return new Object[][] {
            {Trunk.RFC4733, EVENTS, Way.EVENTS, 40},
            {Trunk.RFC4733, EVENTS, Way.EVENTS, 80},
            {Trunk.RFC4733, EVENTS, Way.EVENTS, 250},
            {Trunk.AUTO, EVENTS, Way.EVENTS, 80},
            {Trunk.INFO, NO_EVENTS, Way.RELAY, 40},
            {Trunk.INFO, NO_EVENTS, Way.RELAY, 250},
            {Trunk.INFO, EVENTS, Way.PLAIN, 160},
            {Trunk.AUTO, NO_EVENTS, Way.RELAY, 80},
            {Trunk.AUTO, EVENTS, Way.PLAIN, 160},
            {Trunk.INBAND, NO_EVENTS, Way.TONES, 40},
            {Trunk.INBAND, NO_EVENTS, Way.TONES, 80},
            {Trunk.INBAND, EVENTS, Way.TONES, 250},
            {Trunk.AUTO, NO_EVENTS, Way.TONES, 80},
        };
    }

    @Test(dataProvider = "pressedAtThePhone")
    public void keysOfThePhoneAreShownOnceEach(Trunk trunk, CallOffer offer, Way way, int millis) {
        PhoneCall standing = standing(trunk, offer, WITH_INFO, true);

        press(standing, way, KEYS, millis);

        assertShown(KEYS);
    }

    private static void press(PhoneCall at, Way way, String keys, int millis) {
        if (way == Way.TONES) {
            Sound voice = Sound.tone(VOICE_HZ, 8000);
            Pcm tones = Keypad.tones(keys, millis, 60);
            at.media().say(Sound.of(tones).then(tones.seconds(), voice));
            return;
        }
        keys.chars().forEach(key -> press(at, way, (char) key, millis));
    }

    private static void press(PhoneCall at, Way way, char key, int millis) {
        if (way == Way.EVENTS) {
            at.media().press(key, millis);
            return;
        }
        boolean relay = way == Way.RELAY;
        SipMessage answer =
                at.request(
                        "INFO",
                        relay ? "application/dtmf-relay" : "application/dtmf",
                        relay ? "Signal=" + key + "\r\nDuration=" + millis + "\r\n" : key + "\r\n",
                        LIMIT);
        assertThat(answer.status()).isEqualTo(200);
    }

    @DataProvider
    public Object[][] pressedAtThePage() {
        return new Object[][] {
            {Trunk.RFC4733, EVENTS, WITH_INFO, true, Way.EVENTS},
            {Trunk.RFC4733, EVENTS, WITH_INFO, false, Way.EVENTS},
            {Trunk.INFO, NO_EVENTS, WITH_INFO, true, Way.RELAY},
            {Trunk.INFO, EVENTS, WITHOUT_INFO, false, Way.RELAY},
            {Trunk.INBAND, NO_EVENTS, WITHOUT_INFO, true, Way.TONES},
            {Trunk.INBAND, EVENTS, WITH_INFO, false, Way.TONES},
            {Trunk.AUTO, EVENTS, WITH_INFO, true, Way.EVENTS},
            {Trunk.AUTO, NO_EVENTS, WITH_INFO, true, Way.RELAY},
            {Trunk.AUTO, NO_EVENTS, WITHOUT_INFO, true, Way.TONES},
            {Trunk.AUTO, NO_EVENTS, "", false, Way.TONES},
        };
    }

    @Test(dataProvider = "pressedAtThePage")
    public void keysOfThePageReachThePhoneByOnePath(
            Trunk trunk, CallOffer offer, String allow, boolean opus, Way way) {
        PhoneCall standing = standing(trunk, offer, allow, opus);
        int from = standing.media().heard().size();

        alice.orElseThrow().media().press(KEYS, 100);

        Await.within(LIMIT, () -> got(standing, way, from).length() >= KEYS.length());
        assertThat(got(standing, way, from)).isEqualTo(KEYS);
        for (Way other : List.of(Way.EVENTS, Way.RELAY, Way.TONES)) {
            if (other != way) {
                assertThat(got(standing, other, from)).as("by %s too", other).isEmpty();
            }
        }
        if (way == Way.EVENTS) {
            // RFC 4733 §2.5.1.4: the end of each event comes thrice.
            Await.within(LIMIT, () -> ends(standing) == 3L * KEYS.length());
            assertThat(ends(standing)).isEqualTo(3L * KEYS.length());
        }
        assertThat(standing.media().heard().stream().mapToInt(Heard::ssrc).distinct().count())
                .isOne();
    }

    /// What has reached the phone by one path.
    private static String got(PhoneCall at, Way way, int from) {
        return switch (way) {
            case EVENTS -> at.media().keys();
            case TONES -> Keypad.heardIn(Hearing.audioSince(at, from));
            case RELAY, PLAIN ->
                    at.trace().stream()
                            .filter(t -> !t.sent() && t.message().startLine().startsWith("INFO "))
                            .map(t -> t.message())
                            .collect(
                                    Collectors.toMap(
                                            SipMessage::sequenceNumber,
                                            m -> m.body().substring(7, 8),
                                            (first, again) -> first,
                                            java.util.TreeMap::new))
                            .values()
                            .stream()
                            .collect(Collectors.joining());
        };
    }

    private static List<Heard> events(PhoneCall at) {
        return at.media().heard().stream().filter(p -> p.payloadType() == 101).toList();
    }

    private static long ends(PhoneCall at) {
        return events(at).stream().filter(p -> (p.payload()[1] & 0x80) != 0).count();
    }

    /// A phone that tells each key in two ways at once.
    @Test
    public void keyToldTwiceIsShownOnce() {
        PhoneCall standing = standing(Trunk.AUTO, EVENTS, WITH_INFO, true);
        String keys = "1122#*00";
        for (char key : keys.toCharArray()) {
            press(standing, Way.EVENTS, key, 100);
            press(standing, Way.RELAY, key, 100);
            Await.within(Duration.ofMillis(200), () -> false);
        }

        assertShown(keys);
    }

    /// Where events were agreed nobody listens for tones, so a phone that sends both is heard once.
    @Test
    public void toneBesideAnEventIsNotHeard() {
        PhoneCall standing = standing(Trunk.AUTO, EVENTS, WITH_INFO, true);

        press(standing, Way.TONES, "147", 100);
        Await.within(Duration.ofMillis(800), () -> false);
        press(standing, Way.EVENTS, "258", 100);

        assertShown("258");
    }

    @DataProvider
    public Object[][] notTaken() {
        return new Object[][] {
            {Trunk.RFC4733, "application/dtmf-relay", "Signal=5\r\n", 415},
            {Trunk.INBAND, "application/dtmf", "5", 415},
            {Trunk.AUTO, "application/dtmf-relay", "Signal=E\r\n", 400},
            {Trunk.AUTO, "application/dtmf-relay", "Signal=16\r\n", 200},
            {Trunk.INFO, "application/json", "{}", 415},
        };
    }

    @Test(dataProvider = "notTaken")
    public void infoWithoutADigitForUsShowsNothing(
            Trunk trunk, String type, String body, int status) {
        PhoneCall standing = standing(trunk, EVENTS, WITH_INFO, true);

        SipMessage answer = standing.request("INFO", type, body, LIMIT);

        assertThat(answer.status()).isEqualTo(status);
        if (status == 415) {
            boolean takes = trunk == Trunk.INFO || trunk == Trunk.AUTO;
            String accepted = String.join(", ", answer.headers("Accept"));
            assertThat(accepted.contains("application/dtmf-relay")).isEqualTo(takes);
        }
        assertShown("");
    }

    @Test
    public void payloadTypeChangesWhileAKeyIsHeld() {
        PhoneCall standing = standing(Trunk.RFC4733, EVENTS, WITH_INFO, true);
        alice.orElseThrow().media().press("7", 1000);
        standing.media().press('4', 2500);
        // The gateway sends a key once it knows how long it was.
        Await.until("the page's key", LIMIT, () -> events(standing).size() > 5);

        standing.reinvite(EVENTS.withEventPayloadType(98), LIMIT);

        Await.until(
                "the end of the page's key",
                LIMIT,
                () ->
                        standing.media().heard().stream()
                                .anyMatch(p ->
                                        p.payloadType() == 98 && (p.payload()[1] & 0x80) != 0));
        assertThat(standing.media().keys()).isEqualTo("7");
        assertShown("4");
    }

    /// People type card numbers.
    @Test
    public void logTellsHowManyDigitsAndNotWhich() throws Exception {
        PhoneCall standing = standing(Trunk.AUTO, EVENTS, WITH_INFO, true);
        press(standing, Way.EVENTS, "4939", 80);
        assertShown("4939");
        press(standing, Way.RELAY, "8172", 80);
        alice.orElseThrow().media().press("665", 100);
        assertShown("49398172");
        Await.until("the page's keys", LIMIT, () -> standing.media().keys().equals("665"));
        standing.hangUp(LIMIT);
        call = Optional.empty();
        JsonNode ended = alice.orElseThrow().await("ended", LIMIT, _ -> true);
        assertThat(ended.path("cause").path("reason").asText()).isEqualTo("hang-up");

        Path log = gateway.log();
        Await.until("the end in the log", LIMIT, () -> lastEnd(log).contains("EVENTS=4"));
        assertThat(lastEnd(log))
                .contains("leg 0 {")
                .contains("INFO=4")
                .contains("leg 1 {EVENTS=3}");
        assertThat(Files.readString(log)).doesNotContainIgnoringCase("Signal=");
    }

    private static String lastEnd(Path log) {
        try {
            return Files.readString(log)
                    .lines()
                    .filter(line -> line.contains("call ended"))
                    .reduce("", (before, line) -> line);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
