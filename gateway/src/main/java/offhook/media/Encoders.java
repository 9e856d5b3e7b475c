package offhook.media;

import java.util.function.IntSupplier;
import offhook.codec.AudioCodec;
import offhook.codec.Encoder;
import offhook.codec.g711.G711Encoder;
import offhook.codec.g722.G722Encoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import org.jspecify.annotations.Nullable;

/// The encoders of what one peer hears, whoever speaks: one for each codec and rate, made when
/// first needed and kept. The peer's decoder follows them, so that nothing jumps when another
/// source takes over. On the leg's loop only.
final class Encoders {

    private static final int TAIL_BYTES = 1600;

    private final OpusSettings opus;
    private final IntSupplier complexity;
    private final CodecMeter meter;
    private final Scratch scratch;
    private int complexityInForce;
    private int expectedLossPercent;

    /// 200 ms of G.722 that went out without us: all that its predictors remember. Made with the
    /// first of it.
    private byte @Nullable [] tail;

    private int tailLength;
    private @Nullable OpusEncoder musicEncoder;

    /// Those at the narrow rate, then those at the wide one.
    private final @Nullable Encoder[] encoders = new Encoder[2 * Transcoder.CODECS];

    /// Encoders whose cost nobody reads.
    Encoders(OpusSettings opus, IntSupplier complexity) {
        this(opus, complexity, CodecMeter.unread(), new Scratch());
    }

    /// @param opus how to encode; its sample rate and complexity are of no account
    /// @param complexity of Opus, asked for each frame: what the loop can afford now
    /// @param meter of the loop: what these cost, and the decoders that feed them
    /// @param scratch of the loop
    Encoders(OpusSettings opus, IntSupplier complexity, CodecMeter meter, Scratch scratch) {
        this.meter = meter;
        this.scratch = scratch;
        this.opus = opus;
        this.complexity = complexity;
        this.complexityInForce = complexity.getAsInt();
        this.expectedLossPercent = opus.expectedLossPercent();
    }

    CodecMeter meter() {
        return meter;
    }

    Scratch scratch() {
        return scratch;
    }

    Encoder encoder(AudioCodec codec, int rateHz) {
        if (codec == AudioCodec.OPUS && complexity.getAsInt() != complexityInForce) {
            complexityInForce = complexity.getAsInt();
            follow(Transcoder.NARROWBAND_HZ);
            follow(Transcoder.WIDEBAND_HZ);
        }
        Encoder present = encoders[Transcoder.index(codec, rateHz)];
        Encoder encoder = present != null ? present : add(codec, rateHz);
        if (tail != null && tailLength > 0 && encoder instanceof G722Encoder g722) {
            g722.follow(tail, 0, tailLength);
            tailLength = 0;
        }
        return encoder;
    }

    /// Takes note of coded audio that went out as it was: an encoder that is needed later goes on
    /// from there. Of G.711 nothing is remembered, and Opus is told apart by its mode.
    void relayed(AudioCodec codec, byte[] bytes, int offset, int length) {
        if (codec == AudioCodec.G722) {
            byte[] known = tail();
            int fresh = Math.min(length, TAIL_BYTES);
            int kept = Math.min(tailLength, TAIL_BYTES - fresh);
            System.arraycopy(known, tailLength - kept, known, 0, kept);
            System.arraycopy(bytes, offset + length - fresh, known, kept, fresh);
            tailLength = kept + fresh;
        }
    }

    private byte[] tail() {
        byte[] present = tail;
        if (present == null) {
            present = new byte[TAIL_BYTES];
            tail = present;
        }
        return present;
    }

    /// The encoder of Opus for a sound of ours.
    Encoder ofMusic() {
        OpusEncoder present = musicEncoder;
        if (present == null) {
            present = OpusEncoder.ofMusic(at(Transcoder.WIDEBAND_HZ));
            musicEncoder = present;
        }
        return present;
    }

    /// A sound of ours is over. Where it went out as Opus, the peer's decoder of voice begins
    /// afresh, and so do we.
    void endMusic() {
        if (musicEncoder != null) {
            musicEncoder.close();
            musicEncoder = null;
            for (Encoder encoder : encoders) {
                if (encoder instanceof OpusEncoder voice) {
                    voice.reset();
                }
            }
        }
    }

    private void follow(int rateHz) {
        if (encoders[Transcoder.index(AudioCodec.OPUS, rateHz)] instanceof OpusEncoder encoder) {
            encoder.setComplexity(complexityInForce);
        }
    }

    private Encoder add(AudioCodec codec, int rateHz) {
        Encoder made =
                switch (codec) {
                    case PCMU, PCMA -> new G711Encoder(codec);
                    case G722 -> new G722Encoder();
                    case OPUS -> new OpusEncoder(at(rateHz));
                };
        encoders[Transcoder.index(codec, rateHz)] = made;
        return made;
    }

    /// Makes Opus as redundant as the peer's losses want it.
    void expectLoss(int percent) {
        if (percent == expectedLossPercent || !opus.fec()) {
            return;
        }
        expectedLossPercent = percent;
        for (Encoder encoder : encoders) {
            if (encoder instanceof OpusEncoder opusEncoder) {
                opusEncoder.setExpectedLoss(percent);
            }
        }
    }

    private OpusSettings at(int rateHz) {
        return new OpusSettings(
                rateHz,
                complexityInForce,
                opus.bitrate(),
                opus.fec(),
                expectedLossPercent,
                opus.dtx());
    }

    void close() {
        endMusic();
        for (Encoder encoder : encoders) {
            if (encoder != null) {
                encoder.close();
            }
        }
    }
}
