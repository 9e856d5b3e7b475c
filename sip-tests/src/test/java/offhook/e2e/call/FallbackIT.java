package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.G711;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// An agent's page is lost and does not come back: the caller is not.
@Test(groups = {"e2e", "sip", "media"})
public class FallbackIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final CallOffer TALK = CallOffer.of(G711.PCMA);
    private static final int CALLER_HZ = 440;
    private static final int ALICE_HZ = 1030;
    private static final int BOB_HZ = 1630;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private DemoConfig config;
    private Reactor reactor;
    private Phone phone;

    @BeforeClass
    public void start() {
        Path work = CallStand.workOf(FallbackIT.class);
        config =
                CallStand.configure(
                        work,
                        yaml ->
                                yaml.replace("agents:\n", "agents:\n  grace-seconds: 1\n")
                                        .replace(
                                                "{trunk: pbx, number: \"200\", to: \"agent:alice\"}",
                                                "{trunk: pbx, number: \"200\", to: \"agent:alice\","
                                                        + " fallback: \"agent:bob\"}"));
        keep(GatewayProcess.start(config.file(), work.resolve("gateway.log"), START_LIMIT));
        reactor = keep(new Reactor("web-peers"));
        phone = keep(Phone.udp(config.sip(), "5551000"));
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
        client.close();
    }

    private WebPeer agent(String name, int hertz) {
        FrameLoop voice = FrameLoop.opus(FrameLoop.tone(hertz), false);
        return keep(
                WebPeer.signIn(
                        client,
                        config.page(),
                        name,
                        "alice",
                        WebMedia.Setup.of(reactor, PeerIdentity.generate(), voice),
                        true));
    }

    private PhoneCall call(String number) {
        PhoneCall call = phone.invite(number, TALK);
        call.media().say(Sound.tone(CALLER_HZ, Voices.AMPLITUDE));
        return call.awaitAnswer(LIMIT);
    }

    private static void hears(PhoneCall call, int hertz) {
        int from = call.media().heard().size();
        Await.until(
                "the caller hears " + hertz,
                LIMIT,
                () -> Hearing.seconds(Hearing.audioSince(call, from), hertz) >= 0.4);
    }

    @Test
    public void callerGoesToTheFallbackAndOnlyWithoutOneIsHungUpOn() {
        WebPeer alice = agent("alice", ALICE_HZ);
        WebPeer bob = agent("bob", BOB_HZ);
        PhoneCall call = call("200");
        hears(call, ALICE_HZ);

        alice.close();

        assertThat(bob.await("incoming", LIMIT, _ -> true).path("from").path("number").asText())
                .isEqualTo("5551000");
        hears(call, BOB_HZ);
        assertThat(call.hasEnded()).isFalse();
        assertThat(call.media().heard().stream().map(Heard::ssrc).distinct()).hasSize(1);
        assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);

        bob.await("ended", LIMIT, _ -> true);
        bob.forget();
        PhoneCall other = call("201");
        hears(other, BOB_HZ);
        bob.close();
        other.awaitBye(LIMIT);
    }
}
