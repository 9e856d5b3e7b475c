package offhook.cli;

import java.io.IOException;
import java.util.Optional;
import offhook.ops.GatewayMXBean;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `offhook drain`: new calls are refused, and the command waits until those that live are over.
@Command(
        name = "drain",
        description = {
            "Refuses new calls (503) and waits until those that live are over.",
            "Does not stop the gateway; 'undrain' takes calls again."
        },
        exitCodeList = {
            "0:drained, no call is left",
            "1:calls were left at the limit, or the gateway says no",
            "2:no gateway of this user runs here, or several do"
        })
final class DrainCommand extends GatewayCommand {

    private static final long LOOK_NANOS = 500_000_000L;
    private static final long NANOS = 1_000_000_000L;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "how long it waits at most; 0: not at all (default: until none lives)")
    private Optional<Long> timeout = Optional.empty();

    @Override
    int run(RunningGateway running) throws IOException {
        if (timeout.isPresent() && timeout.get() < 0) {
            throw wrong("--timeout takes 0 or more");
        }
        NanoClock clock = NanoClock.system();
        GatewayMXBean gateway = running.gateway();
        gateway.drain();
        long startedNanos = clock.nanoTime();
        int left = gateway.getCallsActive();
        int told = -1;
        while (left > 0 && !isOver(clock.nanoTime() - startedNanos)) {
            if (left != told) {
                progress("calls left: " + left);
                told = left;
            }
            Threads.pause(LOOK_NANOS);
            left = gateway.getCallsActive();
        }
        done(
                left == 0 ? "drained: no call is left" : "calls left at the limit: " + left,
                "draining",
                true,
                "calls",
                left);
        return left == 0 ? 0 : EXIT_TROUBLE;
    }

    private boolean isOver(long elapsedNanos) {
        return timeout.isPresent() && elapsedNanos >= timeout.get() * NANOS;
    }
}
