package offhook.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import offhook.call.BrowserView;
import offhook.call.CallEvent;
import offhook.call.CallId;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.call.LegQuality.Audio;
import offhook.call.Party;
import offhook.call.Target;
import offhook.call.TransferOrder;
import offhook.call.TransferReport;
import offhook.config.DoctorConfig;
import offhook.runtime.Standstill;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What the doctor says of calls whose figures go wrong in one way at a time.
public class RulesTest {

    private Ward ward;
    private CallId id;
    private Sound caller;
    private Sound alice;

    @BeforeMethod
    public void admit() {
        ward = new Ward(DoctorConfig.DEFAULT);
        id = ward.call();
        ward.answer(id);
        caller = new Sound();
        alice = new Sound();
    }

    private void seconds(int count) {
        for (int i = 0; i < count; i++) {
            ward.sounds.put(new LegId(id, 0), caller.next());
            ward.sounds.put(new LegId(id, 1), alice.next());
            ward.second();
        }
    }

    private JsonNode over() {
        ward.end(id, EndCause.hangUp(EndCause.By.CALLER), true);
        return ward.story(id);
    }

    private static List<String> rules(JsonNode story) {
        return StreamSupport.stream(story.get("findings").spliterator(), false)
                .map(finding -> finding.get("rule").asText())
                .toList();
    }

    private static String level(JsonNode story) {
        return story.get("verdict").get("level").asText();
    }

    private static String verdict(JsonNode story) {
        return story.get("verdict").get("text").asText();
    }

    @Test
    public void aCleanCallIsGood() {
        seconds(30);

        JsonNode story = over();
        assertThat(level(story)).isEqualTo("good");
        assertThat(verdict(story)).isEqualTo("nothing wrong was measured");
        assertThat(story.get("findings")).isEmpty();
        JsonNode legs = story.get("series").get("legs");
        assertThat(legs).hasSize(2);
        assertThat(legs.get(1).get("kind").asText()).isEqualTo("browser");
        assertThat(legs.get(1).get("heard-by-us").get("mos").get(5).asDouble()).isEqualTo(4.4);
    }

    @Test
    public void aCallThatIsTooShortIsUnknown() {
        caller.outLoss = Double.NaN;
        caller.perSecond = 20;
        seconds(1);

        JsonNode story = over();
        assertThat(level(story)).isEqualTo("unknown");
        assertThat(verdict(story))
                .isEqualTo("too little was measured to say: people talked for 1 s");
    }

    @Test
    public void aTrunkWithoutReportsIsNamed() {
        caller.outLoss = Double.NaN;
        seconds(10);

        assertThat(verdict(over()))
                .isEqualTo("nothing wrong was measured; trunk pbx did not report how it heard us");
    }

    @Test
    public void lossOfTheUplinkNamesTheTimeTheListenerAndTheOtherSide() {
        seconds(10);
        alice.lostPerSecond = 5;
        seconds(8);
        alice.lostPerSecond = 0;
        seconds(60);

        JsonNode story = over();
        assertThat(level(story)).isEqualTo("bad");
        assertThat(verdict(story))
                .isEqualTo(
                        "14:02:10-14:02:18 the caller heard gaps: the uplink of alice lost 10 %;"
                                + " the way from us to trunk pbx was clean");
        assertThat(rules(story)).containsExactly("loss-in");
    }

    @Test
    public void anotherLossOnTheWayIsNotSaidToBeGreater() {
        seconds(10);
        alice.lostPerSecond = 5;
        caller.outLoss = 3;
        seconds(8);

        assertThat(over().get("findings").toString())
                .contains("alice lost 10 %; the way from us to trunk pbx lost packets, too");
    }

    @Test
    public void twoPacketsInARowAreNoFault() {
        seconds(10);
        alice.lostPerSecond = 2;
        seconds(1);
        alice.lostPerSecond = 0;
        seconds(10);

        assertThat(level(over())).isEqualTo("good");
    }

    @Test
    public void aShortFaultOfALongCallCountsLess() {
        alice.lostPerSecond = 5;
        seconds(5);
        alice.lostPerSecond = 0;
        seconds(600);

        assertThat(level(over())).isEqualTo("fair");
    }

    @DataProvider
    public Object[][] outwardLosses() {
        return new Object[][] {
            {0, "the caller heard gaps: the way from us to trunk pbx lost 8.0 %, as trunk pbx"},
            {1, "alice heard gaps: the downlink of alice lost 8.0 %, as the browser of alice"}
        };
    }

    @Test(dataProvider = "outwardLosses")
    public void lossOfOurPacketsIsNamedByReports(int leg, String words) {
        Sound lossy = leg == 0 ? caller : alice;
        seconds(5);
        lossy.outLoss = 8;
        seconds(1);
        lossy.outLoss = 0;
        seconds(20);

        JsonNode story = over();
        assertThat(level(story)).isEqualTo("bad");
        assertThat(verdict(story)).contains(words).contains("was clean");
        assertThat(rules(story)).containsExactly("loss-out");
    }

    @DataProvider
    public Object[][] disturbances() {
        return new Object[][] {
            {"late-in", "bad", change(s -> s.latePerSecond = 5), "came too late to be played"},
            {"jitter-in", "fair", change(s -> s.jitter = 45), "jitter 45 ms"},
            {"jitter-out", "fair", change(s -> s.outJitter = 60), "jitter 60 ms, as"},
            {"round-trip", "bad", change(s -> s.roundTrip = 900), "900 ms to the browser of alice"},
            {"delay", "fair", change(s -> s.buffer = 250), "250 ms in the jitter buffer"},
            {"muted", "bad", change(s -> s.audio = Audio.DIGITAL_SILENCE), "digital silence"},
            {"clipping", "bad", change(s -> s.clipped = 0.05), "5.0 % of the samples"},
            {"too-loud", "fair", change(s -> s.level = -6), "speech at -6 dBov"},
            {"too-quiet", "fair", change(s -> s.level = -50), "speech at -50 dBov"},
            {"packets-stopped", "bad", change(s -> s.perSecond = 0), "no packet of the browser"}
        };
    }

    /// Names the kind of the argument.
    private static UnaryOperator<Sound> change(java.util.function.Consumer<Sound> what) {
        return sound -> {
            what.accept(sound);
            return sound;
        };
    }

    @Test(dataProvider = "disturbances")
    public void aDisturbanceOfTheAgentsLegIsNamed(
            String rule, String level, UnaryOperator<Sound> disturb, String words) {
        seconds(5);
        disturb.apply(alice);
        seconds(8);

        JsonNode story = over();
        assertThat(rules(story)).as(story.toString()).containsExactly(rule);
        assertThat(level(story)).isEqualTo(level);
        assertThat(verdict(story)).contains(words);
        assertThat(story.get("findings").get(0).get("leg").asInt()).isEqualTo(1);
    }

    @Test
    public void whatTheBrowserHoldsBackIsNamed() {
        ward.pages.put(
                new LegId(id, 1),
                new BrowserView("opus", "host", 20, 2, 0, 500, 4.2, 0, 0, 0, 0, List.of(), 0, 0));
        seconds(8);

        assertThat(verdict(over())).contains("alice heard late: 500 ms in the browser's");
    }

    @Test
    public void aTrunkThatSendsNothingIsNamedWithItsAddress() throws Exception {
        caller.perSecond = 0;
        named("10.1.33.103");
        seconds(8);

        JsonNode story = over();
        assertThat(level(story)).isEqualTo("bad");
        assertThat(verdict(story))
                .contains("alice did not hear the caller: trunk pbx offered 10.1.33.103:4000, no")
                .contains("no packet came from it in 8 s");
        assertThat(rules(story)).containsExactly("no-media");
    }

    private void named(String address) throws Exception {
        ward.tell(
                id,
                new CallEvent.Described(
                        new LegId(id, 0), Optional.of(InetAddress.ofLiteral(address)), 4000, true));
    }

    @Test
    public void verdictCountsWhatElseWasFound() {
        caller.perSecond = 0;
        seconds(8);
        ward.end(id, EndCause.gateway("agent-lost", 480, 27, ""), true);

        assertThat(verdict(ward.story(id))).endsWith("(and 1 more finding)");
    }

    @Test
    public void packetsFromAnotherAddressAreNamed() throws Exception {
        caller.perSecond = 0;
        caller.stray = "192.0.2.7:5000";
        named("10.1.33.103");
        seconds(8);

        assertThat(verdict(over())).contains("but packets came from 192.0.2.7:5000");
    }

    @Test
    public void silenceOnHoldIsNoFaultAndIsSaid() {
        seconds(5);
        ward.tell(id, new CallEvent.Holds(new LegId(id, 1), true));
        alice.perSecond = 0;
        alice.audio = Audio.HELD;
        caller.audio = Audio.HELD;
        seconds(30);
        ward.tell(id, new CallEvent.Holds(new LegId(id, 1), false));
        alice.perSecond = 50;
        alice.audio = Audio.HEARD;
        caller.audio = Audio.HEARD;
        seconds(10);

        JsonNode story = over();
        assertThat(level(story)).isEqualTo("good");
        assertThat(rules(story)).containsExactly("hold");
        assertThat(story.get("findings").get(0).get("from").asText())
                .isEqualTo("2026-03-01T14:02:05.250Z");
    }

    @Test
    public void aPhoneThatPausesWhileNobodySpeaksIsNoFault() {
        caller.perSecond = 20;
        seconds(5);
        caller.perSecond = 0;
        seconds(9);
        caller.perSecond = 20;
        seconds(5);

        assertThat(level(over())).isEqualTo("good");
    }

    @Test
    public void aTrunkWhosePacketsStopWhileTheOtherSideSpeaksIsNamed() {
        seconds(5);
        caller.perSecond = 0;
        seconds(9);
        caller.audio = Audio.NO_PACKETS;
        seconds(3);

        JsonNode story = over();
        assertThat(level(story)).isEqualTo("bad");
        assertThat(verdict(story)).contains("the packets of trunk pbx stopped for 12 s");
    }

    @Test
    public void aBrowserThatIsAwayAndComesBackByAnotherNetworkIsTold() {
        seconds(5);
        ward.tell(id, new CallEvent.Away(new LegId(id, 1), true, ward.now() - 3 * Ward.SECOND));
        alice.perSecond = 0;
        alice.audio = Audio.HELD;
        seconds(7);
        ward.tell(id, new CallEvent.Away(new LegId(id, 1), false, ward.now()));
        ward.tell(id, new CallEvent.Moved(new LegId(id, 1)));
        alice.perSecond = 50;
        alice.audio = Audio.HEARD;
        seconds(5);

        JsonNode story = over();
        assertThat(rules(story)).containsExactly("away", "reattached");
        assertThat(verdict(story))
                .startsWith(
                        "14:02:02-14:02:12 nothing at all came from the browser of alice for 10 s");
    }

    @Test
    public void aGatewayThatStoodStillIsToBlameAndNobodyElse() {
        seconds(10);
        standStill(3);
        spoil(caller);
        spoil(alice);
        seconds(1);
        ward.tell(id, new CallEvent.Away(new LegId(id, 1), true, ward.now() - 4 * Ward.SECOND));
        ward.tell(id, new CallEvent.Away(new LegId(id, 1), false, ward.now()));
        caller.calm();
        alice.calm();
        seconds(4);
        caller.roundTrip = 40;
        alice.roundTrip = 40;
        seconds(10);

        JsonNode story = over();
        assertThat(rules(story)).as(story.toString()).containsExactly("stood-still");
        assertThat(level(story)).isEqualTo("bad");
        assertThat(verdict(story))
                .startsWith(
                        "14:02:10-14:02:13 the gateway stood still for 3.0 s: nothing was sent or"
                                + " heard on either side");
        assertThat(story.get("findings").get(0).get("leg").isNull()).isTrue();
    }

    /// The gateway's clock goes on meanwhile, and its figures do not.
    private void standStill(int seconds) {
        long from = ward.now() + 20_000_000;
        ward.standstills.add(new Standstill(from, from + seconds * Ward.SECOND));
        ward.pass(seconds * Ward.SECOND + 50_000_000);
    }

    /// What the system kept for the gateway comes all at once, and the rest is lost.
    private static void spoil(Sound sound) {
        sound.lostPerSecond = 20;
        sound.latePerSecond = 25;
        sound.jitter = 80;
        sound.buffer = 450;
        sound.roundTrip = 3000;
        sound.outLoss = 8;
        sound.outJitter = 120;
    }

    @Test
    public void aFaultThatLastsLongerThanTheStandstillIsToldAsWell() {
        seconds(10);
        alice.lostPerSecond = 5;
        seconds(5);
        standStill(1);
        seconds(8);

        JsonNode story = over();
        assertThat(rules(story)).containsExactlyInAnyOrder("loss-in", "stood-still");
    }

    @Test
    public void aShortStandstillDoesNotExplainALongWay() {
        alice.roundTrip = 900;
        seconds(8);
        long from = ward.now();
        ward.standstills.add(new Standstill(from, from + Ward.SECOND / 5));
        seconds(8);

        assertThat(rules(over())).containsExactlyInAnyOrder("round-trip", "stood-still");
    }

    @Test
    public void shortStandstillsOneAfterTheOtherAreOne() {
        seconds(10);
        for (int i = 0; i < 3; i++) {
            long from = ward.now();
            ward.standstills.add(new Standstill(from, from + Ward.SECOND / 4));
            seconds(1);
        }
        seconds(10);

        JsonNode story = over();
        assertThat(rules(story)).containsExactly("stood-still");
        assertThat(verdict(story))
                .contains("14:02:10-14:02:12 the gateway stood still 3 times, 0.8 s in all");
        assertThat(level(story)).isEqualTo("fair");
    }

    @Test
    public void aStandstillBeforeTheTalkIsNotTold() {
        Ward early = new Ward(DoctorConfig.DEFAULT);
        early.standstills.add(new Standstill(early.now() - Ward.SECOND, early.now()));
        CallId call = early.call();
        early.answer(call);
        early.second();
        early.end(call, EndCause.hangUp(EndCause.By.CALLER), true);

        assertThat(early.story(call).get("findings")).isEmpty();
    }

    @Test
    public void anAbsenceIsAsLongAsNothingCame() {
        seconds(10);
        ward.tell(id, new CallEvent.Away(new LegId(id, 1), true, ward.now() - 3 * Ward.SECOND));
        seconds(2);
        ward.tell(id, new CallEvent.Away(new LegId(id, 1), false, ward.now()));
        seconds(2);

        JsonNode story = over();
        assertThat(level(story)).isEqualTo("bad");
        assertThat(verdict(story)).startsWith("14:02:07-14:02:12 nothing at all came from");
        JsonNode byPeer = story.get("series").get("legs").get(1).get("heard-by-peer").get("loss");
        assertThat(byPeer.get(10).isNull()).isFalse();
        assertThat(byPeer.get(11).isNull()).isTrue();
        assertThat(byPeer.get(13).isNull()).isFalse();
    }

    @Test
    public void aMicrophoneIsMutedSinceItIsSilent() {
        seconds(15);
        alice.audio = Audio.DIGITAL_SILENCE;
        alice.audioMillis = 9000;
        seconds(3);

        assertThat(verdict(over())).startsWith("14:02:06-14:02:18 the caller heard nothing of");
    }

    @Test
    public void whatIsMissingAfterASilenceWasLostInIt() {
        seconds(10);
        alice.perSecond = 0;
        seconds(3);
        alice.perSecond = 200;
        alice.lostPerSecond = 150;
        seconds(1);
        alice.calm();
        seconds(10);

        JsonNode story = over();
        assertThat(rules(story)).containsExactly("loss-in");
        assertThat(verdict(story)).startsWith("14:02:11-14:02:14 the caller heard gaps");
    }

    @Test
    public void packetsStoppedWithTheLastOneOfTheSecondInWhichTheyDid() {
        seconds(10);
        alice.perSecond = 10;
        seconds(1);
        alice.perSecond = 0;
        seconds(6);
        alice.perSecond = 25;
        seconds(1);
        alice.perSecond = 50;
        seconds(5);

        assertThat(verdict(over()))
                .startsWith("14:02:10-14:02:17 the caller heard nothing of alice")
                .contains("no packet of the browser for 7 s");
    }

    @Test
    public void whereNothingComesThereIsNothingToPlotOrToHearLate() {
        seconds(10);
        alice.perSecond = 0;
        alice.jitter = 200;
        alice.buffer = 500;
        alice.roundTrip = 900;
        seconds(8);
        alice.calm();
        alice.roundTrip = 40;
        seconds(5);

        JsonNode story = over();
        assertThat(rules(story)).containsExactly("packets-stopped");
        JsonNode leg = story.get("series").get("legs").get(1);
        for (String side : List.of("heard-by-us", "heard-by-peer")) {
            for (String figure : List.of("loss", "jitter-ms", "delay-ms", "mos")) {
                JsonNode plot = leg.get(side).get(figure);
                for (int step = 2; step <= 22; step++) {
                    assertThat(plot.get(step).isNull())
                            .as("%s %s in step %d of %s", side, figure, step, plot)
                            .isEqualTo(step > 10 && step <= 18);
                }
            }
        }
    }

    @Test
    public void aLookThatFindsTheSameFiguresTwiceLeavesNoGap() {
        seconds(5);
        ward.second();
        seconds(5);

        JsonNode loss = over().get("series").get("legs").get(1).get("heard-by-us").get("loss");
        for (int step = 2; step <= 11; step++) {
            assertThat(loss.get(step).isNull()).as("step %d of %s", step, loss).isFalse();
        }
    }

    @Test
    public void aGatewayWithoutCpuIsNamed() {
        seconds(5);
        ward.room = false;
        seconds(5);
        ward.room = true;
        seconds(5);

        JsonNode story = over();
        assertThat(rules(story)).containsExactly("cpu");
        // A loop is full once it has been busy for two seconds.
        assertThat(verdict(story)).startsWith("14:02:03-14:02:08 the gateway's CPU");
    }

    @Test
    public void whatIsWrongNowIsToldWhileItLastsAndNoLonger() {
        seconds(10);
        assertThat(ward.doctor.trouble(id)).isEmpty();
        alice.lostPerSecond = 5;
        seconds(6);
        assertThat(ward.doctor.trouble(id).orElseThrow())
                .startsWith("the caller heard gaps: the uplink of alice lost 10 %");
        alice.lostPerSecond = 0;
        seconds(15);

        assertThat(ward.doctor.trouble(id)).isEmpty();
    }

    @Test
    public void aCallThatTheGatewayCutIsBad() {
        seconds(10);
        ward.end(
                id,
                EndCause.gateway("consent-lost", 480, 41, "nothing came from the browser"),
                true);

        JsonNode story = ward.story(id);
        assertThat(level(story)).isEqualTo("bad");
        assertThat(verdict(story)).contains("the call was cut: the browser was not heard of");
    }

    @Test
    public void aFailedTransferIsInTheTimeLine() {
        ward.tell(
                id,
                new CallEvent.TransferGoes(
                        new LegId(id, 1), new TransferReport.Failed(EndCause.declined())));
        seconds(5);

        assertThat(over().get("events").toString()).contains("the transfer failed: the called");
    }

    /// A trunk asks for it by REFER, and the other trunk is busy.
    @Test
    public void aFailedTransferIsNamedWithWhoFailed() {
        ward.trunks.put(
                "out",
                List.of(
                        new TrunkPlace("192.0.2.6:5060", "up", Instant.EPOCH),
                        new TrunkPlace("192.0.2.7:5060", "up", Instant.EPOCH)));
        seconds(10);
        transfer(EndCause.cancelled());
        transfer(
                new EndCause(
                        EndCause.By.CALLEE, "busy", 486, 17, "the trunk answered 486 Busy Here"));
        // It never talked, so it has nothing to report.
        ward.tell(id, new CallEvent.MediaOpened(new LegId(id, 2), "trunk"));
        ward.sounds.put(new LegId(id, 2), LegQuality.unmeasured("PCMA"));
        seconds(30);

        JsonNode story = over();
        assertThat(rules(story)).containsExactly("transfer");
        assertThat(level(story)).isEqualTo("fair");
        assertThat(verdict(story))
                .isEqualTo(
                        "14:02:12 the transfer by the caller to 4554 failed: busy (486, Q.850 17):"
                                + " trunk out at 192.0.2.7:5060 was called for 1 s; the call went"
                                + " on");
    }

    private void transfer(EndCause cause) {
        LegId caller = new LegId(id, 0);
        LegId target = new LegId(id, 2);
        ward.tell(
                id,
                new CallEvent.TransferWanted(
                        caller, new TransferOrder(false, "pbx", "4554", new Party("5551000", ""))));
        ward.tell(id, new CallEvent.Calling(target, new Target.Trunk("out", "4554")));
        ward.tell(id, new CallEvent.PlaceAsked(target, "192.0.2.7:5060"));
        seconds(1);
        ward.tell(id, new CallEvent.Left(target, cause));
        ward.tell(id, new CallEvent.TransferGoes(caller, new TransferReport.Failed(cause)));
    }

    /// The end of the call ends its transfer, too, and is told by itself.
    @Test
    public void aTransferThatEndsWithTheCallIsNoFaultOfItsOwn() {
        seconds(10);
        EndCause limit = EndCause.gateway("call-limit", 200, 31, "the longest call is over");
        transfer(limit);
        ward.end(id, limit, true);

        assertThat(rules(ward.story(id))).containsExactly("cut");
    }

    /// Who asked for it has gone, so that its failure is the end of the call.
    @Test
    public void aTransferThatFailsWithNobodyLeftIsWhyTheCallEnded() {
        seconds(10);
        ward.tell(
                id,
                new CallEvent.TransferWanted(
                        new LegId(id, 1),
                        new TransferOrder(false, "web", "4554", new Party("alice", ""))));
        ward.end(id, EndCause.gateway("trunk-timeout", 408, 102, "the trunk did not"), true);

        JsonNode story = ward.story(id);
        assertThat(rules(story)).containsExactly("transfer");
        assertThat(verdict(story))
                .isEqualTo(
                        "14:02:10 the transfer by alice to 4554 failed: the trunk did not answer"
                                + " (408, Q.850 102); nobody was left to take the call back");
    }

    @Test
    public void aShortFaultOfAGoodCallIsSaidAsOne() {
        seconds(10);
        alice.lostPerSecond = 2;
        seconds(6);
        alice.lostPerSecond = 0;
        seconds(500);

        JsonNode story = over();
        assertThat(level(story)).isEqualTo("good");
        assertThat(verdict(story))
                .startsWith(
                        "nothing wrong was measured, but for 6 s: 14:02:10-14:02:16 the caller");
    }

    @Test
    public void theFirstAudioIsInTheTimeLine() {
        caller.perSecond = 0;
        seconds(2);
        assertThat(ward.story(id).get("events").toString())
                .contains("the first audio of the browser of alice is here")
                .doesNotContain("the first audio of trunk pbx");
        caller.perSecond = 50;
        seconds(1);

        assertThat(over().get("events").toString())
                .contains("the first audio of trunk pbx is here");
    }

    @Test
    public void thePortOfATrunkIsOpenBeforeAnythingComes() {
        ward.tell(id, new CallEvent.Connected(new LegId(id, 0)));
        ward.second();

        assertThat(ward.story(id).get("events").toString())
                .contains("our port for the audio of trunk pbx is open")
                .doesNotContain("audio of trunk pbx is connected");
    }

    /// Where an answer is by default, so is what came of the attempts before it.
    @Test
    public void everyRuleIsInTheDocument() throws Exception {
        String page = Files.readString(Path.of("docs/call-doctor.md"));

        for (Rule rule : Rule.values()) {
            assertThat(page).as("docs/call-doctor.md").contains("| `" + rule.key() + "` |");
        }
    }

    /// A leg as its loop measures it; what a test changes holds from the next second on.
    private static final class Sound {
        private long perSecond = 50;
        private long lostPerSecond;
        private long latePerSecond;
        private double jitter = 2;
        private double outLoss;
        private double outJitter = 3;
        private double roundTrip = 40;
        private double buffer = 20;
        private double level = -25;
        private double clipped;
        private String stray = "";
        private Audio audio = Audio.HEARD;

        private long packets;
        private long lost;
        private long unplayed;
        private long sent;
        private long audioMillis;

        /// As it is when nothing is wrong; what a peer told of the way there and back stays.
        void calm() {
            perSecond = 50;
            lostPerSecond = 0;
            latePerSecond = 0;
            jitter = 2;
            buffer = 20;
            outLoss = 0;
            outJitter = 3;
        }

        LegQuality next() {
            packets += Math.max(0, perSecond - lostPerSecond);
            lost += lostPerSecond;
            unplayed += lostPerSecond + latePerSecond;
            sent += 50;
            audioMillis += 1000;
            LegQuality.Opinion opinion = new LegQuality.Opinion(93, 4.4, 4.4);
            return new LegQuality(
                    "PCMA",
                    "PCMA",
                    "",
                    new LegQuality.Inbound(
                            packets,
                            160 * packets,
                            lost,
                            0,
                            unplayed,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            stray.isEmpty() ? 0 : 100,
                            stray,
                            0,
                            0,
                            packets == 0 ? Double.NaN : jitter,
                            buffer,
                            buffer,
                            buffer,
                            opinion),
                    new LegQuality.Outbound(
                            sent, 160 * sent, 0, outLoss, outJitter, opinion, opinion),
                    roundTrip,
                    new LegQuality.Speech(level, clipped, 0),
                    audio,
                    audioMillis);
        }
    }
}
