package offhook.media;

import offhook.call.Playback;
import offhook.codec.sound.Sound;

/// The sounds of the gateway's own that legs may hear. Shared by all loops, and never changed.
record Sounds(Sound music, Sound ringback) {

    Sound of(Playback playback) {
        return switch (playback) {
            case Playback.Music _ -> music;
            case Playback.Ringback _ -> ringback;
            case Playback.Silence _ -> Sound.SILENCE;
        };
    }
}
