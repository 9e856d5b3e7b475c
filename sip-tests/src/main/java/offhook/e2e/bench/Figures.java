package offhook.e2e.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;

/// What a run showed.
///
/// @param cpuMillis of the gateway per call-second
/// @param floorMillis of its parts alone
/// @param lossPercent of both ways together
/// @param heapKib per call
/// @param rssKib per call
/// @param allocation by the media loops, in bytes per packet in or out
/// @param srtpAllocation what of it is jitsi-srtp's
/// @param pauses of the garbage collector in milliseconds
/// @param generatorPercent of one core, used by phones and agents
/// @param threads CPU per thread name, of the gateway
/// @param seconds measured
record Figures(
        Mode mode,
        int calls,
        double cpuMillis,
        double floorMillis,
        Quantiles phoneToWeb,
        Quantiles webToPhone,
        double lossPercent,
        double heapKib,
        double rssKib,
        double allocation,
        double srtpAllocation,
        Quantiles pauses,
        double generatorPercent,
        Map<String, Duration> threads,
        double seconds) {
    static final String HEADING =
            """
                                      CPU ms/call-second  calls   added delay ms, p50/p95/p99            loss     KiB/call bytes/packet GC pause  gen.
            mode              calls gateway floor  ratio a core   phone to web       web to phone           %  heap    RSS    all  SRTP  ms p999     %\
            """;

    /// Threads that use less than this per second are not worth a line.
    private static final double LEAST_THREAD_MILLIS = 0.5;

    private double ratio() {
        return cpuMillis / floorMillis;
    }

    private double callsPerCore() {
        return 1000 / cpuMillis;
    }

    String toText() {
        return "%-17s %5d %7.2f %5.2f %6.2f %6.0f   %-18s %-18s %5.2f %5.0f %6.0f %6.0f %5.0f %8.3f %5.1f"
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
                        rssKib,
                        allocation,
                        srtpAllocation,
                        pauses.p999(),
                        generatorPercent);
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
        put(root, "allocation_bytes_per_packet", allocation);
        put(root, "gc_pause_ms_p999", pauses.p999());
        put(root, "floor_ms_per_call_second", floorMillis);
        put(root, "rss_kib_per_call", rssKib);
        put(root, "srtp_allocation_bytes_per_packet", srtpAllocation);
        root.put("gc_pauses", pauses.count());
        put(root, "generator_cpu_percent", generatorPercent);
        ObjectNode byThread = root.putObject("cpu_ms_per_second_by_thread");
        threads.forEach((name, time) -> {
            double millis = time.toNanos() / 1e6 / seconds;
            if (millis >= LEAST_THREAD_MILLIS) {
                put(byThread, name, millis);
            }
        });
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
            node.put(key, Math.round(value * 1000) / 1000.0);
        } else {
            node.putNull(key);
        }
    }
}
