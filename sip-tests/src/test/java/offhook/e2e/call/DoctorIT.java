package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import offhook.codec.AudioCodec;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.PhoneControl;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.process.Program;
import offhook.e2e.speech.G711;
import offhook.e2e.wan.Link;
import offhook.e2e.wan.PhoneLink;
import offhook.e2e.wan.Script;
import offhook.e2e.wan.Wan;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.LoopPhone;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Calls that go wrong in every way that is common, all at one time, and what the call doctor says
/// of each when it is over.
@Test(groups = {"e2e", "sip", "media"})
public class DoctorIT {
    private static final Duration LIMIT = CallStand.LIMIT;

    /// Of the shortest of the calls that are judged by their sound.
    private static final Duration SOUND = Duration.ofSeconds(2);

    /// What the doctor needs of a phone that went silent, by the second.
    private static final Duration DEAD = Duration.ofMillis(12_500);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, JsonNode> stories = new HashMap<>();
    private final Map<String, PhoneCall> calls = new HashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Wan wan = new Wan();
    private PeerStand stand;
    private Phone phone;
    private CalledPhone out;
    private JsonNode last;

    @BeforeClass
    public void callAll() throws Exception {
        out = new CalledPhone(InetAddress.getByName("127.0.0.5"));
        stand = PeerStand.start(DoctorIT.class, this::withMore);
        phone = stand.keep(Phone.udp(stand.config().sip(), "5551000"));
        bring();
        pause(SOUND);
        calls.get("dead").media().mute(true);
        long judgedNanos = System.nanoTime() + DEAD.toNanos();
        fail();
        pause(Duration.ofNanos(Math.max(0, judgedNanos - System.nanoTime())));
        for (String name : List.copyOf(calls.keySet())) {
            if (!calls.get(name).hasEnded() && !name.equals("unconnected")) {
                calls.get(name).hangUp(LIMIT);
            }
        }
        calls.get("unconnected").awaitFinal(LIMIT);
        read();
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        if (stand != null) {
            stand.close();
        }
        out.close();
        wan.close();
    }

    private static void pause(Duration time) throws InterruptedException {
        Thread.sleep(time);
    }

    /// Agents for all, and a trunk that calls go out to.
    private String withMore(String yaml) {
        String nora =
                yaml.lines().filter(line -> line.contains("{name: nora")).findFirst().orElseThrow();
        StringBuilder users = new StringBuilder(nora);
        StringBuilder routes = new StringBuilder("routes:\n");
        for (String name : List.of("stray", "dead", "unconnected", "olga")) {
            users.append('\n').append(nora.replace("nora", name));
            routes.append("  - {trunk: pbx, number: \"")
                    .append(name)
                    .append("\", to: \"agent:")
                    .append(name)
                    .append("\"}\n");
        }
        routes.append("  - {from: web, number: \"55*\", to: \"trunk:out\"}\n");
        return yaml.replace(nora, users)
                .replace("routes:\n", routes)
                .replace(
                        "trunks:\n",
                        "trunks:\n  - {name: out, addresses: [127.0.0.5/32], uri: \""
                                + out.uri()
                                + "\", codecs: [PCMA]}\n");
    }

    private Link towardBrowsers() {
        Link link =
                wan.toward(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), stand.config().mediaPort()));
        open.add(link);
        return link;
    }

    private void call(String name, String number, CallOffer offer, Sound says) {
        PhoneCall call = phone.invite(number, offer);
        call.media().say(says);
        calls.put(name, call);
    }

    /// Calls that are answered, each with one fault.
    private void bring() {
        CallOffer offer = CallOffer.of(G711.PCMA);
        Link lossy = towardBrowsers();
        Link nowhere = towardBrowsers();
        nowhere.impair(Script.clean(1).losing(100));
        for (String name : List.of("alice", "carol", "dave", "erin", "nora", "stray", "dead")) {
            stand.signIn(name, Voices.AGENT_HZ);
        }
        stand.signIn("bob", Voices.AGENT_HZ, setup -> setup.through(lossy.address()));
        stand.signIn("unconnected", Voices.AGENT_HZ, setup -> setup.through(nowhere.address()));

        call("uplink", "201", offer, CallStand.callerTone());
        PhoneLink trunk = wan.ofPhone();
        calls.put(
                "trunk",
                phone.invite(
                        "202",
                        offer,
                        trunk.carry(
                                new LoopPhone(
                                        stand.reactor(),
                                        AudioCodec.PCMA,
                                        FrameLoop.g711(
                                                FrameLoop.tone((int) Voices.CALLER_HZ), G711.PCMA)),
                                Ports.freePair())));
        PhoneCall misled = phone.invite("203", offer.naming("127.0.0.99"));
        misled.media().mute(true);
        calls.put("misled", misled);
        call("muted", "204", offer, Sound.silence());
        call("clipping", "209", offer, square());
        call("stray", "stray", offer.naming("127.0.0.99"), CallStand.callerTone());
        call("dead", "dead", offer, CallStand.callerTone());
        call("unconnected", "unconnected", offer, CallStand.callerTone());
        calls.forEach((name, call) -> {
            if (!name.equals("unconnected")) {
                call.awaitAnswer(LIMIT);
            }
        });
        call("clean", "200", offer, CallStand.callerTone());
        open.add(new PhoneControl(calls.get("clean").media(), 20, false));
        calls.get("clean").awaitAnswer(LIMIT);
        lossy.impair(Script.clean(7).losing(12), Script.clean(8));
        trunk.impair(Script.clean(9).losing(12), Script.clean(10));
    }

    /// As loud as samples can be.
    private static Sound square() {
        return new Sound() {
            private int at;

            @Override
            public short next() {
                return at++ % 16 < 8 ? Short.MAX_VALUE : Short.MIN_VALUE;
            }
        };
    }

    /// Calls that come to nothing at once.
    private void fail() {
        call("unknown", "999", CallOffer.of(G711.PCMA), Sound.silence());
        calls.get("unknown").awaitFinal(LIMIT);
        calls.remove("unknown");
        WebPeer olga = stand.signIn("olga", Voices.AGENT_HZ);
        refuse(olga, "551", 486, "Busy Here");
        refuse(olga, "552", 404, "Not Found");
        refuse(olga, "553", 488, "Not Acceptable Here");
    }

    private void refuse(WebPeer agent, String number, int status, String phrase) {
        String id = agent.dial(number, LIMIT);
        out.awaitCall(number, LIMIT).refuse(status, phrase, LIMIT);
        agent.await("ended", LIMIT, m -> m.path("call").asText().equals(id));
    }

    /// The stories by the number that was called.
    private void read() throws IOException {
        try (Operations operations = Operations.of(stand.gateway())) {
            Await.until("no call lives", LIMIT, () -> operations.callsActive() == 0);
            last = JSON.readTree((String) operations.invoke("lastCalls", 100, int.class));
            for (JsonNode each : last) {
                stories.put(
                        each.get("to").asText(),
                        JSON.readTree(
                                (String)
                                        operations.invoke(
                                                "call", each.get("id").asText(), String.class)));
            }
        }
    }

    private JsonNode story(String number) {
        assertThat(stories).containsKey(number);
        return stories.get(number);
    }

    private void assertVerdict(String number, String level, String... words) {
        JsonNode verdict = story(number).get("verdict");
        assertThat(verdict.get("level").asText()).as(story(number).toString()).isEqualTo(level);
        for (String each : words) {
            assertThat(verdict.get("text").asText()).contains(each);
        }
    }

    private List<String> rules(String number) {
        return StreamSupport.stream(story(number).get("findings").spliterator(), false)
                .map(finding -> finding.get("rule").asText())
                .toList();
    }

    /// A machine that has no time for its peers makes their packets late, and nothing else.
    @Test
    public void aCleanCallIsGood() {
        if (rules("200").isEmpty()) {
            assertVerdict("200", "good");
        }
        assertThat(rules("200")).isSubsetOf("late-in", "jitter-in", "jitter-out", "delay", "cpu");
        JsonNode heard = story("200").get("series").get("legs").get(0).get("heard-by-us");
        assertThat(heard.get("loss").size()).isGreaterThan(10);
        assertThat(heard.get("loss").get(8).asDouble()).isZero();
    }

    @Test
    public void lossOnTheUplinkOfTheAgentIsNamed() {
        assertVerdict("201", "bad", "the caller heard gaps: the uplink of bob lost ");
        assertThat(rules("201")).contains("loss-in").doesNotContain("no-media");
    }

    @Test
    public void lossOnTheTrunkIsNamed() {
        assertVerdict("202", "bad", "carol heard gaps: the way from trunk pbx to us lost ");
    }

    @Test
    public void anAddressThatNothingComesFromIsNamed() {
        assertVerdict("203", "bad", "offered 127.0.0.99:", "no packet came from it in ");
    }

    @Test
    public void packetsFromAnotherAddressAreNamed() {
        assertVerdict("stray", "bad", "offered 127.0.0.99:", "packets came from 127.0.0.1:");
    }

    @Test
    public void aMutedMicrophoneIsNamed() {
        assertVerdict("204", "bad", "erin heard nothing of the caller", "digital silence");
    }

    @Test
    public void clippedSpeechIsNamed() {
        assertVerdict("209", "bad", "the caller sounded distorted");
    }

    @Test
    public void packetsThatStopAreNamed() {
        assertVerdict("dead", "bad", "dead heard nothing of the caller", "trunk pbx stopped");
    }

    @Test
    public void aBrowserThatNeverConnectsIsNamed() {
        assertVerdict("unconnected", "failed", "ICE never connected");
        assertThat(rules("unconnected")).contains("media-set-up");
    }

    @Test
    public void refusalsAreSaidInWords() {
        assertVerdict("551", "failed", "busy", "486");
        assertVerdict("552", "failed", "the trunk does not know that number", "404");
        assertVerdict("553", "failed", "no codec, or no SRTP, that both sides can", "488");
        assertVerdict("999", "failed", "no route leads to that number", "404");
    }

    @Test
    public void theCommandShowsCallsThatAreOver() throws Exception {
        String pid = Long.toString(stand.gateway().pid());
        String id = story("201").get("id").asText();

        Program list =
                Program.run(stand.folder(), LIMIT, List.of("calls", "--last", "50", "--pid", pid));
        Program show =
                Program.run(stand.folder(), LIMIT, List.of("calls", "show", id, "--pid", pid));

        assertThat(list.out()).as(list.err()).contains(id).contains("the uplink of bob lost");
        assertThat(show.out())
                .as(show.err())
                .contains("bad: ")
                .contains("answered by bob")
                .contains("loss-in")
                .containsPattern("loss +.*[▁▂▃▄▅▆▇█]");
    }
}
