package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import offhook.call.LegQuality;
import offhook.call.LegQuality.Audio;
import offhook.call.MediaSummary;
import offhook.codec.AudioCodec;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.Tone;
import offhook.codec.quality.CodecImpairment;
import offhook.codec.quality.EModel;
import offhook.net.PacketBuffer;
import offhook.rtp.ExtendedReports;
import offhook.rtp.NtpTime;
import offhook.rtp.ReceiverStats;
import offhook.rtp.RtcpPacket;
import offhook.rtp.RtcpWriter;
import offhook.rtp.RtpPacket;
import offhook.rtp.RtpSender;
import offhook.telemetry.Counters;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Two legs and their peers in one thread, by a clock that the test turns.
public class LegMeterTest {

    private static final long MILLI = 1_000_000L;
    private static final long FRAME = 20 * MILLI;

    private long nowNanos;
    private LoopKit kit;
    private Side phone;
    private Side browser;

    @BeforeMethod
    public void begin() throws IOException {
        nowNanos = 1_000 * MILLI;
        MediaLoop loop = new MediaLoop(0, () -> nowNanos, new Counters());
        kit = LoopKits.dry(loop, new Counters());
        phone = new Side(AudioCodec.PCMA);
        browser = new Side(AudioCodec.OPUS);
        phone.meter.facing(browser.meter);
        browser.meter.facing(phone.meter);
    }

    /// A leg of ours and the peer at its end.
    private final class Side {
        final AudioCodec codec;
        final LegMeter meter;
        final RtpSender ours;
        final ReceiverStats received;
        final Reports reports;

        final NtpTime peerClock = new NtpTime(1_000_000, 0);
        final ReceiverStats atPeer;
        final RtpSender peer;
        final RtcpWriter peerWriter = new RtcpWriter(peerClock, "peer");
        final PacketBuffer rtcp = new PacketBuffer();
        final short[] frame = new short[160];
        final Tone tone = new Tone(8000, -10, 1004);
        long delayNanos;
        boolean muted;
        boolean speaks;
        boolean unseen;
        int number;
        int lostOfTen;
        int peerLosesOfTen;

        Side(AudioCodec codec) {
            this.codec = codec;
            int clock = codec.rtpClockHz();
            meter = new LegMeter(codec, nowNanos);
            ours = new RtpSender(11, clock, 0, 0);
            received = new ReceiverStats(clock);
            reports = new Reports(kit, "us", ours, received);
            meter.watch(ours, received, reports);
            atPeer = new ReceiverStats(clock);
            peer = new RtpSender(99, clock, 0, 0);
        }

        void frame() {
            int ticks = codec.rtpTicks(160);
            ours.begin(rtcp, 8, false, ticks, nowNanos);
            ours.end(rtcp, 160);
            if (number % 10 >= peerLosesOfTen) {
                atPeer.onPacket(11, number, (long) number * ticks, nowNanos + delayNanos);
            }
            if (!muted && number % 10 >= lostOfTen) {
                received.onPacket(99, number, (long) number * ticks, nowNanos);
                meter.onAudio(codec);
                if (unseen) {
                    number++;
                    meter.onTick(codec, true, true, nowNanos);
                    return;
                }
                if (meter.wantsDeclared(codec)) {
                    meter.onDeclared(speaks ? 20 : 127);
                } else {
                    Arrays.fill(frame, (short) 0);
                    if (speaks) {
                        tone.fill(frame, 0, 160);
                    }
                    meter.heard().onAudio(frame, 0, 160, 8000);
                }
            }
            number++;
            meter.onTick(codec, true, true, nowNanos);
        }

        /// Our report reaches the peer, and its own comes back.
        void control() {
            reports.write(rtcp, nowNanos);
            RtcpPacket part = new RtcpPacket();
            assertThat(part.wrap(rtcp)).isTrue();
            part.next();
            long answeredNanos = nowNanos + 2_000 * MILLI;
            atPeer.onSenderReport(part.ntpTimestamp(), nowNanos);
            peerWriter.report(rtcp, peer, atPeer, answeredNanos);
            assertThat(reports.read(rtcp, answeredNanos + 2 * delayNanos)).isTrue();
        }
    }

    private void run(int seconds) {
        for (int i = 0; i < seconds * 50; i++) {
            nowNanos += FRAME;
            phone.frame();
            browser.frame();
        }
    }

    @Test
    public void aGoodCallIsGoodAsSoonAsItIsMeasured() {
        phone.speaks = true;
        browser.speaks = true;
        phone.delayNanos = 30 * MILLI;
        run(12);
        LegQuality before = phone.meter.latest();
        phone.control();
        run(1);
        LegQuality after = phone.meter.latest();

        assertThat(before.inbound().packets()).isBetween(590L, 600L);
        assertThat(before.inbound().lossPercent()).isZero();
        assertThat(before.roundTripMillis()).isNaN();
        assertThat(before.isDelayKnown()).isFalse();
        assertThat(before.inbound().opinion().mos())
                .as("of what is known: 20 ms of packet")
                .isEqualTo(EModel.mos(EModel.rating(20, CodecImpairment.G711_CONCEALED, 0, 1)))
                .isCloseTo(4.40, within(0.01));
        assertThat(before.inbound().opinion().listeningMos()).isCloseTo(4.41, within(0.01));
        assertThat(before.outbound().opinion())
                .as("nobody reports what is lost")
                .isEqualTo(LegQuality.Opinion.UNKNOWN);
        assertThat(before.audio()).isEqualTo(Audio.HEARD);
        assertThat(before.speech().levelDbov()).isCloseTo(-10 + Level.DBM0_IN_DBOV, within(0.5));

        assertThat(after.inbound().packets() - before.inbound().packets()).isEqualTo(50);
        assertThat(after.roundTripMillis()).isCloseTo(60, within(0.1));
        assertThat(after.isDelayKnown()).isTrue();
        assertThat(after.inbound().opinion().mos())
                .isBetween(4.3, before.inbound().opinion().mos());
        assertThat(after.inbound().opinion().rating()).isCloseTo(92, within(1.0));
        assertThat(after.outbound().opinion().mos()).isBetween(4.3, 4.41);
        assertThat(after.codecIn()).isEqualTo("PCMA");
        assertThat(after.codecOut()).isEqualTo("PCMA");
    }

    @Test
    public void theyHearUsBadlyAndWeHearThemBadlyAreToldApart() {
        phone.peerLosesOfTen = 1;
        browser.lostOfTen = 1;
        run(20);
        phone.control();
        browser.control();
        run(1);
        LegQuality trunk = phone.meter.latest();
        LegQuality web = browser.meter.latest();

        assertThat(trunk.inbound().opinion().mos()).isGreaterThan(4.3);
        assertThat(trunk.outbound().peerLossPercent()).isCloseTo(10, within(0.5));
        assertThat(trunk.outbound().peerLost()).isCloseTo(100, within(1L));
        // 93.2 - 27.1, and what delay takes.
        assertThat(trunk.outbound().opinion().rating()).isCloseTo(65.5, within(1.0));
        assertThat(web.outbound().opinion().mos()).isGreaterThan(4.3);
        assertThat(web.inbound().lossPercent()).isCloseTo(10, within(0.2));
        assertThat(web.inbound().opinion().rating()).isCloseTo(65.5, within(1.0));
        assertThat(web.speech().clippedShare()).isZero();
    }

    @Test
    public void whatAPeerReportedLongAgoSaysNothingOfNow() {
        run(10);
        phone.control();
        run(5);
        assertThat(phone.meter.latest().outbound().peerLossPercent()).isZero();
        run(30);

        assertThat(phone.meter.latest().outbound().peerLossPercent()).isNaN();
        assertThat(phone.meter.latest().outbound().opinion()).isEqualTo(LegQuality.Opinion.UNKNOWN);
    }

    @Test
    public void aMutedPhoneIsOneWay() {
        phone.muted = true;
        browser.speaks = true;
        run(7);
        LegQuality muted = phone.meter.latest();
        phone.muted = false;
        phone.speaks = true;
        run(2);

        assertThat(muted.audio()).isEqualTo(Audio.NO_PACKETS);
        assertThat(muted.audioMillis()).isBetween(5_000L, 7_000L);
        assertThat(muted.inbound().jitterMillis()).isNaN();
        assertThat(muted.speech()).isEqualTo(LegQuality.Speech.UNKNOWN);
        assertThat(browser.meter.latest().audio()).isEqualTo(Audio.HEARD);
        assertThat(phone.meter.latest().audio()).isEqualTo(Audio.HEARD);
    }

    @Test
    public void relayedOpusIsJudgedByWhatTheBrowserDeclares() {
        phone = new Side(AudioCodec.OPUS);
        phone.meter.facing(browser.meter);
        browser.meter.facing(phone.meter);
        phone.speaks = true;
        browser.speaks = true;
        run(8);
        LegQuality quality = browser.meter.latest();

        assertThat(browser.meter.heard().wants(AudioCodec.OPUS)).isFalse();
        assertThat(browser.meter.heard().wants(AudioCodec.PCMU)).isTrue();
        assertThat(quality.speech().levelDbov()).isCloseTo(-20, within(0.1));
        assertThat(quality.speech().clippedShare()).isNaN();
        assertThat(quality.audio()).isEqualTo(Audio.HEARD);
    }

    @Test
    public void audioThatPassesUnseenIsNotTakenForSilence() {
        phone.speaks = true;
        browser.unseen = true;
        run(20);
        LegQuality quality = browser.meter.latest();

        assertThat(quality.speech()).isEqualTo(LegQuality.Speech.UNKNOWN);
        assertThat(quality.audio()).isEqualTo(Audio.HEARD);
    }

    @Test
    public void aPeerThatReportsExtendedSaysWhatItThinks() {
        ExtendedReports asked = new ExtendedReports(true, true);
        phone.reports.extend(asked);
        phone.speaks = true;
        run(3);
        assertThat(asked.ours().listeningMos()).isCloseTo(4.4, within(0.01));
        assertThat(asked.ours().mos()).as("of a delay that nobody knows").isNaN();
        assertThat(asked.ours().rating()).isNaN();
        phone.control();
        run(1);
        LegQuality before = phone.meter.latest();
        ExtendedReports theirs = new ExtendedReports(true, true);
        theirs.ours().opinion(-18, 61, 3.2, 3.1);
        phone.peerWriter.extend(theirs);
        phone.control();
        run(1);
        LegQuality after = phone.meter.latest();

        assertThat(before.outbound().peerOpinion()).isEqualTo(LegQuality.Opinion.UNKNOWN);
        assertThat(after.outbound().peerOpinion()).isEqualTo(new LegQuality.Opinion(61, 3.1, 3.2));
        // What we say of it is what we publish.
        assertThat(asked.ours().rating())
                .isCloseTo(after.inbound().opinion().rating(), within(0.5));
    }

    @Test
    public void theSummaryHasTheMeanDelayOfTheBufferWhileThereWasOne() {
        long[] delayNanos = {40 * MILLI};
        AudioPath path =
                new AudioPath() {
                    @Override
                    public void onPacket(RtpPacket packet, AudioCodec codec, long arrivalNanos) {
                        throw new IllegalStateException("not asked for");
                    }

                    @Override
                    public void figures(PathFigures into) {
                        into.buffered = true;
                        into.delayNanos = delayNanos[0];
                    }

                    @Override
                    public void close() {
                        // Holds nothing.
                    }
                };
        MediaSummary before = MediaSummary.of(browser.meter.whole(nowNanos), 0);
        run(2);
        browser.meter.outlet(path);
        run(3);
        delayNanos[0] = 60 * MILLI;
        run(3);
        browser.meter.outlet(AudioPath.NONE);
        run(5);
        MediaSummary unreported = MediaSummary.of(browser.meter.whole(nowNanos), 0);
        browser.delayNanos = 15 * MILLI;
        browser.control();
        MediaSummary reported = MediaSummary.of(browser.meter.whole(nowNanos), 0);

        assertThat(before.bufferMillis()).isNaN();
        assertThat(unreported.bufferMillis()).isCloseTo(50, within(1e-6));
        assertThat(unreported.delayMillis()).as("nobody knows the way").isNaN();
        assertThat(reported.delayMillis()).isCloseTo(65, within(1.0));
    }

    @Test
    public void countsOfAPathThatIsNoMoreStay() {

        AudioPath path =
                new AudioPath() {
                    @Override
                    public void onPacket(RtpPacket packet, AudioCodec codec, long arrivalNanos) {
                        throw new IllegalStateException("not asked for");
                    }

                    @Override
                    public void figures(PathFigures into) {

                        into.late += 3;
                        into.unplayed += 4;
                        into.unplayedKnown = true;
                        into.buffered = true;
                        into.concealedMillis += 80;
                    }

                    @Override
                    public void close() {
                        // Holds nothing.
                    }
                };
        browser.meter.outlet(path);
        browser.meter.outlet(path);
        browser.meter.outlet(AudioPath.NONE);
        run(2);
        LegQuality.Inbound inbound = browser.meter.latest().inbound();

        assertThat(inbound.late()).isEqualTo(6);
        assertThat(inbound.unplayed()).isEqualTo(8);
        assertThat(inbound.concealedMillis()).isEqualTo(160);
        assertThat(inbound.bufferMillis()).isNaN();
        assertThat(browser.meter.latest().audio()).isEqualTo(Audio.HELD);
    }

    @Test
    public void theSummaryIsOfTheWholeCallAndSaysWhatIsUnknown() {
        browser.lostOfTen = 2;
        run(10);
        browser.lostOfTen = 0;
        run(30);
        MediaSummary unreported = MediaSummary.of(browser.meter.whole(nowNanos), 0);
        browser.control();
        MediaSummary reported = MediaSummary.of(browser.meter.whole(nowNanos), 0);

        assertThat(browser.meter.latest().inbound().lossPercent()).isZero();
        assertThat(reported.lost()).isCloseTo(100, within(2L));
        assertThat(reported.mos()).isBetween(3.5, 4.2);
        assertThat(reported.peerMos()).isGreaterThan(4.3);
        assertThat(unreported.worstMos())
                .as("by 5 %% of loss")
                .isEqualTo(unreported.mos())
                .isBetween(reported.mos(), 4.2);
        assertThat(unreported.mos()).isEqualTo(Math.round(unreported.mos() * 100) / 100.0);
        assertThat(unreported.peerMos()).as("nobody reports").isNaN();
        assertThat(reported.worstMos()).isEqualTo(reported.mos());
        assertThat(unreported.toString())
                .startsWith(
                        "opus codecChanges=0 sent=2000 received=1900 lost=98 unplayed=98 concealedMillis=0")
                .endsWith(
                        "bufferMillis=unknown roundTripMillis=unknown mos=%s peerMos=unknown"
                                .formatted(unreported.mos()));
    }

    @Test
    public void onlyTheRecordOfEachSecondIsAllocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        phone.speaks = true;
        browser.speaks = true;
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 8; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            run(40);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        long perLegAndSecond = least / 80;
        System.out.println("bytes per leg and second: " + perLegAndSecond);

        assertThat(perLegAndSecond).isLessThan(512);
    }
}
