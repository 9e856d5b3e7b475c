package offhook.media;

import offhook.codec.AudioCodec;

/// Looks at, or changes in place, decoded audio that passes a leg. On the loop only; called for
/// each packet, so it allocates nothing.
///
/// A path asks [#wants] for each packet and calls [#onAudio] only after a yes. Nothing is called
/// while the leg that the audio goes to is held: a held call is decoded for nobody.
interface AudioHook {

    /// Looks at nothing.
    AudioHook NONE =
            new AudioHook() {
                @Override
                public boolean wants(AudioCodec codec) {
                    return false;
                }

                @Override
                public void onAudio(short[] pcm, int offset, int samples, int sampleRateHz) {
                    throw new IllegalStateException("not wanted");
                }
            };

    /// Whether this audio must be decoded now; a path may relay it undecoded otherwise.
    ///
    /// @param codec what it came as, or goes out as
    boolean wants(AudioCodec codec);

    /// Takes a piece of audio of any length up to 120 ms; pieces come in the order they are played.
    void onAudio(short[] pcm, int offset, int samples, int sampleRateHz);

    /// Both hooks, this one first; each is called for what it wants itself.
    default AudioHook and(AudioHook next) {
        AudioHook first = this;
        return new AudioHook() {
            private boolean firstWants;
            private boolean nextWants;

            @Override
            public boolean wants(AudioCodec codec) {
                firstWants = first.wants(codec);
                nextWants = next.wants(codec);
                return firstWants || nextWants;
            }

            @Override
            public void onAudio(short[] pcm, int offset, int samples, int sampleRateHz) {
                if (firstWants) {
                    first.onAudio(pcm, offset, samples, sampleRateHz);
                }
                if (nextWants) {
                    next.onAudio(pcm, offset, samples, sampleRateHz);
                }
            }
        };
    }
}
