package offhook.e2e.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import offhook.e2e.bench.ContentDelay.Quantiles;

/// What a run showed.
///
/// @param cpuMillis of the gateway per call-second
/// @param floorMillis of its parts alone
/// @param lossPercent of both ways together
record Figures(
        Mode mode,
        int calls,
        double cpuMillis,
        double floorMillis,
        Quantiles phoneToWeb,
        Quantiles webToPhone,
        double lossPercent,
        double heapKib,
        double rssKib) {
    static final String HEADING =
            """
                               CPU ms/call-s          calls   added delay ms, p50/p95/p99           loss   KiB/call
            mode         calls gateway floor  ratio a core   phone to web       web to phone        %%  heap    RSS\
            """
                    .replace("%%", "%");

    private double ratio() {
        return cpuMillis / floorMillis;
    }

    private double callsPerCore() {
        return 1000 / cpuMillis;
    }

    String toText() {
        return "%-12s %5d %7.2f %5.2f %6.2f %6.0f   %-18s %-18s %5.2f %5.0f %6.0f"
                .formatted(
                        mode,
                        calls,
                        cpuMillis,
                        floorMillis,
                        ratio(),
                        callsPerCore(),
                        text(phoneToWeb),
                        text(webToPhone),
                        lossPercent,
                        heapKib,
                        rssKib);
    }

    private static String text(Quantiles delay) {
        return "%.1f/%.1f/%.1f".formatted(delay.p50(), delay.p95(), delay.p99());
    }

    ObjectNode toJson() {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("mode", mode.toString()).put("calls", calls);
        put(root, "cpu_ms_per_call_second", cpuMillis);
        put(root, "floor_ratio", ratio());
        put(root, "calls_per_core", callsPerCore());
        ObjectNode delay = root.putObject("added_delay_ms");
        put(delay.putObject("phone_to_web"), phoneToWeb);
        put(delay.putObject("web_to_phone"), webToPhone);
        put(root, "loss_percent", lossPercent);
        put(root, "heap_kib_per_call", heapKib);
        put(root, "rss_kib_per_call", rssKib);
        return root;
    }

    private static void put(ObjectNode node, Quantiles delay) {
        put(node, "p50", delay.p50());
        put(node, "p95", delay.p95());
        put(node, "p99", delay.p99());
    }

    /// JSON has no not-a-number: what was not measured is null.
    private static void put(ObjectNode node, String key, double value) {
        if (Double.isFinite(value)) {
            node.put(key, Math.round(value * 100) / 100.0);
        } else {
            node.putNull(key);
        }
    }
}
