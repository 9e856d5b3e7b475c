package offhook.codec.telephony;

/// A window onto one telephone-event payload (RFC 4733 §2.3):
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |     event     |E|R| volume    |          duration             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// Made once and read into for each packet; owned by one thread at a time.
public final class TelephoneEvent {

    /// Bytes of one event.
    public static final int LENGTH = 4;

    /// The longest duration one event packet can tell; longer keys go on in a new segment (RFC 4733
    /// §2.5.1.3).
    public static final int MAX_DURATION = 0xFFFF;

    private static final int END_BIT = 0x80;
    private static final int VOLUME_MASK = 0x3F;

    private int event;
    private boolean end;
    private int volume;
    private int duration;

    /// Reads the first event of a payload. Further events of the same payload follow each [#LENGTH]
    /// bytes (RFC 4733 §2.5.1.5).
    ///
    /// @return false: too short to be an event, and nothing was read
    public boolean read(byte[] payload, int offset, int length) {
        if (length < LENGTH) {
            return false;
        }
        event = payload[offset] & 0xFF;
        end = (payload[offset + 1] & END_BIT) != 0;
        volume = payload[offset + 1] & VOLUME_MASK;
        duration = (payload[offset + 2] & 0xFF) << 8 | (payload[offset + 3] & 0xFF);
        return true;
    }

    /// The event code, 0-255; 0-15 are keys, see [DtmfEvent#ofCode].
    public int event() {
        return event;
    }

    /// The E bit: the event is over.
    public boolean end() {
        return end;
    }

    /// The power of the tone in dBm0 with the sign dropped, 0-63.
    public int volume() {
        return volume;
    }

    /// How long the event has lasted so far, in ticks of the RTP clock, 0-65535.
    public int duration() {
        return duration;
    }

    /// Writes one event.
    ///
    /// @param volume power in dBm0 with the sign dropped, 0-63
    /// @param duration ticks of the RTP clock, 0-65535
    /// @return bytes written: [#LENGTH]
    public static int write(
            byte[] out, int offset, int event, boolean end, int volume, int duration) {
        if ((event & ~0xFF) != 0 || (volume & ~VOLUME_MASK) != 0 || (duration & ~0xFFFF) != 0) {
            throw new IllegalArgumentException(
                    "event %d, volume %d, duration %d".formatted(event, volume, duration));
        }
        out[offset] = (byte) event;
        out[offset + 1] = (byte) ((end ? END_BIT : 0) | volume);
        out[offset + 2] = (byte) (duration >> 8);
        out[offset + 3] = (byte) duration;
        return LENGTH;
    }
}
