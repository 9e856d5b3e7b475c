package offhook.ops;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import offhook.agent.AgentRegistry;
import offhook.call.CallSnapshot;
import offhook.media.LoopFigures;
import offhook.runtime.NanoClock;
import offhook.sip.TrunkStatus;
import offhook.telemetry.Redacted;

/// What a maintainer asks for first, as text. Numbers of callers are shortened, as in logs. Any
/// thread.
public final class Diagnostics {

    private static final int FRAMES = 12;

    private final Supplier<List<CallSnapshot>> calls;
    private final Supplier<List<TrunkStatus>> trunks;
    private final AgentRegistry agents;
    private final IntFunction<LoopFigures> loops;
    private final int loopCount;
    private final Alarms alarms;
    private final Supplier<Map<String, Double>> metrics;
    private final NanoClock clock;

    /// @param loops the figures of each, from 0 to below `loopCount`
    public Diagnostics(
            Supplier<List<CallSnapshot>> calls,
            Supplier<List<TrunkStatus>> trunks,
            AgentRegistry agents,
            IntFunction<LoopFigures> loops,
            int loopCount,
            Alarms alarms,
            Supplier<Map<String, Double>> metrics,
            NanoClock clock) {
        this.calls = calls;
        this.trunks = trunks;
        this.agents = agents;
        this.loops = loops;
        this.loopCount = loopCount;
        this.alarms = alarms;
        this.metrics = metrics;
        this.clock = clock;
    }

    /// Everything.
    public String text() {
        StringBuilder text = new StringBuilder();
        heading(text, "alarms");
        alarms.lines().forEach(line -> text.append(line).append('\n'));
        heading(text, "calls");
        calls.get().forEach(call -> call(text, call));
        heading(text, "media loops");
        for (int i = 0; i < loopCount; i++) {
            text.append(i).append(' ').append(loops.apply(i)).append('\n');
        }
        heading(text, "trunks");
        for (TrunkStatus trunk : trunks.get()) {
            text.append(
                    "%s enabled=%s registration=%s calls=%d last-error=\"%s\" places=%s%n"
                            .formatted(
                                    trunk.name(),
                                    trunk.isEnabled(),
                                    trunk.registration(),
                                    trunk.callsNow(),
                                    trunk.lastError(),
                                    trunk.places()));
        }
        heading(text, "agents");
        agents.statuses()
                .forEach((name, status) ->
                        text.append(name).append(' ').append(status).append('\n'));
        text.append("refused commands: ").append(agents.owner().refusals()).append('\n');
        heading(text, "metrics");
        metrics.get()
                .forEach((name, value) -> text.append(name).append(' ').append(value).append('\n'));
        heading(text, "platform threads");
        for (ThreadInfo thread :
                ManagementFactory.getThreadMXBean().dumpAllThreads(true, true, FRAMES)) {
            text.append(thread);
        }
        return text.toString();
    }

    private void call(StringBuilder text, CallSnapshot call) {
        text.append(
                "%s source=%s caller=%s called=%s agent=%s state=%s seconds=%d legs=%s%n"
                        .formatted(
                                call.id(),
                                call.source(),
                                new Redacted(call.caller().number()),
                                new Redacted(call.called().number()),
                                call.agent(),
                                call.state(),
                                (clock.nanoTime() - call.startedNanos()) / 1_000_000_000L,
                                call.legs()));
    }

    private static void heading(StringBuilder text, String topic) {
        text.append("\n== ").append(topic).append('\n');
    }
}
