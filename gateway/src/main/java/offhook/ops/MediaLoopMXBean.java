package offhook.ops;

/// One media loop, `offhook:type=MediaLoop,index=N`: as of its last full second.
@Described("A media loop: one thread that carries the audio of many calls")
public interface MediaLoopMXBean {

    @Described(
            value =
                    "Share of the last second that the loop did not wait for work; complexity goes"
                            + " down above 80, calls are refused above 90",
            units = "percent")
    double getUtilisationPercent();

    @Described(value = "How late the latest thing of the last second was done", units = "ms")
    double getLatenessMillis();

    @Described(value = "What was done more than 10 ms late, since the start", units = "ticks")
    long getLateTicks();

    @Described(value = "Calls that the loop carries", units = "calls")
    int getCalls();

    @Described(value = "Legs of these calls", units = "legs")
    int getLegs();

    @Described(
            value = "Complexity of Opus in force, 0-10; lower than configured under CPU pressure",
            units = "steps of libopus")
    int getComplexity();

    @Described(value = "How often pressure lowered the complexity", units = "times")
    long getStepsDown();

    @Described(value = "How often the complexity was raised again", units = "times")
    long getStepsUp();

    @Described("Whether new calls are refused (SIP 503) until the loop has room again")
    boolean isRefusingCalls();

    @Described(value = "Pairs of trunk ports in use or at rest", units = "pairs")
    int getPortsUsed();

    @Described(value = "Pairs of trunk ports that the loop has", units = "pairs")
    int getPorts();

    @Described(value = "Datagrams received since the start", units = "packets")
    long getPacketsIn();

    @Described(value = "Datagrams sent since the start", units = "packets")
    long getPacketsOut();

    @Described(value = "CPU time of the loop's thread since the start", units = "s")
    double getCpuSeconds();

    @Described(
            value =
                    "Time spent in encoders and decoders since the start: what transcoding costs;"
                            + " has in it what the system let others run meanwhile",
            units = "s")
    double getCodecSeconds();

    @Described(value = "Frames decoded since the start, made-up ones included", units = "frames")
    long getFramesDecoded();

    @Described(value = "Frames encoded since the start", units = "frames")
    long getFramesEncoded();
}
