package offhook.media;

import offhook.codec.AudioCodec;

/// Cuts a stream of frames into packets as long as a trunk likes them (`a=ptime`, RFC 8866 §6.4).
/// Only for codecs with a fixed number of bytes a millisecond, whose frames can be joined and cut
/// anywhere; those of Opus go out as they are. On the call's loop only.
///
/// All times are units of the RTP clock; of the codecs that are cut, a byte is a unit.
final class PacketCutter {

    /// Sends a packet that begins `clockTicks` after the one before.
    @FunctionalInterface
    interface Outlet {
        void send(byte[] payload, int offset, int length, int clockTicks, boolean talkStart);
    }

    private static final int BYTES_PER_MILLI = 8;

    private final Outlet outlet;
    private final ByteFifo held = new ByteFifo();
    private int packetBytes = 20 * BYTES_PER_MILLI;

    /// From the packet sent last to the frame in hand, and to what is held.
    private int sinceSent;

    private int heldStart;
    private boolean heldTalkStart;

    PacketCutter(Outlet outlet) {
        this.outlet = outlet;
    }

    /// Cuts packets of this length from now on.
    void packetMillis(int millis) {
        packetBytes = millis * BYTES_PER_MILLI;
    }

    /// The time line goes on with units of another clock.
    void changeClock(int fromHz, int toHz) {
        sinceSent = (int) ((long) sinceSent * toHz / fromHz);
        held.clear();
    }

    /// Moves on to the next frame, which begins so long after the one before.
    ///
    /// @return how long it begins after the packet sent last
    int next(int clockTicks) {
        sinceSent += clockTicks;
        return sinceSent;
    }

    /// Something else was sent in place of the frame: what is held is too old now.
    void replaced() {
        held.clear();
        sinceSent = 0;
    }

    /// Takes the frame in hand.
    void add(AudioCodec codec, byte[] payload, int offset, int length, boolean talkStart) {
        if (!Frames.hasBytesPerMilli(codec)) {
            held.clear();
            emit(payload, offset, length, sinceSent, talkStart);
            return;
        }
        if (held.size() > 0 && (talkStart || heldStart + held.size() != sinceSent)) {
            sendHeld(held.size());
        }
        if (held.size() == 0 && length == packetBytes) {
            emit(payload, offset, length, sinceSent, talkStart);
            return;
        }
        if (held.size() == 0) {
            heldStart = sinceSent;
            heldTalkStart = talkStart;
        }
        held.write(payload, offset, length);
        while (held.size() >= packetBytes) {
            sendHeld(packetBytes);
        }
    }

    private void sendHeld(int length) {
        int start = heldStart;
        emit(held.array(), held.read(length), length, start, heldTalkStart);
        heldStart = length;
        heldTalkStart = false;
    }

    private void emit(byte[] payload, int offset, int length, int clockTicks, boolean talkStart) {
        outlet.send(payload, offset, length, clockTicks, talkStart);
        sinceSent -= clockTicks;
    }
}
