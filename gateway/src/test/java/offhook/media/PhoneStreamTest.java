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

/// Streams as phones and phone systems send them, toward a browser: the tone is there, at its
/// level, and what we send is one stream whatever came.
public class PhoneStreamTest {

    private static final long MILLI = 1_000_000L;
    private static final double TONE_HZ = 1000;
    private static final double TONE_DBOV = -16;
    private static final int BEFORE = 1000;
    private static final int AFTER = 2000;
    private static final int BACK_MILLIS = 200;

    /// What happens to a stream.
    ///
    /// @param talkStarts how many times it may count as a new talkspurt
    /// @param outage how long audio may be missing beyond what was not sent
    private record Story(String name, int talkStarts, int outage, Consumer<PhoneStream> happening) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Story story(String name, int talkStarts, Consumer<PhoneStream> happening) {
        return new Story(name, talkStarts, BACK_MILLIS, happening);
    }

    private static List<Story> stories() {
        return List.of(
                new Story("nothing", 0, 0, s -> {}),
                story("another SSRC", 1, s -> s.ssrc = 4711),
                story(
                        "another SSRC, sequence and time",
                        1,
                        s -> {
                            s.ssrc = 4711;
                            s.sequence = 9;
                            s.timestamp = 12_345;
                        }),
                story("sequence begins anew", 1, s -> s.sequence = 20_000),
                story("timestamps jump forward", 1, s -> s.timestamp += 800_000),
                story("timestamps jump back", 1, s -> s.timestamp -= 800_000),
                new Story(
                        "marker on each packet",
                        0,
                        0,
                        s -> {
                            s.marker = true;
                            s.talk(500);
                            s.marker = false;
                        }),
                new Story("packets of 10 ms", 0, 0, s -> s.talk(600, 10)),
                new Story("packets of 30 ms", 0, 0, s -> s.talk(600, 30)),
                new Story("packets of 40 ms", 0, 0, s -> s.talk(600, 40)),
                new Story("packets of 60 ms", 0, 0, s -> s.talk(600, 60)),
                new Story(
                        "packets of all lengths",
                        0,
                        0,
                        s -> s.talk(60, 10).talk(90, 30).talk(30, 30).talk(120, 60).talk(40, 20)),
                new Story("copies", 0, 0, s -> s.twice(20).talk(60).twice(20).twice(20)),
                story("two packets exchanged", 0, s -> s.holdBack().talk(40).releaseReversed()),
                story("one lost", 0, s -> s.lose(20)),
                story("five lost", 0, s -> s.lose(20).lose(20).lose(20).lose(20).lose(20)),
                story("a pause whose timestamps went on", 1, s -> s.pause(3000, 3000)),
                story("a pause whose timestamps stood still", 1, s -> s.pause(3000, 0)),
                story("a pause whose timestamps jumped", 1, s -> s.pause(3000, 77_000)),
                story("a pause behind comfort noise", 1, s -> s.comfortNoise(70).pause(3000, 3000)),
                story(
                        "comfort noise again and again",
                        20,
                        s -> {
                            for (int i = 0; i < 20; i++) {
                                s.comfortNoise(65).pause(200, 200);
                            }
                        }),
                new Story(
                        "bursts of five",
                        0,
                        0,
                        s -> {
                            for (int i = 0; i < 10; i++) {
                                s.holdBack().talk(100).release();
                            }
                        }),
                story("outage, then all at once", 0, s -> s.holdBack().talk(300).release()),
                new Story(
                        "timestamps that count 164 in 20 ms",
                        0,
                        0,
                        s -> {
                            for (int i = 0; i < 50; i++) {
                                s.talk(20).timestamp += 4;
                            }
                        }),
                new Story(
                        "timestamps that count 80 in 20 ms",
                        0,
                        0,
                        s -> {
                            for (int i = 0; i < 50; i++) {
                                s.talk(20).timestamp -= 80;
                            }
                        }));
    }

    private static Stream<Story> changesOfCodec() {
        return Stream.of(
                new Story(
                        "PCMU, PCMA, G.722",
                        0,
                        30,
                        s ->
                                s.codec(AudioCodec.PCMU)
                                        .talk(400)
                                        .codec(AudioCodec.G722)
                                        .talk(400)
                                        .codec(AudioCodec.PCMA)
                                        .talk(400)),
                new Story(
                        "another codec each packet",
                        0,
                        600,
                        s -> {
                            for (int i = 0; i < 10; i++) {
                                s.codec(AudioCodec.PCMU).talk(20);
                                s.codec(AudioCodec.G722).talk(20);
                                s.codec(AudioCodec.PCMA).talk(20);
                            }
                        }),
                new Story(
                        "between packets of 30 ms",
                        0,
                        30,
                        s ->
                                s.talk(30, 30)
                                        .codec(AudioCodec.PCMU)
                                        .talk(300, 30)
                                        .codec(AudioCodec.G722)
                                        .talk(390, 30)),
                story("Opus, another clock", 1, s -> s.codec(AudioCodec.OPUS).talk(1000)));
    }

    @DataProvider
    public static Object[][] streams() {
        return Stream.of(AudioCodec.OPUS, AudioCodec.PCMA, AudioCodec.PCMU)
                .flatMap(to ->
                        Stream.of(AudioCodec.PCMA, AudioCodec.G722)
                                .flatMap(from ->
                                        Stream.concat(stories().stream(), changesOfCodec())
                                                .map(story -> new Object[] {from, to, story})))
                .toArray(Object[][]::new);
    }

    @Test(dataProvider = "streams")
    public void browserHearsOneStream(AudioCodec from, AudioCodec to, Story story) {
        RecordingLeg trunk = new RecordingLeg(from, true);
        RecordingLeg browser = new RecordingLeg(to, false);
        Deadlines deadlines = new Deadlines();
        ArrivalPath path =
                new ArrivalPath(trunk, browser, new Transcoder(OpusSettings.NARROWBAND), deadlines);
        PhoneStream phone =
                new PhoneStream(path, deadlines, browser, from, PhoneStreamTest::tone, 7 * MILLI);

        phone.talk(BEFORE);
        long happensAt = phone.millis();
        story.happening().accept(phone);
        long endsAt = phone.millis();
        phone.talk(AFTER);

        checkNumbers(browser.sent, story);
        Listener heard = Listener.of(browser.sent);
        assertThat(heard.millis())
                .as("our time is real time")
                .isCloseTo((int) phone.millis(), within(60));
        checkTone(heard, 100, (int) happensAt - 60);
        checkTone(heard, (int) endsAt + story.outage(), heard.millis() - 20);
        assertThat(deadlines.isEmpty()).isTrue();
        path.close();
        phone.close();
    }

    @Test
    public void aCallOfThreeHoursIsOneStreamOverEveryWrap() {
        RecordingLeg trunk = new RecordingLeg(AudioCodec.PCMA, true);
        RecordingLeg browser = new RecordingLeg(AudioCodec.PCMA, false);
        Deadlines deadlines = new Deadlines();
        ArrivalPath path =
                new ArrivalPath(trunk, browser, new Transcoder(OpusSettings.NARROWBAND), deadlines);
        PhoneStream phone =
                new PhoneStream(
                        path,
                        deadlines,
                        browser,
                        AudioCodec.PCMA,
                        (pcm, samples, rateHz, start) -> pcm[0] = (short) start,
                        0);
        long packets = 0;
        long ticks = 0;

        for (int minute = 0; minute < 180; minute++) {
            phone.talk(60_000);
            packets += browser.sent.size();
            ticks += browser.sent.stream().mapToLong(RecordingLeg.Sent::clockTicks).sum();
            browser.sent.clear();
        }

        assertThat(packets).isEqualTo(180L * 3000);
        assertThat(ticks).isEqualTo((packets - 1) * 160);
        path.close();
        phone.close();
    }

    /// Packets follow each other without gap or overlap but where talk begins or one was lost.
    private static void checkNumbers(List<RecordingLeg.Sent> sent, Story story) {
        long talkStarts = sent.stream().filter(RecordingLeg.Sent::talkStart).count();
        assertThat(sent.getFirst().talkStart()).isTrue();
        assertThat(talkStarts).isLessThanOrEqualTo(1 + story.talkStarts());
        for (int i = 1; i < sent.size(); i++) {
            RecordingLeg.Sent before = sent.get(i - 1);
            int length = before.codec() == AudioCodec.OPUS ? 960 : before.payload().length;
            assertThat(sent.get(i).clockTicks()).as("packet " + i).isGreaterThanOrEqualTo(length);
            if (story.outage() == 0) {
                assertThat(sent.get(i).clockTicks()).as("packet " + i).isEqualTo(length);
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
