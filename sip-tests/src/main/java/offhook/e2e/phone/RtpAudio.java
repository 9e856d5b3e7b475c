package offhook.e2e.phone;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;

/// Received packets and the sound in them.
public final class RtpAudio {
    /// A jump of more than this is a new talkspurt of another source, not loss.
    private static final int MAX_GAP_SAMPLES = 5 * 8000;

    private RtpAudio() {}

    /// Reads a packet of version 2, skipping contributing sources and extensions (RFC 3550 §5.1).
    public static Heard parse(long atNanos, ByteBuffer packet) {
        int start = packet.position();
        int first = packet.get(start) & 0xFF;
        int second = packet.get(start + 1) & 0xFF;
        int header = 12 + 4 * (first & 0x0F);
        if ((first & 0x10) != 0) {
            header += 4 + 4 * (packet.getShort(start + header + 2) & 0xFFFF);
        }
        byte[] payload = new byte[Math.max(0, packet.limit() - start - header)];
        packet.get(start + header, payload);
        return new Heard(
                atNanos,
                second & 0x7F,
                (second & 0x80) != 0,
                packet.getShort(start + 2) & 0xFFFF,
                packet.getInt(start + 4) & 0xFFFF_FFFFL,
                packet.getInt(start + 8),
                payload);
    }

    /// Decodes G.711 packets and places them by their timestamps.
    public static Pcm toPcm(List<Heard> packets) {
        short[] out = new short[0];
        int end = 0;
        long base = 0;
        int ssrc = 0;
        for (Heard packet : packets) {
            long at = (int) (packet.timestamp() - base);
            if (end == 0 || packet.ssrc() != ssrc || at < 0 || at > end + MAX_GAP_SAMPLES) {
                base = packet.timestamp() - end;
                at = end;
                ssrc = packet.ssrc();
            }
            int last = (int) at + packet.payload().length;
            if (last > out.length) {
                out = Arrays.copyOf(out, Math.max(last, out.length * 2));
            }
            G711 codec = G711.ofPayloadType(packet.payloadType());
            for (int i = 0; i < packet.payload().length; i++) {
                out[(int) at + i] = codec.decode(packet.payload()[i]);
            }
            end = Math.max(end, last);
        }
        return new Pcm(8000, Arrays.copyOf(out, end));
    }
}
