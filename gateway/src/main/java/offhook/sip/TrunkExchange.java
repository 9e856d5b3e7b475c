package offhook.sip;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;

/// Exchanges the trunks while calls of theirs live. What a trunk was configured as stays known
/// until no call lives that began then and what was under way has come to its end.
final class TrunkExchange {

    /// Longer than a transaction takes that nobody answers (RFC 3261 §17, 64*T1).
    private static final long UNDER_WAY_NANOS = 40_000_000_000L;

    private final SipTrunks trunks;
    private final Dialogs dialogs;
    private final Outlets outlets;
    private final TrunkIdentification identification;
    private final TrunkLines lines;
    private final NanoClock clock;
    private final Consumer<List<TrunkConfig>> retaining;

    /// Guarded by the trunks.
    private long leavingSinceNanos;

    /// @param retaining has others forget what they know of other trunks than these
    TrunkExchange(
            SipTrunks trunks,
            Dialogs dialogs,
            Outlets outlets,
            TrunkIdentification identification,
            TrunkLines lines,
            NanoClock clock,
            Consumer<List<TrunkConfig>> retaining) {
        this.trunks = trunks;
        this.dialogs = dialogs;
        this.outlets = outlets;
        this.identification = identification;
        this.lines = lines;
        this.clock = clock;
        this.retaining = retaining;
    }

    /// @param trusting has the authorities of these trunks be believed
    SipEndpoint.Reconfiguration prepare(
            List<TrunkConfig> wanted, Set<String> emergency, Runnable trusting) {
        return new Prepared(wanted, emergency, trusting, lines.prepare(wanted));
    }

    private final class Prepared implements SipEndpoint.Reconfiguration {

        private final List<TrunkConfig> wanted;
        private final Set<String> emergency;
        private final Runnable trusting;
        private final TrunkLines.Prepared ready;

        private Prepared(
                List<TrunkConfig> wanted,
                Set<String> emergency,
                Runnable trusting,
                TrunkLines.Prepared ready) {
            this.wanted = wanted;
            this.emergency = emergency;
            this.trusting = trusting;
            this.ready = ready;
        }

        @Override
        public void take() {
            synchronized (trunks) {
                leavingSinceNanos = clock.nanoTime();
                trusting.run();
                trunks.reconfigured(wanted, emergency);
                outlets.tell(trunks.known());
            }
            identification.reconfigured();
            ready.take();
        }

        @Override
        public void drop() {
            ready.drop();
        }

        @Override
        public void register() {
            ready.exchange();
        }
    }

    /// Forgets what trunks were configured as that no call began with which still lives.
    void forgetLeaving() {
        if (trunks.leaving().isEmpty()) {
            return;
        }
        // Not while others are read in: those that come to leave then would be lost.
        synchronized (trunks) {
            if (clock.nanoTime() - leavingSinceNanos >= UNDER_WAY_NANOS) {
                List<TrunkConfig> used = dialogs.trunks();
                trunks.forget(
                        trunks.leaving().stream().filter(trunk -> !used.contains(trunk)).toList());
                outlets.tell(trunks.known());
                forgetOthers();
            }
        }
    }

    private void forgetOthers() {
        List<TrunkConfig> known = trunks.known();
        identification.retain(known);
        retaining.accept(known);
    }
}
