package offhook.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import offhook.blackbox.BlackBoxes;
import offhook.call.CallId;
import offhook.fault.FailureWords;
import offhook.ops.CallRecordings;
import offhook.ops.GatewayMXBean.ActiveTrace;
import offhook.trace.Trace;
import offhook.trace.TraceRecorder;

/// What operators do with the messages of calls, where the configuration has them recorded.
///
/// @param recorder empty: they are not
/// @param boxes empty: neither are they kept
/// @param isNamed whether a trunk or an agent is called so now
record Recordings(
        Optional<TraceRecorder> recorder, Optional<BlackBoxes> boxes, Predicate<String> isNamed)
        implements CallRecordings {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(24);

    private TraceRecorder running() {
        return recorder.orElseThrow(() -> off("ops.black-box and ops.hep are off"));
    }

    private BlackBoxes kept() {
        return boxes.orElseThrow(() -> off("ops.black-box is off"));
    }

    private static IllegalArgumentException off(String why) {
        return new IllegalArgumentException("no messages are recorded: " + why);
    }

    @Override
    public void trace(String what, String name, Duration limit, boolean headers) {
        TraceRecorder tracer = running();
        if (limit.compareTo(SHORTEST) < 0 || limit.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "a trace goes on for 1 s to 24 h, not for " + limit.toSeconds() + " s");
        }
        if (headers && boxes.isEmpty()) {
            throw off("ops.black-box is off");
        }
        switch (what) {
            case "call" -> tracer.traceCall(new CallId(name), limit, headers);
            case "trunk" -> {
                if (!isNamed.test(name)) {
                    throw new IllegalArgumentException("there is no trunk or agent '" + name + "'");
                }
                tracer.traceTrunk(name, limit, headers);
            }
            case "all" -> {
                // Who names one means not all: that is a lot.
                if (!name.isEmpty()) {
                    throw new IllegalArgumentException(
                            "all takes no name, and '" + name + "' was given");
                }
                tracer.traceAll(limit, headers);
            }
            default ->
                    throw new IllegalArgumentException(
                            "'" + what + "' is none of call, trunk, all");
        }
    }

    @Override
    public void stopTraces() {
        recorder.ifPresent(TraceRecorder::stopTraces);
    }

    @Override
    public List<ActiveTrace> traces() {
        return recorder.map(TraceRecorder::traces).orElse(List.of()).stream()
                .map(Recordings::shown)
                .toList();
    }

    private static ActiveTrace shown(Trace trace) {
        return new ActiveTrace(
                trace.what().kind(),
                trace.what().name(),
                trace.until().toString(),
                trace.headers());
    }

    @Override
    public byte[] box(String id) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            kept().write(new CallId(id), out);
        } catch (IOException e) {
            throw new UncheckedIOException("a box in memory cannot fail", e);
        }
        return out.toByteArray();
    }

    @Override
    public long boxesFailed() {
        return boxes.map(BlackBoxes::failed).orElse(0L);
    }

    @Override
    public String lastBoxFailure() {
        return boxes.map(BlackBoxes::lastFailure).orElse("");
    }

    @Override
    public String keepBox(String id) {
        try {
            return kept().keep(new CallId(id)).toString();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the box cannot be written: " + FailureWords.of(e), e);
        }
    }
}
