package offhook.e2e.sipws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import offhook.codec.dsp.Tone;
import offhook.codec.quality.Recording;
import offhook.codec.quality.WavFile;
import offhook.e2e.browser.Chromium;
import offhook.e2e.call.CallStand;
import offhook.e2e.call.Hearing;
import offhook.e2e.call.Voices;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.CalledCall;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// What phones in browsers do with two calls and with colleagues: they join the other parties
/// (`refer` of JsSIP and SIP.js with the second call), and lead callers on to a queue. alice's
/// phone is JsSIP, bob's is SIP.js, carol's JsSIP again.
public class PhonesTransferIT {

    private static final Duration LIMIT = CallStand.LIMIT;

    /// What the second one at the trunk says.
    private static final double OTHER_HZ = 660;

    /// What callers hear who wait.
    private static final int MUSIC_HZ = 850;

    /// bcrypt of `alice`.
    private static final String HASH =
            "$2a$10$c6lFJGJpMWojbkyVXgCpkunLUDhOeLiFaHYy73g0TF79VkqYJ7OFC";

    private static final String CONFIG =
            """
            node: {name: test, advertise: 127.0.0.1}
            sip:
              listen: ["udp://127.0.0.1:5060"]
              rtp-ports: 10000-19999
            trunks:
              - name: pbx
                uri: "PBX"
                addresses: [127.0.0.1/32]
                codecs: [PCMA]
            routes:
              - {trunk: pbx, number: "200", to: "agent:alice"}
              - {trunk: pbx, number: "201", to: "agent:bob"}
              - {from: web, number: "55*", to: "trunk:pbx"}
              - {from: web, number: "bob", to: "agent:bob"}
              - {from: web, number: "carol", to: "agent:carol"}
              - {from: web, number: "600", to: "queue:desk"}
            queues:
              - {name: desk, agents: [carol]}
            agents:
              users:
                - {name: alice, password-hash: "HASH", sip-password: "a phone's own password", calls: 2}
                - {name: bob, password-hash: "HASH", sip-password: "a phone's own password", calls: 2}
                - {name: carol, password-hash: "HASH", sip-password: "a phone's own password"}
            web:
              listen: http://127.0.0.1:8080
              allowed-origins: [http://127.0.0.1:8080]
            media:
              listen: udp://127.0.0.1:7882
              hold-music: "MUSIC"
            ops:
              listen: http://127.0.0.1:8081
            """
                    .replace("HASH", HASH);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private CalledPhone pbx;
    private Phone caller;
    private BrowserPhone alice;
    private BrowserPhone bob;
    private BrowserPhone carol;

    @BeforeClass
    public void start() throws Exception {
        String script = PhoneLibraries.script();
        pbx = keep(new CalledPhone(InetAddress.getLoopbackAddress()));
        Path work = CallStand.workOf(PhonesTransferIT.class);
        Path music = Files.createDirectories(work).resolve("music.wav");
        short[] pcm = new short[16_000];
        new Tone(16_000, -20, MUSIC_HZ).fill(pcm, 0, pcm.length);
        WavFile.write(music, new Recording(pcm, 16_000));
        DemoConfig config =
                DemoConfig.onFreePorts(
                        work,
                        _ -> CONFIG.replace("PBX", pbx.uri()).replace("MUSIC", music.toString()));
        keep(
                GatewayProcess.start(
                        config.file(), work.resolve("gateway.log"), Duration.ofSeconds(90)));
        caller = keep(Phone.udp(config.sip(), "5551000"));
        var voice = Voices.steady("agent", Voices.AGENT_HZ, work);
        Chromium browser = keep(Chromium.launch(voice.wav48k()));
        alice = register(browser, config, script, "alice", "JsSIP");
        bob = register(browser, config, script, "bob", "SIP.js");
        carol = register(browser, config, script, "carol", "JsSIP");
    }

    private BrowserPhone register(
            Chromium browser, DemoConfig config, String script, String name, String library) {
        BrowserPhone phone = keep(new BrowserPhone(browser, config.page(), script));
        phone.register(library, config.page(), name, "password", "a phone's own password");
        phone.awaitRegistrations(1, LIMIT);
        return phone;
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

    /// A test that failed leaves its calls to nobody.
    @AfterMethod(alwaysRun = true)
    public void hangUp() {
        for (BrowserPhone phone : List.of(alice, bob, carol)) {
            if (!"idle".equals(phone.get("state"))) {
                phone.run("hangUp()");
            }
        }
    }

    private PhoneCall talk(String number, BrowserPhone phone) {
        PhoneCall call = caller.invite(number, CallOffer.of(G711.PCMA));
        call.media().say(CallStand.callerTone());
        phone.awaitState("incoming", LIMIT).run("answer()");
        call.awaitAnswer(LIMIT);
        phone.awaitState("open", LIMIT);
        return call;
    }

    private static void join(BrowserPhone phone) {
        phone.run("transfer = []");
        phone.run("join()");
        phone.awaitState("idle", LIMIT);
        assertThat(phone.get("calls")).isEqualTo(0);
        assertThat((List<?>) phone.get("transfer")).asString().isEqualTo("[taken, done]");
    }

    @Test
    public void jsSipJoinsACallerOfTheTrunkAndAColleague() {
        PhoneCall first = talk("200", alice);
        alice.run("consult('bob')");
        bob.awaitState("incoming", LIMIT).run("answer()");
        alice.awaitState("open", LIMIT);
        bob.awaitHears(Voices.AGENT_HZ, LIMIT);

        join(alice);

        bob.awaitHears(Voices.CALLER_HZ, LIMIT);
        Hearing.awaitAtPhone(first, Voices.AGENT_HZ, first.media().heard().size(), LIMIT);
        first.hangUp(LIMIT);
        bob.awaitState("idle", LIMIT);
    }

    @Test
    public void sipJsJoinsTwoOfTheTrunk() {
        PhoneCall first = talk("201", bob);
        bob.run("consult('5512')");
        CalledCall second = pbx.awaitCall(LIMIT);
        second.media().say(Sound.tone(OTHER_HZ, Voices.AMPLITUDE));
        second.answer(LIMIT);
        bob.awaitState("open", LIMIT);

        join(bob);

        Hearing.awaitAtPhone(first, OTHER_HZ, first.media().heard().size(), LIMIT);
        Hearing.awaitAtPhone(
                second.media(), Voices.CALLER_HZ, second.media().heard().size(), LIMIT);
        second.hangUp(LIMIT);
        first.awaitBye(LIMIT);
    }

    /// All three say the same, but alice has left when the two hear each other.
    @Test
    public void jsSipJoinsTwoColleagues() {
        alice.run("call('bob')");
        bob.awaitState("incoming", LIMIT).run("answer()");
        alice.awaitState("open", LIMIT);
        alice.run("consult('carol')");
        carol.awaitState("incoming", LIMIT).run("answer()");
        alice.awaitState("open", LIMIT);
        carol.awaitState("open", LIMIT);

        join(alice);

        bob.awaitHears(Voices.AGENT_HZ, LIMIT);
        carol.awaitHears(Voices.AGENT_HZ, LIMIT);
        carol.run("hangUp()");
        bob.awaitState("idle", LIMIT);
    }

    /// The one agent of the queue talks to somebody else: the caller waits until she has time.
    @Test
    public void callerIsLedOnToAQueueAndWaitsThere() {
        bob.run("call('carol')");
        carol.awaitState("incoming", LIMIT).run("answer()");
        bob.awaitState("open", LIMIT);
        PhoneCall call = talk("200", alice);
        alice.run("transfer = []");

        alice.run("refer('600')");

        alice.awaitState("idle", LIMIT);
        assertThat((List<?>) alice.get("transfer")).asString().isEqualTo("[taken, done]");
        Hearing.awaitAtPhone(call, MUSIC_HZ, call.media().heard().size(), LIMIT);
        carol.run("hangUp()");
        carol.awaitState("incoming", LIMIT).run("answer()");
        carol.awaitState("open", LIMIT).awaitHears(Voices.CALLER_HZ, LIMIT);
        Hearing.awaitAtPhone(call, Voices.AGENT_HZ, call.media().heard().size(), LIMIT);
        call.hangUp(LIMIT);
        carol.awaitState("idle", LIMIT);
    }
}
