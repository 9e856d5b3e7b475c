package offhook.e2e.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import offhook.e2e.speech.Pcm;
import offhook.e2e.speech.Speech;
import offhook.e2e.speech.Voice;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `scripts/bench`: what calls cost.
@Command(
        name = "bench",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Measures the gateway under calls of scripted phones and web agents.",
        footer = {
            "",
            "The gateway runs in a process of its own on free ports of the loopback address; phones",
            "and agents share another. Agents are scripted, not browsers: WebSocket, ICE, DTLS and",
            "SRTP are real, their sound is encoded beforehand and sent in a loop.",
            "",
            "opus               G.711 on the trunk, Opus at 8 kHz to the browser",
            "opus-conversation  the same with DTX, each side silent half of the time",
            "g722               G.722 on the trunk, Opus at 16 kHz to the browser",
            "passthrough        G.711 on both sides",
            "agents             no calls: 1000 agents who wait (--agents), with heartbeats; 100 of",
            "                   them come back at one moment. The median of five windows of --seconds,",
            "                   with none and with all there, each after a warm-up in which pages hurry",
            "                   and when the JVM's compilers have gone quiet",
            "",
            "cpu      user and system time of the gateway's process per second of one call, after a",
            "         warm-up with as many calls as the longest run has (the JVM compiles meanwhile)",
            "floor    the same for the codecs, SRTP and UDP alone, paced alike, right after",
            "delay    of up to five calls: what was heard is decoded and aligned with what was said,",
            "         in stretches of 600 ms; the encoder's look-ahead counts, the 20 ms of a packet",
            "         do not. Both ends are timed in the generator, whose own lateness is inside.",
            "loss     numbers missing at either end, and datagrams that the system dropped at the",
            "         gateway's sockets",
            "heap     of reachable objects, to the byte, against the same without calls; RSS: what",
            "         the process has grown by",
            "bytes    that the gateway's media loops allocate per packet in or out; SRTP: what",
            "         jitsi-srtp allocates of it, measured apart",
            "pause    for which the garbage collector stopped all threads (safepoint log), of all",
            "         collections in the measured time and of one that is asked for right after it",
            "gen.     CPU of phones and agents in percent of a core; what they receive they collect",
            "         each 5 ms, but for five calls, so that no packet has to wake anybody",
            "",
            "CPU time is the figure. Delays on a machine whose cores are busy are the machine's."
        })
public final class Bench implements Callable<Integer> {
    private static final String AGENTS = "agents";

    @Option(
            names = "--modes",
            split = ",",
            description =
                    "opus, opus-conversation, g722, passthrough, agents (default:"
                            + " ${DEFAULT-VALUE}).")
    private List<String> modes = List.of("opus", "opus-conversation", "g722", "passthrough");

    @Option(
            names = "--calls",
            split = ",",
            description = "Calls at a time, one run each (default: ${DEFAULT-VALUE}).")
    private List<Integer> calls = List.of(10, 50, 100, 200);

    @Option(names = "--agents", description = "Who wait in agents (default: ${DEFAULT-VALUE}).")
    private int idle = 1000;

    @Option(names = "--seconds", description = "Measured time (default: ${DEFAULT-VALUE}).")
    private int seconds = 12;

    @Option(names = "--warm-up", description = "Seconds before it (default: ${DEFAULT-VALUE}).")
    private int warmUp = 8;

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    private boolean json;

    @Option(names = "--keep", description = "Keep configuration and logs in this folder.")
    private Path folder = Path.of("");

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            description = {
                "Write a flight recording of the measured time, of one mode and one number of",
                "calls. To read: jfr view cpu-time-hot-methods FILE."
            })
    private Path recording = Path.of("");

    private final PrintStream out;
    private final PrintStream progress;

    private Bench(PrintStream out, PrintStream progress) {
        this.out = out;
        this.progress = progress;
    }

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        var bench = new Bench(System.out, System.err);
        int exit =
                new CommandLine(bench)
                        .setExecutionExceptionHandler((failure, _, _) -> bench.explain(failure))
                        .execute(args);
        System.exit(exit);
    }

    private int explain(Exception failure) {
        progress.println("bench: " + failure.getMessage());
        if (System.getenv("OFFHOOK_TRACE") != null) {
            failure.printStackTrace(progress);
        }
        return 2;
    }

    @Override
    public Integer call() throws IOException {
        List<Mode> wanted =
                modes.stream().filter(name -> !name.equals(AGENTS)).map(Mode::of).toList();
        int most = calls.stream().mapToInt(Integer::intValue).max().orElseThrow();
        Optional<Path> profile =
                recording.toString().isEmpty() ? Optional.empty() : Optional.of(recording);
        int runs = wanted.size() * calls.size() + (modes.contains(AGENTS) ? 1 : 0);
        if (profile.isPresent() && runs > 1) {
            throw new IllegalArgumentException("--profile needs one of --modes and one of --calls");
        }
        Path work =
                folder.toString().isEmpty()
                        ? Files.createTempDirectory("offhook-bench")
                        : Files.createDirectories(folder).toAbsolutePath();
        for (Mode mode : wanted) {
            BenchConfig.check(work, mode);
        }
        if (modes.contains(AGENTS)) {
            measureAgents(work, profile);
            if (wanted.isEmpty()) {
                return 0;
            }
        }
        say("two voices, configuration and logs in " + work);
        Pcm caller = Pcm.read(Speech.of(Voice.CALLER, work).wav48k());
        Pcm agent = Pcm.read(Speech.of(Voice.AGENT, work).wav48k());
        List<Figures> all = new ArrayList<>();
        if (!json) {
            out.println(Figures.HEADING);
        }
        for (Mode mode : wanted) {
            try (BenchRig rig = BenchRig.start(mode, most, caller, agent, work)) {
                say("%s: warming up with %d calls".formatted(mode, most));
                rig.warmUp(warmUp);
                for (int count : calls) {
                    say("%s: %d calls for %d s".formatted(mode, count, seconds));
                    Figures figures = rig.measure(count, warmUp, seconds, profile);
                    all.add(figures);
                    if (!json) {
                        out.println(figures.toText());
                    }
                }
            }
        }
        if (json) {
            out.println(toJson(all).toPrettyString());
        }
        return 0;
    }

    private void measureAgents(Path work, Optional<Path> profile) {
        say("%d agents who wait for %d s".formatted(idle, seconds));
        try (var agents = new IdleAgents(idle, work)) {
            IdleAgents.Idle figures = agents.measure(idle, warmUp, seconds, profile);
            out.println(json ? figures.toJson().toPrettyString() : figures.toText());
        }
    }

    static ObjectNode toJson(List<Figures> all) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.putArray("runs").addAll(all.stream().map(Figures::toJson).toList());
        return root;
    }

    private void say(String what) {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        progress.println("bench: %s (load %.1f)".formatted(what, load));
    }
}
