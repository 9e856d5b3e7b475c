package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import offhook.e2e.browser.Agent;
import offhook.e2e.phone.CalledCall;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.process.Await;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Agents call numbers on trunks: from the page's own field in Chromium, and by the protocol.
@Test(groups = {"e2e", "sip", "media"})
public class DialOutIT {
    private static final Duration LIMIT = CallStand.LIMIT;

    /// What the page plays while it rings without sound from the other side.
    private static final double RINGBACK_HZ = 425;

    private static final int COLLEAGUE_HZ = 700;

    private CalledPhone pbx;
    private CalledPhone branch;
    private CallStand stand;
    private Agent alice;

    @BeforeClass
    public void start() {
        pbx = new CalledPhone(InetAddress.getLoopbackAddress());
        branch = new CalledPhone(InetAddress.ofLiteral("127.0.0.3"));
        stand = CallStand.start(DialOutIT.class, this::withWaysOut);
        alice = stand.alice();
        alice.page().evaluate(LISTEN_TO_RINGBACK);
        alice.page().evaluate(BREAK_SOCKETS);
    }

    private String withWaysOut(String yaml) {
        return yaml.replace("{name: pbx,", "{name: pbx, uri: \"" + pbx.uri() + "\",")
                .replace("- name: branch", "- name: branch\n    uri: \"" + branch.uri() + "\"")
                .replace(
                        "routes:\n",
                        """
                        routes:
                          - {from: web, number: "+34*", to: "trunk:pbx", strip: 3, prefix: "0"}
                          - {from: web, number: "55*", to: ["trunk:pbx", "trunk:branch"]}
                        """)
                .replace(
                        "display-name: Alice,",
                        "display-name: Alice, caller-id: \"+34911000001\",");
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (stand != null) {
            stand.close();
        }
        pbx.close();
        branch.close();
    }

    @BeforeMethod
    public void aliceIsFree() {
        stand.freshen();
    }

    @DataProvider
    public Object[][] whoHangsUp() {
        return new Object[][] {{true, "You hung up"}, {false, "The other side hung up"}};
    }

    @Test(dataProvider = "whoHangsUp")
    public void pageCallsANumberAndBothHearEachOther(boolean agentHangsUp, String outcome) {
        alice.dial("+34 911-22 33 44");
        CalledCall call = pbx.awaitCall(LIMIT);
        assertThat(call.invite().startLine()).startsWith("INVITE sip:0911223344@");
        assertThat(call.invite().header("From")).contains("Alice").contains("+34911000001");
        alice.awaitCall("calling", LIMIT).awaitPresence("busy", LIMIT);
        assertThat(alice.callerNumber()).isEqualTo("+34 911-22 33 44");

        call.ring();
        alice.awaitCall("ringing-there", LIMIT);
        awaitRingback(true);
        call.media().say(CallStand.callerTone());
        call.answer(LIMIT);
        alice.awaitCall("open", LIMIT);

        Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call.media(), Voices.CALLER_HZ, LIMIT);
        awaitRingback(false);
        alice.press('5');
        Await.until("the key at the phone", LIMIT, () -> call.media().keys().equals("5"));
        if (agentHangsUp) {
            alice.hangUp();
            call.await("BYE", LIMIT);
        } else {
            call.hangUp(LIMIT);
        }
        alice.awaitNote(outcome, LIMIT).awaitPresence("available", LIMIT);
        assertThat(alice.page().locator("#history li").first().innerText())
                .contains("+34 911-22 33 44")
                .contains(outcome);
    }

    @Test
    public void whatThePhoneSendsBeforeItAnswersIsHeard() {
        alice.dial("+34911");
        CalledCall call = pbx.awaitCall(LIMIT);
        call.media().say(CallStand.callerTone());

        call.progress();

        alice.awaitCall("early", LIMIT);
        Hearing.awaitAtAgent(alice, Voices.CALLER_HZ, LIMIT);
        assertThat(alice.page().locator("#in-call").isVisible()).isFalse();
        call.ring();
        alice.pause(Duration.ofMillis(500));
        awaitRingback(false);
        assertThat(alice.page().locator("#call").getAttribute("data-state")).isEqualTo("early");
        call.answer(LIMIT);
        alice.awaitCall("open", LIMIT);
        Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call.media(), Voices.CALLER_HZ, LIMIT);
        alice.hangUp();
        call.await("BYE", LIMIT);
        alice.awaitIdle(LIMIT);
    }

    @DataProvider
    public Object[][] refusals() { // SIP status, what the page says
        return new Object[][] {
            {486, "Busy Here", "The line is busy"},
            {603, "Decline", "The other side declined the call"},
            {404, "Not Found", "This number does not exist"},
            {480, "Temporarily Unavailable", "Nobody can be reached there now"},
        };
    }

    @Test(dataProvider = "refusals")
    public void refusalIsSaidInWords(int status, String phrase, String words) {
        alice.dial("+34911");
        CalledCall call = pbx.awaitCall(LIMIT);
        call.ring();
        alice.awaitCall("ringing-there", LIMIT);

        call.refuse(status, phrase, LIMIT);

        alice.awaitNote(words, LIMIT).awaitPresence("available", LIMIT);
        awaitRingback(false);
    }

    @Test
    public void agentGivesUpWhileItRings() {
        alice.dial("+34911");
        CalledCall call = pbx.awaitCall(LIMIT);
        call.ring();
        alice.awaitCall("ringing-there", LIMIT);

        alice.giveUp();

        call.await("CANCEL", LIMIT);
        alice.awaitNote("You gave up", LIMIT).awaitPresence("available", LIMIT);
    }

    @Test
    public void wrongNumbersAreToldInWordsAndReachNoTrunk() {
        alice.dial("12 three");
        Await.until(
                "the field says so",
                LIMIT,
                () -> {
                    alice.pause(Duration.ofMillis(50));
                    return alice.dialNote().contains("cannot be dialled");
                });
        alice.awaitCall("idle", LIMIT);
        assertThat(alice.page().locator("#history").innerText()).doesNotContain("12 three");

        alice.dial("999");
        alice.awaitNote("Calls to this number are not allowed here", LIMIT);
        assertThat(alice.page().locator("#message").innerText()).contains("Check the number");
        alice.awaitPresence("available", LIMIT);
    }

    @DataProvider
    public Object[][] whenTheSocketBreaks() {
        return new Object[][] {{"after-dial"}, {"while-ringing"}};
    }

    @Test(dataProvider = "whenTheSocketBreaks")
    public void callOutlivesALostSocket(String when) {
        alice.page().evaluate("when => { socketBreaks = when; }", when);
        alice.dial("+34911");
        CalledCall call = pbx.awaitCall(LIMIT);
        call.ring();
        alice.awaitCall("ringing-there", LIMIT);
        if (when.equals("while-ringing")) {
            alice.page().evaluate("() => lastSocket.close()");
        }
        call.media().say(CallStand.callerTone());

        call.answer(LIMIT);

        alice.awaitCall("open", LIMIT);
        assertThat(alice.observed().count("sent hello")).as("sockets opened since").isPositive();
        Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call.media(), Voices.CALLER_HZ, LIMIT);
        alice.hangUp();
        call.await("BYE", LIMIT);
        alice.awaitNote("You hung up", LIMIT);
    }

    @Test
    public void dialThatNeverReachedTheGatewayIsToldSo() {
        alice.page().evaluate("() => { socketBreaks = 'before-dial'; }");

        alice.dial("+34911");

        alice.awaitCall("calling", LIMIT).awaitIdle(LIMIT);
        alice.awaitCall("idle", LIMIT).awaitPresence("available", LIMIT);
        assertThat(alice.page().locator("#message").innerText()).contains("The call was lost");
    }

    @Test
    public void nextTrunkIsAskedWhenTheFirstFails() {
        try (var reactor = new Reactor("web-peers");
                HttpClient client =
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
                WebPeer bob =
                        WebPeer.signIn(
                                client,
                                stand.config().page(),
                                "bob",
                                "alice",
                                WebMedia.Setup.of(
                                        reactor,
                                        PeerIdentity.generate(),
                                        FrameLoop.opus(
                                                FrameLoop.tone((int) Voices.AGENT_HZ), false)),
                                false)) {
            String call = bob.dial("5512", LIMIT);
            pbx.awaitCall(LIMIT).refuse(503, "Service Unavailable", LIMIT);

            CalledCall second = branch.awaitCall(LIMIT);
            assertThat(second.invite().startLine()).startsWith("INVITE sip:5512@127.0.0.3");
            second.ring();
            bob.await("ringing", LIMIT, m -> m.path("call").asText().equals(call));
            bob.awaitMedia(LIMIT);
            second.answer(LIMIT);
            bob.await("connected", LIMIT, m -> m.path("call").asText().equals(call));
            Hearing.awaitAtPhone(second.media(), Voices.AGENT_HZ, 0, LIMIT);
            bob.hangUp(call);
            second.await("BYE", LIMIT);
            bob.await("ended", LIMIT, m -> m.at("/cause/by").asText().equals("caller"));
        }
    }

    @Test
    public void pageHoldsAndTakesUpAgain() {
        alice.dial("+34911");
        CalledCall call = pbx.awaitCall(LIMIT);
        call.media().say(CallStand.callerTone());
        call.answer(LIMIT);
        alice.awaitCall("open", LIMIT);
        Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call.media(), Voices.CALLER_HZ, LIMIT);

        alice.page().locator("#hold").click();
        awaitHeld(true);
        Hearing.awaitGoneAtPhone(call.media(), Voices.AGENT_HZ, LIMIT);
        int from = call.media().heard().size();
        Await.until(
                "more than a second of waiting",
                LIMIT,
                () -> Hearing.audioSince(call.media(), from).seconds() > 1);
        Pcm waiting = Hearing.audioSince(call.media(), from);
        assertThat(Hearing.seconds(waiting, Voices.AGENT_HZ)).isZero();
        assertThat(waiting.levelDbov()).as("music").isBetween(-45.0, -15.0);

        alice.page().locator("#hold").click();
        awaitHeld(false);
        Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call.media(), Voices.CALLER_HZ, LIMIT);
        alice.hangUp();
        call.await("BYE", LIMIT);
        alice.awaitPresence("available", LIMIT);
    }

    private void awaitHeld(boolean held) {
        Await.until(
                "the button says held: " + held,
                LIMIT,
                () -> {
                    alice.pause(Duration.ofMillis(50));
                    String pressed = alice.page().locator("#hold").getAttribute("aria-pressed");
                    return String.valueOf(held).equals(pressed);
                });
    }

    @Test
    public void pageConsultsAColleagueAndConnectsTheTwo() {
        try (var reactor = new Reactor("web-peers");
                HttpClient client =
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
                WebPeer bob =
                        WebPeer.signIn(
                                client,
                                stand.config().page(),
                                "bob",
                                "alice",
                                WebMedia.Setup.of(
                                        reactor,
                                        PeerIdentity.generate(),
                                        FrameLoop.opus(FrameLoop.tone(COLLEAGUE_HZ), false)),
                                true)) {
            alice.dial("+34911");
            CalledCall call = pbx.awaitCall(LIMIT);
            call.media().say(CallStand.callerTone());
            call.answer(LIMIT);
            alice.awaitCall("open", LIMIT);
            alice.page().locator("#transfer-to").fill("agent:carol");
            alice.page().locator("#transfer-now").click();
            awaitTransferNote("You have the other side again");

            alice.page().locator("#transfer-to").fill("agent:bob");
            alice.page().locator("#transfer-ask").click();
            awaitTransferNote("You talk to bob");
            alice.observed().reset();
            Hearing.awaitAtAgent(alice, COLLEAGUE_HZ, LIMIT);
            alice.page().locator("#transfer-complete").click();
            alice.awaitNote("The call was transferred", LIMIT).awaitPresence("available", LIMIT);

            int from = call.media().heard().size();
            Hearing.awaitAtPhone(call.media(), COLLEAGUE_HZ, from, LIMIT);
            call.hangUp(LIMIT);
            bob.await("ended", LIMIT, _ -> true);
        }
    }

    private void awaitTransferNote(String words) {
        Await.until(
                "the page says: " + words,
                LIMIT,
                () -> {
                    alice.pause(Duration.ofMillis(50));
                    return alice.page().locator("#transfer-note").innerText().contains(words);
                });
    }

    @Test
    public void ringingIsHeardAgainWhenATrunkThatWasHeardFails() {
        alice.dial("5513");
        CalledCall first = pbx.awaitCall(LIMIT);
        first.media().say(CallStand.callerTone());
        first.progress();
        alice.awaitCall("early", LIMIT);
        Hearing.awaitAtAgent(alice, Voices.CALLER_HZ, LIMIT);

        first.refuse(503, "Service Unavailable", LIMIT);

        CalledCall second = branch.awaitCall(LIMIT);
        alice.awaitCall("ringing-there", LIMIT);
        awaitRingback(true);
        second.refuse(486, "Busy Here", LIMIT);
        awaitRingback(false);
        alice.awaitPresence("available", LIMIT);
    }

    /// Waits until the page's own ringing tone sounds, or does not any more.
    private void awaitRingback(boolean sounds) {
        Await.until(
                "the ringing tone " + (sounds ? "sounds" : "is over"),
                LIMIT,
                () -> {
                    alice.pause(Duration.ofMillis(100));
                    double hertz =
                            ((Number) alice.page().evaluate("ringbackHertz()")).doubleValue();
                    return sounds ? Math.abs(hertz - RINGBACK_HZ) < 20 : hertz == 0;
                });
    }

    /// Taps what the page's buffers play; says its strongest pitch, 0 for silence.
    private static final String LISTEN_TO_RINGBACK =
            """
            (() => {
              const make = AudioContext.prototype.createBufferSource;
              let tap = null;
              let playing = false;
              AudioContext.prototype.createBufferSource = function () {
                const source = make.call(this);
                tap = this.createAnalyser();
                tap.fftSize = 4096;
                tap.smoothingTimeConstant = 0;
                source.connect(tap);
                playing = true;
                source.addEventListener('ended', () => { playing = false; });
                return source;
              };
              globalThis.ringbackHertz = () => {
                if (!tap || !playing) {
                  return 0;
                }
                const bins = new Float32Array(tap.frequencyBinCount);
                tap.getFloatFrequencyData(bins);
                const best = bins.reduce((at, level, i) => (level > bins[at] ? i : at), 0);
                return bins[best] > -60 ? best * tap.context.sampleRate / tap.fftSize : -1;
              };
            })()
            """;

    /// Closes the page's socket around its next `dial`, as `socketBreaks` says.
    private static final String BREAK_SOCKETS =
            """
            (() => {
              const send = WebSocket.prototype.send;
              globalThis.socketBreaks = '';
              globalThis.lastSocket = null;
              WebSocket.prototype.send = function (text) {
                globalThis.lastSocket = this;
                const when = String(text).includes('"type":"dial"') ? globalThis.socketBreaks : '';
                if (when === 'before-dial') {
                  this.close();
                } else {
                  send.call(this, text);
                }
                if (when === 'after-dial') {
                  this.close();
                }
                if (when !== '') {
                  globalThis.socketBreaks = '';
                }
              };
            })()
            """;
}
