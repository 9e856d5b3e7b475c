package offhook.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import offhook.codec.dsp.ToneDetector;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.RtpAudio;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.OpusAudio;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;

/// A call between honest ends, each saying its tone, and what each heard since [#listen].
final class LiveCall implements AutoCloseable {
    private static final int BLOCK_SAMPLES = 1600;
    private static final int PACKETS_PER_BLOCK = 10;
    private static final int PACKETS_PER_SECOND = 50;
    private static final double PRESENT_DBOV = -30;
    private static final double ABSENT_DBOV = -50;

    /// A busy machine may hold up either end for a moment; an attack that works silences it.
    private static final double LEAST_PRESENT = 0.8;

    private static final Duration BEHIND = Duration.ofSeconds(2);

    private final PhoneCall phone;
    private final WebPeer agent;
    private final WebMedia web;
    private int heardByPhoneBefore;

    private LiveCall(PhoneCall phone, WebPeer agent, WebMedia web) {
        this.phone = phone;
        this.agent = agent;
        this.web = web;
    }

    /// Calls alice, who answers.
    static LiveCall start(Scene scene) {
        WebPeer alice = scene.agent("alice", scene.peer(), true);
        PhoneCall call = scene.phone().invite("200", CallOffer.of(G711.PCMA));
        call.media().say(Scene.phoneTone());
        call.awaitAnswer(Scene.LIMIT);
        WebMedia web = alice.awaitMedia(Scene.LIMIT);
        web.record();
        var live = new LiveCall(call, alice, web);
        live.awaitPackets(PACKETS_PER_SECOND);
        return live;
    }

    PhoneCall phone() {
        return phone;
    }

    WebMedia web() {
        return web;
    }

    /// Forgets what was heard so far.
    void listen() {
        web.takeHeard();
        heardByPhoneBefore = phone.media().heard().size();
    }

    private void awaitPackets(int packets) {
        int before = phone.media().heard().size();
        Await.until(
                "packets at the phone",
                Scene.LIMIT,
                () -> phone.media().heard().size() >= before + packets);
    }

    /// Waits until both ends have heard a second, then proves that it was the other, and nobody
    /// else.
    void assertUndisturbed() {
        awaitPackets(PACKETS_PER_SECOND);
        Await.until("packets at the web peer", Scene.LIMIT, () -> web.kept() >= PACKETS_PER_SECOND);
        List<Heard> atPhone = phone.media().heard();
        int heardByPhone = atPhone.size() - heardByPhoneBefore;
        // On a busy machine one end may be behind the other for a moment.
        Await.within(BEHIND, () -> web.kept() >= heardByPhone);
        Pcm phoneHeard =
                RtpAudio.toPcm(List.copyOf(atPhone.subList(heardByPhoneBefore, atPhone.size())));
        Pcm webHeard = OpusAudio.toPcm(web.takeHeard());
        assertOnly(phoneHeard, Scene.WEB_HZ, "the phone");
        assertOnly(webHeard, Scene.PHONE_HZ, "the web peer");
        // Both clocks tick 50 times a second: neither end may have missed what the other got.
        assertThat(webHeard.seconds())
                .as("seconds heard by the web peer")
                .isGreaterThan(LEAST_PRESENT * phoneHeard.seconds());
        assertThat(phone.hasEnded()).as("the call has ended").isFalse();
    }

    private static void assertOnly(Pcm heard, int wantedHz, String who) {
        int blocks = heard.samples().length / BLOCK_SAMPLES;
        assertThat(blocks)
                .as("blocks heard by %s", who)
                .isGreaterThanOrEqualTo(PACKETS_PER_SECOND / PACKETS_PER_BLOCK);
        int present = 0;
        double evil = -100;
        var detector = new ToneDetector(heard.rateHz());
        for (int i = 0; i < blocks; i++) {
            int at = i * BLOCK_SAMPLES;
            double level = detector.levelDbov(heard.samples(), at, BLOCK_SAMPLES, wantedHz);
            present += level > PRESENT_DBOV ? 1 : 0;
            evil =
                    Math.max(
                            evil,
                            detector.levelDbov(heard.samples(), at, BLOCK_SAMPLES, Scene.EVIL_HZ));
        }
        assertThat((double) present / blocks)
                .as(String.format(Locale.ROOT, "blocks in which %s heard %d Hz", who, wantedHz))
                .isGreaterThanOrEqualTo(LEAST_PRESENT);
        assertThat(evil).as("level of the attacker's tone at %s", who).isLessThan(ABSENT_DBOV);
    }

    @Override
    public void close() {
        phone.hangUp(Scene.LIMIT);
        agent.await("ended", Scene.LIMIT, _ -> true);
        agent.close();
        phone.close();
    }
}
