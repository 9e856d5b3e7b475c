package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import offhook.codec.AudioCodec;
import offhook.codec.opus.OpusSettings;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Streams as browsers send them, toward a trunk: a packet each 20 ms for the whole of the call,
/// the tone at its level, silence where the browser is silent.
public class BrowserStreamTest {

    private static final long MILLI = 1_000_000L;
    private static final double TONE_HZ = 1000;
    private static final double TONE_DBOV = -16;
    private static final int BEFORE = 1000;
    private static final int AFTER = 2000;
    private static final int BACK_MILLIS = 250;

    /// @param silent from when to when after the begin of what happens nothing may be heard
    private record Story(
            String name, int silentFrom, int silentTo, Consumer<PhoneStream> happening) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Story story(String name, Consumer<PhoneStream> happening) {
        return new Story(name, 0, 0, happening);
    }

    private static List<Story> stories() {
        return List.of(
                story("nothing", s -> {}),
                story("another SSRC", s -> s.ssrc = 4711),
                story(
                        "another SSRC, sequence and time",
                        s -> {
                            s.ssrc = 4711;
                            s.sequence = 9;
                            s.timestamp = 12_345;
                        }),
                story("timestamps jump", s -> s.timestamp += 8_000_000),
                new Story("mute for 60 s", 300, 60_000, s -> s.pause(60_000, 60_000)),
                new Story("mute, and the time stood still", 300, 5000, s -> s.pause(5000, 0)),
                story("packets of 40 ms", s -> s.talk(600, 40)),
                story("packets of 60 ms", s -> s.talk(600, 60)),
                story("packets of 10 ms", s -> s.talk(600, 10)),
                story("copies", s -> s.twice(20).talk(60).twice(20)),
                story("two packets exchanged", s -> s.holdBack().talk(40).releaseReversed()),
                story("one lost", s -> s.lose(20)),
                story("three lost", s -> s.lose(20).lose(20).lose(20)),
                story("outage, then all at once", s -> s.holdBack().talk(300).release()));
    }

    @DataProvider
    public static Object[][] streams() {
        return Stream.of(AudioCodec.OPUS, AudioCodec.PCMA)
                .flatMap(from ->
                        Stream.of(
                                        AudioCodec.PCMA,
                                        AudioCodec.PCMU,
                                        AudioCodec.G722,
                                        AudioCodec.OPUS)
                                .flatMap(to ->
                                        stories().stream()
                                                .map(story -> new Object[] {from, to, story})))
                .toArray(Object[][]::new);
    }

    @Test(dataProvider = "streams")
    public void trunkHearsOneStream(AudioCodec from, AudioCodec to, Story story) {
        RecordingLeg browser = new RecordingLeg(from, false);
        RecordingLeg trunk = new RecordingLeg(to, true);
        Deadlines deadlines = new Deadlines();
        ClockedPath path =
                new ClockedPath(browser, trunk, new Transcoder(OpusSettings.NARROWBAND), 7 * MILLI);
        deadlines.schedule(path);
        PhoneStream page =
                new PhoneStream(path, deadlines, trunk, from, BrowserStreamTest::tone, 7 * MILLI);

        page.talk(BEFORE);
        long happensAt = page.millis();
        story.happening().accept(page);
        long endsAt = page.millis();
        page.talk(AFTER);

        checkNumbers(trunk.sent, to);
        Listener heard = Listener.of(trunk.sent, to == AudioCodec.OPUS);
        assertThat(heard.millis()).isCloseTo((int) page.millis(), within(100));
        checkTone(heard, 200, (int) happensAt - 60);
        checkTone(heard, (int) endsAt + BACK_MILLIS, heard.millis() - 20);
        if (story.silentTo() > 0 && to != AudioCodec.OPUS) {
            assertThat(
                            heard.rmsDbov(
                                    (int) happensAt + story.silentFrom(),
                                    (int) happensAt + story.silentTo()))
                    .isLessThan(-60);
        }
        path.close();
        page.close();
    }

    private static void checkNumbers(List<RecordingLeg.Sent> sent, AudioCodec to) {
        assertThat(sent.getFirst().talkStart()).isTrue();
        for (int i = 1; i < sent.size(); i++) {
            RecordingLeg.Sent each = sent.get(i);
            if (to == AudioCodec.OPUS) {
                // A peer that conceals gets what there is, each frame at its time, and a sign of
                // life while there is nothing.
                assertThat(each.clockTicks()).isBetween(480, 48_000 * 2 / 5 + 960);
            } else {
                assertThat(each.clockTicks()).as("packet " + i).isEqualTo(160);
                assertThat(each.payload()).hasSize(160);
                assertThat(each.talkStart()).isFalse();
                long gap = each.atNanos() - sent.get(i - 1).atNanos();
                // A tick may be early by 2.5 ms when its frame is there.
                assertThat(gap).isBetween(16 * MILLI, 24 * MILLI);
            }
        }
    }

    private static void checkTone(Listener heard, int fromMillis, int toMillis) {
        for (int at = fromMillis; at + 100 <= toMillis; at += 50) {
            assertThat(heard.toneDbov(at, at + 100, TONE_HZ))
                    .as("tone at " + at + " ms")
                    .isCloseTo(TONE_DBOV, within(1.0));
        }
    }

    private static void tone(short[] pcm, int samples, int rateHz, long startSample) {
        double peak = 32_768 * Math.pow(10, TONE_DBOV / 20) * Math.sqrt(2);
        for (int i = 0; i < samples; i++) {
            double time = (double) (startSample + i) / rateHz;
            pcm[i] = (short) Math.round(peak * Math.sin(2 * Math.PI * TONE_HZ * time));
        }
    }
}
