package offhook.media;

import java.util.ArrayList;
import java.util.List;
import offhook.codec.AudioCodec;
import offhook.codec.dsp.Tone;
import offhook.codec.opus.OpusSettings;

/// A call in memory before the first real one: a tone goes from a clocked leg to one on arrival and
/// back, through both kinds of path and every codec, faster than real time. It loads and compiles
/// what the first caller would otherwise wait for, and fails the start where a codec does not work.
final class Rehearsal {

    private static final int FRAMES = 1000;

    /// Codecs that compile nothing of their own beyond what G.711 did.
    private static final int FRAMES_OF_OTHERS = 200;

    private static final long FRAME_NANOS = 20_000_000L;

    private Rehearsal() {}

    static void run(OpusSettings opus, long nowNanos) {
        run(AudioCodec.PCMU, AudioCodec.OPUS, FRAMES, opus, nowNanos);
        run(AudioCodec.PCMA, AudioCodec.OPUS, FRAMES, opus, nowNanos);
        run(AudioCodec.PCMA, AudioCodec.PCMA, FRAMES_OF_OTHERS, opus, nowNanos);
        run(AudioCodec.G722, AudioCodec.OPUS, FRAMES_OF_OTHERS, opus, nowNanos);
    }

    private static void run(
            AudioCodec trunkCodec,
            AudioCodec browserCodec,
            int frames,
            OpusSettings opus,
            long nowNanos) {
        MirrorLeg browser = new MirrorLeg(browserCodec, false);
        MirrorLeg trunk = new MirrorLeg(trunkCodec, true);
        ArrivalPath toBrowser =
                new ArrivalPath(trunk, browser, new Transcoder(opus), new Deadlines());
        ClockedPath toTrunk = new ClockedPath(browser, trunk, new Transcoder(opus), nowNanos);
        try {
            browser.outlet(toTrunk);
            trunk.outlet(toBrowser);
            run(trunk, browser, toTrunk, frames, opus, nowNanos);
        } finally {
            toBrowser.close();
            toTrunk.close();
        }
    }

    private static void run(
            MirrorLeg trunk,
            MirrorLeg browser,
            ClockedPath toTrunk,
            int frames,
            OpusSettings opus,
            long startNanos) {
        Transcoder source = new Transcoder(opus);
        AudioCodec codec = trunk.sendCodec();
        int rateHz = codec.sampleRateHz();
        Tone tone = Tone.milliwatt(rateHz);
        short[] pcm = new short[rateHz / 50];
        byte[] payload = new byte[pcm.length];
        for (int i = 0; i < frames; i++) {
            long nowNanos = startNanos + i * FRAME_NANOS;
            trunk.nowNanos = nowNanos;
            browser.nowNanos = nowNanos;
            tone.fill(pcm, 0, pcm.length);
            int length = source.encoder(codec, rateHz).encode(pcm, 0, pcm.length, payload, 0);
            trunk.receive(payload, length);
            toTrunk.onDue(nowNanos);
        }
        source.close();
        if (browser.sent == 0 || trunk.sent < frames / 2) {
            throw new IllegalStateException("media does not work here: no audio came through");
        }
    }

    /// A timetable that nobody works off.
    private static final class Deadlines implements Timetable {
        private final List<Timed> entered = new ArrayList<>();

        @Override
        public void schedule(Timed each) {
            entered.add(each);
        }

        @Override
        public void unschedule(Timed each) {
            entered.remove(each);
        }
    }
}
