package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import offhook.codec.AudioCodec;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.Tone;
import offhook.codec.opus.OpusSettings;
import offhook.codec.quality.Alignment;
import offhook.codec.quality.Recording;
import offhook.codec.sound.HoldMusic;
import offhook.codec.sound.Sound;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What the peer of a leg hears when the leg it is joined to and sounds of ours take turns, by a
/// clock that the test turns.
public class EarpieceTest {

    private static final long MILLI = 1_000_000L;
    private static final OpusSettings OPUS = OpusSettings.NARROWBAND;
    private static final double VOICE_HZ = 1004;
    private static final double VOICE_DBM0 = -15;
    private static final double OURS_HZ = 620;
    private static final double OURS_DBM0 = -25;
    private static final double ROUNDING_DB = 1.5;
    private static final Random BREATH = new Random(11);
    private static final Sound MUSIC = HoldMusic.sound();

    /// Of 2,000 packets each.
    private static final int MOST_ROUNDS = 300;

    private Deadlines deadlines;
    private RecordingLeg peer;
    private Earpiece earpiece;

    @BeforeMethod
    public void begin() {
        deadlines = new Deadlines();
    }

    private void facing(AudioCodec codec, boolean clocked) {
        peer = new RecordingLeg(codec, clocked);
        peer.nowNanos = 1000 * MILLI;
        earpiece =
                new Earpiece(
                        peer, new Encoders(OPUS, OPUS::complexity), deadlines, () -> peer.nowNanos);
    }

    private PhoneStream joined(AudioCodec theirs) {
        RecordingLeg source = new RecordingLeg(theirs, !peer.isClocked());
        Transcoder transcoder = new Transcoder(earpiece.encoders());
        earpiece.handOver();
        AudioPath path;
        if (peer.isClocked()) {
            ClockedPath clocked =
                    new ClockedPath(source, earpiece, transcoder, earpiece.nextNanos());
            deadlines.schedule(clocked);
            path = clocked;
        } else {
            path = new ArrivalPath(source, earpiece, transcoder, deadlines);
        }
        return new PhoneStream(
                path, deadlines, peer, theirs, EarpieceTest::voice, peer.nowNanos + 7 * MILLI);
    }

    /// A tone with breath: a pure one resonates in codecs of voice as no voice does.
    private static void voice(short[] pcm, int samples, int rateHz, long startSample) {
        double step = 2 * Math.PI * VOICE_HZ / rateHz;
        double amplitude = Math.sqrt(2) * Level.toRms(VOICE_DBM0 + Level.DBM0_IN_DBOV);
        for (int i = 0; i < samples; i++) {
            double breath = BREATH.nextGaussian() * amplitude / 25;
            pcm[i] = (short) Math.round(amplitude * Math.sin(step * (startSample + i)) + breath);
        }
    }

    private static Sound tone(double hz, double dbm0) {
        short[] pcm = new short[Sound.WIDEBAND_HZ];
        new Tone(Sound.WIDEBAND_HZ, dbm0, hz).fill(pcm, 0, pcm.length);
        return Sound.of(pcm, Sound.WIDEBAND_HZ);
    }

    private void pass(int millis) {
        for (int i = 0; i < millis; i++) {
            peer.nowNanos += MILLI;
            deadlines.runUntil(peer.nowNanos);
        }
    }

    /// The last is how much the loudest sample may exceed those of the voice. Opus that is passed
    /// on begins in the middle of its prediction, of which nothing is more sensitive than a tone.
    @DataProvider
    public static Object[][] legs() {
        return new Object[][] {
            {"browser to trunk", AudioCodec.OPUS, AudioCodec.PCMA, true, 1.2},
            {"browser to wideband trunk", AudioCodec.OPUS, AudioCodec.G722, true, 1.2},
            {"browser to a trunk that speaks Opus", AudioCodec.OPUS, AudioCodec.OPUS, true, 2.2},
            {"passed through to a trunk", AudioCodec.PCMU, AudioCodec.PCMU, true, 1.2},
            {"wideband passed through to a trunk", AudioCodec.G722, AudioCodec.G722, true, 1.5},
            {"trunk to browser", AudioCodec.PCMA, AudioCodec.OPUS, false, 1.2},
            {"passed through to a browser", AudioCodec.PCMA, AudioCodec.PCMA, false, 1.2},
            {"wideband trunk to browser", AudioCodec.G722, AudioCodec.OPUS, false, 1.2},
        };
    }

    @Test(dataProvider = "legs")
    public void aSoundOfOursTakesThePlaceOfTheVoiceInOneStreamThreeTimes(
            String what, AudioCodec theirs, AudioCodec ours, boolean clocked, double click) {
        facing(ours, clocked);
        PhoneStream phone = joined(theirs);
        Sound sound = tone(OURS_HZ, OURS_DBM0);

        for (int round = 0; round < 3; round++) {
            phone.talk(1000);
            // Between two frames, each time elsewhere.
            at(peer.nowNanos + (3 + 6 * round) * MILLI, () -> earpiece.play(sound));
            phone.talk(1300);
            at(peer.nowNanos + (17 - 5 * round) * MILLI, earpiece::stop);
        }
        phone.talk(1000);
        phone.close();
        earpiece.close();

        int frame = ours.rtpClockHz() / 50;
        assertThat(peer.sent.stream().skip(1))
                .as("time line %s", what)
                .allMatch(each -> each.clockTicks() == frame);
        long wholeMillis = (peer.nowNanos - 1000 * MILLI) / MILLI;
        assertThat(peer.sent.size() * 20L).isCloseTo(wholeMillis, within(60L));
        Listener heard = Listener.of(peer.sent);
        double voice = VOICE_DBM0 + Level.DBM0_IN_DBOV;
        double music = OURS_DBM0 + Level.DBM0_IN_DBOV;
        for (int round = 0; round < 3; round++) {
            int start = round * 2300;
            assertThat(heard.toneDbov(start + 200, start + 900, VOICE_HZ))
                    .isCloseTo(voice, within(ROUNDING_DB));
            assertThat(heard.toneDbov(start + 200, start + 900, OURS_HZ)).isLessThan(-50);
            assertThat(heard.toneDbov(start + 1150, start + 2200, OURS_HZ))
                    .isCloseTo(music, within(ROUNDING_DB));
            assertThat(heard.toneDbov(start + 1150, start + 2200, VOICE_HZ)).isLessThan(-50);
        }
        assertThat(heard.toneDbov(7250, 7800, VOICE_HZ)).isCloseTo(voice, within(ROUNDING_DB));
        assertThat(peakOf(heard.pcm()))
                .as("no click is louder than the voice: %s", what)
                .isLessThan((int) (click * Math.sqrt(2) * Level.toRms(voice)));
        assertThat(silentFrames(heard)).as("no frame is silent").isZero();
    }

    private void at(long nanos, Runnable action) {
        deadlines.schedule(
                new Timed() {
                    @Override
                    public long dueNanos() {
                        return nanos;
                    }

                    @Override
                    public void onDue(long nowNanos) {
                        deadlines.unschedule(this);
                        action.run();
                    }

                    @Override
                    public void onDefect(RuntimeException defect) {
                        throw defect;
                    }
                });
    }

    private static int peakOf(short[] pcm) {
        int peak = 0;
        for (short sample : pcm) {
            peak = Math.max(peak, Math.abs(sample));
        }
        return peak;
    }

    /// Frames of 40 ms, so that the fades are none, after the decoder's own delay.
    private static int silentFrames(Listener heard) {
        int silent = 0;
        for (int millis = 100; millis + 40 <= heard.millis(); millis += 20) {
            silent += heard.rmsDbov(millis, millis + 40) < -55 ? 1 : 0;
        }
        return silent;
    }

    @DataProvider
    public static Object[][] codecs() {
        return new Object[][] {
            {AudioCodec.PCMA, true}, {AudioCodec.G722, true}, {AudioCodec.OPUS, false}
        };
    }

    @Test(dataProvider = "codecs")
    public void theMusicIsRecognisedForTenMinutes(AudioCodec codec, boolean clocked) {
        facing(codec, clocked);

        earpiece.play(MUSIC);
        pass(600_000);
        earpiece.stop();
        pass(100);

        int frame = codec.rtpClockHz() / 50;
        assertThat(peer.sent).hasSize(30_002);
        assertThat(peer.sent.stream().skip(1)).allMatch(each -> each.clockTicks() == frame);
        assertThat(deadlines.isEmpty()).as("nothing plays any more").isTrue();
        assertThat(earpiece.isSending()).isTrue();
        earpiece.close();
        Listener heard = Listener.of(peer.sent);
        for (int minute = 0; minute < 10; minute += 3) {
            int from = minute * 60_000 + 30_000;
            assertThat(heard.rmsDbov(from, from + 20_000))
                    .isCloseTo(HoldMusic.LEVEL_DBM0 + Level.DBM0_IN_DBOV, within(3.0));
            Recording there = new Recording(piece(heard.pcm(), from, 4000), 8000);
            assertThat(Alignment.of(original(from, 4000), there, 40).correlation())
                    .as("after %d minutes", minute)
                    .isGreaterThan(0.9);
        }
    }

    private static short[] piece(short[] pcm, int fromMillis, int millis) {
        return Arrays.copyOfRange(pcm, fromMillis * 8, (fromMillis + millis) * 8);
    }

    private static Recording original(int fromMillis, int millis) {
        short[] pcm = new short[millis * 8];
        MUSIC.read(Sound.NARROWBAND_HZ, fromMillis * 8L, pcm, 0, pcm.length);
        return new Recording(pcm, 8000);
    }

    @Test
    public void aLegThatIsJoinedMeanwhileIsHeardWhenTheSoundEnds() {
        facing(AudioCodec.PCMA, true);

        earpiece.play(tone(OURS_HZ, OURS_DBM0));
        pass(1003);
        PhoneStream phone = joined(AudioCodec.OPUS);
        phone.talk(1000);
        earpiece.stop();
        phone.talk(1000);
        phone.close();
        earpiece.close();

        assertThat(peer.sent.stream().skip(1)).allMatch(each -> each.clockTicks() == 160);
        Listener heard = Listener.of(peer.sent);
        assertThat(heard.toneDbov(100, 1950, OURS_HZ)).isCloseTo(-31.2, within(ROUNDING_DB));
        assertThat(heard.toneDbov(100, 1950, VOICE_HZ)).isLessThan(-50);
        assertThat(heard.toneDbov(2200, 2900, VOICE_HZ)).isCloseTo(-21.2, within(ROUNDING_DB));
    }

    @Test
    public void oneSoundFollowsAnother() {
        facing(AudioCodec.PCMU, true);

        earpiece.play(tone(OURS_HZ, OURS_DBM0));
        pass(1000);
        earpiece.play(tone(425, -15));
        pass(1000);
        earpiece.play(Sound.SILENCE);
        pass(1000);
        earpiece.close();

        assertThat(peer.sent).hasSize(150 + 1);
        Listener heard = Listener.of(peer.sent);
        assertThat(heard.toneDbov(50, 950, OURS_HZ)).isCloseTo(-31.2, within(0.3));
        assertThat(heard.toneDbov(1050, 1950, 425)).isCloseTo(-21.2, within(0.3));
        assertThat(heard.rmsDbov(2050, 2950)).isLessThan(-70);
    }

    @Test
    public void aPeerThatWantsToHearNothingGetsNothing() {
        facing(AudioCodec.PCMA, true);

        earpiece.play(tone(OURS_HZ, OURS_DBM0));
        pass(500);
        peer.sending = false;
        pass(500);
        int before = peer.sent.size();
        peer.sending = true;
        pass(500);
        earpiece.close();

        assertThat(before).isEqualTo(26);
        assertThat(peer.sent).hasSize(26 + 25);
        assertThat(peer.sent.get(26).clockTicks()).isEqualTo(26 * 160);
    }

    @Test
    public void aLateLoopPlaysOnWhereTimeIs() {
        facing(AudioCodec.PCMA, true);

        earpiece.play(tone(OURS_HZ, OURS_DBM0));
        pass(500);
        peer.nowNanos += 400 * MILLI;
        deadlines.late(peer.nowNanos);
        pass(500);
        earpiece.close();

        assertThat(peer.sent.stream().mapToInt(RecordingLeg.Sent::clockTicks).sum())
                .isCloseTo(1400 * 8, within(320));
        assertThat(peer.sent.size()).isBetween(54, 58);
    }

    @Test(dataProvider = "codecs")
    public void playingMakesNoGarbage(AudioCodec codec, boolean clocked) {
        MirrorLeg leg = new MirrorLeg(codec, clocked);
        Player player = new Player(MUSIC, leg, new Encoders(OPUS, OPUS::complexity), 0, () -> {});
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        int rounds = 0;
        // Until the optimizing compiler came to what native code is called through, however long
        // its queue is.
        for (; rounds < 8 || least > 0 && rounds < MOST_ROUNDS; rounds++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2000; i++) {
                leg.nowNanos = player.dueNanos();
                player.onDue(player.dueNanos());
            }
            // The least of the rounds: the compiler's own work counts on this thread, too.
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(leg.sent).isEqualTo(2000 * rounds);
        assertThat(least).isZero();
    }
}
