package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import offhook.codec.dsp.Tone;
import offhook.codec.quality.Recording;
import offhook.codec.quality.WavFile;
import offhook.e2e.browser.Agent;
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
    private static final int DAVE_HZ = 1330;
    private static final int MUSIC_HZ = 620;

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
                                                        + " fallback: \"agent:bob\"}")
                                        .replace(
                                                "{trunk: pbx, number: \"202\", to: \"agent:carol\"}",
                                                "{trunk: pbx, number: \"202\", to: \"agent:carol\","
                                                        + " fallback: \"queue:patient\"}")
                                        .replace(
                                                "queues:\n",
                                                "queues:\n  - {name: patient, agents: [dave],"
                                                        + " wait-without-agents: true}\n")
                                        .replace(
                                                "media:\n",
                                                "media:\n  hold-music: \"" + music(work) + "\"\n"));
        keep(GatewayProcess.start(config.file(), work.resolve("gateway.log"), START_LIMIT));
        reactor = keep(new Reactor("web-peers"));
        phone = keep(Phone.udp(config.sip(), "5551000"));
    }

    private static Path music(Path work) {
        try {
            Path music = Files.createDirectories(work).resolve("music.wav");
            short[] pcm = new short[16_000];
            new Tone(16_000, -20, MUSIC_HZ).fill(pcm, 0, pcm.length);
            WavFile.write(music, new Recording(pcm, 16_000));
            return music;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    @Test
    public void callerOfALostBrowserWaitsInTheQueueOfTheFallback() {
        WebPeer dave = agent("dave", DAVE_HZ);
        dave.wish("away");
        dave.await("presence", LIMIT, m -> m.path("state").asText().equals("away"));
        PhoneCall call;
        try (Agent carol =
                Agent.launch(Voices.steady("agent", Voices.AGENT_HZ, config.file().getParent()))) {
            carol.open(config.page()).signIn("carol", "alice", LIMIT);
            call = phone.invite("202", TALK);
            call.media().say(Sound.tone(CALLER_HZ, Voices.AMPLITUDE));
            carol.awaitIncoming(LIMIT).answer();
            call.awaitAnswer(LIMIT);
            Hearing.awaitBothWays(carol, Voices.AGENT_HZ, call, CALLER_HZ, LIMIT);
        }

        hears(call, MUSIC_HZ);
        assertThat(dave.messages()).noneMatch(m -> m.path("type").asText().equals("incoming"));
        dave.wish("available");

        dave.await("incoming", LIMIT, _ -> true);
        hears(call, DAVE_HZ);
        assertThat(call.hasEnded()).isFalse();
        assertThat(call.media().heard().stream().map(Heard::ssrc).distinct()).hasSize(1);
        assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
        dave.await("ended", LIMIT, _ -> true);
    }
}
