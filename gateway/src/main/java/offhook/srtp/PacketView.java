package offhook.srtp;

import org.jitsi.utils.ByteArrayBuffer;

/// Shows a packet in a larger array to jitsi-srtp without copying. Owned by one sender or receiver
/// and pointed at packet after packet; bounds are checked before it is pointed anywhere.
final class PacketView implements ByteArrayBuffer {

    private byte[] bytes = new byte[0];
    private int offset;
    private int length;

    PacketView at(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        return this;
    }

    @Override
    public byte[] getBuffer() {
        return bytes;
    }

    @Override
    public int getOffset() {
        return offset;
    }

    @Override
    public int getLength() {
        return length;
    }

    @Override
    public void setLength(int length) {
        this.length = length;
    }

    @Override
    public void setOffset(int offset) {
        this.offset = offset;
    }

    @Override
    public boolean isInvalid() {
        return false;
    }

    @Override
    public void readRegionToBuff(int from, int count, byte[] target) {
        System.arraycopy(bytes, offset + from, target, 0, count);
    }

    /// Room at the tail was checked before.
    @Override
    public void grow(int howMuch) {}

    @Override
    public void append(byte[] data, int count) {
        System.arraycopy(data, 0, bytes, offset + length, count);
        length += count;
    }

    @Override
    public void shrink(int count) {
        length -= count;
    }
}
