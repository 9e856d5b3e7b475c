package offhook.sip;

import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sip.ClientTransaction;
import javax.sip.ObjectInUseException;
import javax.sip.SipException;
import javax.sip.message.Request;
import javax.sip.message.Response;
import offhook.config.TrunkConfig;
import offhook.config.TrunkReach.Ping;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.runtime.Threads;
import offhook.telemetry.LogContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Asks each target of one trunk by OPTIONS whether it is there. All of it runs on a virtual thread
/// of its own, but for the sending, which may wait for a connection: each probe is sent by a
/// virtual thread of that probe.
final class TrunkProber {

    private static final Logger LOG = LogManager.getLogger(TrunkProber.class);
    private static final int MAILBOX = 256;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// After a miss the next probe follows soon: what is dead is to be known.
    private static final long HASTE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TrunkConfig trunk;
    private final Ping ping;
    private final TrunkTargets targets;
    private final SipTrunks trunks;
    private final Dialogs dialogs;
    private final Outlets outlets;
    private final NanoClock clock;
    private final Owner owner;
    private final OptionsBuilder builder = new OptionsBuilder();

    // Touched by the owner alone.
    private final Map<TrunkTarget, Probing> probings = new HashMap<>();

    /// How far the probing of one target is. Touched by the owner alone.
    private static final class Probing {
        private long sentAtNanos;
        private long dueAtNanos;
        private @Nullable Probe pending;
    }

    /// One probe on its way; its transaction carries it.
    final class Probe {
        private final TrunkTarget target;
        private final String callId = Identifiers.next();
        private volatile @Nullable ClientTransaction transaction;

        private Probe(TrunkTarget target) {
            this.target = target;
        }

        /// On JAIN-SIP's threads.
        void onResponse(SIPResponse response) {
            if (response.getStatusCode() >= 200) {
                owner.postEnding(() -> onFinal(this, response.getStatusCode()));
            }
        }

        /// On JAIN-SIP's threads.
        void onTimeout() {
            owner.postEnding(() -> onMiss(this, "OPTIONS: no answer"));
        }
    }

    TrunkProber(
            TrunkConfig trunk,
            Ping ping,
            TrunkTargets targets,
            SipTrunks trunks,
            Dialogs dialogs,
            Outlets outlets,
            NanoClock clock) {
        this.trunk = trunk;
        this.ping = ping;
        this.targets = targets;
        this.trunks = trunks;
        this.dialogs = dialogs;
        this.outlets = outlets;
        this.clock = clock;
        this.owner =
                new Owner(
                        "sip-ping-" + trunk.name(),
                        clock,
                        MAILBOX,
                        defect -> LOG.error("defect while probing a trunk", defect));
    }

    void start() {
        owner.start();
        owner.post(() -> LogContext.trunk(trunk.name()));
        owner.post(this::tick);
    }

    void stop() {
        owner.stop();
    }

    // ---- on the owner

    private void tick() {
        owner.schedule(TICK_NANOS, this::tick);
        long nowNanos = clock.nanoTime();
        List<TrunkTarget> places = targets.places();
        probings.keySet().retainAll(places);
        for (TrunkTarget place : places) {
            Probing probing = probings.computeIfAbsent(place, _ -> fresh(nowNanos));
            Probe pending = probing.pending;
            if (pending != null && nowNanos - probing.sentAtNanos >= ping.timeout().toNanos()) {
                onMiss(pending, "OPTIONS: no answer");
            } else if (pending == null && nowNanos - probing.dueAtNanos >= 0) {
                probe(place, probing, nowNanos);
            }
        }
    }

    private static Probing fresh(long nowNanos) {
        Probing probing = new Probing();
        probing.dueAtNanos = nowNanos;
        return probing;
    }

    private void probe(TrunkTarget target, Probing probing, long nowNanos) {
        Probe probe = new Probe(target);
        probing.pending = probe;
        probing.sentAtNanos = nowNanos;
        probing.dueAtNanos = nowNanos + ping.every().toNanos();
        Threads.virtual(
                        "sip-ping-" + trunk.name() + "-send",
                        () -> {
                            try (var _ = LogContext.ofTrunk(trunk.name())) {
                                send(probe);
                            }
                        })
                .start();
    }

    private void onFinal(Probe probe, int status) {
        if (status == Response.SERVICE_UNAVAILABLE || status == Response.REQUEST_TIMEOUT) {
            onMiss(probe, answered(status));
        } else if (over(probe) != null) {
            change(probe.target, TargetHealth::onGood, answered(status));
        }
    }

    private static String answered(int status) {
        return "OPTIONS: " + status + " " + ReasonPhrases.of(status);
    }

    private void onMiss(Probe probe, String why) {
        Probing probing = over(probe);
        if (probing != null) {
            probing.dueAtNanos = Math.max(clock.nanoTime(), probing.sentAtNanos + HASTE_NANOS);
            change(probe.target, health -> health.onMiss(why), why);
        }
    }

    /// @param why it is as it is then
    private void change(TrunkTarget target, Consumer<TargetHealth> what, String why) {
        TargetHealth health = targets.healthOf(target);
        String before = health.word();
        what.accept(health);
        if (!before.equals(health.word())) {
            LOG.info("target=\"{}\" is {} because=\"{}\"", target, health.word(), why);
        }
    }

    /// @return null when nobody waits for this probe any more
    private @Nullable Probing over(Probe probe) {
        dialogs.forgetAim(probe.callId);
        ClientTransaction sent = probe.transaction;
        if (sent != null) {
            try {
                sent.terminate();
            } catch (ObjectInUseException e) {
                LOG.debug("a probe is not to be ended", e);
            }
        }
        Probing probing = probings.get(probe.target);
        if (probing == null || probe != probing.pending) {
            return null;
        }
        probing.pending = null;
        return probing;
    }

    // ---- on a thread of the probe

    private void send(Probe probe) {
        TrunkTarget target = probe.target;
        try {
            Outlet outlet = outlets.toward(target.transport(), target.address()).toldTo(trunk);
            trunks.reaches(target, trunk);
            dialogs.aim(probe.callId, target.address(), target.port());
            Request options =
                    builder.build(
                            target.uri(),
                            trunk.outboundProxy().map(TrunkUri::parse),
                            probe.callId,
                            outlet);
            ClientTransaction transaction = outlet.provider().getNewClientTransaction(options);
            transaction.setApplicationData(probe);
            probe.transaction = transaction;
            transaction.sendRequest();
        } catch (IOException | SipException e) {
            String why = "OPTIONS: " + LogText.of(String.valueOf(e.getMessage()));
            owner.postEnding(() -> onMiss(probe, why));
        } catch (RuntimeException e) {
            LOG.error("defect while probing", e);
            owner.postEnding(() -> onMiss(probe, "OPTIONS: internal error"));
        }
    }
}
