package offhook.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import offhook.config.MediaConfig.Ringback;

/// The ringing tones of countries, as their networks send them (ITU-T E.180 Supplement 2), by the
/// letters of ISO 3166.
final class RingbackCountries {

    private static final Ringback BRITISH =
            new Ringback(List.of(400, 450), List.of(400, 200, 400, 2000));
    private static final Ringback AMERICAN = new Ringback(List.of(440, 480), List.of(2000, 4000));

    static final Map<String, Ringback> ALL =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("AT", single(420, 1000, 5000)),
                            Map.entry("BE", single(425, 1000, 3000)),
                            Map.entry("BR", Ringback.USUAL),
                            Map.entry("CA", AMERICAN),
                            Map.entry("CH", Ringback.USUAL),
                            Map.entry("DE", Ringback.USUAL),
                            Map.entry("DK", Ringback.USUAL),
                            Map.entry("ES", single(425, 1500, 3000)),
                            Map.entry("FR", single(440, 1500, 3500)),
                            Map.entry("GB", BRITISH),
                            Map.entry("IE", BRITISH),
                            Map.entry("IT", Ringback.USUAL),
                            Map.entry("MX", Ringback.USUAL),
                            Map.entry("NL", Ringback.USUAL),
                            Map.entry("PL", Ringback.USUAL),
                            Map.entry("PT", single(425, 1000, 5000)),
                            Map.entry("SE", single(425, 1000, 5000)),
                            Map.entry("UK", BRITISH),
                            Map.entry("US", AMERICAN)));

    private RingbackCountries() {}

    private static Ringback single(int hz, int onMillis, int offMillis) {
        return new Ringback(List.of(hz), List.of(onMillis, offMillis));
    }

    static String words() {
        return String.join(", ", ALL.keySet()) + ", nor a section with 'frequency' and 'cadence'";
    }
}
