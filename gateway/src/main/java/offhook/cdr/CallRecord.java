package offhook.cdr;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One call as the table `calls` has it. What is not known yet, or was never measured, is null.
/// Times are UTC (ISO 8601, milliseconds); spans are measured by the monotonic clock, so that a
/// clock that is set meanwhile does not change them. Text from outside is kept as it came.
///
/// @param id of the call, as the log has it
/// @param node the gateway's name
/// @param instance the gateway's records folder ([RecordFolder#instance]); null: of an earlier
///   version, or not known
/// @param direction `in`, `out`, `internal` or `transit`
/// @param source the trunk that it came from, or `web`
/// @param caller number or agent
/// @param withheld whether the caller wanted to be known to nobody who is called
/// @param agent whom it was last offered to
/// @param ringingAt when somebody first rang
/// @param answeredAt when both sides first heard each other
/// @param setUpMillis from its arrival until it was answered
/// @param talkMillis from then to its end
/// @param result `answered`, `abandoned`, `refused`, `failed`, or `turned-away`: it never began
/// @param endedBy `caller`, `callee`, `gateway` or `operator`
/// @param reason a stable key such as `hang-up`, `no-answer`, `crash`
/// @param sipCode the SIP status that fits
/// @param q850Cause the Q.850 cause that fits
/// @param detail one sentence for people
/// @param headers header fields that the trunk's allow-list let in
/// @param queue where it waited last; null: in none
/// @param queueMillis how long it waited in queues altogether
/// @param transfers that were asked for, in the order in which they ended
record CallRecord(
        String id,
        String node,
        @Nullable String instance,
        @Nullable String direction,
        String source,
        String caller,
        String callerName,
        boolean withheld,
        String called,
        String agent,
        String startedAt,
        @Nullable String ringingAt,
        @Nullable String answeredAt,
        @Nullable String endedAt,
        @Nullable Long setUpMillis,
        @Nullable Long talkMillis,
        @Nullable String result,
        @Nullable String endedBy,
        @Nullable String reason,
        @Nullable Integer sipCode,
        @Nullable Integer q850Cause,
        @Nullable String detail,
        List<LegRecord> legs,
        Map<String, String> headers,
        @Nullable String queue,
        @Nullable Long queueMillis,
        List<TransferRecord> transfers) {

    CallRecord {
        legs = List.copyOf(legs);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        // A journal of an earlier version has none.
        transfers = transfers == null ? List.of() : List.copyOf(transfers);
    }

    /// The worst that anybody heard of it over the whole call; null where nobody measured.
    @Nullable Double mos() {
        return legs.stream()
                .flatMap(leg ->
                        Stream.of(
                                Optional.ofNullable(leg.mos()), Optional.ofNullable(leg.peerMos())))
                .flatMap(Optional::stream)
                .min(Double::compare)
                .orElse(null);
    }

    /// A transfer that was asked for.
    ///
    /// @param way `blind`, `consult`, or `fallback` when the gateway did it by itself
    /// @param by who asked; empty: the gateway
    /// @param target what was asked for
    /// @param at when it was asked for
    /// @param millis until it was decided
    /// @param outcome `done`, `failed` or `refused`
    /// @param reason why not, as a stable key; empty when done
    record TransferRecord(
            String way,
            String by,
            String target,
            String at,
            long millis,
            String outcome,
            String reason) {}

    /// How a call sounded at an agent's page, as the page said last. What it did not say is null.
    ///
    /// @param mos of talking over it, 1 to 4.5
    /// @param warnings how many it raised
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PageRecord(
            String codec,
            String candidate,
            @Nullable Double lossPercent,
            @Nullable Double jitterMillis,
            @Nullable Double roundTripMillis,
            @Nullable Double bufferMillis,
            @Nullable Double mos,
            long warnings) {}

    /// A leg and what became of its media.
    ///
    /// @param kind `trunk` or `browser`
    /// @param codec what was sent last
    /// @param mos how the peer was heard over the whole call (ITU-T G.107), 1 to 4.5; without the
    ///   network's delay where the round trip is unknown
    /// @param peerMos how the peer heard us
    record LegRecord(
            int leg,
            String kind,
            String codec,
            int codecChanges,
            long sent,
            long received,
            long lost,
            long unplayed,
            long concealedMillis,
            long peerLost,
            @Nullable Double jitterMillis,
            @Nullable Double roundTripMillis,
            @Nullable Double mos,
            @Nullable Double peerMos) {}
}
