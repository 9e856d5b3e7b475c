package offhook.cdr;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import offhook.call.BrowserView;
import offhook.call.CallEnd;
import offhook.call.CallHistory;
import offhook.call.CallSnapshot;
import offhook.call.EndCause;
import offhook.call.MediaSummary;
import offhook.call.TurnedAway;
import offhook.cdr.CallRecord.LegRecord;
import offhook.cdr.CallRecord.PageRecord;
import offhook.cdr.CallRecord.TransferRecord;
import org.jspecify.annotations.Nullable;

/// Writes calls as records.
final class RecordWriter {

    private static final String TURNED_AWAY = "turned-away";
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final String node;
    private final @Nullable String instance;

    /// @param node what the gateway is called
    /// @param instance whose folder its records come from; null: not known
    RecordWriter(String node, @Nullable String instance) {
        this.node = node;
        this.instance = instance;
    }

    /// A call that is not over.
    CallRecord living(CallSnapshot call, Instant startedAt) {
        OptionalLong answered = call.answeredNanos();
        return new CallRecord(
                call.id().value(),
                node,
                instance,
                direction(call),
                call.source(),
                call.caller().number(),
                call.caller().displayName(),
                call.details().withheld(),
                call.called().number(),
                call.agent(),
                Times.text(startedAt),
                time(call, startedAt, call.ringingNanos()),
                time(call, startedAt, answered),
                null,
                span(OptionalLong.of(call.startedNanos()), answered),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                call.details().headers(),
                null,
                null,
                List.of());
    }

    /// A call that is over.
    CallRecord ended(CallEnd end, Instant startedAt) {
        CallSnapshot call = end.last();
        EndCause cause = end.cause();
        List<CallHistory.QueueWait> waits = end.history().waits();
        return new CallRecord(
                call.id().value(),
                node,
                instance,
                direction(call),
                call.source(),
                call.caller().number(),
                call.caller().displayName(),
                call.details().withheld(),
                call.called().number(),
                call.agent(),
                Times.text(startedAt),
                time(call, startedAt, end.ringingNanos()),
                time(call, startedAt, end.answeredNanos()),
                Times.text(at(call, startedAt, end.endedNanos())),
                span(OptionalLong.of(call.startedNanos()), end.answeredNanos()),
                span(end.answeredNanos(), OptionalLong.of(end.endedNanos())),
                end.result().name().toLowerCase(Locale.ROOT),
                cause.by().name().toLowerCase(Locale.ROOT),
                cause.reason(),
                cause.sipCode(),
                cause.q850Cause(),
                cause.detail(),
                end.legs().stream().map(RecordWriter::leg).toList(),
                call.details().headers(),
                waits.isEmpty() ? null : waits.getLast().queue(),
                waits.isEmpty()
                        ? null
                        : waits.stream().mapToLong(w -> w.untilNanos() - w.fromNanos()).sum()
                                / NANOS_PER_MILLI,
                end.history().transfers().stream()
                        .map(each -> transfer(call, startedAt, each))
                        .toList());
    }

    /// A call that never began.
    ///
    /// @param leftOut how many of its source have no record since one has
    CallRecord turnedAway(TurnedAway call, Instant at, long leftOut) {
        EndCause cause = call.cause();
        String time = Times.text(at);
        return new CallRecord(
                call.id().value(),
                node,
                instance,
                call.direction().name().toLowerCase(Locale.ROOT),
                call.source(),
                call.caller().number(),
                call.caller().displayName(),
                false,
                call.called().number(),
                "",
                time,
                null,
                null,
                time,
                null,
                null,
                TURNED_AWAY,
                cause.by().name().toLowerCase(Locale.ROOT),
                cause.reason(),
                cause.sipCode(),
                cause.q850Cause(),
                leftOut == 0
                        ? cause.detail()
                        : cause.detail()
                                + (cause.detail().isEmpty() ? "" : "; ")
                                + leftOut
                                + " more of "
                                + call.source()
                                + " just before it have no record",
                List.of(),
                Map.of(),
                null,
                null,
                List.of());
    }

    private static String direction(CallSnapshot call) {
        return call.direction().name().toLowerCase(Locale.ROOT);
    }

    /// A transfer of a call.
    private static TransferRecord transfer(
            CallSnapshot call, Instant startedAt, CallHistory.Transfer transfer) {
        return new TransferRecord(
                transfer.way().name().toLowerCase(Locale.ROOT),
                transfer.by(),
                transfer.target(),
                Times.text(at(call, startedAt, transfer.fromNanos())),
                (transfer.untilNanos() - transfer.fromNanos()) / NANOS_PER_MILLI,
                transfer.outcome().name().toLowerCase(Locale.ROOT),
                transfer.reason());
    }

    /// What a page said.
    static PageRecord page(BrowserView said) {
        return new PageRecord(
                said.codec(),
                said.candidate(),
                known(said.lossPercent()),
                known(said.jitterMillis()),
                known(said.roundTripMillis()),
                known(said.bufferMillis()),
                known(said.mos()),
                said.warned());
    }

    private static LegRecord leg(CallEnd.LegEnd leg) {
        MediaSummary media = leg.media();
        return new LegRecord(
                leg.leg().id().index(),
                leg.leg().kind(),
                media.codec(),
                media.codecChanges(),
                media.sent(),
                media.received(),
                media.lost(),
                media.unplayed(),
                media.concealedMillis(),
                media.peerLost(),
                known(media.jitterMillis()),
                known(media.roundTripMillis()),
                known(media.mos()),
                known(media.peerMos()));
    }

    private static @Nullable Double known(double figure) {
        return Double.isNaN(figure) ? null : Math.round(figure * 100) / 100.0;
    }

    private static @Nullable String time(CallSnapshot call, Instant startedAt, OptionalLong nanos) {
        return nanos.isPresent() ? Times.text(at(call, startedAt, nanos.getAsLong())) : null;
    }

    private static Instant at(CallSnapshot call, Instant startedAt, long nanos) {
        return startedAt.plusNanos(nanos - call.startedNanos());
    }

    private static @Nullable Long span(OptionalLong from, OptionalLong to) {
        return from.isPresent() && to.isPresent()
                ? (to.getAsLong() - from.getAsLong()) / NANOS_PER_MILLI
                : null;
    }
}
