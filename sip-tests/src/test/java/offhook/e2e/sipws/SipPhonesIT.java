package offhook.e2e.sipws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import offhook.e2e.browser.Chromium;
import offhook.e2e.call.CallBox;
import offhook.e2e.call.CallStand;
import offhook.e2e.call.Hearing;
import offhook.e2e.call.Voices;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.CalledCall;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// JsSIP and SIP.js as npm has them, in a real browser, at a running gateway: alice's phone is
/// JsSIP with a password, bob's is SIP.js with a token.
public class SipPhonesIT {

    private static final Duration LIMIT = CallStand.LIMIT;

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
                headers: {out: ["X-Ticket"]}
            routes:
              - {trunk: pbx, number: "200", to: "agent:alice"}
              - {trunk: pbx, number: "201", to: "agent:bob"}
              - {from: web, number: "55*", to: "trunk:pbx"}
              - {from: web, number: "bob", to: "agent:bob"}
            agents:
              users:
                - {name: alice, password-hash: "HASH", sip-password: "a phone's own password"}
                - {name: bob, password-hash: "HASH"}
            web:
              listen: http://127.0.0.1:8080
              allowed-origins: [http://127.0.0.1:8080]
            media:
              listen: udp://127.0.0.1:7882
            ops:
              listen: http://127.0.0.1:8081
            """
                    .replace("HASH", HASH);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private CalledPhone pbx;
    private DemoConfig config;
    private GatewayProcess gateway;
    private Phone caller;
    private BrowserPhone alice;
    private BrowserPhone bob;

    @BeforeClass
    public void start() throws Exception {
        String script = PhoneLibraries.script();
        pbx = keep(new CalledPhone(InetAddress.getLoopbackAddress()));
        Path work = CallStand.workOf(SipPhonesIT.class);
        config = DemoConfig.onFreePorts(work, _ -> CONFIG.replace("PBX", pbx.uri()));
        gateway =
                keep(
                        GatewayProcess.start(
                                config.file(),
                                work.resolve("gateway.log"),
                                Duration.ofSeconds(90)));
        caller = keep(Phone.udp(config.sip(), "5551000"));
        var voice = Voices.steady("agent", Voices.AGENT_HZ, work);
        Chromium browser = keep(Chromium.launch(voice.wav48k()));
        alice = keep(new BrowserPhone(browser, config.page(), script));
        bob = keep(new BrowserPhone(browser, config.page(), script));
        alice.register("JsSIP", config.page(), "alice", "password", "a phone's own password");
        bob.register("SIP.js", config.page(), "bob", "token", token("bob"));
        alice.awaitRegistrations(1, LIMIT);
        bob.awaitRegistrations(1, LIMIT);
    }

    private String token(String name) throws Exception {
        return Tokens.of(config.page(), name, "alice");
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
        for (BrowserPhone phone : List.of(alice, bob)) {
            if (!"idle".equals(phone.get("state"))) {
                phone.run("hangUp()");
                phone.awaitState("idle", LIMIT);
            }
        }
    }

    @DataProvider
    public Object[][] phones() {
        return new Object[][] {{"JsSIP"}, {"SIP.js"}};
    }

    private BrowserPhone phone(String library) {
        return library.equals("JsSIP") ? alice : bob;
    }

    private static String number(String library) {
        return library.equals("JsSIP") ? "200" : "201";
    }

    private PhoneCall callTo(String library) {
        PhoneCall call = caller.invite(number(library), CallOffer.of(G711.PCMA));
        call.media().say(CallStand.callerTone());
        return call;
    }

    private PhoneCall talkWith(String library) {
        PhoneCall call = callTo(library);
        phone(library).awaitState("incoming", LIMIT).run("answer()");
        call.awaitAnswer(LIMIT);
        phone(library).awaitState("open", LIMIT);
        return call;
    }

    @Test(dataProvider = "phones")
    public void callOfATrunkIsAnsweredHeldAndTyped(String library) {
        Instant before = Instant.now();
        BrowserPhone phone = phone(library);
        PhoneCall call = talkWith(library);
        assertThat(phone.get("caller")).isEqualTo("5551000");
        phone.awaitHears(Voices.CALLER_HZ, LIMIT);
        Hearing.awaitAtPhone(call, Voices.AGENT_HZ, call.media().heard().size(), LIMIT);

        phone.run("press('5', 'events')");
        phone.await("a key by RFC 4733", LIMIT, () -> call.media().keys().equals("5"));
        phone.run("press('7', 'info')");
        phone.await("a key by INFO", LIMIT, () -> call.media().keys().equals("57"));

        phone.run("hold(true)");
        awaitNotTheAgent(call);
        phone.run("hold(false)");
        Hearing.awaitAtPhone(call, Voices.AGENT_HZ, call.media().heard().size(), LIMIT);
        phone.awaitHears(Voices.CALLER_HZ, LIMIT);

        phone.run("hangUp()");
        call.awaitBye(LIMIT);
        phone.awaitState("idle", LIMIT);
        CallBox.of(gateway, number(library), before, LIMIT)
                .assertStream(
                        CallStand.workOf(SipPhonesIT.class),
                        "ws",
                        URI.create(config.page()).getPort(),
                        true);
    }

    /// Whatever the caller hears instead.
    private static void awaitNotTheAgent(PhoneCall call) {
        Await.until(
                "the caller hears the agent no more",
                LIMIT,
                () -> {
                    int from = Math.max(0, call.media().heard().size() - 25);
                    var heard = Hearing.audioSince(call, from);
                    return heard.samples().length > 2000
                            && Hearing.seconds(heard, Voices.AGENT_HZ) == 0;
                });
    }

    @Test(dataProvider = "phones")
    public void callToATrunkRingsAndIsAnswered(String library) {
        BrowserPhone phone = phone(library);
        phone.run("call('5512')");
        CalledCall call = pbx.awaitCall(LIMIT);
        assertThat(call.invite().startLine()).startsWith("INVITE sip:5512@");
        call.ring();
        phone.awaitState("ringing", LIMIT);
        call.media().say(CallStand.callerTone());
        call.answer(LIMIT);
        phone.awaitState("open", LIMIT);
        phone.awaitHears(Voices.CALLER_HZ, LIMIT);
        Hearing.awaitAtPhone(call.media(), Voices.AGENT_HZ, call.media().heard().size(), LIMIT);
        call.hangUp(LIMIT);
        phone.awaitState("idle", LIMIT);
    }

    @Test
    public void onlyListedHeaderFieldsReachTheTrunk() {
        alice.run("call('5513')");
        CalledCall call = pbx.awaitCall(LIMIT);
        assertThat(call.invite().header("X-Ticket")).isEqualTo("4711");
        assertThat(call.invite().headers().toString()).doesNotContain("boss@example.com");
        alice.run("hangUp()");
        call.await("CANCEL", LIMIT);
        alice.awaitState("idle", LIMIT);
    }

    @Test
    public void callerIsLedOnByRefer() {
        PhoneCall call = talkWith("JsSIP");
        alice.run("refer('bob')");
        bob.awaitState("incoming", LIMIT).run("answer()");
        alice.awaitState("idle", LIMIT);
        assertThat((List<?>) alice.get("transfer")).asString().isEqualTo("[taken, rings, done]");
        bob.awaitState("open", LIMIT).awaitHears(Voices.CALLER_HZ, LIMIT);
        Hearing.awaitAtPhone(call, Voices.AGENT_HZ, call.media().heard().size(), LIMIT);
        call.hangUp(LIMIT);
        bob.awaitState("idle", LIMIT);
    }

    @Test(dataProvider = "phones")
    public void callOutlivesALostSocket(String library) {
        BrowserPhone phone = phone(library);
        PhoneCall call = talkWith(library);
        int before = ((Number) phone.get("registrations")).intValue();
        phone.run("breakSocket()");
        phone.awaitRegistrations(before + 1, LIMIT);
        phone.awaitHears(Voices.CALLER_HZ, LIMIT);
        call.hangUp(LIMIT);
        phone.awaitState("idle", LIMIT);
        PhoneCall next = talkWith(library);
        phone.run("hangUp()");
        next.awaitBye(LIMIT);
        phone.awaitState("idle", LIMIT);
    }
}
