package offhook.call;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import offhook.fault.Blame;
import offhook.fault.Verdict;
import offhook.runtime.Threads;
import offhook.telemetry.Counter;

/// All calls that live. Any thread.
public final class CallRegistry implements CallIntake {

    private final CallRoutes routes;
    private final CallLimits limits;
    private final CallPorts ports;
    private final int maxCalls;
    private final AtomicInteger places;
    private final Map<CallId, Running> calls = new ConcurrentHashMap<>();

    /// Written by whoever stops the gateway, read by those who open calls.
    private volatile boolean draining;

    /// @param maxCalls how many calls may live at one time
    public CallRegistry(CallRoutes routes, CallLimits limits, int maxCalls, CallPorts ports) {
        this.routes = routes;
        this.limits = limits;
        this.ports = ports;
        this.maxCalls = maxCalls;
        this.places = new AtomicInteger(maxCalls);
    }

    @Override
    public CallInbox open(CallId id, IncomingCall incoming, Leg origin)
            throws CallRefusedException {
        if (draining) {
            throw refused("the gateway is stopping and takes no new calls");
        }
        if (places.getAndUpdate(free -> Math.max(0, free - 1)) == 0) {
            throw refused("all " + maxCalls + " calls of limits.max-calls are in use");
        }
        ports.counters().increment(Counter.CALLS_STARTED);
        CallPlan plan = routes.plan(incoming.source(), incoming.called().number());
        Call call = new Call(id, incoming, origin, plan, limits, ports, () -> onCallEnded(id));
        Thread thread = Threads.virtual("call-" + id, call);
        calls.put(id, new Running(call, thread));
        thread.start();
        if (draining) {
            // It slipped in while endAll looked at those that lived.
            call.offer(new CallInput.EndRequested(EndCause.gatewayStops()));
        }
        return call;
    }

    /// How many calls live now.
    public int active() {
        return calls.size();
    }

    /// Refuses new calls from now on, ends those that live, and waits until they are over.
    ///
    /// @return false when some were still not over at the deadline
    public boolean endAll(Duration patience) throws InterruptedException {
        draining = true;
        List<Running> living = List.copyOf(calls.values());
        living.forEach(
                each -> each.call.offer(new CallInput.EndRequested(EndCause.gatewayStops())));
        long deadline = ports.clock().nanoTime() + patience.toNanos();
        boolean allOver = true;
        for (Running each : living) {
            long leftNanos = Math.max(0, deadline - ports.clock().nanoTime());
            allOver &= each.thread.join(Duration.ofNanos(leftNanos));
        }
        return allOver;
    }

    private void onCallEnded(CallId id) {
        calls.remove(id);
        places.incrementAndGet();
    }

    /// A call and the thread that owns it.
    private record Running(Call call, Thread thread) {}

    private static CallRefusedException refused(String why) {
        return new CallRefusedException(new Verdict(503, 1013, Blame.GATEWAY), why);
    }
}
