package offhook.media;

import java.util.function.Consumer;
import java.util.function.IntSupplier;
import offhook.codec.AudioCodec;
import offhook.codec.Decoder;
import offhook.codec.Encoder;
import offhook.codec.g711.G711Decoder;
import offhook.codec.g711.G711Encoder;
import offhook.codec.g722.G722Decoder;
import offhook.codec.g722.G722Encoder;
import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import org.jspecify.annotations.Nullable;

/// The codecs of one path: a decoder for each codec that came in, an encoder for each that went
/// out, made when first needed and kept, because their state is what makes audio continuous.
///
/// Opus is run at the rate of the codec on the other side, so that nothing is resampled between
/// them: 8 kHz beside G.711, 16 kHz beside G.722.
final class Transcoder {

    static final int NARROWBAND_HZ = 8000;
    static final int WIDEBAND_HZ = 16_000;

    /// The most samples that one packet becomes: a full one of G.711 at twice its own rate.
    static final int MOST_SAMPLES = 2 * Decoder.MAX_PAYLOAD_BYTES;

    private static final int CODECS = AudioCodec.values().length;

    private final OpusSettings opus;
    private final IntSupplier complexity;
    private int complexityInForce;

    /// Those at the narrow rate, then those at the wide one.
    private final @Nullable Decoder[] decoders = new Decoder[2 * CODECS];

    private final @Nullable Encoder[] encoders = new Encoder[2 * CODECS];

    private int expectedLossPercent;

    /// @param opus how to encode; its sample rate is of no account
    Transcoder(OpusSettings opus) {
        this(opus, opus::complexity);
    }

    /// @param opus how to encode; its sample rate and complexity are of no account
    /// @param complexity of Opus, asked for each frame: what the loop can afford now
    Transcoder(OpusSettings opus, IntSupplier complexity) {
        this.opus = opus;
        this.complexity = complexity;
        this.complexityInForce = complexity.getAsInt();
        this.expectedLossPercent = opus.expectedLossPercent();
    }

    /// The rate at which audio of one codec is decoded on its way to another.
    static int decodingHz(AudioCodec from, AudioCodec to) {
        if (from != AudioCodec.OPUS) {
            return from.sampleRateHz();
        }
        return to == AudioCodec.OPUS ? WIDEBAND_HZ : to.sampleRateHz();
    }

    private static int index(AudioCodec codec, int rateHz) {
        return codec.ordinal() + (rateHz == NARROWBAND_HZ ? 0 : CODECS);
    }

    Decoder decoder(AudioCodec codec, int rateHz) {
        Decoder present = decoders[index(codec, rateHz)];
        return present != null ? present : addDecoder(codec, rateHz);
    }

    Encoder encoder(AudioCodec codec, int rateHz) {
        if (codec == AudioCodec.OPUS && complexity.getAsInt() != complexityInForce) {
            complexityInForce = complexity.getAsInt();
            follow(NARROWBAND_HZ);
            follow(WIDEBAND_HZ);
        }
        Encoder present = encoders[index(codec, rateHz)];
        return present != null ? present : addEncoder(codec, rateHz);
    }

    private void follow(int rateHz) {
        if (encoders[index(AudioCodec.OPUS, rateHz)] instanceof OpusEncoder encoder) {
            encoder.setComplexity(complexityInForce);
        }
    }

    private Decoder addDecoder(AudioCodec codec, int rateHz) {
        Decoder made =
                switch (codec) {
                    case PCMU, PCMA -> new G711Decoder(codec);
                    case G722 -> new G722Decoder();
                    case OPUS -> new OpusDecoder(rateHz);
                };
        decoders[index(codec, rateHz)] = made;
        return made;
    }

    private Encoder addEncoder(AudioCodec codec, int rateHz) {
        Encoder made =
                switch (codec) {
                    case PCMU, PCMA -> new G711Encoder(codec);
                    case G722 -> new G722Encoder();
                    case OPUS -> new OpusEncoder(at(rateHz));
                };
        encoders[index(codec, rateHz)] = made;
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
        each(decoders, Decoder::close);
        each(encoders, Encoder::close);
    }

    private static <T> void each(@Nullable T[] all, Consumer<T> action) {
        for (T one : all) {
            if (one != null) {
                action.accept(one);
            }
        }
    }
}
