package offhook.selftest;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import offhook.config.GatewayConfig;
import offhook.runtime.NanoClock;

/// All checks, in the order in which one would mend what they find: first what hinders the start,
/// then what hinders calls, then what is near its limit.
public final class SelfTest {

    private SelfTest() {}

    /// Which process holds the listeners of a configuration, or one of them.
    public static OptionalLong holderOfPorts(GatewayConfig config) {
        return PortChecks.holder(config);
    }

    /// Runs every check. Waits for the network, half a minute at worst for each place that is dead.
    ///
    /// @param found is told of each finding as it comes
    public static void run(Subject subject, Consumer<Finding> found) {
        NanoClock clock = NanoClock.system();
        List<Function<Subject, List<Finding>>> checks =
                List.of(
                        FileChecks::of,
                        PortChecks::of,
                        AddressChecks::of,
                        CertificateChecks::of,
                        OriginChecks::of,
                        each -> TrunkChecks.of(each, clock),
                        each -> ServiceChecks.of(each, clock),
                        StorageChecks::of,
                        _ -> SoundChecks.all(),
                        MachineChecks::of);
        checks.forEach(check -> check.apply(subject).forEach(found));
    }
}
