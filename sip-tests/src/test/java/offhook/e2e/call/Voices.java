package offhook.e2e.call;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.DoubleUnaryOperator;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.speech.Speech;

/// Tones as voices: who hears which of them is certain, however late it comes.
public final class Voices {
    /// What callers say; no multiple of the agent's.
    public static final double CALLER_HZ = 440;

    public static final double AGENT_HZ = 1030;

    /// About -14 dBov.
    public static final int AMPLITUDE = 9000;

    private Voices() {}

    /// A steady tone of ten seconds, in every form a peer can play.
    public static Speech steady(String name, double hz, Path folder) {
        return of(name, 10, _ -> hz, folder);
    }

    /// A voice whose pitch is a function of time.
    ///
    /// @param seconds of the files; pitches must make whole periods in it
    public static Speech of(
            String name, int seconds, DoubleUnaryOperator hzAtSeconds, Path folder) {
        Pcm narrow = sine(8000, seconds, hzAtSeconds);
        var speech =
                new Speech(
                        folder.resolve(name + "-8k.wav"),
                        folder.resolve(name + "-48k.wav"),
                        folder.resolve(name + ".al"),
                        folder.resolve(name + ".ul"));
        try {
            Files.createDirectories(folder);
            narrow.write(speech.wav8k());
            sine(48_000, seconds, hzAtSeconds).write(speech.wav48k());
            Files.write(speech.alaw(), encode(narrow, G711.PCMA));
            Files.write(speech.mulaw(), encode(narrow, G711.PCMU));
            return speech;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Pcm sine(int rateHz, int seconds, DoubleUnaryOperator hzAtSeconds) {
        short[] samples = new short[rateHz * seconds];
        double phase = 0;
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (AMPLITUDE * Math.sin(phase));
            phase += 2 * Math.PI * hzAtSeconds.applyAsDouble((double) i / rateHz) / rateHz;
        }
        return new Pcm(rateHz, samples);
    }

    private static byte[] encode(Pcm pcm, G711 codec) {
        byte[] out = new byte[pcm.samples().length];
        for (int i = 0; i < out.length; i++) {
            out[i] = codec.encode(pcm.samples()[i]);
        }
        return out;
    }
}
