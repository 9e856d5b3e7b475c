package offhook.e2e.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import offhook.e2e.call.Hearing;
import offhook.e2e.call.Voices;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.RtpPhone;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.Ear;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.Reporter;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Streams of phones that jump, change and pause as streams of phones do: the agent goes on hearing
/// the caller, and the stream toward the browser knows nothing of it.
///
/// The caller says one tone, and another from the moment on at which the oddity is over, so that
/// what is heard tells when it was said.
@Test(groups = {"e2e", "media"})
public class OddPhoneIT {
    private static final long MILLI = 1_000_000;
    private static final double BEFORE_HZ = 440;
    private static final double AFTER_HZ = 770;
    private static final int AGENT_HZ = 1030;
    private static final double MOST_BACK_MILLIS = 200;

    /// Far less than the phone's timestamps jump and than its longest pause, far more than a
    /// machine stalls.
    private static final double MOST_ASTRAY_MILLIS = 8000;

    /// Of the agent's tone at the phone: what comes late on a machine that stalls is concealed.
    private static final double LEAST_OF_AGENT = 0.2;

    private static final int OPUS_TICKS_PER_MILLI = 48;

    private final AtomicInteger agents = new AtomicInteger();
    private Exchange exchange;

    /// What a phone does between two tones, and how long its packets are in the end.
    private record Oddity(String name, Consumer<RtpPhone> doing) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Oddity> ODDITIES =
            List.of(
                    new Oddity("another source", RtpPhone::changeSource),
                    new Oddity("other numbers", RtpPhone::restartSequence),
                    new Oddity("timestamps later", phone -> phone.jumpTimestamp(1_000_000)),
                    new Oddity("timestamps earlier", phone -> phone.jumpTimestamp(-1_000_000)),
                    new Oddity("the other codec", phone -> phone.speakIn(G711.PCMU)),
                    new Oddity("packets of 10 ms", phone -> phone.packetize(10)),
                    new Oddity("packets of 30 ms", phone -> phone.packetize(30)),
                    new Oddity("packets of 40 ms", phone -> phone.packetize(40)),
                    new Oddity("packets of 60 ms", phone -> phone.packetize(60)),
                    new Oddity("packets of all lengths", OddPhoneIT::mixLengths),
                    new Oddity("no marker", OddPhoneIT::pauseUnmarked),
                    new Oddity("comfort noise", OddPhoneIT::pauseWithNoise),
                    new Oddity("pauses", OddPhoneIT::pauseOften),
                    new Oddity("20 s of nothing", phone -> pauseFor(phone, 20_000)),
                    new Oddity("a thousand sources a second", OddPhoneIT::changeAThousandTimes));

    private static void mixLengths(RtpPhone phone) {
        for (int millis : new int[] {10, 40, 20, 60, 30, 10, 60, 20}) {
            phone.packetize(millis);
            Arrivals.pause(150);
        }
    }

    private static void pauseUnmarked(RtpPhone phone) {
        phone.mark(false);
        pauseFor(phone, 700);
    }

    private static void pauseWithNoise(RtpPhone phone) {
        phone.mute(true);
        for (int i = 0; i < 5; i++) {
            phone.noise(60);
            Arrivals.pause(200);
        }
        phone.mute(false);
    }

    private static void pauseOften(RtpPhone phone) {
        for (int i = 0; i < 5; i++) {
            pauseFor(phone, 100 * i);
            Arrivals.pause(100);
        }
    }

    private static void pauseFor(RtpPhone phone, int millis) {
        phone.mute(true);
        Arrivals.pause(millis);
        phone.mute(false);
    }

    private static void changeAThousandTimes(RtpPhone phone) {
        for (int i = 0; i < 3000; i++) {
            byte[] packet = new byte[12 + 160];
            ThreadLocalRandom.current().nextBytes(packet);
            packet[0] = (byte) 0x80;
            packet[1] = 8;
            phone.sendRaw(packet);
            Arrivals.pause(1);
        }
        phone.changeSource();
    }

    @BeforeClass
    public void start() {
        // A tone is no speech: with DTX the encoder would fall silent.
        exchange =
                Exchange.start(
                        OddPhoneIT.class,
                        ODDITIES.size(),
                        config -> config.replace("media:\n", "media:\n  opus: {dtx: false}\n"));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (exchange != null) {
            exchange.close();
        }
    }

    @DataProvider(parallel = true)
    public static Object[][] oddities() {
        return ODDITIES.stream().map(o -> new Object[] {o}).toArray(Object[][]::new);
    }

    @Test(dataProvider = "oddities")
    public void callerIsHeardAgainAtOnce(Oddity oddity) {
        FrameLoop agentSays = FrameLoop.opus(FrameLoop.tone(AGENT_HZ), false);
        WebPeer agent;
        String number;
        synchronized (agents) {
            agent = exchange.signIn(agentSays, setup -> setup);
            number = exchange.numberOf(agents.getAndIncrement());
        }
        try (PhoneCall call = exchange.phone().invite(number, CallOffer.of(G711.PCMA, G711.PCMU))) {
            RtpPhone phone = call.media();
            phone.say(Sound.tone(BEFORE_HZ, Voices.AMPLITUDE));
            call.awaitAnswer(Exchange.LIMIT);
            WebMedia web = agent.awaitMedia(Exchange.LIMIT);
            web.record();
            List<Heard> heard = new ArrayList<>();
            Await.until(
                    "the agent hears the caller",
                    Exchange.LIMIT,
                    () -> {
                        heard.addAll(web.takeHeard());
                        return Hearing.seconds(Ear.hear(heard), BEFORE_HZ) >= 1;
                    });
            int atPhone = phone.heard().size();
            long beganNanos = System.nanoTime();

            oddity.doing.accept(phone);
            phone.takeLatenessMillis();
            long overNanos = System.nanoTime();
            phone.say(Sound.tone(AFTER_HZ, Voices.AMPLITUDE));

            Await.until(
                    "the agent hears the caller again",
                    Exchange.LIMIT,
                    () -> {
                        heard.addAll(web.takeHeard());
                        return Hearing.seconds(since(heard, overNanos), AFTER_HZ) >= 2;
                    });
            Pcm after = since(heard, overNanos);
            long backNanos = Arrivals.firstHeardNanos(heard, AFTER_HZ, overNanos);
            double back = (double) (backNanos - overNanos) / MILLI;
            double stalled =
                    Arrivals.stalledMillis(phone.heard(), overNanos, backNanos)
                            + phone.takeLatenessMillis();
            double stalledAfter =
                    Arrivals.stalledMillis(phone.heard(), overNanos + 500 * MILLI, Long.MAX_VALUE)
                            / 1000;
            Pcm agentHeard = Hearing.audioSince(call, atPhone);
            Reporter.log(
                    String.format(
                            Locale.ROOT,
                            "%s: back after %.0f ms, then heard %.1f of %.1f s; the agent %.1f of"
                                    + " %.1f s",
                            oddity,
                            back,
                            Hearing.seconds(after, AFTER_HZ),
                            after.seconds(),
                            Hearing.seconds(agentHeard, AGENT_HZ),
                            agentHeard.seconds()),
                    true);

            assertThat(call.hasEnded()).isFalse();
            assertThat(back)
                    .as("milliseconds until heard again")
                    .isLessThan(MOST_BACK_MILLIS + stalled);
            assertThat(Hearing.seconds(after, AFTER_HZ))
                    .as(
                            "seconds of the tone in %.1f s, %.1f s stalled",
                            after.seconds(), stalledAfter)
                    .isGreaterThan(0.8 * after.seconds() - 0.1 - stalledAfter);
            assertThat(Hearing.seconds(agentHeard, AGENT_HZ))
                    .as("seconds of the agent in %.1f s", agentHeard.seconds())
                    .isGreaterThan(LEAST_OF_AGENT * agentHeard.seconds());
            Arrivals.assertWhole(heard);
            assertTimely(
                    heard.stream().filter(h -> h.atNanos() > beganNanos - 300 * MILLI).toList());
            assertThat(call.hangUp(Exchange.LIMIT).status()).isEqualTo(200);
        }
    }

    /// What came when it had time to come back.
    private static Pcm since(List<Heard> heard, long overNanos) {
        return Ear.hear(heard.stream().filter(h -> h.atNanos() > overNanos + 500 * MILLI).toList());
    }

    /// Timestamps that go on as time does, whatever the phone's did.
    private static void assertTimely(List<Heard> heard) {
        Heard first = heard.getFirst();
        Heard last = heard.getLast();
        double media = (double) (int) (last.timestamp() - first.timestamp()) / OPUS_TICKS_PER_MILLI;
        double clock = (double) (last.atNanos() - first.atNanos()) / MILLI;
        assertThat(Math.abs(media - clock))
                .as("milliseconds astray")
                .isLessThan(MOST_ASTRAY_MILLIS);
    }
}
