package offhook.rtp;

import offhook.net.PacketBuffer;

/// Sends telephone events (RFC 4733 §2.5.1) in place of audio, a packet per tick.
public final class DtmfSender {

    /// A sender of events of this payload type, with ticks of so many timestamp units.
    public DtmfSender(int payloadType, int tickUnits) {}

    /// Queues a digit (0-15); false when the queue is full.
    public boolean offer(int event, int durationMillis) {
        return false;
    }

    /// Writes this tick's packet, if there is one: then it goes out instead of audio.
    public boolean step(PacketBuffer packet, RtpSender sender, long nowNanos) {
        return false;
    }

    /// Whether a digit is being sent or waits.
    public boolean isActive() {
        return false;
    }
}
