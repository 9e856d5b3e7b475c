package offhook.e2e.web;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import offhook.codec.AudioCodec;
import offhook.codec.Decoder;
import offhook.codec.g711.G711Decoder;
import offhook.codec.opus.OpusDecoder;
import offhook.e2e.phone.Heard;
import offhook.e2e.speech.Pcm;

/// A receiver that does what phones and browsers do about a bad network, but with all the patience
/// in the world: puts packets in order, drops copies, and makes up for what is missing, by the
/// redundancy of the next packet where there is one. Whatever it does not hear well did not come.
public final class Ear implements AutoCloseable {
    private static final int RATE_HZ = 8000;
    private static final int FRAME_SAMPLES = RATE_HZ / 50;

    /// What is missing longer than this falls silent, as concealment does.
    private static final int MOST_CONCEALED_SAMPLES = RATE_HZ / 10;

    /// A step of more than this is another line of timestamps, which goes on where this one ended.
    private static final int MAX_STEP_SAMPLES = 60 * RATE_HZ;

    private final Decoder decoder;
    private final int ticksPerSample;
    private final boolean opus;
    private short[] out = new short[RATE_HZ];
    private int end;

    private Ear(int payloadType) {
        this.opus = payloadType >= 96;
        this.decoder =
                opus
                        ? new OpusDecoder(RATE_HZ)
                        : new G711Decoder(payloadType == 0 ? AudioCodec.PCMU : AudioCodec.PCMA);
        this.ticksPerSample = opus ? 6 : 1;
    }

    /// The sound of packets of one source, all G.711 of one law by their payload types or all Opus.
    /// Position 0 is the timestamp of the first in order of sequence.
    public static Pcm hear(List<Heard> packets) {
        if (packets.isEmpty()) {
            return new Pcm(RATE_HZ, new short[0]);
        }
        try (var ear = new Ear(packets.getFirst().payloadType())) {
            ear.listen(inOrder(packets));
            return new Pcm(RATE_HZ, Arrays.copyOf(ear.out, ear.end));
        }
    }

    private record Numbered(long number, Heard packet) {}

    /// By sequence number, which may wrap, without copies.
    static List<Heard> inOrder(List<Heard> packets) {
        List<Numbered> numbered = new ArrayList<>();
        long last = packets.getFirst().sequence();
        for (Heard packet : packets) {
            last += (short) (packet.sequence() - (int) last);
            numbered.add(new Numbered(last, packet));
        }
        numbered.sort(Comparator.comparingLong(Numbered::number));
        List<Heard> out = new ArrayList<>();
        for (int i = 0; i < numbered.size(); i++) {
            if (i == 0 || numbered.get(i).number != numbered.get(i - 1).number) {
                out.add(numbered.get(i).packet);
            }
        }
        return out;
    }

    private void listen(List<Heard> packets) {
        int expected = packets.getFirst().sequence();
        int base = (int) packets.getFirst().timestamp();
        for (Heard packet : packets) {
            int at = ((int) packet.timestamp() - base) / ticksPerSample;
            if (at < end || at > end + MAX_STEP_SAMPLES) {
                base = (int) packet.timestamp() - end * ticksPerSample;
                at = end;
            }
            fill(at - end, packet, packet.sequence() != expected);
            room(MOST_CONCEALED_SAMPLES + FRAME_SAMPLES);
            end += decoder.decode(packet.payload(), 0, packet.payload().length, out, end);
            expected = (packet.sequence() + 1) & 0xFFFF;
        }
    }

    private void fill(int samples, Heard next, boolean lost) {
        int redundant = opus && lost && samples >= FRAME_SAMPLES ? FRAME_SAMPLES : 0;
        int missing = samples - redundant;
        room(samples);
        int concealed = Math.min(missing, MOST_CONCEALED_SAMPLES);
        for (int done = 0; done < concealed; done += FRAME_SAMPLES) {
            // Whole frames but for the last, as libopus wants them.
            int part = Math.min(FRAME_SAMPLES, concealed - done);
            decoder.conceal(out, end + done, part - part % 20);
        }
        end += missing;
        if (redundant > 0) {
            byte[] payload = next.payload();
            decoder.decodeFec(payload, 0, payload.length, out, end, redundant);
            end += redundant;
        }
    }

    private void room(int samples) {
        if (end + samples + RATE_HZ > out.length) {
            out = Arrays.copyOf(out, 2 * (end + samples + RATE_HZ));
        }
    }

    @Override
    public void close() {
        decoder.close();
    }
}
