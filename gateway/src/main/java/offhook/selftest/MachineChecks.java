package offhook.selftest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Whether this machine is large enough for what the configuration allows, and keeps time.
final class MachineChecks {

    private static final Pattern OPEN_FILES =
            Pattern.compile("Max open files\\s+(\\d+|unlimited)\\s");

    /// A trunk leg's RTP and RTCP, and the browser's own socket.
    private static final int FILES_OF_A_CALL = 3;

    private static final int FILES_OF_AN_AGENT = 2;
    private static final int FILES_OF_THE_REST = 256;

    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;
    private static final long BYTES_OF_A_CALL = 150 * KIB;
    private static final long BYTES_OF_THE_REST = 160 * MIB;

    /// Transcoded calls that a core carries with room to spare: 6 ms of CPU a second each.
    private static final int CALLS_OF_A_CORE = 120;

    /// What the socket of all browsers asks for.
    private static final long GOOD_BUFFER_BYTES = MIB;

    private static final Duration MOST_AHEAD = Duration.ofMinutes(1);
    private static final int JAVA = 25;

    private static final Set<String> TIME_KEEPERS =
            Set.of("chronyd", "ntpd", "systemd-timesyn", "openntpd", "ptp4l", "phc2sys");

    private final Findings findings = new Findings("machine");
    private final Subject subject;
    private final Path proc;

    MachineChecks(Subject subject, Path proc) {
        this.subject = subject;
        this.proc = proc;
    }

    static List<Finding> of(Subject subject) {
        MachineChecks checks = new MachineChecks(subject, Path.of("/proc"));
        checks.java();
        checks.files();
        checks.memory();
        checks.processors();
        checks.buffers();
        checks.clock(Instant.now());
        return checks.findings.all();
    }

    private void java() {
        String version = Runtime.version().toString();
        if (Runtime.version().feature() < JAVA) {
            findings.problem("java", version, "Install Java " + JAVA + ".");
            return;
        }
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
        if (flags.contains("-XX:+UseZGC")) {
            findings.ok("java", version + ", with ZGC");
        } else {
            findings.note(
                    "java",
                    version + ", without ZGC: pauses of the collector are heard",
                    "Start by bin/offhook, or add -XX:+UseZGC.");
        }
    }

    private void files() {
        String pid = subject.gateway().isPresent() ? "" + subject.gateway().getAsLong() : "self";
        try {
            Matcher limit =
                    OPEN_FILES.matcher(Files.readString(proc.resolve(pid).resolve("limits")));
            if (limit.find() && !limit.group(1).equals("unlimited")) {
                files(Long.parseLong(limit.group(1)));
            }
        } catch (IOException _) {
            findings.note("open files", "the limit is not to be seen here", "Ask ulimit -n.");
        }
    }

    private void files(long limit) {
        long need =
                (long) FILES_OF_A_CALL * subject.config().limits().maxCalls()
                        + (long) FILES_OF_AN_AGENT * subject.config().agents().users().size()
                        + FILES_OF_THE_REST;
        String said =
                "%d may be open, %d calls and %d agents need about %d"
                        .formatted(
                                limit,
                                subject.config().limits().maxCalls(),
                                subject.config().agents().users().size(),
                                need);
        if (limit < need) {
            findings.problem(
                    "open files",
                    said,
                    "Set LimitNOFILE of the service (ulimit -n) to %d.".formatted(2 * need));
        } else {
            findings.ok("open files", said);
        }
    }

    private void memory() {
        long heap = Runtime.getRuntime().maxMemory();
        long need = BYTES_OF_THE_REST + BYTES_OF_A_CALL * subject.config().limits().maxCalls();
        String said =
                "a heap of %d MiB at most, %d calls need about %d MiB"
                        .formatted(heap / MIB, subject.config().limits().maxCalls(), need / MIB);
        if (heap < need) {
            findings.warning(
                    "memory", said, "Set OFFHOOK_JAVA_OPTS=-Xmx%dm.".formatted(2 * need / MIB));
        } else {
            findings.ok("memory", said);
        }
    }

    private void processors() {
        int cores = Runtime.getRuntime().availableProcessors();
        int loops = subject.config().media().loops();
        int calls = subject.config().limits().maxCalls();
        if (loops > cores) {
            findings.warning(
                    "processors",
                    "%d media loops on %d cores".formatted(loops, cores),
                    "Set media.loops to 0, which is one a core.");
        }
        String said =
                "%d cores carry about %d transcoded calls, limits.max-calls is %d"
                        .formatted(cores, cores * CALLS_OF_A_CORE, calls);
        if (calls > cores * CALLS_OF_A_CORE) {
            findings.note(
                    "processors",
                    said,
                    "Nothing need be done: calls are refused before the sound suffers.");
        } else {
            findings.ok("processors", said);
        }
    }

    private void buffers() {
        try {
            long most = Long.parseLong(SystemFile.text(proc.resolve("sys/net/core/rmem_max")));
            if (most < GOOD_BUFFER_BYTES) {
                findings.note(
                        "net.core.rmem_max",
                        "%d KiB: a pause loses packets that others would keep"
                                .formatted(most / KIB),
                        "sysctl -w net.core.rmem_max=%d".formatted(GOOD_BUFFER_BYTES));
            } else {
                findings.ok("net.core.rmem_max", "%d KiB".formatted(most / KIB));
            }
        } catch (IOException | NumberFormatException _) {
            // Not told in this container.
        }
    }

    private void clock(Instant now) {
        try {
            Instant changed = Files.getLastModifiedTime(subject.file()).toInstant();
            if (changed.isAfter(now.plus(MOST_AHEAD))) {
                findings.warning(
                        "clock",
                        "says %s, and the configuration was changed at %s".formatted(now, changed),
                        "Set the clock right: certificates, tokens and records go by it.");
                return;
            }
        } catch (IOException _) {
            // It was read a moment ago.
        }
        if (isKept()) {
            findings.ok("clock", "is kept by the network");
        } else {
            findings.note(
                    "clock",
                    "nothing on this machine is seen to keep it (a host may, from outside)",
                    "Install chrony, unless the host keeps the time.");
        }
    }

    private boolean isKept() {
        if (Files.exists(Path.of("/run/systemd/timesync/synchronized"))) {
            return true;
        }
        try (Stream<Path> entries = Files.list(proc)) {
            return entries.anyMatch(entry -> TIME_KEEPERS.contains(name(entry)));
        } catch (IOException | UncheckedIOException _) {
            return false;
        }
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException _) {
            return "";
        }
    }
}
