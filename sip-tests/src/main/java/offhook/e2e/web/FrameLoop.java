package offhook.e2e.web;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import offhook.codec.g722.G722Decoder;
import offhook.codec.g722.G722Encoder;
import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import offhook.e2e.phone.Sound;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;

/// A sound as payloads of 20 ms, encoded once and sent over and over by any number of peers.
///
/// @param clockHz of the RTP timestamps
/// @param payloads an empty one is a packet that is left out (DTX)
/// @param decoded what a receiver hears of one round, at the rate of the sound it was made from
public record FrameLoop(String codec, int clockHz, List<byte[]> payloads, Pcm decoded) {
    private static final int RATE_HZ = 8000;
    private static final int FRAMES_PER_SECOND = 50;
    private static final int MAX_PAYLOAD_BYTES = 400;

    /// RTP ticks of a frame.
    public int frameTicks() {
        return clockHz / FRAMES_PER_SECOND;
    }

    /// As Chromium codes when asked for the band of the sound's rate: 24 kb/s.
    public static FrameLoop opus(Pcm sound, boolean dtx) {
        return opus(sound, new OpusSettings(sound.rateHz(), 5, 24_000, false, 0, dtx));
    }

    /// As Chromium codes when the gateway reports loss: each packet repeats the essence of the one
    /// before.
    public static FrameLoop opusAgainstLoss(Pcm sound, int percent) {
        return opus(sound, new OpusSettings(sound.rateHz(), 5, 24_000, true, percent, false));
    }

    private static FrameLoop opus(Pcm sound, OpusSettings settings) {
        int samples = sound.rateHz() / FRAMES_PER_SECOND;
        List<byte[]> payloads = new ArrayList<>();
        short[] heard = new short[0];
        byte[] out = new byte[MAX_PAYLOAD_BYTES];
        try (var encoder = new OpusEncoder(settings);
                var decoder = new OpusDecoder(sound.rateHz())) {
            // The second round is kept: it begins as the loop does, after its own end.
            for (int round = 0; round < 2; round++) {
                payloads.clear();
                heard = new short[frames(sound) * samples];
                for (int i = 0; i < frames(sound); i++) {
                    int at = i * samples;
                    int bytes = encoder.encode(sound.samples(), at, samples, out, 0);
                    payloads.add(Arrays.copyOf(out, bytes));
                    if (bytes == 0) {
                        decoder.conceal(heard, at, samples);
                    } else {
                        decoder.decode(out, 0, bytes, heard, at);
                    }
                }
            }
        }
        return new FrameLoop("opus", 48_000, List.copyOf(payloads), new Pcm(sound.rateHz(), heard));
    }

    /// G.711 of either law.
    public static FrameLoop g711(Pcm sound, G711 law) {
        int samples = RATE_HZ / FRAMES_PER_SECOND;
        List<byte[]> payloads = new ArrayList<>();
        short[] heard = new short[frames(sound) * samples];
        for (int i = 0; i < frames(sound); i++) {
            byte[] payload = new byte[samples];
            for (int k = 0; k < samples; k++) {
                payload[k] = law.encode(sound.samples()[i * samples + k]);
                heard[i * samples + k] = law.decode(payload[k]);
            }
            payloads.add(payload);
        }
        return new FrameLoop(law.name(), RATE_HZ, List.copyOf(payloads), new Pcm(RATE_HZ, heard));
    }

    /// G.722 at 64 kb/s, of a sound of 16 kHz. Its RTP clock counts 8 kHz (RFC 3551 §4.5.2).
    public static FrameLoop g722(Pcm sound) {
        int samples = sound.rateHz() / FRAMES_PER_SECOND;
        List<byte[]> payloads = new ArrayList<>();
        short[] heard = new short[frames(sound) * samples];
        try (var encoder = new G722Encoder();
                var decoder = new G722Decoder()) {
            for (int i = 0; i < frames(sound); i++) {
                byte[] payload = new byte[samples / 2];
                encoder.encode(sound.samples(), i * samples, samples, payload, 0);
                decoder.decode(payload, 0, payload.length, heard, i * samples);
                payloads.add(payload);
            }
        }
        return new FrameLoop(
                "G722", RATE_HZ, List.copyOf(payloads), new Pcm(sound.rateHz(), heard));
    }

    /// One second of a tone, for tests of who hears whom.
    public static Pcm tone(int frequencyHz) {
        Sound sound = Sound.tone(frequencyHz, 8000);
        short[] samples = new short[RATE_HZ];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = sound.next();
        }
        return new Pcm(RATE_HZ, samples);
    }

    private static int frames(Pcm sound) {
        return sound.samples().length * FRAMES_PER_SECOND / sound.rateHz();
    }
}
