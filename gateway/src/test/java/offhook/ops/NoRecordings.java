package offhook.ops;

import java.time.Duration;
import java.util.List;

/// Of a gateway that records nothing.
public final class NoRecordings implements CallRecordings {
    @Override
    public void trace(String what, String name, Duration limit, boolean headers) {
        throw new IllegalArgumentException("off");
    }

    @Override
    public void stopTraces() {}

    @Override
    public List<GatewayMXBean.ActiveTrace> traces() {
        return List.of();
    }

    @Override
    public byte[] box(String id) {
        throw new IllegalArgumentException("off");
    }

    @Override
    public long boxesFailed() {
        return 0;
    }

    @Override
    public String lastBoxFailure() {
        return "";
    }

    @Override
    public String keepBox(String id) {
        throw new IllegalArgumentException("off");
    }
}
