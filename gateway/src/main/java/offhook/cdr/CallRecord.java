package offhook.cdr;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One call as the table `calls` has it. What is not known yet, or was never measured, is null.
/// Times are UTC (ISO 8601, milliseconds); spans are measured by the monotonic clock, so that a
/// clock that is set meanwhile does not change them. Text from outside is kept as it came.
///
/// @param id of the call, as the log has it
/// @param node the gateway's name
/// @param direction `in`, `out`, `internal` or `transit`
/// @param source the trunk that it came from, or `web`
/// @param caller number or agent
/// @param withheld whether the caller wanted to be known to nobody who is called
/// @param agent whom it was last offered to
/// @param ringingAt when somebody first rang
/// @param answeredAt when both sides first heard each other
/// @param setUpMillis from its arrival until it was answered
/// @param talkMillis from then to its end
/// @param result `answered`, `abandoned`, `refused` or `failed`
/// @param endedBy `caller`, `callee`, `gateway` or `operator`
/// @param reason a stable key such as `hang-up`, `no-answer`, `crash`
/// @param sipCode the SIP status that fits
/// @param q850Cause the Q.850 cause that fits
/// @param detail one sentence for people
/// @param headers header fields that the trunk's allow-list let in
record CallRecord(
        String id,
        String node,
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
        Map<String, String> headers) {

    CallRecord {
        legs = List.copyOf(legs);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /// A leg and what became of its media.
    ///
    /// @param kind `trunk` or `browser`
    /// @param codec what was sent last
    /// @param mos how the peer was heard over the whole call (ITU-T G.107), 1 to 4.5
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
