package offhook.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// One datagram in a heap array, with head room so that headers can be put before a payload and
/// tail room so that an authentication tag can follow it. Owned by the media loop that took it from
/// its [BufferPool].
public final class PacketBuffer {

    /// Bytes of the array.
    public static final int CAPACITY_BYTES = 2048;

    /// Bytes kept free before a datagram that is received or begun.
    public static final int HEAD_ROOM_BYTES = 64;

    private static final InetSocketAddress NO_SOURCE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final byte[] bytes = new byte[CAPACITY_BYTES];
    private final ByteBuffer view = ByteBuffer.wrap(bytes);
    private int offset = HEAD_ROOM_BYTES;
    private int length;
    private long arrivalNanos;
    private InetSocketAddress source = NO_SOURCE;

    /// The array; the packet is `length()` bytes from `offset()`.
    public byte[] bytes() {
        return bytes;
    }

    /// Where the packet begins.
    public int offset() {
        return offset;
    }

    /// Bytes of the packet.
    public int length() {
        return length;
    }

    /// Where the packet ends, the index of the first byte after it.
    public int end() {
        return offset + length;
    }

    /// Empties the packet and restores its head room; source and arrival are forgotten.
    public PacketBuffer clear() {
        offset = HEAD_ROOM_BYTES;
        length = 0;
        arrivalNanos = 0;
        source = NO_SOURCE;
        return this;
    }

    /// Says which part of the array is the packet.
    public PacketBuffer range(int newOffset, int newLength) {
        if (newOffset < 0 || newLength < 0 || newOffset > CAPACITY_BYTES - newLength) {
            throw new IndexOutOfBoundsException(newOffset + "+" + newLength);
        }
        offset = newOffset;
        length = newLength;
        return this;
    }

    /// Changes the length only, as encryption and decryption in place do.
    public PacketBuffer length(int newLength) {
        return range(offset, newLength);
    }

    /// Takes bytes of the head room into the packet; the caller then writes them from `offset()`.
    public PacketBuffer prepend(int headerBytes) {
        return range(offset - headerBytes, length + headerBytes);
    }

    /// Copies bytes to the end of the packet.
    public PacketBuffer append(byte[] from, int fromOffset, int fromLength) {
        int at = end();
        range(offset, length + fromLength);
        System.arraycopy(from, fromOffset, bytes, at, fromLength);
        return this;
    }

    /// Makes this packet a copy of another, arrival and source included.
    public PacketBuffer copyOf(PacketBuffer other) {
        offset = other.offset;
        length = other.length;
        arrivalNanos = other.arrivalNanos;
        source = other.source;
        System.arraycopy(other.bytes, other.offset, bytes, offset, length);
        return this;
    }

    /// The packet as the one reusable buffer over the same array, for channels and ciphers.
    public ByteBuffer view() {
        view.limit(offset + length).position(offset);
        return view;
    }

    /// All that a received datagram may fill, from the head room on.
    ByteBuffer emptyView() {
        view.limit(CAPACITY_BYTES).position(HEAD_ROOM_BYTES);
        return view;
    }

    /// When the packet arrived, in nanoseconds of the loop's clock.
    public long arrivalNanos() {
        return arrivalNanos;
    }

    /// Says when the packet arrived.
    public PacketBuffer arrivalNanos(long nowNanos) {
        arrivalNanos = nowNanos;
        return this;
    }

    /// Whom the packet came from; port 0 where nobody is known.
    public InetSocketAddress source() {
        return source;
    }

    /// Says whom the packet came from.
    public PacketBuffer source(InetSocketAddress address) {
        source = address;
        return this;
    }
}
