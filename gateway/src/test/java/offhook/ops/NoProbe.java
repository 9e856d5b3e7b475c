package offhook.ops;

/// Calls nobody.
public final class NoProbe implements ProbeControl {
    @Override
    public ProbeReport run() {
        return ProbeReport.NONE;
    }

    @Override
    public ProbeReport last() {
        return ProbeReport.NONE;
    }

    @Override
    public long runs() {
        return 0;
    }

    @Override
    public long failures() {
        return 0;
    }

    @Override
    public int failuresInARow() {
        return 0;
    }
}
