package offhook.media;

import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.LegId;
import offhook.codec.telephony.DtmfEvent;
import offhook.rtp.DtmfReceiver;
import offhook.rtp.RtpPacket;

/// Tells the call the digits that a leg's peer sends as telephone events. On the leg's loop only.
final class DigitReports {

    private final LegId leg;
    private final CallInbox call;
    private final DtmfReceiver receiver;

    DigitReports(LegId leg, CallInbox call, int clockRateHz) {
        this.leg = leg;
        this.call = call;
        this.receiver = new DtmfReceiver(clockRateHz);
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
                    .ifPresent(event ->
                            call.offer(
                                    new CallInput.DigitReceived(
                                            leg, event.digit(), durationMillis)));
        }
    }
}
