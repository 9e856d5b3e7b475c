package offhook.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import offhook.app.Gateway;
import offhook.codec.opus.OpusUnavailableException;
import offhook.config.ConfigException;
import offhook.config.LoadedConfig;
import offhook.runtime.Signals;
import offhook.runtime.Threads;
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
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    private static final Logger LOG = LogManager.getLogger(RunCommand.class);

    @Mixin private ConfigFile file = new ConfigFile();

    @Option(names = "--allow-root", description = "run although the user is root")
    private boolean allowRoot;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
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
        Gateway gateway;
        try {
            gateway = Gateway.start(loaded.config(), file::load);
        } catch (IOException | OpusUnavailableException e) {
            return failed(String.valueOf(e.getMessage()));
        } catch (LinkageError e) {
            return failed("a native library does not load: " + e);
        } catch (RuntimeException e) {
            LogManager.shutdown();
            throw e;
        }
        Threads.atProcessEnd(
                "stop",
                () -> {
                    drain(gateway, loaded.config().node().drain());
                    gateway.stop();
                    LogManager.shutdown();
                    // Otherwise the JVM says that a signal killed it.
                    Signals.leave(0);
                });
        if (!Signals.onHangup(gateway::reload)) {
            LOG.warn("SIGHUP does not reload on this system; 'offhook reload' does");
        }
        spec.commandLine().getOut().println("ready");
        spec.commandLine().getOut().flush();
        // The hook above ends the process; nothing else does.
        new CountDownLatch(1).await();
        return 0;
    }

    private int failed(String why) {
        // What is on its way to the log is written first: why it ends is the last line.
        LogManager.shutdown();
        spec.commandLine().getErr().println("offhook: " + why);
        return Main.EXIT_CONFIGURATION;
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
