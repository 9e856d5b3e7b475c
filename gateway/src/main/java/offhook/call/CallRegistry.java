package offhook.call;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import offhook.fault.Blame;
import offhook.fault.Verdict;
import offhook.runtime.Threads;
import offhook.telemetry.Counter;

/// All calls that live. Any thread.
public final class CallRegistry implements CallIntake {

    private final CallRoutes routes;
    private final CallLimits limits;
    private final CallPorts ports;
    private final CallPlaces places;
    private final Map<CallId, Running> calls = new ConcurrentHashMap<>();
    private final List<CallObserver> observers = new CopyOnWriteArrayList<>();

    /// Written by whoever stops the gateway, read by those who open calls.
    private volatile boolean draining;

    /// @param maxCalls how many calls may live at one time
    /// @param trunks how many trunks are configured; with more than one, none of them may hold more
    ///   than 80 % of `maxCalls`, at least one
    public CallRegistry(
            CallRoutes routes, CallLimits limits, int maxCalls, int trunks, CallPorts ports) {
        this.routes = routes;
        this.limits = limits;
        this.ports =
                new CallPorts(
                        ports.media(),
                        ports.agents(),
                        new Ties(ports.legs(), this::find),
                        ports.clock(),
                        ports.counters());
        this.places = new CallPlaces(maxCalls, trunks);
    }

    @Override
    public CallInbox open(CallId id, IncomingCall incoming, Leg origin)
            throws CallRefusedException {
        if (draining) {
            throw refused("the gateway is stopping and takes no new calls");
        }
        String source = incoming.source();
        boolean emergency = routes.isEmergency(incoming.called().number());
        if (!emergency && !ports.media().hasRoom(id)) {
            ports.counters().increment(Counter.CALLS_OVERLOAD);
            throw refused("overload: the CPU is fully used by the calls that live");
        }
        if (emergency) {
            places.takeAnyhow(source);
        } else {
            places.take(source);
        }
        ports.counters().increment(Counter.CALLS_STARTED);
        CallPlan plan = routes.plan(source, incoming.called().number());
        Call call =
                new Call(
                        id,
                        incoming,
                        origin,
                        plan,
                        routes,
                        limits,
                        ports,
                        () -> onCallEnded(id, source));
        Thread thread = Threads.virtual("call-" + id, () -> live(id, call));
        calls.put(id, new Running(call, thread));
        thread.start();
        if (draining) {
            // It slipped in while endAll looked at those that lived.
            call.offer(new CallInput.EndRequested(EndCause.gatewayStops()));
        }
        return call;
    }

    private Optional<CallInbox> find(CallId id) {
        return Optional.ofNullable(calls.get(id)).map(Running::call);
    }

    private void live(CallId id, Call call) {
        observers.forEach(observer -> observer.began(id, call::snapshot));
        try {
            call.run();
        } finally {
            observers.forEach(observer -> observer.ended(id));
        }
    }

    /// Whom to tell of calls that open from now on.
    public void observe(CallObserver observer) {
        observers.add(observer);
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

    private void onCallEnded(CallId id, String source) {
        calls.remove(id);
        places.giveBack(source);
    }

    /// A call and the thread that owns it.
    private record Running(Call call, Thread thread) {}

    static CallRefusedException refused(String why) {
        return new CallRefusedException(new Verdict(503, 1013, Blame.GATEWAY), why);
    }
}
