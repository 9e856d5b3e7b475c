package offhook.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import offhook.app.LoopbackCall;
import offhook.config.ConfigException;
import offhook.fault.FailureWords;
import offhook.ops.ProbeReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `offhook archive-classes`: loads what a gateway needs until its first call is over, by such a
/// call, and ends; the JVM that the launcher starts for it then archives what was loaded (JEP 350).
@Command(
        name = "archive-classes",
        description = {
            "Makes this installation start faster, by an archive of its classes.",
            "Once after it is unpacked, by who owns its folder; the Debian package does it itself."
        },
        mixinStandardHelpOptions = true)
final class ArchiveClassesCommand implements Callable<Integer> {

    private static final int EXIT_FAILED = 1;

    @Mixin private ConfigFile file = new ConfigFile();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        try {
            ProbeReport report = LoopbackCall.make(file.load().config());
            if (report.succeeded()) {
                return 0;
            }
            spec.commandLine().getErr().println("offhook: a call failed: " + report.text());
        } catch (ConfigException e) {
            e.problems().forEach(spec.commandLine().getErr()::println);
        } catch (IOException e) {
            spec.commandLine().getErr().println("offhook: no call: " + FailureWords.of(e));
        }
        return EXIT_FAILED;
    }
}
