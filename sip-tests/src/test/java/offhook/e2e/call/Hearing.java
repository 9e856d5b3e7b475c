package offhook.e2e.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.ToneDetector;
import offhook.e2e.browser.Agent;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.RtpAudio;
import offhook.e2e.phone.RtpPhone;
import offhook.e2e.process.Await;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.Ear;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;

/// Whether a tone was heard, by content: how many tenths of a second of it there are, wherever.
public final class Hearing {
    /// Enough to be no accident.
    public static final double ENOUGH_SECONDS = 0.8;

    /// Less than would prove anything, and more than any codec rings on.
    private static final int GONE_PACKETS = 15;

    private static final double AUDIBLE_DBOV = -40;

    /// A tone that is this far below everything else together is not what is heard.
    private static final double PURITY_DB = 1.5;

    private Hearing() {}

    /// Seconds in which this tone and hardly anything else sounds.
    public static double seconds(Pcm pcm, double hz) {
        var detector = new ToneDetector(pcm.rateHz());
        int window = pcm.rateHz() / 10;
        int found = 0;
        for (int at = 0; at + window <= pcm.samples().length; at += window) {
            double level = detector.levelDbov(pcm.samples(), at, window, hz);
            if (level > AUDIBLE_DBOV
                    && level > Level.rmsDbov(pcm.samples(), at, window) - PURITY_DB) {
                found++;
            }
        }
        return found / 10.0;
    }

    /// The loudest tenth of a second at this pitch, in dBov, whatever else sounds.
    public static double loudestDbov(Pcm pcm, double hz) {
        var detector = new ToneDetector(pcm.rateHz());
        int window = pcm.rateHz() / 10;
        double loudest = Level.SILENCE_DBOV;
        for (int at = 0; at + window <= pcm.samples().length; at += window) {
            loudest = Math.max(loudest, detector.levelDbov(pcm.samples(), at, window, hz));
        }
        return loudest;
    }

    /// Waits until the page has played enough of the tone since its recording was reset.
    public static void awaitAtAgent(Agent agent, double hz, Duration limit) {
        Await.until(
                "the page plays %.0f Hz".formatted(hz),
                limit,
                () -> {
                    agent.pause(Duration.ofMillis(200));
                    return seconds(agent.observed().recording(), hz) >= ENOUGH_SECONDS;
                });
    }

    /// Waits until a scripted agent has heard so much of the tone, from now on.
    static void awaitAtPeer(WebPeer agent, double hz, double seconds, Duration limit) {
        WebMedia media = agent.awaitMedia(limit);
        media.record();
        media.takeHeard();
        List<Heard> heard = new ArrayList<>();
        Await.until(
                "an agent hears %.0f Hz".formatted(hz),
                limit,
                () -> {
                    heard.addAll(media.takeHeard());
                    return seconds(Ear.hear(heard), hz) >= seconds;
                });
    }

    /// Waits until the phone has received enough of the tone after its packet `from`.
    public static void awaitAtPhone(PhoneCall call, double hz, int from, Duration limit) {
        awaitAtPhone(call.media(), hz, from, limit);
    }

    /// The same of the media of any phone.
    public static void awaitAtPhone(RtpPhone phone, double hz, int from, Duration limit) {
        Await.until(
                "the phone hears %.0f Hz".formatted(hz),
                limit,
                () -> seconds(audioSince(phone, from), hz) >= ENOUGH_SECONDS);
    }

    /// Waits until the phone hears this tone no more: a busy machine hands over late what came
    /// before it was to end.
    public static void awaitGoneAtPhone(RtpPhone phone, double hz, Duration limit) {
        Await.until(
                "the phone hears %.0f Hz no more".formatted(hz),
                limit,
                () -> {
                    int from = phone.heard().size();
                    Await.within(limit, () -> phone.heard().size() >= from + GONE_PACKETS);
                    return seconds(audioSince(phone, from), hz) == 0;
                });
    }

    /// What the phone has heard after its packet `from`.
    public static Pcm audioSince(PhoneCall call, int from) {
        return audioSince(call.media(), from);
    }

    /// What any phone has heard after its packet `from`.
    public static Pcm audioSince(RtpPhone phone, int from) {
        List<Heard> heard = phone.heard();
        return RtpAudio.toPcm(
                heard.subList(Math.min(from, heard.size()), heard.size()).stream()
                        .filter(p -> p.payloadType() == 0 || p.payloadType() == 8)
                        .toList());
    }

    /// Waits until both sides hear the other's voice, from now on.
    public static void awaitBothWays(
            Agent agent, double agentHz, PhoneCall call, double callerHz, Duration limit) {
        awaitBothWays(agent, agentHz, call.media(), callerHz, limit);
    }

    /// The same with the media of any phone.
    public static void awaitBothWays(
            Agent agent, double agentHz, RtpPhone phone, double callerHz, Duration limit) {
        agent.observed().reset();
        int from = phone.heard().size();
        awaitAtPhone(phone, agentHz, from, limit);
        awaitAtAgent(agent, callerHz, limit);
    }
}
