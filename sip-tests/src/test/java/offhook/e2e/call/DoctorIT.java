package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.process.Program;
import offhook.e2e.speech.G711;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Calls that go wrong in every way that is common, all at one time, and what the call doctor says
/// of each when it is over.
@Test(groups = {"e2e", "sip", "media"})
public class DoctorIT {
    private static final Duration LIMIT = CallStand.LIMIT;

    /// Of talk before it gets worse.
    private static final Duration SOUND = Duration.ofSeconds(2);

    /// What the doctor needs to miss a browser, by the second.
    private static final Duration AWAY = Duration.ofSeconds(6);

    /// What the doctor needs of a phone that went silent, by the second.
    private static final Duration DEAD = Duration.ofMillis(12_500);

    /// For how long the gateway itself stands still.
    private static final Duration STANDSTILL = Duration.ofSeconds(3);

    /// In which peers report what they heard, and what was late is caught up with.
    private static final Duration SETTLED = Duration.ofSeconds(4);

    /// Of a trunk that may have one call.
    private static final InetAddress SMALL = InetAddress.ofLiteral("127.0.0.6");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, JsonNode> stories = new HashMap<>();
    private PeerStand stand;
    private SickCalls calls;
    private CalledPhone out;
    private JsonNode last;
    private String metrics;

    @BeforeClass
    public void callAll() throws Exception {
        out = new CalledPhone(InetAddress.getByName("127.0.0.5"));
        stand = PeerStand.start(DoctorIT.class, this::withMore);
        calls = new SickCalls(stand);
        calls.begin(out);
        pause(SOUND);
        calls.worsen(out);
        long worseNanos = System.nanoTime();
        fail();
        pauseSince(worseNanos, AWAY);
        calls.recover();
        pauseSince(worseNanos, DEAD);
        calls.end();
        standStill();
        read();
    }

    /// Stops the gateway's process, as a machine does that has no CPU for it.
    private void standStill() throws Exception {
        PhoneCall call = calls.callWhoIsWell(SickCalls.STANDING);
        pause(SOUND);
        signal("-STOP");
        try {
            pause(STANDSTILL);
        } finally {
            signal("-CONT");
        }
        pause(SETTLED);
        call.hangUp(LIMIT);
    }

    private void signal(String what) throws Exception {
        String pid = Long.toString(stand.gateway().pid());
        assertThat(new ProcessBuilder("kill", what, pid).start().waitFor()).isZero();
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        if (calls != null) {
            calls.close();
        }
        if (stand != null) {
            stand.close();
        }
        out.close();
    }

    private static void pause(Duration time) throws InterruptedException {
        Thread.sleep(time);
    }

    private static void pauseSince(long nanos, Duration time) throws InterruptedException {
        pause(Duration.ofNanos(Math.max(0, nanos + time.toNanos() - System.nanoTime())));
    }

    /// Agents for all, and a trunk that calls go out to.
    private String withMore(String yaml) {
        String nora =
                yaml.lines().filter(line -> line.contains("{name: nora")).findFirst().orElseThrow();
        StringBuilder users = new StringBuilder(nora.replace("nora", "olga"));
        StringBuilder routes = new StringBuilder("routes:\n");
        for (String name : SickCalls.names()) {
            users.append('\n').append(nora.replace("nora", name));
            routes.append("  - {trunk: pbx, number: \"")
                    .append(name)
                    .append("\", to: [")
                    .append(
                            name.equals("second")
                                    ? "\"trunk:out:" + SickCalls.ELSEWHERE + "\", "
                                    : "")
                    .append("\"agent:")
                    .append(name)
                    .append("\"]}\n");
        }
        routes.append("  - {trunk: small, number: \"olga\", to: \"agent:olga\"}\n");
        routes.append("  - {from: web, number: \"55*\", to: \"trunk:out\"}\n");
        return yaml.replace(nora, nora + "\n" + users)
                .replace("agents:\n  users", "agents:\n  grace-seconds: 10\n  users")
                .replace("routes:\n", routes)
                .replace(
                        "trunks:\n",
                        "trunks:\n  - {name: small, addresses: [127.0.0.6/32], codecs: [PCMA],"
                                + " max-calls: 1}\n  - {name: out, addresses: [127.0.0.5/32], uri: \""
                                + out.uri()
                                + "\", codecs: [PCMA]}\n");
    }

    /// Calls that come to nothing at once.
    private void fail() {
        Phone phone = stand.keep(Phone.udp(stand.config().sip(), "5552000"));
        phone.invite("999", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT);
        WebPeer olga = stand.signIn("olga", Voices.AGENT_HZ);
        refuse(olga, "551", 486, "Busy Here");
        refuse(olga, "552", 404, "Not Found");
        refuse(olga, "553", 488, "Not Acceptable Here");
        turnAway(phone);
    }

    /// Calls that the gateway does not even begin: one that its trunk has no place for, one that
    /// the front door cannot read, and one while the gateway is drained.
    private void turnAway(Phone phone) {
        Phone small = stand.keep(Phone.udp(SMALL, stand.config().sip(), "5553000", "Maria"));
        PhoneCall only = small.invite("olga", CallOffer.of(G711.PCMA)).awaitAnswer(LIMIT);
        small.invite("one-more", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT);
        only.hangUp(LIMIT);
        stand.keep(Phone.udp(stand.config().sip(), "5554000"))
                .adding("Require: telepathy")
                .invite("unread", CallOffer.of(G711.PCMA))
                .awaitFinal(LIMIT);
        try (Operations operations = Operations.of(stand.gateway())) {
            operations.invoke("drain");
            phone.invite("drained", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT);
            operations.invoke("undrain");
        }
    }

    private void refuse(WebPeer agent, String number, int status, String phrase) {
        String id = agent.dial(number, LIMIT);
        out.awaitCall(number, LIMIT).refuse(status, phrase, LIMIT);
        agent.await("ended", LIMIT, m -> m.path("call").asText().equals(id));
    }

    @Test
    public void theVerdictIsCountedAndRecorded() throws Exception {
        assertThat(metrics).contains("offhook_calls_verdict_total{level=\"bad\"}");
        Program records =
                Program.run(
                        stand.folder(),
                        LIMIT,
                        List.of(
                                "records",
                                story("uplink").get("id").asText(),
                                "--config",
                                stand.config().file()));

        assertThat(records.out())
                .as(records.err())
                .containsPattern("verdict +bad\\n")
                .contains("the uplink of uplink lost");
    }

    /// The stories by the number that was called.
    private void read() throws IOException {
        try (Operations operations = Operations.of(stand.gateway())) {
            Await.until("no call lives", LIMIT, () -> operations.callsActive() == 0);
            metrics = operations.attribute("Metrics").toString();
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

    /// What the doctor says by a rule, all of it.
    private String said(String number, String rule) {
        assertThat(rules(number)).as(story(number).toString()).contains(rule);
        return StreamSupport.stream(story(number).get("findings").spliterator(), false)
                .filter(finding -> finding.get("rule").asText().equals(rule))
                .map(finding -> finding.get("text").asText())
                .collect(Collectors.joining("\n"));
    }

    /// A machine that has no time for its peers makes their packets late, and nothing else.
    @Test
    public void aCleanCallIsGood() {
        if (rules("clean").isEmpty()) {
            assertVerdict("clean", "good");
        }
        assertThat(rules("clean"))
                .isSubsetOf(
                        "late-in",
                        "jitter-in",
                        "jitter-out",
                        "delay",
                        "cpu",
                        "stood-still",
                        "away");
        JsonNode heard = story("clean").get("series").get("legs").get(0).get("heard-by-us");
        assertThat(heard.get("loss").size()).isGreaterThan(10);
        assertThat(heard.get("loss").get(8).asDouble()).isZero();
    }

    @Test
    public void aGatewayThatStoodStillBlamesNobodyElse() {
        assertVerdict(
                SickCalls.STANDING,
                "bad",
                "the gateway stood still",
                "nothing was sent or heard on either side");
        assertThat(rules(SickCalls.STANDING)).isSubsetOf("stood-still", "cpu");
        JsonNode worst = story(SickCalls.STANDING).get("findings").get(0);
        assertThat(
                        Duration.between(
                                Instant.parse(worst.get("from").asText()),
                                Instant.parse(worst.get("to").asText())))
                .isGreaterThan(STANDSTILL.minusMillis(100));
    }

    @Test
    public void lossOnTheUplinkOfTheAgentIsNamed() {
        assertVerdict("uplink", "bad", "the caller heard gaps: the uplink of uplink lost ");
        assertThat(rules("uplink")).contains("loss-in");
    }

    @Test
    public void lossOnTheDownlinkIsNamedAsTheBrowserReportsIt() {
        assertThat(said("downlink", "loss-out"))
                .contains("downlink heard gaps: the downlink of downlink lost ")
                .contains("as the browser of downlink reports");
    }

    @Test
    public void lossOnTheTrunkIsNamed() {
        assertVerdict(
                "trunk-loses", "bad", "trunk-loses heard gaps: the way from trunk pbx to us lost ");
    }

    @Test
    public void lossTowardTheTrunkIsNamedAsThePhoneReportsIt() {
        assertThat(said("trunk-does-not-get", "loss-out"))
                .contains("the caller heard gaps: the way from us to trunk pbx lost ")
                .contains("as trunk pbx reports");
    }

    @Test
    public void aLongWayIsNamed() {
        assertThat(said("trunk-far", "round-trip"))
                .containsPattern("talked over each other: [4-9][0-9][0-9] ms to trunk pbx");
    }

    @Test
    public void unevenPacketsAreNamedBothWays() {
        assertThat(said("trunk-uneven", "jitter-in"))
                .contains("packets on the way from trunk pbx to us came unevenly");
        assertThat(said("trunk-uneven", "jitter-out"))
                .contains("packets on the way from us to trunk pbx arrived unevenly")
                .contains("as trunk pbx reports");
    }

    @Test
    public void packetsThatComeTooLateAreNamed() {
        assertThat(said("bursts", "late-in"))
                .contains("the caller heard gaps")
                .contains("of the packets on the uplink of bursts came too late to be played");
    }

    @Test
    public void whatABrowserHoldsBackIsNamed() {
        assertThat(said("buffered", "delay"))
                .contains("buffered heard late: 500 ms in the browser's jitter buffer");
    }

    @Test
    public void anAddressThatNothingComesFromIsNamed() {
        assertVerdict("misled", "bad", "offered 127.0.0.99:", "no packet came from it in ");
    }

    @Test
    public void packetsFromAnotherAddressAreNamed() {
        assertVerdict("stray", "bad", "offered 127.0.0.99:", "packets came from 127.0.0.1:");
    }

    @Test
    public void aMutedMicrophoneIsNamed() {
        assertVerdict("silent", "bad", "silent heard nothing of the caller", "digital silence");
    }

    @Test
    public void levelsAreNamed() {
        assertVerdict("clipping", "bad", "the caller sounded distorted");
        assertThat(said("loud", "too-loud")).contains("the caller was very loud: speech at -");
        assertThat(said("quiet", "too-quiet")).contains("the caller was hard to hear: speech at -");
    }

    @Test
    public void packetsThatStopAreNamed() {
        assertVerdict("dead", "bad", "dead heard nothing of the caller", "trunk pbx stopped");
        assertVerdict(
                "no-audio",
                "bad",
                "the caller heard nothing of no-audio",
                "no packet of the browser");
    }

    @Test
    public void holdIsSaidAndNoFault() {
        assertThat(said("held", "hold")).contains("the caller held the call");
        assertThat(rules("held")).doesNotContain("muted", "packets-stopped", "no-media");
    }

    @Test
    public void aBrowserThatComesBackByAnotherConnectionIsNamed() {
        assertThat(said("moving", "away"))
                .contains("nothing at all came from the browser of moving");
        assertThat(said("moving", "reattached")).contains("came back by a new connection");
    }

    @Test
    public void aCallThatNobodyEndedIsCut() {
        assertThat(said("lost", "cut")).contains("the call was cut: the");
        assertThat(story("lost").get("verdict").get("level").asText()).isEqualTo("bad");
    }

    @Test
    public void aBrowserThatNeverConnectsIsNamed() {
        assertVerdict("no-ice", "failed", "ICE never connected");
        assertThat(rules("no-ice")).contains("media-set-up");
    }

    @Test
    public void aBrowserWhoseHandshakeIsLostIsNamed() {
        assertVerdict("no-dtls", "failed", "ICE stood, but DTLS did not", "no DTLS packet of it");
        assertThat(rules("no-dtls")).contains("media-set-up");
    }

    @Test
    public void anAttemptBeforeTheAnswerIsSaid() {
        assertThat(said("second", "set-up"))
                .contains("did not take the call: the trunk is overloaded or out of service (503");
        assertThat(story("second").get("verdict").get("level").asText()).isNotEqualTo("failed");
    }

    @Test
    public void aTransferThatFailedIsSaidWithWhoRefusedIt() {
        assertThat(said("second", "transfer"))
                .startsWith(
                        "the transfer by second to 5571 failed: busy (486, Q.850 17): trunk out at"
                                + " 127.0.0.5:")
                .contains(" was called for ")
                .endsWith("; the call went on");
    }

    @Test
    public void aPageThatIsLostIsInTheTimeLine() {
        assertThat(story("lost").get("events").toString())
                .contains("the page of lost lost its connection to us: it has 10 s to come back")
                .contains("nothing is heard of the browser of lost: the caller hears hold music");
    }

    @Test
    public void callsThatWereTurnedAwayAreSaidInWords() {
        assertVerdict("one-more", "failed", "turned away", "limit of calls is reached", "503");
        assertVerdict("unread", "failed", "turned away", "420", "telepathy");
        assertVerdict("drained", "failed", "turned away", "the gateway is drained", "503");
        assertThat(story("drained").get("state").asText()).isEqualTo("turned-away");
        assertThat(story("drained").get("from").asText()).isEqualTo("5552000");
        assertThat(rules("drained")).containsExactly("turned-away");
    }

    @Test
    public void callsThatWereTurnedAwayAreRecords() {
        Map<String, String> reasons =
                Map.of("one-more", "trunk-full", "unread", "bad-request", "drained", "draining");
        Map<String, JsonNode> records = new HashMap<>();
        Await.until(
                "all are recorded",
                CallStand.LIMIT,
                () -> {
                    records.putAll(turnedAway());
                    return reasons.keySet().stream()
                            .allMatch(call -> records.containsKey(story(call).get("id").asText()));
                });
        reasons.forEach((call, reason) -> {
            JsonNode record = records.get(story(call).get("id").asText());
            assertThat(record.get("reason").asText()).isEqualTo(reason);
            assertThat(record.get("sip_code").asInt()).isIn(503, 420);
            assertThat(record.get("answered_at").isNull()).isTrue();
        });
    }

    /// By their ids.
    private Map<String, JsonNode> turnedAway() {
        Program read =
                Program.run(
                        stand.folder(),
                        CallStand.LIMIT,
                        List.of(
                                "records",
                                "--config",
                                stand.config().file(),
                                "--result=turned-away",
                                "--json"));
        assertThat(read.exitCode()).as(read.err()).isZero();
        return read.out()
                .lines()
                .map(DoctorIT::parsed)
                .collect(Collectors.toMap(record -> record.get("id").asText(), record -> record));
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    public void refusalsAreSaidInWords() {
        assertVerdict(
                "551", "failed", "busy (486, Q.850 17): trunk out at 127.0.0.5:", "was called for");
        assertVerdict("552", "failed", "the trunk does not know that number", "404");
        assertVerdict("553", "failed", "no codec, or no SRTP, that both sides can", "488");
        assertVerdict("999", "failed", "no route leads to that number", "404");
    }

    @Test
    public void theCommandShowsCallsThatAreOver() throws Exception {
        String pid = Long.toString(stand.gateway().pid());
        String id = story("uplink").get("id").asText();

        Program list =
                Program.run(stand.folder(), LIMIT, List.of("calls", "--last", "50", "--pid", pid));
        Program show =
                Program.run(stand.folder(), LIMIT, List.of("calls", "show", id, "--pid", pid));

        assertThat(list.out()).as(list.err()).contains(id).contains("the uplink of uplink lost");
        assertThat(show.out())
                .as(show.err())
                .contains("bad: ")
                .contains("answered by uplink")
                .contains("loss-in")
                .containsPattern("loss +.*[▁▂▃▄▅▆▇█]");
    }
}
