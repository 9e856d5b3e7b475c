package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import offhook.codec.AudioCodec;
import offhook.codec.Encoder;
import offhook.codec.dsp.Tone;
import offhook.codec.dsp.ToneDetector;
import offhook.codec.g711.G711Decoder;
import offhook.codec.g711.G711Encoder;
import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import offhook.rtp.RtpPacket;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Streams in, streams out, by a clock that the test turns.
public class PathTest {

    private static final long MILLI = 1_000_000L;
    private static final OpusSettings OPUS = OpusSettings.NARROWBAND;
    private static final double TONE_HZ = 1004;

    private RecordingLeg browser;
    private RecordingLeg trunk;
    private long nowNanos;
    private int sequence;
    private long timestamp;
    private byte[] packetBytes;

    @BeforeMethod
    public void begin() {
        browser = new RecordingLeg(AudioCodec.OPUS, false);
        trunk = new RecordingLeg(AudioCodec.PCMA, true);
        nowNanos = 1_000 * MILLI;
        sequence = 65_530;
        timestamp = 0xffff_fff0L - 160 * 20;
        packetBytes = new byte[2048];
    }

    @DataProvider
    public static Object[][] packetLengths() {
        return new Object[][] {{10}, {20}, {30}, {40}, {60}};
    }

    @Test(dataProvider = "packetLengths")
    public void phonePacketsOfAnyLengthBecomeOpusFramesOf960Ticks(int millis) {
        ArrivalPath path = new ArrivalPath(trunk, browser, new Transcoder(OPUS), new Deadlines());
        G711Encoder phone = new G711Encoder(AudioCodec.PCMA);
        Tone tone = Tone.milliwatt(8000);

        for (int played = 0; played < 3000; played += millis) {
            path.onPacket(
                    packet(encoded(phone, tone, millis * 8), 8, millis * 8),
                    AudioCodec.PCMA,
                    nowNanos);
            nowNanos += millis * MILLI;
        }

        assertThat(browser.sent).hasSize(150);
        assertThat(browser.sent).allSatisfy(f -> assertThat(f.clockTicks()).isIn(0, 960));
        assertThat(browser.sent.stream().skip(1)).allMatch(f -> f.clockTicks() == 960);
        assertThat(browser.sent.stream().filter(RecordingLeg.Sent::talkStart)).hasSize(1);
        assertThat(browser.sent.getFirst().talkStart()).isTrue();
        assertThat(toneOf(browser)).isBetween(-7.2, -5.2);
        path.close();
    }

    @DataProvider
    public static Object[][] losses() {
        return new Object[][] {{1, true}, {2, true}, {3, true}, {4, false}, {40, false}};
    }

    @Test(dataProvider = "losses")
    public void phonePacketsLostInARowAreConcealedUpTo60Millis(int lost, boolean concealed) {
        ArrivalPath path = new ArrivalPath(trunk, browser, new Transcoder(OPUS), new Deadlines());
        G711Encoder phone = new G711Encoder(AudioCodec.PCMA);
        Tone tone = Tone.milliwatt(8000);

        for (int i = 0; i < 100; i++) {
            RtpPacket packet = packet(encoded(phone, tone, 160), 8, 160);
            if (i < 20 || i >= 20 + lost) {
                path.onPacket(packet, AudioCodec.PCMA, nowNanos);
            }
            nowNanos += 20 * MILLI;
        }

        assertThat(browser.sent).hasSize(concealed ? 100 : 100 - lost);
        assertThat(browser.sent.get(20).clockTicks()).isEqualTo(concealed ? 960 : (lost + 1) * 960);
        assertThat(
                        browser.sent.stream()
                                .skip(1)
                                .mapToInt(RecordingLeg.Sent::clockTicks)
                                .filter(t -> t != 960))
                .hasSize(concealed ? 0 : 1);
        path.close();
    }

    @Test
    public void heldBrowserCostsNothingAndResumesInTime() {
        ArrivalPath path = new ArrivalPath(trunk, browser, new Transcoder(OPUS), new Deadlines());
        G711Encoder phone = new G711Encoder(AudioCodec.PCMA);
        Tone tone = Tone.milliwatt(8000);

        for (int i = 0; i < 100; i++) {
            browser.sending = i < 30 || i >= 60;
            path.onPacket(packet(encoded(phone, tone, 160), 8, 160), AudioCodec.PCMA, nowNanos);
            nowNanos += 20 * MILLI;
        }

        assertThat(browser.sent).hasSize(70);
        assertThat(browser.sent.get(30).clockTicks()).isEqualTo(31 * 960);
        path.close();
    }

    @Test
    public void trunkHearsTheBrowserEvery20MillisWhateverComes() {
        ClockedPath path = new ClockedPath(browser, trunk, new Transcoder(OPUS), nowNanos);
        OpusEncoder microphone = new OpusEncoder(OPUS);
        Tone tone = Tone.milliwatt(8000);

        for (int i = 0; i < 500; i++) {
            byte[] payload = encoded(microphone, tone, 160);
            boolean muted = i >= 150 && i < 350;
            RtpPacket packet = packet(payload, 111, 960, !muted);
            if (!muted) {
                path.onPacket(packet, AudioCodec.OPUS, nowNanos);
            }
            tickUntil(path, nowNanos + 20 * MILLI);
        }

        assertThat(trunk.sent.size()).isBetween(499, 502);
        assertThat(trunk.sent.stream().skip(1)).allMatch(f -> f.clockTicks() == 160);
        assertThat(trunk.sent).allMatch(f -> f.payload().length == 160);
        assertThat(toneLevel(trunk, 50, 150)).isBetween(-7.2, -5.2);
        assertThat(toneLevel(trunk, 170, 340)).isLessThan(-60);
        assertThat(toneLevel(trunk, 380, 490)).isBetween(-7.2, -5.2);
        path.close();
    }

    @Test
    public void heldTrunkGetsNothingAndItsTimestampsGoOn() {
        ClockedPath path = new ClockedPath(browser, trunk, new Transcoder(OPUS), nowNanos);

        tickUntil(path, nowNanos + 1000 * MILLI);
        int before = trunk.sent.size();
        trunk.sending = false;
        tickUntil(path, nowNanos + 1000 * MILLI);
        assertThat(trunk.sent).hasSize(before);
        trunk.sending = true;
        tickUntil(path, nowNanos + 100 * MILLI);

        assertThat(trunk.sent.get(before).clockTicks()).isEqualTo(51 * 160);
        assertThat(trunk.sent.get(before).talkStart()).isTrue();
        path.close();
    }

    @Test
    public void trunkOfALoopThatStoodStillLosesThatTimeAndNoMore() {
        ClockedPath path = new ClockedPath(browser, trunk, new Transcoder(OPUS), nowNanos);
        tickUntil(path, nowNanos + 1000 * MILLI);

        nowNanos += 2000 * MILLI;
        path.onDue(nowNanos);
        tickUntil(path, nowNanos + 1000 * MILLI);

        int ticks = trunk.sent.stream().skip(1).mapToInt(RecordingLeg.Sent::clockTicks).sum();
        assertThat(ticks).isBetween(160 * 199, 160 * 202);
        assertThat(trunk.sent.size()).isLessThan(120);
        path.close();
    }

    @Test
    public void aFrameThatComesShortlyBeforeItsTickGoesOnAtOnce() {
        ClockedPath path = new ClockedPath(browser, trunk, new Transcoder(OPUS), nowNanos);
        OpusEncoder microphone = new OpusEncoder(OPUS);
        Tone tone = Tone.milliwatt(8000);
        int atOnce = 0;

        for (int i = 0; i < 200; i++) {
            int before = trunk.sent.size();
            path.onPacket(
                    packet(encoded(microphone, tone, 160), 111, 960), AudioCodec.OPUS, nowNanos);
            atOnce += trunk.sent.size() - before;
            tickUntil(path, nowNanos + 20 * MILLI);
        }

        // All but the first few, until the clock has found the browser's.
        assertThat(atOnce).isGreaterThan(150);
        assertThat(trunk.sent.size()).isBetween(199, 202);
        assertThat(trunk.sent.stream().skip(1)).allMatch(f -> f.clockTicks() == 160);
        path.close();
    }

    @Test
    public void aFrameThatComesLongBeforeItsTickWaits() {
        ClockedPath path = new ClockedPath(browser, trunk, new Transcoder(OPUS), nowNanos);
        OpusEncoder microphone = new OpusEncoder(OPUS);
        Tone tone = Tone.milliwatt(8000);
        path.onDue(nowNanos);
        int before = trunk.sent.size();

        path.onPacket(
                packet(encoded(microphone, tone, 160), 111, 960),
                AudioCodec.OPUS,
                path.dueNanos() - 10 * MILLI);

        assertThat(trunk.sent).hasSize(before);
        path.close();
    }

    private void tickUntil(ClockedPath path, long untilNanos) {
        while (path.dueNanos() <= untilNanos) {
            path.onDue(path.dueNanos());
        }
        nowNanos = untilNanos;
    }

    private static byte[] encoded(Encoder encoder, Tone tone, int samples) {
        short[] pcm = new short[samples];
        tone.fill(pcm, 0, samples);
        byte[] payload = new byte[1500];
        int length = encoder.encode(pcm, 0, samples, payload, 0);
        return Arrays.copyOf(payload, length);
    }

    private RtpPacket packet(byte[] payload, int payloadType, int ticks) {
        return packet(payload, payloadType, ticks, true);
    }

    /// The next packet of a stream; one that is not sent takes time but no number, as in DTX.
    private RtpPacket packet(byte[] payload, int payloadType, int ticks, boolean sent) {
        RtpPacket.writeHeader(packetBytes, 0, payloadType, false, sequence, timestamp, 77);
        System.arraycopy(payload, 0, packetBytes, RtpPacket.HEADER_BYTES, payload.length);
        sequence = sent ? (sequence + 1) & 0xffff : sequence;
        timestamp = (timestamp + ticks) & 0xffff_ffffL;
        RtpPacket packet = new RtpPacket();
        assertThat(packet.wrap(packetBytes, 0, RtpPacket.HEADER_BYTES + payload.length))
                .isEqualTo(RtpPacket.Validity.VALID);
        return packet;
    }

    private static double toneOf(RecordingLeg leg) {
        OpusDecoder decoder = new OpusDecoder(8000);
        short[] pcm = new short[leg.sent.size() * 160];
        for (int i = 0; i < leg.sent.size(); i++) {
            byte[] payload = leg.sent.get(i).payload();
            assertThat(decoder.decode(payload, 0, payload.length, pcm, i * 160)).isEqualTo(160);
        }
        decoder.close();
        return new ToneDetector(8000).levelDbov(pcm, 8000, 8000, TONE_HZ);
    }

    private static double toneLevel(RecordingLeg leg, int fromFrame, int toFrame) {
        G711Decoder decoder = new G711Decoder(AudioCodec.PCMA);
        short[] pcm = new short[(toFrame - fromFrame) * 160];
        IntStream.range(fromFrame, toFrame)
                .forEach(i ->
                        decoder.decode(
                                leg.sent.get(i).payload(), 0, 160, pcm, (i - fromFrame) * 160));
        return new ToneDetector(8000).levelDbov(pcm, 0, pcm.length, TONE_HZ);
    }
}
