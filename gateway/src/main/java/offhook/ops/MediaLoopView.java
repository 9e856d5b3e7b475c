package offhook.ops;

import java.util.function.Supplier;
import offhook.media.LoopFigures;

/// What [MediaLoopMXBean] shows, as the loop last told it. Any thread.
public final class MediaLoopView implements MediaLoopMXBean {

    private final Supplier<LoopFigures> figures;

    public MediaLoopView(Supplier<LoopFigures> figures) {
        this.figures = figures;
    }

    @Override
    public double getUtilisationPercent() {
        return Math.round(1000 * figures.get().busy()) / 10.0;
    }

    @Override
    public double getLatenessMillis() {
        return figures.get().latestNanos() / 1e6;
    }

    @Override
    public long getLateTicks() {
        return figures.get().lateTicks();
    }

    @Override
    public int getCalls() {
        return figures.get().calls();
    }

    @Override
    public int getLegs() {
        return figures.get().legs();
    }

    @Override
    public int getComplexity() {
        return figures.get().complexity();
    }

    @Override
    public long getStepsDown() {
        return figures.get().stepsDown();
    }

    @Override
    public long getStepsUp() {
        return figures.get().stepsUp();
    }

    @Override
    public boolean isRefusingCalls() {
        return figures.get().full();
    }

    @Override
    public int getPortsUsed() {
        return figures.get().portsUsed();
    }

    @Override
    public int getPorts() {
        return figures.get().ports();
    }

    @Override
    public long getPacketsIn() {
        return figures.get().packetsIn();
    }

    @Override
    public long getPacketsOut() {
        return figures.get().packetsOut();
    }

    @Override
    public double getCpuSeconds() {
        return work().cpuNanos() / 1e9;
    }

    @Override
    public double getCodecSeconds() {
        return (work().decodingNanos() + work().encodingNanos()) / 1e9;
    }

    @Override
    public long getFramesDecoded() {
        return work().decoded();
    }

    @Override
    public long getFramesEncoded() {
        return work().encoded();
    }

    private LoopFigures.Work work() {
        return figures.get().work();
    }
}
