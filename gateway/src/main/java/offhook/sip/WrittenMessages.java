package offhook.sip;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/// Cuts what is written to a connection into messages again: JAIN-SIP writes one that is longer
/// than 8 KiB in pieces. Its user's monitor guards it: that of the stream that is written to.
final class WrittenMessages {

    private static final int PIECE_BYTES = 8 * 1024;

    private final Consumer<byte[]> whole;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    WrittenMessages(Consumer<byte[]> whole) {
        this.whole = whole;
    }

    void add(byte[] bytes, int offset, int length) {
        begun.write(bytes, offset, length);
        boolean more = length == PIECE_BYTES && begun.size() < MessageReader.MAX_STREAM_BYTES;
        if (!more) {
            whole.accept(begun.toByteArray());
            begun.reset();
        }
    }
}
