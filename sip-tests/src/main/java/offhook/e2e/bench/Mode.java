package offhook.e2e.bench;

import java.util.Arrays;
import java.util.Locale;
import offhook.codec.AudioCodec;
import offhook.codec.dsp.Resampler;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.FrameLoop;

/// What the calls of a run consist of.
enum Mode {
    /// G.711 on the trunk, Opus to the browser; both sides speak all the time, no DTX.
    OPUS(AudioCodec.PCMA, "[opus]", false),
    /// The same, each side silent half of the time, DTX on.
    OPUS_CONVERSATION(AudioCodec.PCMA, "[opus]", true),
    /// G.722 on the trunk, Opus in wideband to the browser; no DTX.
    G722(AudioCodec.G722, "[opus]", false),
    /// The browser takes the trunk's own codec.
    PASSTHROUGH(AudioCodec.PCMA, "[PCMA, PCMU]", false);

    private static final int TURN_SECONDS = 5;
    private final AudioCodec trunkCodec;
    private final String browserCodecs;
    private final boolean conversation;

    Mode(AudioCodec trunkCodec, String browserCodecs, boolean conversation) {
        this.trunkCodec = trunkCodec;
        this.browserCodecs = browserCodecs;
        this.conversation = conversation;
    }

    AudioCodec trunkCodec() {
        return trunkCodec;
    }

    /// The rate at which sound is worked on.
    int rateHz() {
        return trunkCodec.sampleRateHz();
    }

    /// The trunk's codecs in the configuration.
    String trunkCodecs() {
        return trunkCodec == AudioCodec.G722 ? "[G722]" : "[PCMA, PCMU]";
    }

    /// The value of `media.browser-codecs`.
    String browserCodecs() {
        return browserCodecs;
    }

    boolean dtx() {
        return conversation;
    }

    boolean transcodes() {
        return this != PASSTHROUGH;
    }

    /// @param voice at any rate
    FrameLoop phoneSays(Pcm voice) {
        return trunkSays(turns(atOurRate(voice)));
    }

    /// @param voice at any rate
    FrameLoop webSays(Pcm voice) {
        Pcm sound = turns(atOurRate(voice));
        return transcodes() ? FrameLoop.opus(sound, conversation) : trunkSays(sound);
    }

    private FrameLoop trunkSays(Pcm sound) {
        return trunkCodec == AudioCodec.G722
                ? FrameLoop.g722(sound)
                : FrameLoop.g711(sound, G711.PCMA);
    }

    private Pcm atOurRate(Pcm voice) {
        return voice.rateHz() == rateHz()
                ? voice
                : new Pcm(
                        rateHz(),
                        new Resampler(voice.rateHz(), rateHz()).resample(voice.samples()));
    }

    /// In a conversation, five seconds of speech are followed by five of silence.
    private Pcm turns(Pcm voice) {
        if (!conversation) {
            return voice;
        }
        int turn = TURN_SECONDS * voice.rateHz();
        int count = voice.samples().length / turn;
        short[] out = new short[2 * count * turn];
        for (int i = 0; i < count; i++) {
            System.arraycopy(voice.samples(), i * turn, out, 2 * i * turn, turn);
        }
        return new Pcm(voice.rateHz(), out);
    }

    static Mode of(String name) {
        return Arrays.stream(values())
                .filter(mode -> mode.toString().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no mode '" + name + "'; there are " + Arrays.toString(values())));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
