package offhook.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import offhook.app.AdvertisedAddress;
import offhook.app.LoopbackCall;
import offhook.config.ConfigException;
import offhook.config.LoadedConfig;
import offhook.fault.FailureWords;
import offhook.ops.GatewayMXBean;
import offhook.ops.ProbeReport;
import offhook.selftest.Finding;
import offhook.selftest.SelfTest;
import offhook.selftest.Severity;
import offhook.selftest.Subject;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `offhook doctor`: finds what keeps a gateway from working, before callers do.
@Command(
        name = "doctor",
        description = {
            "Looks at everything that a gateway needs, and says how to mend what is wrong.",
            "Works with and without a gateway that runs."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:no problem", "1:a problem was found", "2:it could not look"})
final class DoctorCommand implements Callable<Integer> {

    private static final int EXIT_PROBLEM = 1;
    private static final String OWN_LOG = "offhook";

    @Mixin private ConfigFile file = new ConfigFile();

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Option(names = "--no-call", description = "make no call through a gateway started for it")
    private boolean noCall;

    @Option(names = "--all", description = "print what is as it should be, too")
    private boolean all;

    @Spec private CommandSpec spec = CommandSpec.create();

    private final List<Finding> found = new ArrayList<>();

    @Override
    public Integer call() {
        if (!Files.isReadable(file.path())) {
            spec.commandLine().getErr().println("offhook: " + file + " cannot be read");
            return Main.EXIT_CONFIGURATION;
        }
        Consumer<Finding> each =
                finding -> {
                    found.add(finding);
                    show(finding);
                };
        boolean tells = LogManager.getLogger(OWN_LOG).getLevel().equals(Level.INFO);
        if (tells) {
            // What goes well while things are tried out is no news among the findings.
            Configurator.setLevel(OWN_LOG, Level.WARN);
        }
        try {
            look(file.load(), each);
        } catch (ConfigException e) {
            e.problems()
                    .forEach(problem ->
                            each.accept(
                                    new Finding(
                                            Severity.PROBLEM,
                                            "configuration",
                                            file.toString(),
                                            problem,
                                            "Correct the setting; nothing else was looked at.")));
        } finally {
            if (tells) {
                Configurator.setLevel(OWN_LOG, Level.INFO);
            }
        }
        return conclude();
    }

    private void look(LoadedConfig loaded, Consumer<Finding> each) {
        OptionalLong holder = SelfTest.holderOfPorts(loaded.config());
        OptionalLong gateway = OptionalLong.empty();
        if (holder.isPresent()) {
            try (RunningGateway running =
                    RunningGateway.ifGateway(holder.getAsLong()).orElse(null)) {
                if (running != null) {
                    gateway = holder;
                    ask(running, each);
                }
            } catch (IOException e) {
                each.accept(
                        new Finding(
                                Severity.WARNING,
                                "gateway",
                                "process " + holder.getAsLong(),
                                "does not let itself be asked: " + FailureWords.of(e),
                                "Run this as the user that runs the gateway."));
            }
        }
        SelfTest.run(
                new Subject(
                        file.path(),
                        loaded.config(),
                        loaded.warnings(),
                        AdvertisedAddress.of(loaded.config()),
                        AdvertisedAddress.ofBrowserMedia(loaded.config()),
                        gateway),
                each);
        if (!noCall) {
            each.accept(call(loaded));
        }
    }

    private static Finding call(LoadedConfig loaded) {
        String where = "phone and browser in this process";
        try {
            ProbeReport report = LoopbackCall.make(loaded.config());
            return new Finding(
                    report.succeeded() ? Severity.OK : Severity.PROBLEM,
                    "call",
                    where,
                    report.succeeded()
                            ? report.text()
                            : "fails at " + report.stage() + ": " + report.text(),
                    report.succeeded() ? "" : "See self-test.md for this stage.");
        } catch (IOException | RuntimeException e) {
            // Whatever keeps it from starting, the findings so far are what one needs then.
            return new Finding(
                    Severity.PROBLEM,
                    "call",
                    where,
                    "no gateway can be started on loopback: " + FailureWords.of(e),
                    "Mend what is said above; without that, see the log.");
        }
    }

    private static void ask(RunningGateway running, Consumer<Finding> each) {
        GatewayMXBean bean = running.gateway();
        String where = "process " + running.pid();
        each.accept(
                new Finding(
                        Severity.OK,
                        "gateway",
                        where,
                        "version %s runs, %d calls"
                                .formatted(bean.getVersion(), bean.getCallsActive()),
                        ""));
        if (bean.isDraining()) {
            each.accept(
                    new Finding(
                            Severity.WARNING,
                            "gateway",
                            where,
                            "is drained and takes no calls",
                            "offhook undrain"));
        }
        for (GatewayMXBean.ActiveAlarm alarm : bean.getAlarms()) {
            each.accept(
                    new Finding(
                            alarm.severity().equals("critical")
                                    ? Severity.PROBLEM
                                    : Severity.WARNING,
                            "gateway",
                            "alarm " + alarm.kind() + " " + alarm.subject(),
                            alarm.text(),
                            alarm.remedy()));
        }
    }

    private void show(Finding finding) {
        if (json || (!all && finding.severity() == Severity.OK)) {
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%-8s %-13s %s: %s%n",
                finding.severity().key(), finding.check(), finding.where(), finding.what());
        if (!finding.remedy().isEmpty()) {
            out.printf("%-22s -> %s%n", "", finding.remedy());
        }
        out.flush();
    }

    private int conclude() {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Severity severity : Severity.values()) {
            counts.put(
                    severity.key(),
                    found.stream().filter(each -> each.severity() == severity).count());
        }
        if (json) {
            out.println(
                    Json.line(
                            Json.object(
                                    "counts",
                                    counts,
                                    "findings",
                                    found.stream().map(DoctorCommand::plain).toList())));
        } else {
            out.printf(
                    "%d ok, %d notes, %d warnings, %d problems%n",
                    counts.get("ok"),
                    counts.get("note"),
                    counts.get("warning"),
                    counts.get("problem"));
        }
        out.flush();
        return found.stream().anyMatch(each -> each.severity() == Severity.PROBLEM)
                ? EXIT_PROBLEM
                : 0;
    }

    private static ObjectNode plain(Finding finding) {
        return Json.object(
                "severity",
                finding.severity().key(),
                "check",
                finding.check(),
                "where",
                finding.where(),
                "what",
                finding.what(),
                "remedy",
                finding.remedy());
    }
}
