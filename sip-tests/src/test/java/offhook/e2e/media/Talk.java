package offhook.e2e.media;

import java.util.Arrays;
import offhook.codec.dsp.Level;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.FrameLoop;

/// A voice, and how it is sent.
///
/// @param voice as recorded, at 8 kHz
/// @param loop the same, over and over
record Talk(Pcm voice, FrameLoop loop) {
    private static final int FRAME_SAMPLES = 160;

    static Talk pcma(Pcm voice) {
        return new Talk(voice, FrameLoop.g711(voice, G711.PCMA));
    }

    static Talk opus(Pcm voice) {
        return new Talk(voice, FrameLoop.opus(voice, false));
    }

    /// As a browser that is told of loss.
    static Talk opusAgainstLoss(Pcm voice, int percent) {
        return new Talk(voice, FrameLoop.opusAgainstLoss(voice, percent));
    }

    /// Speech without its pauses: at every moment somebody can be heard, or something is wrong.
    static Pcm breathless(Pcm speech) {
        short[] out = new short[speech.samples().length];
        int end = 0;
        for (int at = 0; at + FRAME_SAMPLES <= out.length; at += FRAME_SAMPLES) {
            if (Level.rmsDbov(speech.samples(), at, FRAME_SAMPLES) > -38) {
                System.arraycopy(speech.samples(), at, out, end, FRAME_SAMPLES);
                end += FRAME_SAMPLES;
            }
        }
        return new Pcm(speech.rateHz(), Arrays.copyOf(out, end));
    }
}
