package offhook.media;

import java.io.IOException;
import offhook.call.Playback;
import offhook.codec.sound.HoldMusic;
import offhook.codec.sound.RingTone;
import offhook.codec.sound.Sound;
import offhook.codec.sound.SoundFile;
import offhook.config.MediaConfig;

/// The sounds of the gateway's own that legs may hear. Shared by all loops, and never changed.
record Sounds(Sound music, Sound ringback) {

    /// Reads and makes what is configured; takes a second or so of CPU for a long file.
    static Sounds of(MediaConfig.Sounds config) throws IOException {
        return new Sounds(
                config.holdMusic().isPresent()
                        ? SoundFile.read(config.holdMusic().get())
                        : HoldMusic.sound(),
                new RingTone(config.ringback().frequenciesHz(), config.ringback().cadenceMillis())
                        .sound());
    }

    Sound of(Playback playback) {
        return switch (playback) {
            case Playback.Music _ -> music;
            case Playback.Ringback _ -> ringback;
            case Playback.Silence _ -> Sound.SILENCE;
        };
    }
}
