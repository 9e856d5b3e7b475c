package offhook.web;

import java.util.Optional;
import offhook.call.Party;
import offhook.call.TransferReport;
import offhook.runtime.NanoClock;
import org.jspecify.annotations.Nullable;

/// What a page was told of a call it holds, as far as it still counts: what a page that was
/// reloaded has to be told again. Owned by the desk's owner.
final class CallSheet {

    /// Who types more has long heard what the first ones were for.
    private static final int MAX_DIGITS = 64;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final NanoClock clock;
    private final StringBuilder digits = new StringBuilder();
    private Progress progress = Progress.CONNECTING;
    private long connectedAtNanos;
    private boolean mine;
    private boolean theirs;
    private Optional<Party> party = Optional.empty();
    private @Nullable Asked asked;
    private @Nullable TransferReport transfer;

    CallSheet(NanoClock clock) {
        this.clock = clock;
    }

    /// How far a call has come.
    enum Progress {
        /// Nothing is heard yet.
        CONNECTING("connecting"),
        /// It rings at the one who is called.
        RINGING("ringing"),
        /// The side of the one who is called sends sound.
        PROGRESS("progress"),
        /// The two hear each other.
        CONNECTED("connected");

        private final String key;

        Progress(String key) {
            this.key = key;
        }

        /// As messages say it.
        String key() {
            return key;
        }
    }

    /// A transfer that the page asked for.
    private record Asked(String to, boolean consult) {}

    /// A transfer that runs.
    ///
    /// @param to what the page asked for
    record Running(String to, boolean consult, TransferReport report) {}

    /// How a call stands.
    ///
    /// @param seconds since the two hear each other; 0 before
    /// @param mine whether the agent holds the call
    /// @param theirs whether the other side does
    /// @param digits keys that the far side pressed, the latest last
    /// @param party who is at the other end, when it is not the one that the call began with
    record Standing(
            Progress progress,
            long seconds,
            boolean mine,
            boolean theirs,
            String digits,
            Optional<Party> party,
            Optional<Running> transfer) {

        /// Without the digits: people type card numbers.
        @Override
        public String toString() {
            return "Standing[" + progress + ", seconds=" + seconds + "]";
        }
    }

    /// The page asks for a transfer.
    void asks(String to, boolean consult) {
        asked = new Asked(to, consult);
    }

    /// The page is told something.
    void note(ServerMessage message) {
        switch (message) {
            case ServerMessage.Ringing _ -> progress = Progress.RINGING;
            case ServerMessage.Progress _ -> progress = Progress.PROGRESS;
            case ServerMessage.Connected _ -> {
                progress = Progress.CONNECTED;
                connectedAtNanos = clock.nanoTime();
            }
            case ServerMessage.Hold hold -> {
                mine = hold.mine();
                theirs = hold.theirs();
            }
            case ServerMessage.TalksTo talks -> party = Optional.of(talks.party());
            case ServerMessage.Digit digit -> {
                if (digits.length() >= MAX_DIGITS) {
                    digits.deleteCharAt(0);
                }
                digits.append(digit.digit());
            }
            case ServerMessage.Transfer told -> note(told.report());
            default -> {
                // Nothing that lasts.
            }
        }
    }

    private void note(TransferReport report) {
        switch (report) {
            case TransferReport.Trying _, TransferReport.Ringing _, TransferReport.Consulting _ ->
                    transfer = report;
            case TransferReport.Done _, TransferReport.Failed _ -> transfer = null;
            case TransferReport.Refused _ -> {
                // What runs, runs on.
            }
        }
    }

    /// How the call stands now.
    Standing standing() {
        TransferReport report = transfer;
        Asked wish = asked;
        return new Standing(
                progress,
                progress == Progress.CONNECTED
                        ? (clock.nanoTime() - connectedAtNanos) / NANOS_PER_SECOND
                        : 0,
                mine,
                theirs,
                digits.toString(),
                party,
                report == null || wish == null
                        ? Optional.empty()
                        : Optional.of(new Running(wish.to(), wish.consult(), report)));
    }
}
