package offhook.media;

import offhook.codec.AudioCodec;
import offhook.codec.Decoder;
import offhook.codec.opus.OpusPacket;
import org.jspecify.annotations.Nullable;

/// The decoders of what comes from a leg. While its audio is relayed as it is they stand still, and
/// are told what was last heard when one of them is needed: to conceal a loss, or because audio has
/// to be changed. On the call's loop only.
final class Decoding {

    /// 60 ms of a codec with eight bytes a millisecond: all that concealment looks at.
    private static final int TAIL_BYTES = 480;

    private final MediaLeg source;
    private final Transcoder transcoder;
    private final CodecMeter meter;

    /// Of the loop.
    private final short[] pcm;

    private final byte[] tail = new byte[TAIL_BYTES];
    private int tailLength;
    private AudioCodec tailCodec = AudioCodec.PCMU;
    private @Nullable OpusTail opusTail;
    private boolean opusUnheard;
    private boolean concealed;
    private double concealedMillis;
    private long fecRecovered;

    Decoding(MediaLeg source, Transcoder transcoder) {
        this.source = source;
        this.transcoder = transcoder;
        this.meter = transcoder.meter();
        this.pcm = transcoder.scratch().decoded();
    }

    /// What was decoded last, from 0 on, until another path decodes.
    short[] pcm() {
        return pcm;
    }

    /// How many samples were decoded; 0 when the payload is none of the codec.
    int decode(AudioCodec codec, int rateHz, byte[] bytes, int offset, int length) {
        long began = meter.begin();
        int samples = ready(codec, rateHz).decode(bytes, offset, length, pcm, 0);
        meter.decoded(began);
        concealed = false;
        return heard(codec, samples, rateHz);
    }

    int conceal(AudioCodec codec, int rateHz, int samples) {
        long began = meter.begin();
        int made = ready(codec, rateHz).conceal(pcm, 0, samples);
        meter.decoded(began);
        concealed = true;
        concealedMillis += made * 1000.0 / rateHz;
        return heard(codec, made, rateHz);
    }

    /// Goes on with what was heard, for sound to fade out where the source pauses.
    int prolong(AudioCodec codec, int rateHz, int samples) {
        concealed = true;
        return ready(codec, rateHz).conceal(pcm, 0, samples);
    }

    int decodeFec(AudioCodec codec, int rateHz, byte[] bytes, int offset, int length, int samples) {
        if (codec == AudioCodec.OPUS && OpusPacket.carriesRedundancy(bytes, offset, length)) {
            fecRecovered++;
        } else {
            concealedMillis += samples * 1000.0 / rateHz;
        }
        long began = meter.begin();
        int made = ready(codec, rateHz).decodeFec(bytes, offset, length, pcm, 0, samples);
        meter.decoded(began);
        return heard(codec, made, rateHz);
    }

    /// Takes note of audio that goes on as it is, and decodes it only for who wants to see it.
    void relayed(AudioCodec codec, byte[] bytes, int offset, int length) {
        if (source.heard().wants(codec)) {
            decode(codec, Transcoder.decodingHz(codec, codec), bytes, offset, length);
        } else if (Frames.hasBytesPerMilli(codec)) {
            remember(codec, bytes, offset, length);
        }
    }

    /// Takes note of audio that nobody is to hear now.
    void unheard(AudioCodec codec, byte[] bytes, int offset, int length) {
        if (Frames.hasBytesPerMilli(codec)) {
            remember(codec, bytes, offset, length);
            return;
        }
        if (opusTail == null) {
            opusTail = new OpusTail();
        }
        opusTail.add(bytes, offset, length);
        opusUnheard = true;
    }

    /// Adds what was made up for losses.
    void figures(PathFigures into) {
        into.concealedMillis += concealedMillis;
        into.fecRecovered += fecRecovered;
    }

    /// Whether what comes next should be decoded, because it has to be joined to what was made up.
    boolean isConcealed() {
        return concealed;
    }

    private void remember(AudioCodec codec, byte[] bytes, int offset, int length) {
        int fresh = Math.min(length, TAIL_BYTES);
        int kept = codec == tailCodec ? Math.min(tailLength, TAIL_BYTES - fresh) : 0;
        System.arraycopy(tail, tailLength - kept, tail, 0, kept);
        System.arraycopy(bytes, offset + length - fresh, tail, kept, fresh);
        tailLength = kept + fresh;
        tailCodec = codec;
    }

    private Decoder ready(AudioCodec codec, int rateHz) {
        Decoder decoder = transcoder.decoder(codec, rateHz);
        if (tailLength > 0) {
            if (tailCodec == codec) {
                decoder.decode(tail, 0, tailLength, pcm, 0);
            }
            tailLength = 0;
        }
        if (opusUnheard && codec == AudioCodec.OPUS && opusTail != null) {
            opusTail.replay(decoder, pcm);
            opusUnheard = false;
        }
        return decoder;
    }

    private int heard(AudioCodec codec, int samples, int rateHz) {
        AudioHook heard = source.heard();
        if (samples > 0 && heard.wants(codec)) {
            heard.onAudio(pcm, 0, samples, rateHz);
        }
        return samples;
    }
}
