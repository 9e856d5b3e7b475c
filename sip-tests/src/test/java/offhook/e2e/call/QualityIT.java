package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.management.openmbean.CompositeData;
import offhook.codec.dsp.Level;
import offhook.e2e.browser.Agent;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.PhoneControl;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// What operations see of calls while they run, by JMX: figures that fit what the peers do.
@Test(groups = {"e2e", "sip", "media"})
public class QualityIT {
    private static final Duration LIMIT = CallStand.LIMIT;

    /// Reports come each 2.5 to 7.5 s, one-way audio shows after 10 s; machines may be busy.
    private static final Duration MEASURED = Duration.ofSeconds(60);

    private static final double DISTANCE_MILLIS = 80;

    private CallStand stand;
    private Agent alice;
    private Operations operations;

    @BeforeClass
    public void start() {
        stand = CallStand.start(QualityIT.class);
        alice = stand.alice();
        operations = Operations.of(stand.gateway());
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (operations != null) {
            operations.close();
        }
        if (stand != null) {
            stand.close();
        }
    }

    private static double figure(CompositeData leg, String name) {
        return ((Number) leg.get(name)).doubleValue();
    }

    private CompositeData awaitLeg(
            String what, String id, String kind, Predicate<CompositeData> is) {
        AtomicReference<CompositeData> leg = new AtomicReference<>();
        Await.until(
                what,
                MEASURED,
                () -> {
                    alice.pause(Duration.ofMillis(200));
                    leg.set(operations.leg(id, kind));
                    return is.test(leg.get());
                });
        return leg.get();
    }

    private static boolean isWithin(CompositeData leg, String name, double least, double most) {
        return figure(leg, name) >= least && figure(leg, name) <= most;
    }

    private PhoneCall call(Phone phone, CallOffer offer) {
        PhoneCall call = phone.invite("200", offer);
        call.media().say(CallStand.callerTone());
        return call;
    }

    private void pickUp(PhoneCall call) {
        alice.awaitIncoming(LIMIT).answer();
        call.awaitAnswer(LIMIT);
        alice.awaitCall("open", LIMIT);
    }

    @Test
    public void aGoodCallHasGoodFiguresThatFitWhatIsSaid() {
        String id;
        try (Phone phone = stand.phone()) {
            PhoneCall call = call(phone, CallOffer.of(G711.PCMA));
            try (PhoneControl control = new PhoneControl(call.media(), DISTANCE_MILLIS, false)) {
                alice.awaitIncoming(LIMIT);
                id = operations.calls().getFirst();
                assertThat(operations.call(id, "State")).isEqualTo("ringing");
                pickUp(call);
                for (String kind : new String[] {"trunk", "browser"}) {
                    awaitLeg(
                            kind + " leg has opinions both ways",
                            id,
                            kind,
                            leg ->
                                    figure(leg, "inMos") > 0
                                            && figure(leg, "outMos") > 0
                                            && figure(leg, "speechLevelDbov") > -100);
                }
                int from = call.media().heard().size();
                awaitPace(id);
                // What is of a moment is good as soon as the machine is.
                CompositeData trunk =
                        awaitLeg(
                                "the trunk's figures are good",
                                id,
                                "trunk",
                                leg ->
                                        isWithin(leg, "inMos", 4.2, 5)
                                                && isWithin(leg, "outMos", 4.0, 5)
                                                && isWithin(leg, "roundTripMillis", 78, 400)
                                                && isWithin(leg, "silentShare", 0, 0.1));
                CompositeData browser =
                        awaitLeg(
                                "the browser's figures are good",
                                id,
                                "browser",
                                leg ->
                                        isWithin(leg, "inListeningMos", 4.0, 5)
                                                && isWithin(leg, "roundTripMillis", 0, 400)
                                                && isWithin(leg, "bufferTargetMillis", 2, 120));

                assertThat(operations.call(id, "State")).isEqualTo("active");
                assertThat(operations.call(id, "Caller")).isEqualTo("5551000");
                assertThat(operations.call(id, "Called")).isEqualTo("200");
                assertThat(operations.call(id, "Trunk")).isEqualTo("pbx");
                assertThat(operations.call(id, "Agent")).isEqualTo("alice");

                assertThat(trunk.get("codecIn")).isEqualTo("PCMA");
                assertThat(browser.get("codecIn")).isEqualTo("opus");
                assertThat(figure(trunk, "inLost")).isZero();
                assertThat(figure(trunk, "inLossPercent")).isZero();
                assertThat(figure(trunk, "bufferMillis")).isNaN();
                assertThat(figure(trunk, "peerMos")).isNaN();
                assertThat(figure(trunk, "clippedShare")).isZero();
                assertThat(trunk.get("audio")).isEqualTo("HEARD");
                double said = 20 * Math.log10(Voices.AMPLITUDE / Math.sqrt(2) / 32_768);
                assertThat(figure(trunk, "speechLevelDbov")).isCloseTo(said, within(1.0));

                assertThat(figure(browser, "inLost")).isZero();
                Pcm heard = Hearing.audioSince(call, from);
                assertThat(figure(browser, "speechLevelDbov"))
                        .isCloseTo(soundingDbov(heard), within(1.0));

                // The phone measures the gateway, too.
                Await.until(
                        "a round trip of the phone's",
                        MEASURED,
                        () -> control.roundTripMillis() >= -1 && control.roundTripMillis() <= 400);
                assertThat(control.hasHeardBlock(7)).isFalse();
                assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
                Await.until("a BYE of RTCP", LIMIT, () -> control.hasHeard(203));
            }
        }
        stand.freshen();
        Await.until("no bean is left", LIMIT, () -> operations.calls().isEmpty());
        String ended =
                stand.log()
                        .lines()
                        .filter(line -> line.contains("call ended") && line.contains(id))
                        .findFirst()
                        .orElseThrow();
        assertThat(ended).containsPattern("PCMA [^,]*roundTripMillis=\\d+\\.\\d mos=4\\.\\d\\d");
        assertThat(ended).containsPattern("opus [^,]*concealedMillis=\\d+ ");
    }

    /// Waits until the packets of the trunk have come by fifty in a second for a while. Figures are
    /// of the last full second, and a machine may have to catch up.
    private void awaitPace(String id) {
        double before = figure(operations.leg(id, "trunk"), "inPackets");
        long beforeNanos = System.nanoTime();
        awaitLeg(
                "fifty packets a second",
                id,
                "trunk",
                leg -> {
                    double seconds = (System.nanoTime() - beforeNanos) / 1e9;
                    double pace = (figure(leg, "inPackets") - before) / seconds;
                    return seconds >= 4 && pace >= 34 && pace <= 66;
                });
    }

    /// The level of what sounds: a busy machine leaves holes in it.
    private static double soundingDbov(Pcm heard) {
        int window = heard.rateHz() / 10;
        return 10
                * Math.log10(
                        IntStream.range(0, heard.samples().length / window)
                                .mapToDouble(
                                        i -> Level.rmsDbov(heard.samples(), i * window, window))
                                .filter(level -> level > -40)
                                .map(level -> Math.pow(10, level / 10))
                                .average()
                                .orElseThrow());
    }

    @Test
    public void aPhoneThatGoesSilentIsSeenAsOneWay() {
        try (Phone phone = stand.phone()) {
            PhoneCall call = call(phone, CallOffer.of(G711.PCMA));
            pickUp(call);
            String id = operations.calls().getFirst();
            awaitLeg("the phone is heard", id, "trunk", leg -> leg.get("audio").equals("HEARD"));
            assertThat(figure(operations.leg(id, "trunk"), "roundTripMillis")).isNaN();

            call.media().mute(true);
            awaitLeg(
                    "its packets stay away",
                    id,
                    "trunk",
                    leg -> leg.get("audio").equals("NO_PACKETS"));
            assertThat(figure(operations.leg(id, "trunk"), "audioSeconds")).isBetween(9.0, 60.0);
            assertThat(operations.leg(id, "browser").get("audio")).isEqualTo("HEARD");

            call.media().mute(false);
            awaitLeg("it is heard again", id, "trunk", leg -> leg.get("audio").equals("HEARD"));
            call.media().say(Sound.silence());
            awaitLeg(
                    "it sends silence",
                    id,
                    "trunk",
                    leg -> leg.get("audio").equals("DIGITAL_SILENCE"));
            // No RTCP came: how long sound was on its way is not in it.
            assertThat(figure(operations.leg(id, "trunk"), "roundTripMillis")).isNaN();
            assertThat(figure(operations.leg(id, "trunk"), "inMos")).isGreaterThan(4.0);
            assertThat(figure(operations.leg(id, "trunk"), "outMos")).isNaN();
            call.hangUp(LIMIT);
        }
        stand.freshen();
    }

    @Test
    public void aTrunkThatWantsExtendedReportsGetsAndTellsThem() {
        try (Phone phone = stand.phone()) {
            PhoneCall call =
                    call(phone, CallOffer.of(G711.PCMA).with("rtcp-xr:rcvr-rtt=all voip-metrics"));
            try (PhoneControl control = new PhoneControl(call.media(), DISTANCE_MILLIS, true)) {
                pickUp(call);
                assertThat(call.trace().stream().map(each -> each.message().body()))
                        .anyMatch(body -> body.contains("a=rtcp-xr:rcvr-rtt=all voip-metrics"));
                String id = operations.calls().getFirst();
                awaitLeg(
                        "the phone's own opinion",
                        id,
                        "trunk",
                        leg -> figure(leg, "peerRating") == PhoneControl.RATING);
                assertThat(figure(operations.leg(id, "trunk"), "peerMos"))
                        .isEqualTo(PhoneControl.MOS_TENTHS / 10.0);
                // Reference time, its answer, metrics.
                for (int block : new int[] {4, 5, 7}) {
                    Await.until("block " + block, MEASURED, () -> control.hasHeardBlock(block));
                }
                call.hangUp(LIMIT);
            }
        }
        stand.freshen();
    }
}
