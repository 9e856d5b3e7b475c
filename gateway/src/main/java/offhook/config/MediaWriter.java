package offhook.config;

import java.util.List;
import offhook.config.MediaConfig.Opus;
import offhook.config.MediaConfig.Ringback;

/// Writes the audio side, the counterpart of [MediaReader] and [SoundsReader].
final class MediaWriter {

    private MediaWriter() {}

    static WrittenSection media(MediaConfig media) {
        return new WrittenSection()
                .put("listen", media.listen())
                .putUnlessEmpty("advertise", media.advertise())
                .put(
                        "browser-codecs",
                        media.browserCodecs().stream().map(MediaReader.CODECS::of).toList())
                .put("opus", opus(media.opus()))
                .put("loops", media.loops())
                .put("jitter-max-ms", media.jitterMaxMillis())
                .put("hold-music", media.sounds().holdMusic())
                .put("ringback", ringback(media.sounds().ringback()));
    }

    private static WrittenSection opus(Opus opus) {
        return new WrittenSection()
                .put("complexity", opus.complexity())
                .put("bitrate", opus.bitrate())
                .put("fec", opus.fec())
                .put("dtx", opus.dtx());
    }

    private static WrittenSection ringback(Ringback tone) {
        List<Object> seconds = tone.cadenceMillis().stream().map(MediaWriter::seconds).toList();
        return new WrittenSection()
                .putOneOrList("frequency", tone.frequenciesHz())
                .put("cadence", seconds);
    }

    private static Object seconds(int millis) {
        if (millis % 1000 == 0) {
            return millis / 1000;
        }
        return millis / 1000.0;
    }
}
