package offhook.call;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;
import offhook.fault.Blame;
import offhook.fault.Verdict;
import offhook.runtime.Threads;
import offhook.telemetry.Counter;
import org.jspecify.annotations.Nullable;

/// All calls that live. Any thread.
public final class CallRegistry implements CallIntake {

    /// How soon whoever waits for the last call looks again.
    private static final long LOOK_NANOS = 10_000_000;

    /// What new calls go by; exchanged whole by operators, read by those who open calls.
    private volatile Terms terms;

    private final CallPorts ports;
    private final CallPlaces places;
    private final Map<CallId, Running> calls = new ConcurrentHashMap<>();
    private final List<CallObserver> observers = new CopyOnWriteArrayList<>();

    /// Written by whoever stops the gateway, read by those who open calls.
    private volatile boolean stopping;

    /// Written by operators, read by those who open calls.
    private volatile boolean draining;

    /// @param maxCalls how many calls may live at one time
    /// @param trunks how many trunks are configured; with more than one, none of them may hold more
    ///   than 80 % of `maxCalls`, at least one
    public CallRegistry(
            CallRoutes routes, CallLimits limits, int maxCalls, int trunks, CallPorts ports) {
        this.terms = new Terms(routes, limits);
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
    public void turnedAway(String source, Supplier<TurnedAway> call) {
        Supplier<TurnedAway> once = new Once(call);
        observers.forEach(each -> each.refused(source, once));
    }

    /// Reads a call that was turned away when it is first asked for. One thread.
    private static final class Once implements Supplier<TurnedAway> {

        private final Supplier<TurnedAway> call;
        private @Nullable TurnedAway read;

        Once(Supplier<TurnedAway> call) {
            this.call = call;
        }

        @Override
        public TurnedAway get() {
            TurnedAway known = read;
            if (known == null) {
                known = call.get();
                read = known;
            }
            return known;
        }
    }

    private record Terms(CallRoutes routes, CallLimits limits) {}

    /// Calls that begin from now on go by these; those that live go on by theirs. Any thread.
    ///
    /// @param maxCalls how many calls may live at one time
    /// @param trunks how many trunks are configured
    public void change(CallRoutes routes, CallLimits limits, int maxCalls, int trunks) {
        places.reconfigured(maxCalls, trunks);
        terms = new Terms(routes, limits);
    }

    @Override
    public CallInbox open(CallId id, IncomingCall incoming, Leg origin)
            throws CallRefusedException {
        String source = incoming.source();
        Terms now = terms;
        try {
            admit(id, incoming, now.routes());
        } catch (CallRefusedException e) {
            if (!incoming.isProbe()) {
                observers.forEach(
                        each -> each.turnedAway(source, CallDirection.of(source), e.reason()));
                turnedAway(source, () -> TurnedAway.of(id, incoming, e));
            }
            throw e;
        }
        if (!incoming.isProbe()) {
            ports.counters().increment(Counter.CALLS_STARTED);
        }
        CallPlan plan = now.routes().plan(source, incoming.called().number());
        Call call =
                new Call(
                        id,
                        incoming,
                        origin,
                        plan,
                        now.routes(),
                        now.limits(),
                        ports,
                        new CallTeller(id, observers, ports.clock()),
                        () -> onCallEnded(id, source));
        boolean probe = incoming.isProbe();
        Thread thread = Threads.virtual("call-" + id, probe ? call : () -> live(id, call));
        calls.put(id, new Running(call, thread, probe));
        thread.start();
        if (stopping) {
            // It slipped in while endAll looked at those that lived.
            call.offer(new CallInput.EndRequested(EndCause.gatewayStops()));
        }
        return call;
    }

    /// Gives the call a place, unless there is none or none is to be given.
    private void admit(CallId id, IncomingCall incoming, CallRoutes routes)
            throws CallRefusedException {
        if (stopping) {
            throw refused("stopping", "the gateway is stopping and takes no new calls");
        }
        boolean emergency = routes.isEmergency(incoming.called().number());
        if (emergency) {
            places.takeAnyhow(incoming.source());
            return;
        }
        if (draining) {
            throw refused("draining", "the gateway is being drained and takes no new calls");
        }
        if (incoming.isProbe()) {
            if (!ports.media().hasRoom(id)) {
                throw refused("overload", "the CPU is fully used by the calls that live");
            }
            return;
        }
        if (!ports.media().hasRoom(id)) {
            ports.counters().increment(Counter.CALLS_OVERLOAD);
            throw refused("overload", "overload: the CPU is fully used by the calls that live");
        }
        places.take(incoming.source());
    }

    /// Whether new calls are refused while those that live go on; emergency calls are taken all the
    /// same. Any thread.
    public void drain(boolean wanted) {
        draining = wanted;
    }

    /// Whether new calls are refused by [#drain].
    public boolean isDraining() {
        return draining;
    }

    /// All calls at about one moment. Any thread.
    public List<CallSnapshot> snapshots() {
        return told().map(running -> running.call.snapshot()).toList();
    }

    /// Has a call ended by the operator. Any thread.
    ///
    /// @return false when no such call lives
    public boolean end(CallId id) {
        Running running = calls.get(id);
        return running != null
                && running.call.offer(new CallInput.EndRequested(EndCause.byOperator()));
    }

    private Optional<CallInbox> find(CallId id) {
        return Optional.ofNullable(calls.get(id)).map(Running::call);
    }

    private void live(CallId id, Call call) {
        observers.forEach(observer -> observer.began(id, call::snapshot));
        try {
            call.run();
        } finally {
            CallEnd end = call.end();
            observers.forEach(observer -> observer.ended(id, end));
        }
    }

    /// Whom to tell of calls that open from now on.
    public void observe(CallObserver observer) {
        observers.add(observer);
    }

    private Stream<Running> told() {
        return calls.values().stream().filter(running -> !running.probe());
    }

    /// How many calls live now.
    public int active() {
        return (int) told().count();
    }

    /// Refuses new calls from now on, ends those that live, and waits until they are over.
    ///
    /// @return false when some were still not over at the deadline
    public boolean endAll(Duration patience) throws InterruptedException {
        stopping = true;
        List<Running> living = List.copyOf(calls.values());
        living.forEach(
                each -> each.call.offer(new CallInput.EndRequested(EndCause.gatewayStops())));
        long deadline = ports.clock().nanoTime() + patience.toNanos();
        boolean allOver = true;
        for (Running each : living) {
            allOver &= isOverBy(deadline, each.thread);
        }
        return allOver;
    }

    /// Waits until no call lives, nor has been given a place: emergency calls are let in while it
    /// waits.
    ///
    /// @return false when one still did at the deadline
    public boolean awaitNone(Duration patience) throws InterruptedException {
        long deadline = ports.clock().nanoTime() + patience.toNanos();
        List<Running> living = told().toList();
        while (places.areHeld() || !living.isEmpty()) {
            for (Running each : living) {
                if (!isOverBy(deadline, each.thread)) {
                    return false;
                }
            }
            if (!mayLookAgain(deadline)) {
                return false;
            }
            living = told().toList();
        }
        return true;
    }

    private boolean isOverBy(long deadline, Thread call) throws InterruptedException {
        while (call.getState() == Thread.State.NEW) {
            // It is found before it is started.
            if (!mayLookAgain(deadline)) {
                return false;
            }
        }
        return call.join(Duration.ofNanos(Math.max(0, deadline - ports.clock().nanoTime())));
    }

    /// After a short rest; false at the deadline.
    private boolean mayLookAgain(long deadline) throws InterruptedException {
        Threads.pause(LOOK_NANOS);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return ports.clock().nanoTime() - deadline < 0;
    }

    private void onCallEnded(CallId id, String source) {
        calls.remove(id);
        if (!source.equals(IncomingCall.PROBE)) {
            places.giveBack(source);
        }
    }

    /// A call and the thread that owns it.
    ///
    /// @param probe whether it is one that the gateway makes to itself
    private record Running(Call call, Thread thread, boolean probe) {}

    static CallRefusedException refused(String reason, String why) {
        return new CallRefusedException(new Verdict(503, 1013, Blame.GATEWAY), reason, why);
    }
}
