package offhook.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import offhook.app.Gateway;
import offhook.config.ConfigException;
import offhook.config.LoadedConfig;
import offhook.runtime.Threads;
import org.apache.logging.log4j.LogManager;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `offhook run`: serves until it is told to stop by SIGTERM or Ctrl-C.
@Command(
        name = "run",
        description = "Serves in the foreground; prints 'ready' when calls can come.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    @Mixin private ConfigFile file = new ConfigFile();

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
        Gateway gateway;
        try {
            gateway = Gateway.start(loaded.config());
        } catch (IOException e) {
            spec.commandLine().getErr().println("offhook: " + e.getMessage());
            return Main.EXIT_CONFIGURATION;
        }
        Threads.atProcessEnd(
                "stop",
                () -> {
                    gateway.stop();
                    LogManager.shutdown();
                });
        spec.commandLine().getOut().println("ready");
        spec.commandLine().getOut().flush();
        // The hook above ends the process; nothing else does.
        new CountDownLatch(1).await();
        return 0;
    }
}
