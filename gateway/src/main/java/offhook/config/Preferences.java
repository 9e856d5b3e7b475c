package offhook.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.config.MediaConfig.BrowserCodec;
import offhook.config.MediaConfig.Prefer;
import offhook.config.TrunkConfig.Codec;

/// Reads `prefer` of trunks and routes, and complains where the codecs that browsers may have leave
/// no choice.
final class Preferences {

    static final Words<Prefer> PREFER = Words.lowerCase(Prefer.class);

    private final Map<String, List<Codec>> codecsByTrunk = new HashMap<>();
    private final List<Written> all = new ArrayList<>();

    /// A preference in the file.
    ///
    /// @param trunk whose calls it is about; none for calls from browsers
    private record Written(Value value, Prefer prefer, Optional<String> trunk) {}

    /// The preference of a trunk that speaks these codecs.
    Prefer ofTrunk(Section section, String trunk, List<Codec> codecs) {
        codecsByTrunk.put(trunk, codecs);
        return read(section, Optional.of(trunk)).orElse(Prefer.QUALITY);
    }

    /// The preference of a route, where it has one of its own.
    ///
    /// @param source the trunk of its calls, read before; or `web`
    Optional<Prefer> ofRoute(Section section, String source) {
        return read(section, Optional.of(source).filter(codecsByTrunk::containsKey));
    }

    private Optional<Prefer> read(Section section, Optional<String> trunk) {
        Optional<Value> value = section.find("prefer");
        Optional<Prefer> prefer = value.flatMap(PREFER::read);
        value.ifPresent(v -> prefer.ifPresent(p -> all.add(new Written(v, p, trunk))));
        return prefer;
    }

    /// Complains about each one that cannot be.
    void check(List<BrowserCodec> allowed) {
        for (Written each : all) {
            boolean wantsOpus = each.prefer != Prefer.CAPACITY;
            if (wantsOpus && !allowed.contains(BrowserCodec.OPUS)) {
                each.value.problem(
                        each.value.quoted() + " needs opus, which media.browser-codecs leaves out");
            }
            if (each.prefer != Prefer.QUALITY) {
                each.trunk.ifPresent(trunk -> checkPassage(each, trunk, allowed));
            }
        }
    }

    private void checkPassage(Written each, String trunk, List<BrowserCodec> allowed) {
        List<Codec> codecs = codecsByTrunk.getOrDefault(trunk, List.of());
        boolean passes =
                allowed.stream()
                        .anyMatch(a -> codecs.stream().anyMatch(c -> c.name().equals(a.name())));
        if (!codecs.isEmpty() && !passes) {
            each.value.problem(
                    "%s needs one of %s, what trunk '%s' speaks, in media.browser-codecs"
                            .formatted(each.value.quoted(), codecs, trunk));
        }
    }
}
