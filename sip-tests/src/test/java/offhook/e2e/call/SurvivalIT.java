package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import offhook.codec.dsp.Tone;
import offhook.codec.quality.Recording;
import offhook.codec.quality.WavFile;
import offhook.e2e.browser.Agent;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import offhook.e2e.wan.Link;
import offhook.e2e.wan.Script;
import offhook.e2e.wan.Wan;
import org.testng.Reporter;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// A call outlives what happens to the browser: the caller is never told, hears music at worst, and
/// both hear each other again.
@Test(groups = {"e2e", "sip", "media"})
public class SurvivalIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final CallOffer TALK = CallOffer.of(G711.PCMA);
    private static final int MUSIC_HZ = 620;
    private static final long FRAME = 160;

    /// Of time that a loop that was late left out, at 8 kHz.
    private static final long LATEST = 80_000;

    private static final String REMEMBERED = "JSON.stringify({...sessionStorage})";

    private TcpRelay relay;
    private CallStand stand;
    private Agent alice;

    @BeforeClass
    public void start() throws IOException {
        relay = new TcpRelay();
        Path music =
                Files.createDirectories(CallStand.workOf(SurvivalIT.class)).resolve("music.wav");
        short[] pcm = new short[16_000];
        new Tone(16_000, -20, MUSIC_HZ).fill(pcm, 0, pcm.length);
        WavFile.write(music, new Recording(pcm, 16_000));
        stand =
                CallStand.start(
                        SurvivalIT.class,
                        yaml ->
                                yaml.replace(
                                                "media:\n",
                                                "media:\n  hold-music: \"" + music + "\"\n")
                                        .replace(
                                                "routes:\n",
                                                "routes:\n  - {from: web, number: \"201\","
                                                        + " to: \"agent:bob\"}\n")
                                        .replace(
                                                "allowed-origins: [",
                                                "allowed-origins: [\"http://127.0.0.1:"
                                                        + relay.port()
                                                        + "\", "));
        relay.toward(stand.config().webPort());
        alice = stand.alice();
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        relay.close();
        if (stand != null) {
            stand.close();
        }
    }

    @Test
    public void reloadedPageTakesItsCallUpAgain() {
        try (Phone phone = stand.phone()) {
            PhoneCall call = stand.talk(phone, TALK);
            alice.mute();
            long beganNanos = System.nanoTime();

            alice.page().reload();

            alice.awaitCall("open", LIMIT);
            note("reload: open again after %d ms", millisSince(beganNanos));
            assertThat(alice.callerNumber()).isEqualTo("5551000");
            assertThat(alice.page().locator("#mute").getAttribute("aria-pressed"))
                    .as("still muted")
                    .isEqualTo("true");
            alice.mute();
            Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call, Voices.CALLER_HZ, LIMIT);
            assertUntouched(call);
            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
            stand.freshen();
        }
    }

    @Test
    public void dialThatRingsSurvivesAReload() {
        // Bob's page rings and is reloaded, and so is that of alice, who calls him.
        try (Agent bob = stand.signIn("bob")) {
            alice.dial("201").awaitCall("ringing-there", LIMIT);
            bob.awaitIncoming(LIMIT);

            alice.page().reload();
            bob.page().reload();

            alice.awaitCall("ringing-there", LIMIT);
            bob.awaitIncoming(LIMIT).answer();
            alice.awaitCall("open", LIMIT);
            alice.observed().reset();
            Hearing.awaitAtAgent(alice, Voices.AGENT_HZ, LIMIT);
            alice.hangUp();
            bob.awaitIdle(LIMIT);
            stand.freshen();
        }
    }

    @Test
    public void socketThatIsCutLeavesTheAudioAlone() {
        try (Phone phone = stand.phone();
                Agent bob = alice.colleague()) {
            bob.open("http://127.0.0.1:" + relay.port()).signIn("bob", "alice", LIMIT);
            PhoneCall call = phone.invite("201", TALK);
            call.media().say(CallStand.callerTone());
            bob.awaitIncoming(LIMIT).answer();
            call.awaitAnswer(LIMIT);
            Hearing.awaitBothWays(bob, Voices.AGENT_HZ, call, Voices.CALLER_HZ, LIMIT);
            int from = call.media().heard().size();

            relay.cut();

            awaitOn(bob, () -> bob.observed().count("received reanswered") > 0);
            bob.awaitCall("open", LIMIT);
            Hearing.awaitBothWays(bob, Voices.AGENT_HZ, call, Voices.CALLER_HZ, LIMIT);
            assertThat(Hearing.seconds(Hearing.audioSince(call, from), MUSIC_HZ))
                    .as("seconds of music")
                    .isZero();
            assertUntouched(call);
            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
            bob.awaitIdle(LIMIT);
        }
    }

    @Test
    public void browserFindsItsWayThroughAnotherNetwork() {
        InetSocketAddress media =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), stand.config().mediaPort());
        try (Wan wan = new Wan();
                Link wifi = wan.toward(media);
                Link mobile = wan.toward(media);
                Phone phone = stand.phone()) {
            alice.detour(wifi.address().getPort());
            PhoneCall call = stand.talk(phone, TALK);
            alice.detour(mobile.address().getPort());
            int from = call.media().heard().size();

            wifi.impair(Script.clean(1).losing(100));
            Hearing.awaitAtPhone(call, MUSIC_HZ, from, LIMIT);
            long beganNanos = System.nanoTime();
            alice.page().evaluate("dispatchEvent(new Event('online'))");

            Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call, Voices.CALLER_HZ, LIMIT);
            note("network: heard both ways after %d ms", millisSince(beganNanos));
            alice.awaitCall("open", LIMIT);
            assertThat(alice.observed().count("setLocalDescription"))
                    .as("offers since the audio is back")
                    .isZero();
            assertThat((Integer) alice.page().evaluate("offhookTest.peers.length"))
                    .as("one connection all along")
                    .isEqualTo(peers());
            assertUntouched(call);
            alice.detour(0);
            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
            stand.freshen();
        }
    }

    /// Connections of the page that are not closed, and those that were never used.
    private int peers() {
        return (Integer)
                alice.page().evaluate("offhookTest.peers.filter((p) => p.localDescription).length");
    }

    @Test
    public void crashedPageTakesItsCallUpAgain() {
        try (Phone phone = stand.phone();
                Agent carol = stand.signIn("carol")) {
            PhoneCall call = phone.invite("202", TALK);
            call.media().say(CallStand.callerTone());
            carol.awaitIncoming(LIMIT).answer();
            call.awaitAnswer(LIMIT);
            Hearing.awaitBothWays(carol, Voices.AGENT_HZ, call, Voices.CALLER_HZ, LIMIT);
            Object remembered = carol.page().evaluate(REMEMBERED);
            String address = carol.page().url();
            int from = call.media().heard().size();

            crash(carol.page());

            Await.until(
                    "music",
                    LIMIT,
                    () -> {
                        alice.pause(Duration.ofMillis(100));
                        return Hearing.seconds(Hearing.audioSince(call, from), MUSIC_HZ) > 0.5;
                    });
            // What the browser does with a tab that it restores: its memory is what it was.
            Page restored = carol.page().context().newPage();
            restored.addInitScript(
                    "if (sessionStorage.length === 0) Object.assign(sessionStorage, JSON.parse("
                            + quoted(remembered)
                            + "));");
            long beganNanos = System.nanoTime();
            restored.navigate(address);
            restored.locator("#call[data-state=open]").waitFor();
            note("crash: open again after %d ms", millisSince(beganNanos));
            int back = call.media().heard().size();
            Await.until(
                    "the phone hears the agent again",
                    LIMIT,
                    () -> {
                        alice.pause(Duration.ofMillis(100));
                        return Hearing.seconds(Hearing.audioSince(call, back), Voices.AGENT_HZ)
                                >= Hearing.ENOUGH_SECONDS;
                    });
            assertThat(restored.locator("#caller-number").first().innerText()).isEqualTo("5551000");
            assertUntouched(call);
            restored.locator("#hang-up").click();
            call.awaitBye(LIMIT);
        }
    }

    private static String quoted(Object json) {
        return new com.google.gson.Gson().toJson(String.valueOf(json));
    }

    /// Ends the process that renders the page, and no other one.
    private static void crash(Page page) {
        Browser browser = page.context().browser();
        CDPSession session = browser.newBrowserCDPSession();
        try {
            List<Long> before = renderers(session);
            long pid = rendererOf(page, before);
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            Await.until("the renderer is gone", LIMIT, () -> !renderers(session).contains(pid));
        } finally {
            session.detach();
        }
    }

    private static List<Long> renderers(CDPSession session) {
        JsonObject info = session.send("SystemInfo.getProcessInfo");
        return info.getAsJsonArray("processInfo").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(process -> process.get("type").getAsString().equals("renderer"))
                .map(process -> process.get("id").getAsLong())
                .toList();
    }

    /// The renderer that works while the page does: its processor time grows by far the most.
    private static long rendererOf(Page page, List<Long> renderers) {
        long[] before = renderers.stream().mapToLong(SurvivalIT::cpuMillis).toArray();
        page.evaluate("{ const end = performance.now() + 600; while (performance.now() < end); }");
        long most = -1;
        long found = -1;
        for (int i = 0; i < before.length; i++) {
            long used = cpuMillis(renderers.get(i)) - before[i];
            if (used > most) {
                most = used;
                found = renderers.get(i);
            }
        }
        return found;
    }

    private static long cpuMillis(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toMillis)
                .orElse(0L);
    }

    private static void awaitOn(Agent agent, BooleanSupplier condition) {
        Await.until(
                "the page has come so far",
                LIMIT,
                () -> {
                    agent.pause(Duration.ofMillis(50));
                    return condition.getAsBoolean();
                });
    }

    /// The telephone network was asked for nothing, and hears one stream: one source, no number
    /// left out, and one time line.
    private static void assertUntouched(PhoneCall call) {
        assertThat(call.trace())
                .filteredOn(traced -> !traced.sent() && !traced.message().isResponse())
                .as("requests that the caller's network got")
                .isEmpty();
        List<Heard> heard = call.media().heard();
        assertThat(heard.stream().map(Heard::ssrc).distinct()).hasSize(1);
        for (int i = 1; i < heard.size(); i++) {
            assertThat(heard.get(i).sequence())
                    .isEqualTo((heard.get(i - 1).sequence() + 1) & 0xffff);
            long step = (heard.get(i).timestamp() - heard.get(i - 1).timestamp()) & 0xffff_ffffL;
            // A loop that was late leaves time out, and says so by the timestamp.
            assertThat(step % FRAME).as("step of the timestamps: %d", step).isZero();
            assertThat(step).isBetween(FRAME, LATEST);
        }
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private static void note(String format, Object... values) {
        Reporter.log(String.format(Locale.ROOT, format, values), true);
    }
}
