package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
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
import offhook.e2e.phone.CalledCall;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.phone.Heard;
import offhook.e2e.process.Await;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.OpusAudio;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Visitors of a web site call by the button on its page, in Chromium; directly, and through a TURN
/// server where nothing else gets through.
@Test(groups = {"e2e", "web", "media"})
public class ClickToCallIT {
    private static final Duration LIMIT = CallStand.LIMIT;

    /// Connections take 1.5 s longer, as where the network is slow.
    private static final String LATE_ANSWERS =
            """
            const { prototype } = RTCPeerConnection;
            const take = prototype.setRemoteDescription;
            prototype.setRemoteDescription = async function (answer) {
              await new Promise((done) => setTimeout(done, 1500));
              return take.call(this, answer);
            };
            """;

    private static final int BOB_HZ = 700;
    private static final int CAROL_HZ = 1330;
    private static final int MUSIC_HZ = 620;

    /// What the browser does to a microphone would take a tone for noise.
    private static final String RAW_MICROPHONE =
            """
            const devices = navigator.mediaDevices;
            const ask = devices.getUserMedia.bind(devices);
            devices.getUserMedia = ({ audio }) => ask({ audio: { ...audio, echoCancellation: false,
              noiseSuppression: false, autoGainControl: false } });
            """;

    /// As in a network that lets nothing out but to the TURN server.
    private static final String RELAY_ONLY =
            """
            const Direct = window.RTCPeerConnection;
            window.RTCPeerConnection = class extends Direct {
              constructor(config) { super({ ...config, iceTransportPolicy: 'relay' }); }
            };
            """;

    private Path music;
    private ShopPage shop;
    private CalledPhone pbx;
    private Coturn coturn;
    private CallStand stand;
    private Reactor reactor;
    private HttpClient client;
    private WebPeer bob;
    private WebPeer carol;
    private Agent guest;
    private Agent leaver;
    private long leftNanos;
    private WebMedia atCarol;

    @BeforeClass
    public void start() {
        shop = new ShopPage();
        pbx = new CalledPhone(InetAddress.getLoopbackAddress());
        coturn = Coturn.start(CallStand.workOf(ClickToCallIT.class));
        music = music(CallStand.workOf(ClickToCallIT.class));
        stand = CallStand.start(ClickToCallIT.class, this::withGuests);
        reactor = new Reactor("web-peers");
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        bob = agent("bob", BOB_HZ);
        carol = agent("carol", CAROL_HZ);
    }

    private WebPeer agent(String name, int hertz) {
        return WebPeer.signIn(
                client,
                stand.config().page(),
                name,
                "alice",
                WebMedia.Setup.of(
                        reactor,
                        PeerIdentity.generate(),
                        FrameLoop.opus(FrameLoop.tone(hertz), false)),
                false);
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

    private String withGuests(String yaml) {
        String site =
                "    - {name: %s, origins: [\"%s\"], to: \"agent:%s\", fields: [page, name, cart]}";
        return yaml.replace("{name: pbx,", "{name: pbx, uri: \"" + pbx.uri() + "\",")
                .replace(
                        "queues:\n",
                        "queues:\n  - {name: visitors, agents: [bob], wait-without-agents: true}\n")
                .replace("media:\n", "media:\n  hold-music: \"" + music + "\"\n")
                .replace(
                        "  allowed-origins:",
                        String.join(
                                "\n",
                                "  turn: {urls: \"%s\", secret: %s}"
                                        .formatted(coturn.url(), Coturn.SECRET),
                                "  guests:",
                                site.formatted("shop", shop.origin(), "bob"),
                                site.formatted("help", shop.origin(), "alice"),
                                site.formatted("away", shop.origin(), "carol"),
                                "    - {name: line, origins: [\"%s\"], to: \"queue:visitors\"}"
                                        .formatted(shop.origin()),
                                "    - {name: desk, origins: [\"%s\"], to: \"trunk:pbx:0911\", caller-id: \"+34911000009\"}"
                                        .formatted(shop.origin()),
                                "  allowed-origins:"));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (leaver != null) {
            leaver.close();
        }
        if (carol != null) {
            carol.close();
        }
        if (bob != null) {
            bob.close();
            client.close();
            reactor.close();
        }
        if (stand != null) {
            stand.close();
        }
        if (coturn != null) {
            coturn.close();
        }
        pbx.close();
        shop.close();
    }

    @AfterMethod(alwaysRun = true)
    public void leave() {
        if (guest != null) {
            guest.close();
        }
        if (bob != null) {
            bob.wish("available");
            bob.forget();
        }
    }

    @Test
    public void visitorCallsAnAgentAndBothHearEachOther() {
        open("shop", "data-field-name=\"Ana &lt;b&gt;\" data-field-cart=\"3 items\"");
        shoot("idle");
        button("start").click();

        String call = bob.awaitIncoming(LIMIT);
        JsonNode incoming = bob.await("incoming", LIMIT, _ -> true);
        assertThat(incoming.at("/from/name").asText()).isEqualTo("Ana <b>");
        assertThat(incoming.at("/visitor/site").asText()).isEqualTo("shop");
        assertThat(incoming.at("/visitor/fields/page").asText())
                .as("without what may be secret")
                .isEqualTo(shop.origin() + "/cart");
        assertThat(incoming.at("/visitor/fields/cart").asText()).isEqualTo("3 items");
        awaitState("ringing");
        shoot("ringing");
        bob.accept(call);
        awaitState("talking");

        awaitBothWays();
        shoot("talking");
        button("mute").click();
        awaitSilenceAtBob();
        button("end").click();
        bob.await("ended", LIMIT, m -> m.at("/cause/by").asText().equals("caller"));
        awaitState("over");
        assertThat(button("start").innerText()).isEqualTo("Call again");
        assertThat(guest.console()).noneMatch(line -> line.startsWith("uncaught"));
    }

    @Test
    public void visitorWhoReloadsThePageTalksOn() {
        open("shop", "");
        button("start").click();
        String call = bob.awaitIncoming(LIMIT);
        bob.accept(call);
        awaitState("talking");
        awaitBothWays();
        button("mute").click();

        guest.page().addInitScript(LATE_ANSWERS);
        guest.page().reload();

        awaitState("talking");
        assertThat(button("mute").getAttribute("aria-pressed")).isEqualTo("true");
        // Long before the new connection stands, which was made for a muted microphone.
        button("mute").click();
        awaitBothWays();
        assertThat(bob.messages()).noneMatch(m -> m.path("type").asText().equals("ended"));
        button("end").click();
        bob.await("ended", LIMIT, m -> m.at("/cause/by").asText().equals("caller"));
        awaitState("over");
        guest.page().reload();
        awaitState("idle");
    }

    @Test
    public void visitorOfAQueueWaitsWithMusicUntilAnAgentIsFree() {
        bob.wish("away");
        open("line", "");
        button("start").click();
        Hearing.awaitAtAgent(guest, MUSIC_HZ, LIMIT);
        shoot("waiting");

        bob.wish("available");
        bob.accept(bob.awaitIncoming(LIMIT));
        awaitState("talking");

        awaitBothWays();
        button("end").click();
        bob.await("ended", LIMIT, m -> m.at("/cause/by").asText().equals("caller"));
    }

    @Test
    public void audioGoesThroughTheTurnServer() {
        open("shop", "", RELAY_ONLY);
        button("start").click();
        bob.accept(bob.awaitIncoming(LIMIT));
        awaitState("talking");

        awaitBothWays();

        assertThat(selectedCandidate()).isEqualTo("relay tcp");
        assertThat(coturn.log())
                .containsPattern(
                        "user <[0-9]+:guest:shop:[0-9a-f]+>: .*ALLOCATE processed, success");
        bob.hangUp(call());
        awaitState("over");
    }

    @Test
    public void visitorCallsAnExtensionOfThePbx() {
        open("desk", "data-field-name=Ana");
        button("start").click();
        CalledCall call = pbx.awaitCall(LIMIT);
        assertThat(call.invite().startLine()).startsWith("INVITE sip:0911@");
        assertThat(call.invite().header("From")).contains("+34911000009").contains("Visitor");
        call.ring();
        awaitState("ringing");
        call.media().say(CallStand.callerTone());
        call.answer(LIMIT);
        awaitState("talking");

        Hearing.awaitBothWays(guest, Voices.AGENT_HZ, call.media(), Voices.CALLER_HZ, LIMIT);
        call.hangUp(LIMIT);
        awaitState("over");
    }

    @Test
    public void agentSeesWhoCallsAndTheVisitorIsToldInWordsThatNobodyAnswers() {
        stand.freshen();
        open("help", "data-field-name=\"&lt;img src=x onerror=alert(1)&gt;\"");
        button("start").click();
        stand.alice().awaitIncoming(LIMIT);

        assertThat(stand.alice().callerName()).isEqualTo("<img src=x onerror=alert(1)>");
        assertThat(stand.alice().page().locator("#facts").innerText())
                .contains("Visitor of")
                .contains("help")
                .contains(shop.origin() + "/cart");
        stand.alice().decline();

        awaitState("error");
        assertThat(button("error").innerText()).contains("declined");
        shoot("error");
    }

    @Test
    public void visitorWhoGivesUpRingsNoLonger() {
        open("shop", "");
        button("start").click();
        bob.awaitIncoming(LIMIT);
        awaitState("ringing");

        button("end").click();

        bob.await("ended", LIMIT, m -> m.at("/cause/reason").asText().equals("cancelled"));
        awaitState("over");
    }

    /// First of all: the others are played while the gateway waits.
    @Test(priority = -1)
    public void visitorWhoLeavesIsWaitedForWithMusic() {
        open("away", "");
        leaver = guest;
        guest = null;
        leaver.page().locator("offhook-call .start").click();
        carol.accept(carol.awaitIncoming(LIMIT));
        carol.awaitMedia(LIMIT);
        Hearing.awaitAtAgent(leaver, CAROL_HZ, LIMIT);

        atCarol = carol.media();
        leftNanos = System.nanoTime();
        leaver.page().navigate("about:blank");

        Hearing.awaitAtPeer(carol, MUSIC_HZ, 0.4, LIMIT);
    }

    @Test(priority = 1, dependsOnMethods = "visitorWhoLeavesIsWaitedForWithMusic")
    public void visitorWhoStaysAwayForFifteenSecondsIsGivenUp() {
        JsonNode ended = carol.await("ended", LIMIT, _ -> true);

        assertThat(ended.at("/cause/by").asText()).isEqualTo("gateway");
        // The music went on until then; agents have twice the time.
        long lastNanos = atCarol.takeHeard().getLast().atNanos();
        assertThat(Duration.ofNanos(lastNanos - leftNanos))
                .isBetween(Duration.ofSeconds(12), Duration.ofSeconds(29));
        // The tab comes back to a site that knows of no call.
        leaver.page().navigate(shop.with(stand.config().page(), "away", ""));
        leaver.page().locator("offhook-call[data-state=idle] .start").waitFor();
    }

    // --- what it is made of

    private void open(String site, String attributes, String... scripts) {
        guest = stand.alice().colleague();
        guest.page().addInitScript(RAW_MICROPHONE);
        for (String script : scripts) {
            guest.page().addInitScript(script);
        }
        guest.page().navigate(shop.with(stand.config().page(), site, attributes));
        button("start").waitFor();
    }

    private Locator button(String part) {
        return guest.page().locator("offhook-call ." + part);
    }

    private void awaitState(String state) {
        guest.page()
                .locator("offhook-call[data-state=" + state + "]")
                .waitFor(new Locator.WaitForOptions().setTimeout((double) LIMIT.toMillis()));
    }

    private String call() {
        return bob.await("incoming", LIMIT, _ -> true).path("call").asText();
    }

    private void awaitBothWays() {
        bob.media().record();
        List<Heard> atBob = new ArrayList<>();
        Await.until(
                "bob hears the visitor",
                LIMIT,
                () -> {
                    guest.pause(Duration.ofMillis(200));
                    atBob.addAll(bob.media().takeHeard());
                    return Hearing.seconds(OpusAudio.toPcm(atBob), Voices.AGENT_HZ)
                            >= Hearing.ENOUGH_SECONDS;
                });
        Hearing.awaitAtAgent(guest, BOB_HZ, LIMIT);
    }

    private void awaitSilenceAtBob() {
        Await.until(
                "bob hears the visitor no more",
                LIMIT,
                () -> {
                    bob.media().takeHeard();
                    guest.pause(Duration.ofMillis(500));
                    List<Heard> heard = bob.media().takeHeard();
                    return !heard.isEmpty()
                            && Hearing.seconds(OpusAudio.toPcm(heard), Voices.AGENT_HZ) == 0;
                });
    }

    /// The kind of our end of the pair of addresses that the audio takes.
    private String selectedCandidate() {
        return (String)
                guest.page()
                        .evaluate(
                                """
                                async () => {
                                  const report = await offhookTest.peers.at(-1).getStats();
                                  const all = [...report.values()];
                                  const transport = all.find(({ type }) => type === 'transport');
                                  const pair = report.get(transport.selectedCandidatePairId);
                                  const { candidateType, relayProtocol } = report.get(pair.localCandidateId);
                                  return [candidateType, relayProtocol ?? ''].join(' ').trim();
                                }
                                """);
    }

    private void shoot(String name) {
        guest.page()
                .screenshot(
                        new Page.ScreenshotOptions()
                                .setPath(stand.folder("button-" + name + ".png")));
    }
}
