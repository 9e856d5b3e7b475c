package offhook.e2e.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import offhook.e2e.process.GatewayJmx;
import offhook.e2e.process.GatewayProcess;

/// Reads what the processes of both sides have used so far.
final class Meter implements AutoCloseable {
    /// Of the gateway's media loops.
    private static final String MEDIA_THREADS = "media-";

    private final OperatingSystemMXBean own =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final GatewayProcess gateway;
    private final GatewayJmx jmx;

    Meter(GatewayProcess gateway) {
        this.gateway = gateway;
        this.jmx = GatewayJmx.attach(gateway);
    }

    /// What is used so far, or what was between two readings.
    ///
    /// @param atNanos when it was taken
    /// @param cpuNanos of the gateway's process
    /// @param threads the same by names of threads, coarser
    /// @param generatorNanos CPU of this process
    /// @param mediaBytes what the gateway's media loops have allocated
    record Reading(
            long atNanos,
            long cpuNanos,
            Map<String, Duration> threads,
            long generatorNanos,
            long mediaBytes) {

        Reading since(Reading before) {
            Map<String, Duration> used = new TreeMap<>();
            threads.forEach((name, time) ->
                    used.put(name, time.minus(before.threads.getOrDefault(name, Duration.ZERO))));
            return new Reading(
                    atNanos - before.atNanos,
                    cpuNanos - before.cpuNanos,
                    used,
                    generatorNanos - before.generatorNanos,
                    mediaBytes - before.mediaBytes);
        }

        double seconds() {
            return atNanos / 1e9;
        }
    }

    /// The first reading. What JMX costs the gateway is spent before it.
    Reading begin() {
        return read(jmx.allocatedBytes(MEDIA_THREADS));
    }

    /// What was used since the first reading, without what JMX costs.
    Reading end(Reading begin) {
        Reading now = read(0);
        long bytes = jmx.allocatedBytes(MEDIA_THREADS);
        return new Reading(now.atNanos, now.cpuNanos, now.threads, now.generatorNanos, bytes)
                .since(begin);
    }

    private Reading read(long mediaBytes) {
        return new Reading(
                System.nanoTime(),
                gateway.cpuTime().toNanos(),
                gateway.cpuTimeByThread(),
                own.getProcessCpuTime(),
                mediaBytes);
    }

    /// What is reachable in the gateway's heap.
    double liveHeapKib() {
        return jmx.liveHeapBytes() / 1024.0;
    }

    /// Begins a flight recording with the samples of CPU time that JDK 25 takes on Linux, in native
    /// code too.
    void startRecording() {
        jmx.diagnose(
                "jfrStart",
                "name=bench",
                "settings=profile",
                "jdk.CPUTimeSample#enabled=true",
                "jdk.CPUTimeSample#throttle=2ms");
    }

    /// Ends it and writes it to the file.
    void stopRecording(Path file) {
        jmx.diagnose("jfrStop", "name=bench", "filename=" + file.toAbsolutePath());
    }

    @Override
    public void close() {
        jmx.close();
    }
}
