package offhook.e2e.bench;

import java.util.Arrays;
import java.util.Locale;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.FrameLoop;

/// What the calls of a run consist of.
enum Mode {
    /// G.711 on the trunk, Opus to the browser; both sides speak all the time, no DTX.
    OPUS("[opus]", false),
    /// The browser takes the trunk's own codec.
    PASSTHROUGH("[PCMA, PCMU]", false),
    /// Opus, each side silent half of the time, DTX on.
    OPUS_CONVERSATION("[opus]", true);

    private static final int TURN_SECONDS = 5;
    private final String browserCodecs;
    private final boolean conversation;

    Mode(String browserCodecs, boolean conversation) {
        this.browserCodecs = browserCodecs;
        this.conversation = conversation;
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

    FrameLoop phoneSays(Pcm voice) {
        return FrameLoop.g711(turns(voice), G711.PCMA);
    }

    FrameLoop webSays(Pcm voice) {
        return transcodes()
                ? FrameLoop.opus(turns(voice), conversation)
                : FrameLoop.g711(voice, G711.PCMA);
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
