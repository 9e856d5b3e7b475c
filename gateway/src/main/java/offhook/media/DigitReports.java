package offhook.media;

import offhook.call.DigitPath;
import offhook.codec.telephony.DtmfEvent;
import offhook.rtp.DtmfReceiver;
import offhook.rtp.RtpPacket;

/// Tells the call the digits that a leg's peer sends as telephone events. On the leg's loop only.
final class DigitReports {

    private final LegEvents events;
    private final DtmfReceiver receiver;

    DigitReports(LegEvents events, int clockRateHz) {
        this.events = events;
        this.receiver = new DtmfReceiver(clockRateHz);
    }

    /// Timestamps count at this rate from now on.
    void clockRate(int clockRateHz) {
        receiver.clockRate(clockRateHz);
    }

    void onPacket(RtpPacket packet, long nowNanos) {
        receiver.onPacket(packet, nowNanos);
        tell();
    }

    void onTick(long nowNanos) {
        receiver.onTick(nowNanos);
        tell();
    }

    private void tell() {
        while (receiver.next()) {
            int durationMillis = receiver.durationMillis();
            DtmfEvent.ofCode(receiver.event())
                    .ifPresent(
                            event -> events.digit(event.digit(), durationMillis, DigitPath.EVENTS));
        }
    }
}
