package offhook.media;

import offhook.codec.AudioCodec;
import offhook.codec.Decoder;
import offhook.codec.Encoder;
import offhook.codec.g711.G711Decoder;
import offhook.codec.g722.G722Decoder;
import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusSettings;
import org.jspecify.annotations.Nullable;

/// The codecs of one path: a decoder for each codec that came in, made when first needed and kept,
/// because its state is what makes audio continuous; and the encoders of the leg it leads to.
///
/// Opus is run at the rate of the codec on the other side, so that nothing is resampled between
/// them: 8 kHz beside G.711, 16 kHz beside G.722.
final class Transcoder {

    static final int NARROWBAND_HZ = 8000;
    static final int WIDEBAND_HZ = 16_000;

    /// The most samples that one packet becomes: a full one of G.711 at twice its own rate.
    static final int MOST_SAMPLES = 2 * Decoder.MAX_PAYLOAD_BYTES;

    static final int CODECS = AudioCodec.values().length;

    /// Those at the narrow rate, then those at the wide one.
    private final @Nullable Decoder[] decoders = new Decoder[2 * CODECS];

    private final Encoders encoders;
    private final boolean ownsEncoders;
    private final boolean music;

    /// @param opus how to encode; its sample rate is of no account
    Transcoder(OpusSettings opus) {
        this(new Encoders(opus, opus::complexity), true, false);
    }

    /// @param encoders of the leg that the path leads to, which outlive it
    Transcoder(Encoders encoders) {
        this(encoders, false, false);
    }

    private Transcoder(Encoders encoders, boolean ownsEncoders, boolean music) {
        this.encoders = encoders;
        this.ownsEncoders = ownsEncoders;
        this.music = music;
    }

    /// For a sound of ours that takes the place of what is spoken.
    static Transcoder ofMusic(Encoders encoders) {
        return new Transcoder(encoders, false, true);
    }

    /// The rate at which audio of one codec is decoded on its way to another.
    static int decodingHz(AudioCodec from, AudioCodec to) {
        if (from != AudioCodec.OPUS) {
            return from.sampleRateHz();
        }
        return to == AudioCodec.OPUS ? WIDEBAND_HZ : to.sampleRateHz();
    }

    /// Where a codec at a rate stands in a table of codecs.
    static int index(AudioCodec codec, int rateHz) {
        return codec.ordinal() + (rateHz == NARROWBAND_HZ ? 0 : CODECS);
    }

    Decoder decoder(AudioCodec codec, int rateHz) {
        Decoder present = decoders[index(codec, rateHz)];
        return present != null ? present : addDecoder(codec, rateHz);
    }

    Encoder encoder(AudioCodec codec, int rateHz) {
        return music && codec == AudioCodec.OPUS
                ? encoders.ofMusic()
                : encoders.encoder(codec, rateHz);
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

    /// What all of this costs.
    CodecMeter meter() {
        return encoders.meter();
    }

    /// For what lasts no longer than a packet is handled.
    Scratch scratch() {
        return encoders.scratch();
    }

    /// Takes note of coded audio that went out as it was.
    void relayed(AudioCodec codec, byte[] bytes, int offset, int length) {
        encoders.relayed(codec, bytes, offset, length);
    }

    /// Makes Opus as redundant as the peer's losses want it.
    void expectLoss(int percent) {
        encoders.expectLoss(percent);
    }

    void close() {
        for (Decoder decoder : decoders) {
            if (decoder != null) {
                decoder.close();
            }
        }
        if (ownsEncoders) {
            encoders.close();
        }
    }
}
