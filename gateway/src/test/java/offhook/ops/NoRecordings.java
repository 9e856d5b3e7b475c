package offhook.ops;

import java.util.List;

/// Of a gateway that records nothing.
public final class NoRecordings implements CallRecordings {
    @Override
    public void traceCall(String id) {
        throw new IllegalArgumentException("off");
    }

    @Override
    public void traceTrunk(String name) {
        throw new IllegalArgumentException("off");
    }

    @Override
    public void traceAll() {
        throw new IllegalArgumentException("off");
    }

    @Override
    public void stopTraces() {}

    @Override
    public List<String> traces() {
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
