package offhook.e2e.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import offhook.e2e.measure.CallReport;
import offhook.e2e.measure.MeasuredCall;
import offhook.e2e.phone.SippCall;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Speech;
import offhook.e2e.speech.Voice;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `scripts/demo`: starts the gateway, an agent in Chromium and a phone, lets them talk, and says
/// what each heard.
@Command(
        name = "demo",
        description = "A real call from a phone to a web agent, measured at both ends.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:both ends heard each other (STOI at least " + CallReport.MIN_STOI + ")",
            "1:they did not",
            "2:the demo could not run, for instance because a port is in use"
        })
public final class Demo implements Callable<Integer> {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int SIP_PORT = 5060;
    private static final int WEB_PORT = 8080;
    private static final int MEDIA_PORT = 7882;

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    private boolean json;

    @Option(
            names = "--stay",
            description = "Stay up with a caller that rings whoever signs in, until Ctrl-C.")
    private boolean stay;

    @Option(names = "--tcp", description = "SIP over TCP.")
    private boolean tcp;

    @Option(names = "--codec", description = "PCMA or PCMU (default: ${DEFAULT-VALUE}).")
    private G711 codec = G711.PCMA;

    @Option(
            names = "--seconds",
            description = "How long the caller speaks (default: ${DEFAULT-VALUE}).")
    private int seconds = 12;

    @Option(names = "--number", description = "Whom to call (default: ${DEFAULT-VALUE}).")
    private String number = "200";

    @Option(names = "--config", description = "The gateway's configuration.")
    private Path config =
            Path.of(System.getProperty("offhook.root", ".")).resolve("conf/demo.yaml");

    @Option(names = "--keep", description = "Keep recordings, capture and logs in this folder.")
    private Path folder = Path.of("");

    private final PrintStream out;
    private final PrintStream progress;

    private Demo(PrintStream out, PrintStream progress) {
        this.out = out;
        this.progress = progress;
    }

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        var demo = new Demo(System.out, System.err);
        int exit =
                new CommandLine(demo)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setExecutionExceptionHandler(
                                (failure, command, parsed) -> demo.explain(failure))
                        .execute(args);
        System.exit(exit);
    }

    private int explain(Exception failure) {
        progress.println("demo: " + failure.getMessage());
        if (System.getenv("OFFHOOK_TRACE") != null) {
            failure.printStackTrace(progress);
        }
        return 2;
    }

    @Override
    public Integer call() throws IOException {
        requireFreePorts();
        Path work =
                folder.toString().isEmpty()
                        ? Files.createTempDirectory("offhook-demo")
                        : Files.createDirectories(folder).toAbsolutePath();
        var gateway = new InetSocketAddress(InetAddress.getLoopbackAddress(), SIP_PORT);
        String page = "http://127.0.0.1:" + WEB_PORT;
        say("starting the gateway (logs and recordings in %s)".formatted(work));
        try (GatewayProcess process =
                GatewayProcess.start(config, work.resolve("gateway.log"), START_LIMIT)) {
            say("ready after %d ms".formatted(process.startUp().toMillis()));
            if (stay) {
                return stay(process, gateway, page, work);
            }
            say("recording two voices");
            Speech caller = Speech.of(Voice.CALLER, work);
            Speech agent = Speech.of(Voice.AGENT, work);
            SippCall.Plan plan =
                    SippCall.Plan.to(gateway, number, caller)
                            .in(codec)
                            .talking(Duration.ofSeconds(seconds));
            CallReport report =
                    new MeasuredCall(
                                    tcp ? plan.overTcp() : plan,
                                    agent,
                                    page,
                                    MEDIA_PORT,
                                    work,
                                    this::say)
                            .run();
            out.print(json ? report.toJson() : report.toText());
            out.flush();
            return report.bothHeard() ? 0 : 1;
        }
    }

    private int stay(GatewayProcess process, InetSocketAddress gateway, String page, Path work) {
        out.printf(
                "%nOpen %s in a browser and sign in as alice, password alice.%n"
                        + "A caller rings you: answer, hear a greeting and a tone, then yourself.%n"
                        + "Hang up, and it calls again. Ctrl-C ends the demo.%n%n",
                page);
        out.flush();
        new BuiltInCaller(gateway, number, codec, work, this::say).runWhile(process::isAlive);
        say("the gateway has ended; its log is %s".formatted(process.log()));
        return 2;
    }

    private void requireFreePorts() {
        require(Ports.isUdpFree(SIP_PORT) && Ports.isTcpFree(SIP_PORT), SIP_PORT, "SIP");
        require(Ports.isTcpFree(WEB_PORT), WEB_PORT, "the agents' page");
        require(Ports.isUdpFree(MEDIA_PORT), MEDIA_PORT, "the browsers' media");
    }

    private static void require(boolean free, int port, String use) {
        if (!free) {
            throw new IllegalStateException(
                    "port %d (%s) is in use. See who has it: ss -lntup 'sport = :%d'. End that and try again."
                            .formatted(port, use, port));
        }
    }

    private void say(String what) {
        progress.println("demo: " + what);
    }
}
