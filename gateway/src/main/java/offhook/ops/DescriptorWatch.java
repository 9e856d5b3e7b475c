package offhook.ops;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Optional;

/// Notices when this process has few file descriptors left: each socket of a call and each
/// connection takes one, and without any no call can begin. The limit is the process's soft one, as
/// it is now. Where the system does not tell (Windows), nothing is ever wrong. On the thread that
/// looks only.
public final class DescriptorWatch {

    private static final double FULL = 0.9;

    /// Below which there are enough again: at the very edge an alarm would come and go with each
    /// call.
    private static final double ENOUGH = 0.8;

    private final Optional<UnixOperatingSystemMXBean> system;
    private boolean few;

    private DescriptorWatch(Optional<UnixOperatingSystemMXBean> system) {
        this.system = system;
    }

    /// Of this process.
    public static DescriptorWatch ofThisProcess() {
        return new DescriptorWatch(
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean it
                        ? Optional.of(it)
                        : Optional.empty());
    }

    /// What is wrong now.
    public Map<String, String> trouble() {
        return system.map(this::look).orElse(Map.of());
    }

    private Map<String, String> look(UnixOperatingSystemMXBean process) {
        long limit = process.getMaxFileDescriptorCount();
        long open;
        try {
            open = process.getOpenFileDescriptorCount();
        } catch (InternalError _) {
            open = limit; // counting them takes one, and there is none
        }
        return judge(open, limit);
    }

    /// The same of figures.
    Map<String, String> judge(long open, long limit) {
        few = limit > 0 && open >= (few ? ENOUGH : FULL) * limit;
        return few
                ? Map.of(
                        "",
                        "%d of %d file descriptors are in use; without one no call can begin"
                                .formatted(open, limit))
                : Map.of();
    }
}
