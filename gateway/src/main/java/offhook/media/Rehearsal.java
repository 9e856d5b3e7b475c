package offhook.media;

import offhook.codec.AudioCodec;
import offhook.codec.dsp.Tone;
import offhook.codec.opus.OpusSettings;

/// A call in memory before the first real one: a tone goes from a clocked leg to one on arrival and
/// back, through both kinds of path and every codec, faster than real time. It loads and compiles
/// what the first caller would otherwise wait for, and fails the start where a codec does not work.
final class Rehearsal {

    private static final int FRAMES = 1000;
    private static final long FRAME_NANOS = 20_000_000L;

    private Rehearsal() {}

    static void run(OpusSettings opus, long nowNanos) {
        for (AudioCodec trunkCodec : new AudioCodec[] {AudioCodec.PCMU, AudioCodec.PCMA}) {
            MirrorLeg browser = new MirrorLeg(AudioCodec.OPUS, false);
            MirrorLeg trunk = new MirrorLeg(trunkCodec, true);
            ArrivalPath toBrowser =
                    new ArrivalPath(trunk, browser, new Transcoder(opus), trunkCodec);
            ClockedPath toTrunk =
                    new ClockedPath(
                            browser, trunk, new Transcoder(opus), AudioCodec.OPUS, nowNanos);
            try {
                browser.outlet(toTrunk);
                trunk.outlet(toBrowser);
                run(trunk, browser, toTrunk, opus, nowNanos);
            } finally {
                toBrowser.close();
                toTrunk.close();
            }
        }
    }

    private static void run(
            MirrorLeg trunk,
            MirrorLeg browser,
            ClockedPath toTrunk,
            OpusSettings opus,
            long startNanos) {
        Transcoder source = new Transcoder(opus);
        Tone tone = Tone.milliwatt(8000);
        short[] pcm = new short[PcmFifo.FRAME_SAMPLES];
        byte[] payload = new byte[PcmFifo.FRAME_SAMPLES];
        for (int i = 0; i < FRAMES; i++) {
            long nowNanos = startNanos + i * FRAME_NANOS;
            trunk.nowNanos = nowNanos;
            browser.nowNanos = nowNanos;
            tone.fill(pcm, 0, pcm.length);
            int length = source.encoder(trunk.sendCodec()).encode(pcm, 0, pcm.length, payload, 0);
            trunk.receive(payload, length);
            toTrunk.onDue(nowNanos);
        }
        source.close();
        if (browser.sent == 0 || trunk.sent < FRAMES / 2) {
            throw new IllegalStateException("media does not work here: no audio came through");
        }
    }
}
