package offhook.sip;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.sip.message.Request;
import javax.sip.message.Response;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.config.TrunkConfig.SessionTimers;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import offhook.sdp.SessionDescription;
import offhook.sip.TimerFields.Refresher;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Keeps the session of one dialog alive, or ends it when the peer does not (RFC 4028). Any thread:
/// what is agreed on is replaced by compare-and-set. What is sent when a time is up leaves on a
/// virtual thread of its own, so that no trunk's connection holds up another's time.
final class SessionKeeper {

    private static final Logger LOG = LogManager.getLogger(SessionKeeper.class);
    private static final long MILLI_NANOS = 1_000_000;

    /// RFC 4028 §6.
    static final int SESSION_INTERVAL_TOO_SMALL = 422;

    /// A refresh of ours that waits for its answer.
    final class Attempt {
        private final boolean offers;
        private final int intervalSeconds;

        private Attempt(boolean offers, int intervalSeconds) {
            this.offers = offers;
            this.intervalSeconds = intervalSeconds;
        }

        /// A response to it.
        void onResponse(SIPResponse response) {
            SessionKeeper.this.onResponse(this, response);
        }

        /// No response will come (RFC 3261 §8.1.3.1: as if 408 had).
        void onTimeout() {
            SessionKeeper.this.onRefused(this, Response.REQUEST_TIMEOUT, 0);
        }
    }

    private final LegId leg;
    private final SessionTimers ours;
    private final NanoClock clock;
    private final DialogSender sender;
    private final BooleanSupplier ready;
    private final Consumer<EndCause> end;
    private final boolean callIdIsOurs;

    private final AtomicReference<@Nullable SessionTimer> timer = new AtomicReference<>();
    private final AtomicReference<@Nullable Attempt> attempt = new AtomicReference<>();

    /// The largest Min-SE that a 422 told us (RFC 4028 §7.3), or our own.
    private final AtomicInteger minSeconds;

    private final AtomicReference<@Nullable SessionDescription> described = new AtomicReference<>();

    /// Written by JAIN-SIP's threads, read by those that refresh.
    private volatile boolean peerTakesUpdate;

    /// @param ready whether the dialog is confirmed and nothing is being negotiated in it
    /// @param end ends the leg
    /// @param callIdIsOurs whether we opened the dialog (RFC 3261 §14.1)
    SessionKeeper(
            LegId leg,
            SessionTimers ours,
            NanoClock clock,
            DialogSender sender,
            BooleanSupplier ready,
            Consumer<EndCause> end,
            boolean callIdIsOurs) {
        this.leg = leg;
        this.ours = ours;
        this.clock = clock;
        this.sender = sender;
        this.ready = ready;
        this.end = end;
        this.callIdIsOurs = callIdIsOurs;
        this.minSeconds = new AtomicInteger(ours.minSeconds());
    }

    /// Notes whether the peer takes UPDATE, by its INVITE or its answer to ours.
    void notePeer(AllowedMethods allowed) {
        peerTakesUpdate |= allowed.has(Request.UPDATE);
    }

    /// Notes what we told the peer of our media: a re-INVITE that only refreshes says it again.
    void describes(SessionDescription local) {
        described.set(local);
    }

    // ---- as the one who answers

    /// The least interval, when a request asks for less: it is to be refused with 422.
    OptionalInt tooShort(SIPRequest request) {
        return SessionTerms.tooShort(TimerFields.of(request), ours);
    }

    /// Writes into our 2xx to an INVITE or UPDATE what is agreed on, which holds from now on.
    void answers(SIPRequest request, Response ok) {
        Optional<SessionTerms> terms =
                SessionTerms.answer(TimerFields.of(request), ours, timer.get());
        if (terms.isEmpty()) {
            return;
        }
        SessionTerms agreed = terms.get();
        TimerFields.writeExpires(ok, agreed.intervalSeconds(), Optional.of(agreed.refresher()));
        if (agreed.required()) {
            OptionTags.require(ok, TimerFields.TAG);
        }
        renew(agreed, agreed.refresher() == Refresher.UAS);
    }

    // ---- as the one who asks

    /// Writes into the INVITE that opens the dialog what we ask for.
    void asks(Request invite) {
        int interval = askedSeconds();
        if (interval > 0) {
            TimerFields.writeExpires(invite, interval, Optional.empty());
            TimerFields.writeMin(invite, minSeconds.get());
        }
    }

    /// Whether an INVITE of ours that was refused is worth sending again: the peer wants a longer
    /// interval, says which, and was not asked for that yet (RFC 4028 §7.3).
    boolean lengthens(SIPResponse refusal) {
        int wanted = TimerFields.of(refusal).minSeconds();
        return refusal.getStatusCode() == SESSION_INTERVAL_TOO_SMALL
                && askedSeconds() > 0
                && wanted > askedSeconds()
                && minSeconds.compareAndSet(ours.minSeconds(), wanted);
    }

    private int askedSeconds() {
        return ours.expiresSeconds() == 0 ? 0 : Math.max(ours.expiresSeconds(), minSeconds.get());
    }

    /// The peer answered the INVITE that opened the dialog.
    void accepted(SIPResponse ok) {
        SessionTerms.taken(TimerFields.of(ok), ours, askedSeconds())
                .ifPresent(t -> renew(t, t.refresher() == Refresher.UAC));
    }

    private void renew(SessionTerms agreed, boolean weRefresh) {
        timer.set(SessionTimer.renewed(agreed.intervalSeconds(), weRefresh, clock.nanoTime()));
        LOG.debug(
                "session timer leg={} seconds={} we-refresh={}",
                leg,
                agreed.intervalSeconds(),
                weRefresh);
    }

    // ---- as time goes by

    /// Whether a re-INVITE of ours waits for its answer, so that no offer of the peer may be taken
    /// (RFC 3261 §14.2).
    boolean isOffering() {
        Attempt sent = attempt.get();
        return sent != null && sent.offers;
    }

    /// Does what is due. Never waits.
    void tick() {
        SessionTimer now = timer.get();
        if (now == null) {
            return;
        }
        switch (now.due(clock.nanoTime())) {
            case NOTHING -> {}
            case REFRESH -> {
                if (ready.getAsBoolean() && timer.compareAndSet(now, now.sent())) {
                    onOwnThread("sip-refresh-", () -> refresh(now.intervalSeconds()));
                }
            }
            case OVER -> {
                if (timer.compareAndSet(now, null)) {
                    onOwnThread("sip-expiry-", this::expire);
                }
            }
        }
    }

    private void onOwnThread(String name, Runnable work) {
        Threads.virtual(
                        name + leg,
                        () -> {
                            try (var _ = sender.inLog()) {
                                guarded(work);
                            }
                        })
                .start();
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("defect in the session timer of leg={}", leg, e);
        }
    }

    private void expire() {
        LOG.info("session expired leg={}", leg);
        end.accept(
                EndCause.gateway(
                        "session-expired",
                        408,
                        102,
                        "the trunk did not refresh the session in time"));
    }

    private void refresh(int intervalSeconds) {
        SessionDescription local = peerTakesUpdate ? null : described.get();
        Attempt now = new Attempt(local != null, intervalSeconds);
        attempt.set(now);
        boolean sent =
                sender.refresh(
                        Optional.ofNullable(local),
                        request -> {
                            TimerFields.writeExpires(
                                    request, intervalSeconds, Optional.of(Refresher.UAC));
                            TimerFields.writeMin(request, minSeconds.get());
                        },
                        now);
        if (!sent) {
            onRefused(now, Response.SERVICE_UNAVAILABLE, 0);
        }
    }

    private void onResponse(Attempt answered, SIPResponse response) {
        int status = response.getStatusCode();
        if (status < 200) {
            return;
        }
        if (status >= 300) {
            onRefused(answered, status, TimerFields.of(response).minSeconds());
            return;
        }
        if (answered.offers) {
            sender.acknowledge(response.getCSeq().getSeqNumber());
        }
        if (attempt.compareAndSet(answered, null)) {
            Optional<SessionTerms> terms =
                    SessionTerms.taken(TimerFields.of(response), ours, answered.intervalSeconds);
            if (terms.isEmpty()) {
                timer.set(null); // RFC 4028 §10: the peer wants no timer any more
            } else {
                renew(terms.get(), terms.get().refresher() == Refresher.UAC);
            }
        }
    }

    private void onRefused(Attempt refused, int status, int wantedSeconds) {
        if (!attempt.compareAndSet(refused, null)) {
            return;
        }
        LOG.debug("refresh refused leg={} status={}", leg, status);
        long now = clock.nanoTime();
        switch (status) {
            case Response.REQUEST_TIMEOUT, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST -> lose();
            case Response.REQUEST_PENDING -> change(t -> t.collided(now, backOffNanos()));
            case SESSION_INTERVAL_TOO_SMALL -> {
                minSeconds.accumulateAndGet(wantedSeconds, Math::max);
                change(t -> t.lengthened(wantedSeconds, now));
            }
            case Response.METHOD_NOT_ALLOWED, Response.NOT_IMPLEMENTED -> {
                peerTakesUpdate = false;
                change(t -> t.failed(now));
            }
            default -> change(t -> t.failed(now));
        }
    }

    /// Changes the timer, unless the peer's own refresh or the end came first.
    private void change(UnaryOperator<SessionTimer> how) {
        SessionTimer now = timer.get();
        if (now != null && now.underWay()) {
            timer.compareAndSet(now, how.apply(now));
        }
    }

    private void lose() {
        timer.set(null);
        LOG.info("session lost leg={}", leg);
        end.accept(
                EndCause.gateway(
                        "session-lost", 481, 41, "the trunk does not know the call any more"));
    }

    /// RFC 3261 §14.1, in units of 10 ms: who owns the Call-ID waits longer.
    private long backOffNanos() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long tens = callIdIsOurs ? random.nextInt(210, 401) : random.nextInt(0, 201);
        return tens * 10 * MILLI_NANOS;
    }
}
