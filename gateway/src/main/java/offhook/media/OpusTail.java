package offhook.media;

import offhook.codec.Decoder;

/// The last packets of Opus that nobody was to hear. A decoder that has missed them predicts from
/// what is long past, and what it makes of the next ones can be louder than any voice; after these
/// it is where the sender is. On the call's loop only.
final class OpusTail {

    /// 200 ms of what browsers send.
    private static final int PACKETS = 10;

    /// More than voice takes; what is longer is not remembered.
    private static final int LONGEST = 400;

    private final byte[] bytes = new byte[PACKETS * LONGEST];
    private final int[] lengths = new int[PACKETS];
    private int next;

    void add(byte[] packet, int offset, int length) {
        if (length <= LONGEST) {
            System.arraycopy(packet, offset, bytes, next * LONGEST, length);
            lengths[next] = length;
            next = (next + 1) % PACKETS;
        }
    }

    /// Lets a decoder hear them, and forgets them.
    ///
    /// @param scratch for what nobody hears
    void replay(Decoder decoder, short[] scratch) {
        for (int i = 0; i < PACKETS; i++) {
            int slot = (next + i) % PACKETS;
            if (lengths[slot] > 0) {
                decoder.decode(bytes, slot * LONGEST, lengths[slot], scratch, 0);
                lengths[slot] = 0;
            }
        }
    }
}
