package offhook.sip;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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

    /// Guarded by the trunks.
    private long leavingSinceNanos;

    TrunkExchange(
            SipTrunks trunks,
            Dialogs dialogs,
            Outlets outlets,
            TrunkIdentification identification,
            TrunkLines lines,
            NanoClock clock) {
        this.trunks = trunks;
        this.dialogs = dialogs;
        this.outlets = outlets;
        this.identification = identification;
        this.lines = lines;
        this.clock = clock;
    }

    SipEndpoint.Reconfiguration prepare(List<TrunkConfig> wanted, Set<String> emergency) {
        return new Prepared(wanted, emergency, lines.prepare(wanted));
    }

    private final class Prepared implements SipEndpoint.Reconfiguration {

        private final List<TrunkConfig> wanted;
        private final Set<String> emergency;
        private final TrunkLines.Prepared ready;

        private Prepared(
                List<TrunkConfig> wanted, Set<String> emergency, TrunkLines.Prepared ready) {
            this.wanted = wanted;
            this.emergency = emergency;
            this.ready = ready;
        }

        @Override
        public void take() {
            synchronized (trunks) {
                leavingSinceNanos = clock.nanoTime();
                trunks.reconfigured(wanted, emergency);
                outlets.tell(Stream.concat(wanted.stream(), trunks.leaving().stream()).toList());
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
                outlets.tell(
                        Stream.concat(trunks.all().stream(), trunks.leaving().stream()).toList());
            }
        }
    }
}
