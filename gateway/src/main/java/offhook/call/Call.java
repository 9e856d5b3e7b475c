package offhook.call;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import offhook.call.CallSnapshot.LegKind;
import offhook.call.CallState.Ended;
import offhook.runtime.Mailbox;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counter;
import offhook.telemetry.LogContext;
import offhook.telemetry.Redacted;
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

    private final Map<LegId, Leg> legs = new HashMap<>();
    private final PriorityQueue<Long> wakeTimes = new PriorityQueue<>();
    private final Map<LegId, MediaProfile> openMedia = new TreeMap<>(BY_INDEX);
    private final Map<LegId, DigitEar> ears = new TreeMap<>(BY_INDEX);
    private final Map<LegId, MediaSummary> summaries = new TreeMap<>(BY_INDEX);
    private final Map<LegId, LegKind> kinds = new TreeMap<>(BY_INDEX);

    /// Reservations that were asked for and not given back.
    private final Set<ClaimToken> claims = new HashSet<>();

    private final long startedAtNanos;
    private long ringingAtNanos = -1;
    private long answeredAtNanos = -1;

    /// Until the call knows better: it is given up without a word when its thread is stopped.
    private EndCause endCause = EndCause.gatewayStops();

    private long endedAtNanos = -1;

    private final HistoryWriter history = new HistoryWriter();

    /// Agents by the legs that they were rung on.
    private final Map<LegId, String> agents = new HashMap<>();

    /// The one who talks, or was rung last.
    private String agent = "";

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
        this.onEnded = onEnded;
        this.startedAtNanos = ports.clock().nanoTime();
        this.snapshot =
                new CallSnapshot(
                        id,
                        incoming.source(),
                        incoming.caller(),
                        incoming.called(),
                        agent,
                        nameOf(new CallState.Opening(0)),
                        startedAtNanos,
                        startedAtNanos,
                        OptionalLong.empty(),
                        List.of(),
                        incoming.details());
        legs.put(new LegId(id, 0), origin);
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
                CallDirection.of(incoming.source(), plan),
                endCause,
                known(ringingAtNanos),
                known(answeredAtNanos),
                endedAtNanos < 0 ? now() : endedAtNanos,
                summaries.entrySet().stream()
                        .flatMap(each ->
                                Optional.ofNullable(kinds.get(each.getKey())).stream()
                                        .map(kind -> new CallEnd.LegEnd(kind, each.getValue())))
                        .toList(),
                history.history(now()));
    }

    private static OptionalLong known(long nanos) {
        return nanos < 0 ? OptionalLong.empty() : OptionalLong.of(nanos);
    }

    private CallState begin() {
        teller.tell(new CallEvent.Routed(CallDirection.of(incoming.source(), plan)));
        try {
            return shown(apply(noted(Optional.empty(), machine.start(now()))));
        } catch (RuntimeException e) {
            return abandon(e);
        }
    }

    /// Late words meet a call that still lives, and media says what became of it.
    private void linger(CallState ended) throws InterruptedException {
        long untilNanos = now() + LINGER_NANOS;
        while (!openMedia.isEmpty()) {
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
            openMedia.remove(leg);
            summaries.put(leg, summary);
            return state;
        }
        if (input instanceof CallInput.DigitReceived digit && !isNew(digit)) {
            return state;
        }
        if (input instanceof CallInput.LegReplacing taking) {
            legs.put(taking.arriving(), taking.leg());
        }
        try {
            if (input instanceof CallInput.LegAccepted accepted && !accepted.headers().isEmpty()) {
                leg(new LegId(id, 0)).answeredWith(accepted.headers());
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
        legs.forEach((legId, leg) -> abandon(legId, leg, cause));
        claims.forEach(ports.agents()::release);
        return new Ended(cause);
    }

    private void abandon(LegId legId, Leg leg, EndCause cause) {
        try {
            ports.media().close(legId);
            leg.end(cause);
        } catch (RuntimeException e) {
            LOG.error("leg {} could not be ended", legId, e);
        }
    }

    private CallState shown(CallState state) {
        CallSnapshot before = snapshot;
        String name = nameOf(state);
        if (state instanceof CallState.Active active) {
            talksWith(agents.getOrDefault(active.other().leg(), agent));
        }
        snapshot =
                new CallSnapshot(
                        id,
                        incoming.source(),
                        incoming.caller(),
                        incoming.called(),
                        agent,
                        name,
                        startedAtNanos,
                        name.equals(before.state()) ? before.stateNanos() : now(),
                        known(answeredAtNanos),
                        openMedia.entrySet().stream()
                                .map(open -> new LegKind(open.getKey(), open.getValue().kind()))
                                .toList(),
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
        Long wakeAt = wakeTimes.peek();
        if (wakeAt == null) {
            return mailbox.take();
        }
        @Nullable CallInput input = mailbox.poll(Math.max(0, wakeAt - now()));
        if (input != null) {
            return input;
        }
        wakeTimes.poll();
        return new CallInput.Woken();
    }

    private Transition noted(Optional<CallInput> input, Transition step) {
        history.note(input, step, now());
        return step;
    }

    private CallState apply(Transition transition) {
        transition.effects().forEach(this::carryOut);
        if (transition.next() instanceof CallState.Ringing && ringingAtNanos < 0) {
            ringingAtNanos = now();
        }
        if (transition.next() instanceof CallState.Active && answeredAtNanos < 0) {
            answeredAtNanos = now();
            ports.counters().increment(Counter.CALLS_ANSWERED);
            LOG.info(
                    "call set up source={} caller={} called={} setupMillis={}",
                    incoming.source(),
                    new Redacted(incoming.caller().number()),
                    new Redacted(incoming.called().number()),
                    (answeredAtNanos - startedAtNanos) / 1_000_000);
        }
        return transition.next();
    }

    private void carryOut(CallEffect effect) {
        teller.does(effect);
        switch (effect) {
            case CallEffect.OpenMedia e -> {
                openMedia.put(e.leg(), e.profile());
                kinds.put(e.leg(), new LegKind(e.leg(), e.profile().kind()));
                ports.media().open(e.leg(), e.profile(), e.offer(), this);
            }
            case CallEffect.UpdateMedia e -> ports.media().update(e.leg(), e.offer());
            case CallEffect.AcceptMedia e -> ports.media().accept(e.leg(), e.answer());
            case CallEffect.JoinMedia e -> ports.media().join(e.one(), e.other());
            case CallEffect.PlayMedia e -> ports.media().play(e.leg(), e.what());
            case CallEffect.StopMedia e -> ports.media().stopPlaying(e.leg());
            case CallEffect.PartMedia e -> ports.media().part(e.leg());
            case CallEffect.SendDigit e ->
                    ports.media()
                            .sendDigit(
                                    e.leg(),
                                    e.digit(),
                                    e.durationMillis(),
                                    leg(e.leg()).takesDigits());
            case CallEffect.SignalDigit e -> leg(e.leg()).sendDigit(e.digit(), e.durationMillis());
            case CallEffect.CloseMedia e -> ports.media().close(e.leg());
            case CallEffect.ClaimAgent e -> {
                claims.add(e.token());
                ports.agents().claim(e.agent(), e.token(), CallMachine.LEASE, this);
            }
            case CallEffect.ConfirmClaim e -> {
                claims.add(e.token());
                ports.agents().confirm(e.token());
            }
            case CallEffect.ReleaseClaim e -> {
                claims.remove(e.token());
                ports.agents().release(e.token());
            }
            case CallEffect.EnterQueue e -> {
                claims.add(e.ticket());
                ports.agents().enter(e.queue(), e.ticket(), CallMachine.LEASE, this);
            }
            case CallEffect.LeaveQueue e -> {
                claims.remove(e.ticket());
                ports.agents().leave(e.ticket(), e.exit());
            }
            case CallEffect.ReturnClaim e -> {
                claims.remove(e.token());
                ports.agents().untaken(e.token(), e.missed());
            }
            case CallEffect.RingTarget e -> ring(e.leg(), e.target(), incoming, e.offer());
            case CallEffect.RingThird e ->
                    ring(
                            e.leg(),
                            e.target(),
                            incoming.shownAs(e.caller(), e.order().target(), e.order().enclosed()),
                            e.offer());
            case CallEffect.ReferLeg e ->
                    leg(e.leg()).refer(e.target(), e.replaced().map(this::leg), e.enclosed());
            case CallEffect.TellTransfer e -> leg(e.leg()).transferring(e.report());
            case CallEffect.TellParty e -> leg(e.leg()).talksTo(e.party());
            case CallEffect.OfferLeg e -> leg(e.leg()).offered(e.local());
            case CallEffect.AlertLeg e -> leg(e.leg()).alert(e.local());
            case CallEffect.TellProgress e -> leg(e.leg()).progress(e.local());
            case CallEffect.AnswerLeg e -> leg(e.leg()).answer(e.local());
            case CallEffect.TellConnected e -> leg(e.leg()).connected();
            case CallEffect.TellMoved e -> leg(e.leg()).mediaMoved();
            case CallEffect.AnswerUpdate e -> leg(e.leg()).answerUpdate(e.local());
            case CallEffect.RefuseUpdate e -> leg(e.leg()).refuseUpdate(e.cause());
            case CallEffect.ShowDigit e -> leg(e.leg()).showDigit(e.digit());
            case CallEffect.TellHold e -> leg(e.leg()).holding(e.mine(), e.theirs());
            case CallEffect.EndLeg e -> leg(e.leg()).end(e.cause());
            case CallEffect.WakeAt e -> wakeTimes.add(e.nanos());
        }
    }

    private void ring(
            LegId legId, Target target, IncomingCall shown, Optional<SessionDescription> offer) {
        if (target instanceof Target.Agent(String name)) {
            talksWith(name);
            agents.put(legId, name);
        }
        if (target instanceof Target.OnTrunk to) {
            LogContext.trunk(to.trunk());
        }
        legs.put(legId, ports.legs().ring(legId, target, shown, offer, this));
    }

    private void talksWith(String name) {
        agent = name;
        LogContext.agent(name);
    }

    private Leg leg(LegId legId) {
        Leg leg = legs.get(legId);
        if (leg == null) {
            throw new IllegalStateException("no leg " + legId);
        }
        return leg;
    }

    private void logEnded(EndCause cause) {
        if (answeredAtNanos < 0) {
            ports.counters().increment(Counter.CALLS_REFUSED);
        }
        LOG.info(
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
