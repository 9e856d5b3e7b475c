package offhook.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import offhook.config.MediaConfig.BrowserCodec;
import offhook.config.MediaConfig.Opus;

/// Reads `media`.
final class MediaReader {

    static final Words<BrowserCodec> CODECS =
            Words.of(
                    BrowserCodec.class,
                    c -> c == BrowserCodec.OPUS ? c.name().toLowerCase(Locale.ROOT) : c.name());
    private static final String DEFAULT_LISTEN = "udp://0.0.0.0:7882";

    private MediaReader() {}

    static MediaConfig read(Section section, PortPlan plan) {
        Listen listen = listen(section, plan);
        MediaConfig media =
                new MediaConfig(
                        listen,
                        section.find("browser-codecs")
                                .map(v -> Lists.distinct(v, CODECS::read))
                                .orElse(List.of(BrowserCodec.values())),
                        opus(section.section("opus")),
                        section.integer("loops", 0, 36, 0),
                        section.integer("jitter-max-ms", 20, 200, 120),
                        SoundsReader.read(section),
                        BrowserAddressReader.read(section, listen));
        section.done();
        return media;
    }

    private static Listen listen(Section section, PortPlan plan) {
        Optional<Value> value = section.find("listen");
        Listen absent = ListenReader.parse(DEFAULT_LISTEN).orElseThrow();
        if (value.isEmpty()) {
            plan.listener("media.listen", absent, value);
            return absent;
        }
        return new ListenReader(plan, "udp").read(value.get()).orElse(absent);
    }

    private static Opus opus(Section section) {
        Opus opus =
                new Opus(
                        section.integer("complexity", 0, 10, 5),
                        section.integer("bitrate", 6000, 64000, 24000),
                        section.flag("fec", true),
                        section.flag("dtx", true));
        section.done();
        return opus;
    }
}
