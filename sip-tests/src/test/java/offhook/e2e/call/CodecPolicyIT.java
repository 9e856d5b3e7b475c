package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import offhook.codec.dsp.ToneDetector;
import offhook.e2e.browser.Agent;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.wan.Link;
import offhook.e2e.wan.Script;
import offhook.e2e.wan.Wan;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Which codec a real browser is sent, by the preference of trunk and route, and that it plays on
/// while that changes: one SSRC, two RTP clocks, no renegotiation.
@Test(groups = {"e2e", "media"})
public class CodecPolicyIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final long SEED = 1601;

    /// The browser reports each 5 s or so, and the way back takes 30 s without loss.
    private static final Duration CHANGE_LIMIT = Duration.ofSeconds(90);

    /// What a browser may leave out at a change: its buffer begins anew.
    private static final double LONGEST_HOLE_SECONDS = 0.15;

    private static final int MOST_CHANGES = 4;
    private static final int MOST_LOSSES = 3;

    private CallStand stand;
    private Agent alice;
    private Wan wan;
    private Link link;

    @BeforeClass
    public void start() throws Exception {
        stand =
                CallStand.start(
                        CodecPolicyIT.class,
                        text ->
                                text.replace(
                                                "{name: pbx, addresses: [127.0.0.1/32],",
                                                "{name: pbx, prefer: auto, addresses: [127.0.0.1/32],")
                                        .replace(
                                                "{trunk: pbx, number: \"209\", to: \"agent:nora\"}",
                                                """
                                                {trunk: pbx, number: "220", to: "agent:alice", prefer: capacity}
                                                  - {trunk: pbx, number: "221", to: "agent:alice", prefer: quality}\
                                                """));
        alice = stand.alice();
        wan = new Wan();
        link =
                wan.toward(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), stand.config().mediaPort()));
        // The page is told the link's port for the gateway's.
        alice.page()
                .evaluate(
                        """
                        ([from, to]) => {
                          const of = RTCPeerConnection.prototype;
                          const plain = of.setRemoteDescription;
                          of.setRemoteDescription = function ({type, sdp}) {
                            const other = sdp.replaceAll(` ${from} typ`, ` ${to} typ`);
                            return plain.call(this, {type, sdp: other});
                          };
                        }\
                        """,
                        List.of(stand.config().mediaPort(), link.address().getPort()));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (stand != null) {
            stand.close();
        }
        if (wan != null) {
            wan.close();
        }
    }

    /// A test that failed leaves no call to the next.
    @AfterMethod(alwaysRun = true)
    public void endCall() {
        alice.endCall(LIMIT);
    }

    @BeforeMethod
    public void freshen() {
        link.clear();
        stand.freshen();
    }

    @DataProvider
    public Object[][] routes() { // called number, the trunk's codec, both ways in the browser
        return new Object[][] {
            {"200", G711.PCMA, "PCMA"},
            {"220", G711.PCMA, "PCMA"},
            {"220", G711.PCMU, "PCMU"},
            {"221", G711.PCMU, "opus"},
        };
    }

    @Test(dataProvider = "routes")
    public void routeOrTrunkSaysWhatTheBrowserHears(String number, G711 trunk, String expected) {
        try (Phone phone = stand.phone()) {
            PhoneCall call = call(phone, number, CallOffer.of(trunk));

            assertThat(codec("inbound-rtp")).isEqualTo(expected);
            assertThat(codec("outbound-rtp")).isEqualTo(expected);
            assertThat(alice.observed().remoteSdp())
                    .contains(" opus/48000")
                    .contains(" PCMA/8000")
                    .contains(" PCMU/8000");

            call.hangUp(LIMIT);
            awaitLog(
                    "media=\\[%s codecChanges=0 .*, %s codecChanges=0 ".formatted(trunk, expected));
        }
    }

    /// The trunk changes its mind: what goes through follows, and the browser is not asked.
    @Test
    public void passageFollowsARenegotiationOfTheTrunk() {
        try (Phone phone = stand.phone()) {
            PhoneCall call = call(phone, "220", CallOffer.of(G711.PCMA));
            G711 next = G711.PCMU;
            double hole = holeOfChange(call, next);
            // A busy machine makes holes of its own, but hardly at each change.
            for (int n = 1; n < MOST_CHANGES && hole >= LONGEST_HOLE_SECONDS; n++) {
                next = next == G711.PCMU ? G711.PCMA : G711.PCMU;
                hole = holeOfChange(call, next);
            }

            assertThat(hole).as("seconds without the tone").isLessThan(LONGEST_HOLE_SECONDS);
            call.hangUp(LIMIT);
        }
    }

    private double holeOfChange(PhoneCall call, G711 next) {
        alice.observed().reset();
        call.reinvite(CallOffer.of(next), LIMIT);
        awaitCodec(next.name());
        alice.pause(Duration.ofSeconds(2));
        assertThat(alice.observed().count("setRemoteDescription")).isZero();
        return longestHole(alice.observed().recording());
    }

    @Test
    public void lossMovesTheBrowserToOpusAndPeaceMovesItBack() {
        try (Phone phone = stand.phone()) {
            PhoneCall call = call(phone, "200", CallOffer.of(G711.PCMA));
            String ssrc = stat("inbound-rtp").path("ssrc").asText();
            assertThat(codec("inbound-rtp")).isEqualTo("PCMA");

            int times = 1;
            double hole = holeOfLossAndPeace();
            while (hole >= LONGEST_HOLE_SECONDS && times < MOST_LOSSES) {
                times++;
                hole = holeOfLossAndPeace();
            }

            assertThat(hole).as("seconds without the tone").isLessThan(LONGEST_HOLE_SECONDS);
            assertThat(stat("inbound-rtp").path("ssrc").asText()).isEqualTo(ssrc);
            assertThat(codec("outbound-rtp")).isEqualTo("PCMA");
            assertThat(changes())
                    .filteredOn(line -> line.contains("from=PCMA to=opus lossy=true"))
                    .hasSize(times);
            assertThat(changes())
                    .filteredOn(line -> line.contains("from=opus to=PCMA lossy=false"))
                    .hasSize(times);

            call.hangUp(LIMIT);
            awaitLog("media=\\[PCMA codecChanges=0 .*, PCMA codecChanges=%d ".formatted(2 * times));
        }
    }

    private List<String> changes() {
        return stand.log()
                .lines()
                .filter(line -> line.contains("codec to the browser changed"))
                .toList();
    }

    /// The longer one of both ways.
    private double holeOfLossAndPeace() {
        // The browser tells of it later, when the path is clean: what makes a hole then is the
        // change alone.
        keepTroubles();
        link.impair(Script.clean(SEED), Script.clean(SEED).losing(30));
        alice.pause(Duration.ofSeconds(3));
        link.clear();
        alice.observed().reset();
        awaitCodec("opus");
        awaitTold("alice heard gaps: the downlink of alice lost [0-9.]+ %.*");
        alice.pause(Duration.ofSeconds(2));
        double toOpus = longestHole(alice.observed().recording());
        alice.observed().reset();
        awaitCodec("PCMA");
        alice.pause(Duration.ofSeconds(2));
        double andBack = longestHole(alice.observed().recording());
        assertThat(alice.observed().count("setRemoteDescription")).isZero();
        awaitWell();
        return Math.max(toOpus, andBack);
    }

    private PhoneCall call(Phone phone, String number, CallOffer offer) {
        PhoneCall call = phone.invite(number, offer);
        call.media().say(CallStand.callerTone());
        alice.awaitIncoming(LIMIT).answer();
        call.awaitAnswer(LIMIT);
        alice.awaitCall("open", LIMIT);
        Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call, Voices.CALLER_HZ, LIMIT);
        return call;
    }

    private void awaitCodec(String name) {
        Await.until(
                "the browser is sent " + name,
                CHANGE_LIMIT,
                () -> {
                    alice.pause(Duration.ofMillis(250));
                    return codec("inbound-rtp").equals(name);
                });
    }

    /// Keeps what the agent reads of the call from now on: it may be gone again when the change
    /// that came of the same loss is seen.
    private void keepTroubles() {
        alice.page()
                .evaluate(
                        """
                        () => {
                          const told = document.querySelector('#trouble');
                          window.toldTroubles = [];
                          new MutationObserver(() => toldTroubles.push(told.textContent)).observe(
                            told, { childList: true, characterData: true, subtree: true });
                        }\
                        """);
    }

    private void awaitTold(String pattern) {
        Await.until(
                "the page says '%s'".formatted(pattern),
                LIMIT,
                () -> {
                    alice.pause(Duration.ofMillis(250));
                    List<?> told = (List<?>) alice.page().evaluate("toldTroubles");
                    return told.stream().anyMatch(each -> each.toString().matches(pattern));
                });
    }

    private void awaitWell() {
        Await.until(
                "the page says nothing bad any more",
                LIMIT,
                () -> {
                    alice.pause(Duration.ofMillis(250));
                    return alice.page().locator("#trouble").textContent().isEmpty();
                });
    }

    private void awaitLog(String pattern) {
        String whole = "(?s).*" + pattern + ".*";
        Await.until("'%s' in the log".formatted(pattern), LIMIT, () -> stand.log().matches(whole));
    }

    /// The encoding name that the browser's statistics give for a stream.
    private String codec(String stream) {
        String id = stat(stream).path("codecId").asText();
        return StreamSupport.stream(alice.observed().stats().spliterator(), false)
                .filter(s -> s.path("id").asText().equals(id))
                .map(s -> s.path("mimeType").asText().replace("audio/", ""))
                .findFirst()
                .orElse("none");
    }

    private JsonNode stat(String type) {
        return alice.observed().stat(type);
    }

    /// Seconds of the longest stretch of 10 ms windows in which the caller's tone is not there.
    private static double longestHole(Pcm pcm) {
        assertThat(pcm.seconds()).as("seconds recorded").isGreaterThan(1.5);
        var detector = new ToneDetector(pcm.rateHz());
        int window = pcm.rateHz() / 100;
        int longest = 0;
        int run = 0;
        for (int at = 0; at + window <= pcm.samples().length; at += window) {
            boolean there = detector.levelDbov(pcm.samples(), at, window, Voices.CALLER_HZ) > -30;
            run = there ? 0 : run + 1;
            longest = Math.max(longest, run);
        }
        return longest / 100.0;
    }
}
