package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.CalledCall;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.RtpPhone;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.G711;
import offhook.e2e.web.Ear;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// A browser that has IPv4 only talks with phones that have IPv6 only.
@Test(groups = {"e2e", "sip", "media"})
public class DualStackIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final InetAddress SIX = InetAddress.ofLiteral("::1");
    private static final int PHONE_HZ = 440;
    private static final int ALICE_HZ = 1030;
    private static final double ENOUGH_SECONDS = 0.4;

    private final List<AutoCloseable> open = new ArrayList<>();
    private DemoConfig config;
    private CalledPhone called;
    private WebPeer alice;

    @BeforeClass
    public void start() {
        called = keep(new CalledPhone(SIX));
        Path work = CallStand.workOf(DualStackIT.class);
        config = CallStand.configure(work, this::withSix);
        keep(GatewayProcess.start(config.file(), work.resolve("gateway.log"), START_LIMIT));
        var reactor = keep(new Reactor("web-peers"));
        HttpClient client =
                keep(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        FrameLoop voice = FrameLoop.opus(FrameLoop.tone(ALICE_HZ), false);
        alice =
                keep(
                        WebPeer.signIn(
                                client,
                                config.page(),
                                "alice",
                                "alice",
                                WebMedia.Setup.of(reactor, PeerIdentity.generate(), voice),
                                true));
    }

    private String withSix(String yaml) {
        return yaml.replace("\"tcp://127.0.0.1:5060\"", "\"udp://[::1]:5060\"")
                .replace(
                        "trunks:\n",
                        "trunks:\n  - {name: six, uri: \""
                                + called.uri()
                                + "\", addresses: [\"::1\"], codecs: [PCMA]}\n")
                .replace(
                        "routes:\n",
                        """
                        routes:
                          - {trunk: six, number: "200", to: "agent:alice"}
                          - {from: web, number: "6*", to: "trunk:six"}
                        """);
    }

    private <T extends AutoCloseable> T keep(T opened) {
        open.addFirst(opened);
        return opened;
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    public void phoneOfIpv6CallsTheBrowser() {
        alice.forget();
        try (Phone phone =
                Phone.udp(SIX, new InetSocketAddress(SIX, config.sipPort()), "600", "Six")) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA));
            call.media().say(Sound.tone(PHONE_HZ, Voices.AMPLITUDE));
            SipMessage answer = call.awaitFinal(LIMIT);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.uriOf("Contact")).contains("[0:0:0:0:0:0:0:1]:");
            assertIsOfIpv6(answer.body());
            bothHear(call.media());
            // Our own offer within the call stays in its family.
            assertThat(call.reinvite(CallOffer.of(G711.PCMA).withSdpInAck(), LIMIT).body())
                    .contains("c=IN IP6 ");
            bothHear(call.media());
            call.hangUp(LIMIT);
        }
    }

    @Test
    public void callWithoutAnOfferIsOfferedTheFamilyOfItsSignalling() {
        alice.forget();
        try (Phone phone =
                Phone.udp(SIX, new InetSocketAddress(SIX, config.sipPort()), "601", "Six")) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA).withSdpInAck());
            call.media().say(Sound.tone(PHONE_HZ, Voices.AMPLITUDE));

            assertIsOfIpv6(call.awaitFinal(LIMIT).body());
            bothHear(call.media());
            call.hangUp(LIMIT);
        }
    }

    @Test
    public void browserCallsAPhoneOfIpv6() {
        alice.forget();
        alice.dial("602", LIMIT);
        CalledCall call = called.awaitCall(LIMIT);
        assertIsOfIpv6(call.invite().body());
        assertThat(call.invite().header("Via")).contains(" [0:0:0:0:0:0:0:1]:");
        call.media().say(Sound.tone(PHONE_HZ, Voices.AMPLITUDE));
        call.answer(LIMIT);

        bothHear(call.media());
        call.hangUp(LIMIT);
    }

    private static void assertIsOfIpv6(String sdp) {
        assertThat(sdp)
                .containsPattern("o=\\S+ \\d+ \\d+ IN IP6 0:0:0:0:0:0:0:1\r\n")
                .contains("c=IN IP6 0:0:0:0:0:0:0:1\r\n")
                .doesNotContain("IP4");
    }

    private void bothHear(RtpPhone phone) {
        alice.await("connected", LIMIT, _ -> true);
        WebMedia media = alice.media();
        media.record();
        media.takeHeard();
        int from = phone.heard().size();
        var heard = new ArrayList<Heard>();
        Await.until(
                "the browser hears the phone",
                LIMIT,
                () -> {
                    heard.addAll(media.takeHeard());
                    return !heard.isEmpty()
                            && Hearing.seconds(Ear.hear(heard), PHONE_HZ) >= ENOUGH_SECONDS;
                });
        Await.until(
                "the phone hears the browser",
                LIMIT,
                () -> Hearing.seconds(Hearing.audioSince(phone, from), ALICE_HZ) >= ENOUGH_SECONDS);
    }
}
