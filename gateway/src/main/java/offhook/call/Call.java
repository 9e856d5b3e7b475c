package offhook.call;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import offhook.call.CallState.Ended;
import offhook.runtime.Mailbox;
import offhook.telemetry.Counter;
import offhook.telemetry.LogContext;
import offhook.telemetry.Redacted;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Owns one call: takes its inputs one at a time, lets [CallMachine] decide, carries out what was
/// decided. Everything in it belongs to the virtual thread `call-<id>`, except [#offer], which any
/// thread may call.
final class Call implements CallInbox, Runnable {

    private static final Logger LOG = LogManager.getLogger(Call.class);
    private static final int MAILBOX_SLOTS = 64;
    private static final int ENDING_SLOTS = 16;

    /// How long the end waits for media to tell what became of it.
    private static final long LINGER_NANOS = 500_000_000L;

    private static final Comparator<LegId> BY_INDEX = Comparator.comparingInt(LegId::index);

    private final CallId id;
    private final IncomingCall incoming;
    private final CallPlan plan;
    private final CallMachine machine;
    private final CallPorts ports;
    private final Mailbox<CallInput> mailbox = new Mailbox<>(MAILBOX_SLOTS, ENDING_SLOTS);
    private final CallTeller teller;
    private final Runnable onEnded;

    private final CallHands hands;
    private final Map<LegId, DigitEar> ears = new TreeMap<>(BY_INDEX);
    private final Map<LegId, MediaSummary> summaries = new TreeMap<>(BY_INDEX);

    private final long startedAtNanos;
    private long ringingAtNanos = -1;
    private long answeredAtNanos = -1;

    /// Until the call knows better: it is given up without a word when its thread is stopped.
    private EndCause endCause = EndCause.gatewayStops();

    private long endedAtNanos = -1;

    private final HistoryWriter history = new HistoryWriter();

    /// Written by the call's thread, read by those who watch.
    private volatile CallSnapshot snapshot;

    /// Written by the call's thread, read by those who offer.
    private volatile boolean over;

    Call(
            CallId id,
            IncomingCall incoming,
            Leg origin,
            CallPlan plan,
            CallRoutes routes,
            CallLimits limits,
            CallPorts ports,
            CallTeller teller,
            Runnable onEnded) {
        this.id = id;
        this.teller = teller;
        this.incoming = incoming;
        this.plan = plan;
        this.machine = new CallMachine(id, incoming, plan, routes, limits);
        this.ports = ports;
        this.hands = new CallHands(this, incoming, origin, ports);
        this.onEnded = onEnded;
        this.startedAtNanos = ports.clock().nanoTime();
        this.snapshot =
                new CallSnapshot(
                        id,
                        direction(),
                        incoming.source(),
                        hands.outTrunk(),
                        incoming.caller(),
                        incoming.called(),
                        hands.agent(),
                        nameOf(new CallState.Opening(0)),
                        startedAtNanos,
                        startedAtNanos,
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        List.of(),
                        incoming.details());
    }

    /// What the call is like now. Any thread.
    CallSnapshot snapshot() {
        return snapshot;
    }

    @Override
    public CallId callId() {
        return id;
    }

    @Override
    public boolean offer(CallInput input) {
        boolean taken =
                !over && (input.isEnding() ? mailbox.offerEnding(input) : mailbox.offer(input));
        if (!taken && !over) {
            ports.counters().increment(Counter.CALL_INPUTS_REFUSED);
        }
        return taken;
    }

    @Override
    public void run() {
        try (var _ = LogContext.ofCall(id.value())) {
            if (!incoming.source().equals(CallRoutes.WEB)) {
                LogContext.trunk(incoming.source());
            }
            liveAndEnd();
        }
    }

    private void liveAndEnd() {
        try {
            live();
        } catch (InterruptedException e) {
            // The gateway stops without waiting any longer: nothing is left to tell anybody.
            Thread.currentThread().interrupt();
        } finally {
            over = true;
            onEnded.run();
        }
    }

    private void live() throws InterruptedException {
        CallState state = begin();
        while (!(state instanceof Ended)) {
            state = handle(state, nextInput());
        }
        endedAtNanos = now();
        if (state instanceof Ended ended) {
            endCause = ended.cause();
        }
        linger(state);
        logEnded(endCause);
    }

    /// What became of it. On the call's thread, when [#run] is over.
    CallEnd end() {
        return new CallEnd(
                snapshot,
                direction(),
                endCause,
                known(ringingAtNanos),
                known(answeredAtNanos),
                endedAtNanos < 0 ? now() : endedAtNanos,
                summaries.entrySet().stream()
                        .flatMap(each ->
                                hands.kind(each.getKey()).stream()
                                        .map(kind -> new CallEnd.LegEnd(kind, each.getValue())))
                        .toList(),
                history.history(now()));
    }

    private static OptionalLong known(long nanos) {
        return nanos < 0 ? OptionalLong.empty() : OptionalLong.of(nanos);
    }

    private CallState begin() {
        teller.tell(new CallEvent.Routed(direction()));
        try {
            return shown(apply(noted(Optional.empty(), machine.start(now()))));
        } catch (RuntimeException e) {
            return abandon(e);
        }
    }

    /// Late words meet a call that still lives, and media says what became of it.
    private void linger(CallState ended) throws InterruptedException {
        long untilNanos = now() + LINGER_NANOS;
        while (hands.hasOpenMedia()) {
            @Nullable CallInput input = mailbox.poll(Math.max(0, untilNanos - now()));
            if (input == null) {
                return;
            }
            handle(ended, input);
        }
    }

    /// A defect of ours ends this call and nothing else.
    private CallState handle(CallState state, CallInput input) {
        if (input instanceof CallInput.MediaClosed(LegId leg, MediaSummary summary)) {
            hands.mediaClosed(leg);
            summaries.put(leg, summary);
            return state;
        }
        if (input instanceof CallInput.DigitReceived digit && !isNew(digit)) {
            return state;
        }
        noteRinging(input);
        if (input instanceof CallInput.LegReplacing taking) {
            hands.takeIn(taking.arriving(), taking.leg());
        }
        try {
            if (input instanceof CallInput.LegAccepted accepted && !accepted.headers().isEmpty()) {
                hands.leg(new LegId(id, 0)).answeredWith(accepted.headers());
            }
            Transition transition = machine.step(state, input, now());
            if (transition.isIgnored()) {
                if (!(input instanceof CallInput.Woken)) {
                    ports.counters().increment(Counter.CALL_INPUTS_IGNORED);
                    LOG.debug(
                            "ignored state={} input={}",
                            state.getClass().getSimpleName(),
                            input.getClass().getSimpleName());
                }
                return state;
            }
            LOG.debug(
                    "transition from={} to={} reason={}",
                    state.getClass().getSimpleName(),
                    transition.next().getClass().getSimpleName(),
                    transition.reason());
            teller.took(input);
            return shown(apply(noted(Optional.of(input), transition)));
        } catch (RuntimeException e) {
            return abandon(e);
        }
    }

    /// That it rings is what the called one's side says, not that we called it.
    private void noteRinging(CallInput input) {
        boolean rings =
                input instanceof CallInput.LegAlerting || input instanceof CallInput.LegProgressing;
        if (rings && ringingAtNanos < 0 && answeredAtNanos < 0) {
            ringingAtNanos = now();
        }
    }

    private CallDirection direction() {
        return CallDirection.of(incoming.source(), plan);
    }

    /// Whether a digit is a key press of its own. Logs tell the path and never the key: people type
    /// card numbers.
    private boolean isNew(CallInput.DigitReceived digit) {
        DigitEar.Verdict verdict =
                ears.computeIfAbsent(digit.leg(), _ -> new DigitEar()).hear(digit, now());
        ports.counters()
                .increment(
                        switch (verdict) {
                            case TAKEN -> Counter.DIGITS_TAKEN;
                            case DOUBLE -> Counter.DIGITS_DOUBLE;
                            case FLOOD -> Counter.DIGITS_FLOOD;
                        });
        LOG.debug("digit leg={} path={} {}", digit.leg().index(), digit.path(), verdict);
        return verdict == DigitEar.Verdict.TAKEN;
    }

    private CallState abandon(RuntimeException defect) {
        LOG.error("call ended by a defect of the gateway", defect);
        ports.counters().increment(Counter.CALL_BUGS);
        EndCause cause = EndCause.gateway("internal-error", 500, 41, "internal error");
        hands.letGo(cause);
        return new Ended(cause);
    }

    private CallState shown(CallState state) {
        CallSnapshot before = snapshot;
        String name = nameOf(state);
        if (state instanceof CallState.Active active) {
            hands.talksOn(active.other().leg());
        }
        snapshot =
                new CallSnapshot(
                        id,
                        direction(),
                        incoming.source(),
                        hands.outTrunk(),
                        incoming.caller(),
                        incoming.called(),
                        hands.agent(),
                        name,
                        startedAtNanos,
                        name.equals(before.state()) ? before.stateNanos() : now(),
                        known(ringingAtNanos),
                        known(answeredAtNanos),
                        hands.openLegs(),
                        incoming.details());
        // Who is told looks at the call as it is now.
        teller.is(state);
        return state;
    }

    private static String nameOf(CallState state) {
        return switch (state) {
            case CallState.Opening _ -> "opening";
            case CallState.Claiming _ -> "claiming";
            case CallState.Queued queued -> queued.stay().isRinging() ? "ringing" : "waiting";
            case CallState.Offering _ -> "offering";
            case CallState.Ringing _ -> "ringing";
            case CallState.Connecting _ -> "connecting";
            case CallState.Active _, CallState.Replacing _ -> "active";
            case CallState.Transferring(_, TransferState.Queued queued)
                    when queued.task().transferor().isEmpty() ->
                    queued.stay().isRinging() ? "ringing" : "waiting";
            case CallState.Transferring _ -> "transferring";
            case Ended _ -> "ended";
        };
    }

    private CallInput nextInput() throws InterruptedException {
        OptionalLong wakeAt = hands.nextWakeNanos();
        if (wakeAt.isEmpty()) {
            return mailbox.take();
        }
        @Nullable CallInput input = mailbox.poll(Math.max(0, wakeAt.getAsLong() - now()));
        if (input != null) {
            return input;
        }
        hands.woke();
        return new CallInput.Woken();
    }

    private Transition noted(Optional<CallInput> input, Transition step) {
        history.note(input, step, now());
        return step;
    }

    private CallState apply(Transition transition) {
        for (CallEffect effect : transition.effects()) {
            teller.does(effect);
            hands.carryOut(effect);
        }
        if (transition.next() instanceof CallState.Active && answeredAtNanos < 0) {
            answeredAtNanos = now();
            ports.counters().increment(Counter.CALLS_ANSWERED);
            LOG.log(
                    incoming.isProbe() ? Level.DEBUG : Level.INFO,
                    "call set up source={} caller={} called={} setupMillis={}",
                    incoming.source(),
                    new Redacted(incoming.caller().number()),
                    new Redacted(incoming.called().number()),
                    (answeredAtNanos - startedAtNanos) / 1_000_000);
        }
        return transition.next();
    }

    private void logEnded(EndCause cause) {
        if (answeredAtNanos < 0) {
            ports.counters().increment(Counter.CALLS_REFUSED);
        }
        // A probe that does not succeed is told by who makes it; this says why it was not set up.
        boolean quiet = incoming.isProbe() && answeredAtNanos >= 0;
        LOG.log(
                quiet ? Level.DEBUG : Level.INFO,
                "call ended by={} reason={} sip={} q850={} answeredMillis={} detail=\"{}\" digits={}"
                        + " media={}{}",
                cause.by(),
                cause.reason(),
                cause.sipCode(),
                cause.q850Cause(),
                answeredAtNanos < 0 ? 0 : (endedAtNanos - answeredAtNanos) / 1_000_000,
                cause.detail(),
                digits(),
                summaries.values(),
                plan.attempts().isEmpty()
                        ? " called="
                                + new Redacted(incoming.called().number())
                                + " source="
                                + incoming.source()
                                + " rulesTried="
                                + plan.rulesTried()
                        : "");
    }

    /// How many digits each leg's peer sent, by path.
    private List<String> digits() {
        return ears.entrySet().stream()
                .map(each -> "leg " + each.getKey().index() + " " + each.getValue().counts())
                .toList();
    }

    private long now() {
        return ports.clock().nanoTime();
    }
}
