package offhook.media;

import java.util.function.IntSupplier;
import offhook.codec.AudioCodec;
import offhook.codec.Decoder;
import offhook.codec.Encoder;
import offhook.codec.g711.G711Decoder;
import offhook.codec.g711.G711Encoder;
import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;

/// The codecs of one path: a decoder for each codec that came in, an encoder for each that went
/// out, made when first needed and kept, because their state is what makes audio continuous.
final class Transcoder {

    private final OpusSettings opus;
    private final IntSupplier complexity;
    private int complexityInForce;
    private final Decoder[] decoders = new Decoder[AudioCodec.values().length];
    private final Encoder[] encoders = new Encoder[AudioCodec.values().length];

    Transcoder(OpusSettings opus) {
        this(opus, opus::complexity);
    }

    /// @param complexity of Opus, asked for each frame: what the loop can afford now
    Transcoder(OpusSettings opus, IntSupplier complexity) {
        this.opus = opus;
        this.complexity = complexity;
        this.complexityInForce = opus.complexity();
    }

    Decoder decoder(AudioCodec codec) {
        Decoder present = decoders[codec.ordinal()];
        return present != null ? present : addDecoder(codec);
    }

    Encoder encoder(AudioCodec codec) {
        Encoder present = encoders[codec.ordinal()];
        Encoder encoder = present != null ? present : addEncoder(codec);
        if (encoder instanceof OpusEncoder opusEncoder) {
            int affordable = complexity.getAsInt();
            if (affordable != complexityInForce) {
                opusEncoder.setComplexity(affordable);
                complexityInForce = affordable;
            }
        }
        return encoder;
    }

    private Decoder addDecoder(AudioCodec codec) {
        Decoder made =
                switch (codec) {
                    case PCMU, PCMA -> new G711Decoder(codec);
                    case OPUS -> new OpusDecoder(opus.sampleRateHz());
                };
        decoders[codec.ordinal()] = made;
        return made;
    }

    private Encoder addEncoder(AudioCodec codec) {
        Encoder made =
                switch (codec) {
                    case PCMU, PCMA -> new G711Encoder(codec);
                    case OPUS -> new OpusEncoder(opus);
                };
        encoders[codec.ordinal()] = made;
        return made;
    }

    void close() {
        for (Decoder decoder : decoders) {
            if (decoder != null) {
                decoder.close();
            }
        }
        for (Encoder encoder : encoders) {
            if (encoder != null) {
                encoder.close();
            }
        }
    }
}
