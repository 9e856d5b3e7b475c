package offhook.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import offhook.app.Gateway;
import offhook.codec.opus.OpusUnavailableException;
import offhook.config.ConfigException;
import offhook.config.LoadedConfig;
import offhook.fault.FailureWords;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `offhook run`: serves until it is told to stop by SIGTERM or Ctrl-C.
@Command(
        name = "run",
        description = "Serves in the foreground; prints 'ready' when calls can come.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:it was told to stop, and did",
            "1:it cannot serve now: a port, a folder or a library is not to be had",
            "2:the configuration is wrong, or the user is root: another try is no use"
        },
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    private static final Logger LOG = LogManager.getLogger(RunCommand.class);

    @Mixin private ConfigFile file = new ConfigFile();

    @Option(names = "--allow-root", description = "run although the user is root")
    private boolean allowRoot;

    /// How long a stop waits for calls; written before the gateway runs, read by who stops it.
    private volatile Duration patience = Duration.ZERO;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        ProcessLog.takeOver(System.err);
        Lifetime lifetime = new Lifetime();
        boolean heedsHangup = lifetime.heedSignals(this::stop);
        boolean runs = false;
        try {
            int code = start(lifetime);
            runs = code == 0;
            if (!runs || lifetime.isEnding()) {
                return code;
            }
        } finally {
            if (!runs) {
                lifetime.notStarted(true);
            }
        }
        if (!heedsHangup) {
            LOG.warn("SIGHUP does not reload on this system; 'offhook reload' does");
        }
        spec.commandLine().getOut().println("ready");
        spec.commandLine().getOut().flush();
        // What heeds signals ends the process; nothing else does.
        new CountDownLatch(1).await();
        return 0;
    }

    /// @return 0 when it runs, or need not as the process ends
    private int start(Lifetime lifetime) {
        LoadedConfig loaded;
        try {
            loaded = file.load();
        } catch (ConfigException e) {
            e.problems().forEach(spec.commandLine().getErr()::println);
            return Main.EXIT_CONFIGURATION;
        }
        loaded.warnings().forEach(spec.commandLine().getErr()::println);
        if (ProcessUser.isRoot() && !allowRoot) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "offhook: does not run as root: whoever got in would have the whole"
                                    + " machine. Use a user of its own"
                                    + " (conf/examples/systemd/offhook.service), or --allow-root");
            return Main.EXIT_CONFIGURATION;
        }
        if (lifetime.isEnding()) {
            lifetime.notStarted(false);
            return 0;
        }
        patience = loaded.config().node().drain();
        try {
            lifetime.started(Gateway.start(loaded.config(), file::load));
            return 0;
        } catch (IOException | OpusUnavailableException e) {
            return failed(FailureWords.of(e));
        } catch (LinkageError e) {
            return failed("a native library does not load: " + e);
        } catch (RuntimeException e) {
            ProcessLog.end(ProcessLog.LAST_LINES);
            throw e;
        }
    }

    private void stop(Gateway gateway) {
        drain(gateway, patience);
        gateway.stop();
        ProcessLog.end(ProcessLog.LAST_LINES);
    }

    /// It is not the configuration that is wrong, and may go well another time.
    private int failed(String why) {
        // What is on its way to the log is written first: why it ends is the last line.
        ProcessLog.end(ProcessLog.LAST_LINES);
        spec.commandLine().getErr().println("offhook: " + why);
        return Main.EXIT_ENVIRONMENT;
    }

    /// Lets calls end by themselves before the rest is ended, where that is configured.
    private static void drain(Gateway gateway, Duration patience) {
        if (patience.isZero()) {
            return;
        }
        try {
            if (!gateway.drain(patience)) {
                LOG.warn("some calls did not end within {}", patience);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
