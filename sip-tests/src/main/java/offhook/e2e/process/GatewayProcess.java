package offhook.e2e.process;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The gateway as a child JVM on this JVM's class path, watched from outside by `/proc`.
///
/// The thread that reads its output owns the log; everything else is a snapshot.
public final class GatewayProcess implements AutoCloseable {
    /// `sysconf(_SC_CLK_TCK)` is 100 on every Linux we meet.
    private static final double TICKS_PER_SECOND = 100;

    /// Whoever is killed before loses its last records and lines.
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    /// Flags of all gateways of a test run, between blanks; those of a test win over them.
    private static final String FLAGS = "offhook.gateway-flags";

    private final Process process;
    private final Path log;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch logged = new CountDownLatch(1);
    private final long startedNanos = System.nanoTime();
    private volatile long readyNanos; // written by the reader, read by anyone after `ready`

    private GatewayProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// Starts the gateway and returns when it has said `ready`.
    ///
    /// @param log receives all it prints
    /// @param jvmFlags additional flags, for instance `-Xmx256m`
    /// @throws IllegalStateException with the end of the log, if it ends or is late
    public static GatewayProcess start(Path config, Path log, Duration limit, String... jvmFlags) {
        return startBy(List.of(), config, log, limit, jvmFlags);
    }

    /// The same by a command that becomes the gateway.
    ///
    /// @param by the command, to which that of the gateway is added
    public static GatewayProcess startBy(
            List<String> by, Path config, Path log, Duration limit, String... jvmFlags) {
        List<String> flags = new ArrayList<>(ClassArchive.flags());
        Stream.of(System.getProperty(FLAGS, "").split(" "))
                .filter(flag -> !flag.isEmpty())
                .forEach(flags::add);
        flags.addAll(Arrays.asList(jvmFlags));
        return startAs(by, config, log, limit, flags);
    }

    /// The same with exactly these flags besides those of every gateway.
    static GatewayProcess startAs(
            List<String> by, Path config, Path log, Duration limit, List<String> jvmFlags) {
        List<String> command = new ArrayList<>(by);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("-XX:+UseZGC");
        for (String inherited : List.of("offhook.root", "log4j2.configurationFile")) {
            String value = System.getProperty(inherited);
            if (value != null) {
                command.add("-D" + inherited + "=" + value);
            }
        }
        command.addAll(jvmFlags);
        command.add("-cp");
        command.add(ClassArchive.gatewayClassPath());
        command.addAll(
                List.of("offhook.cli.Main", "run", "--allow-root", "--config", config.toString()));
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectInput(new File("/dev/null"))
                            .start();
            var gateway = new GatewayProcess(process, log);
            Thread.ofPlatform().daemon().name("gateway-log").start(gateway::copyLog);
            // A test run that is interrupted leaves no gateway behind.
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroy));
            gateway.awaitReady(limit);
            return gateway;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady(Duration limit) {
        Await.within(limit, () -> ready.getCount() == 0 || !process.isAlive());
        if (ready.getCount() > 0) {
            String state = process.isAlive() ? "is not ready after " + limit : "ended";
            close();
            throw new IllegalStateException(
                    "the gateway " + state + "; its last lines:\n" + Tool.tail(log, 30));
        }
    }

    private void copyLog() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                BufferedWriter out = Files.newBufferedWriter(log)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.write(line);
                out.newLine();
                out.flush();
                if (line.startsWith("ready") && ready.getCount() > 0) {
                    readyNanos = System.nanoTime();
                    ready.countDown();
                }
            }
        } catch (IOException e) {
            // The process is gone, and its output with it: whoever waits sees it ended.
        } finally {
            logged.countDown();
        }
    }

    /// From the start of the JVM until it said `ready`.
    public Duration startUp() {
        return Duration.ofNanos(readyNanos - startedNanos);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public Path log() {
        return log;
    }

    /// User and system time of the whole process so far (proc(5), `stat` fields 14 and 15).
    public Duration cpuTime() {
        return cpuTime(read("stat"));
    }

    private static Duration cpuTime(String stat) {
        // The second field is a name in parentheses that may hold blanks.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        double ticks = Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
        return Duration.ofNanos((long) (ticks / TICKS_PER_SECOND * 1e9));
    }

    /// Resident memory in KiB.
    public long residentKib() {
        return status("VmRSS:");
    }

    public long threads() {
        return status("Threads:");
    }

    /// How many file descriptors are open.
    public long openFiles() {
        try (Stream<Path> files = Files.list(proc("fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// User and system time by the names of threads, in units of 10 ms; threads of one pool count
    /// together (proc(5), `task`).
    public Map<String, Duration> cpuTimeByThread() {
        Map<String, Duration> times = new TreeMap<>();
        try (Stream<Path> tasks = Files.list(proc("task"))) {
            for (Path task : tasks.toList()) {
                try {
                    String stat = Files.readString(task.resolve("stat"));
                    String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
                    times.merge(
                            name.replaceFirst("[-#]*[0-9]*$", ""), cpuTime(stat), Duration::plus);
                } catch (IOException e) {
                    // The thread has just ended.
                }
            }
            return times;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long status(String key) {
        return read("status")
                .lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    private String read(String name) {
        try {
            return Files.readString(proc(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path proc(String name) {
        return Path.of("/proc", Long.toString(process.pid()), name);
    }

    /// Stops it by SIGTERM, and kills it if it does not go.
    ///
    /// @return its exit code
    public int stop() {
        // Process.destroy would also close its output: what it says last would be lost.
        process.toHandle().destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
            int code = process.waitFor();
            logged.await(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return code;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    @Override
    public void close() {
        stop();
    }
}
