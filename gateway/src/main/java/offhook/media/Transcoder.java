package offhook.media;

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

/// The codecs of one path: a decoder for each codec that came in, an encoder for each that went
/// out, made when first needed and kept, because their state is what makes audio continuous.
final class Transcoder {

    private final OpusSettings opus;
    private final Decoder[] decoders = new Decoder[AudioCodec.values().length];
    private final Encoder[] encoders = new Encoder[AudioCodec.values().length];

    Transcoder(OpusSettings opus) {
        this.opus = opus;
    }

    Decoder decoder(AudioCodec codec) {
        Decoder present = decoders[codec.ordinal()];
        return present != null ? present : addDecoder(codec);
    }

    Encoder encoder(AudioCodec codec) {
        Encoder present = encoders[codec.ordinal()];
        return present != null ? present : addEncoder(codec);
    }

    private Decoder addDecoder(AudioCodec codec) {
        Decoder made =
                switch (codec) {
                    case PCMU, PCMA -> new G711Decoder(codec);
                    case G722 -> new G722Decoder();
                    case OPUS -> new OpusDecoder(opus.sampleRateHz());
                };
        decoders[codec.ordinal()] = made;
        return made;
    }

    private Encoder addEncoder(AudioCodec codec) {
        Encoder made =
                switch (codec) {
                    case PCMU, PCMA -> new G711Encoder(codec);
                    case G722 -> new G722Encoder();
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
