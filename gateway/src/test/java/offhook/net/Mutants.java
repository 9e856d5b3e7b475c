package offhook.net;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Valid packets with something wrong in them, the same ones for the same seed. Each fills its
/// array, so that reading beyond its end throws.
public final class Mutants {

    /// How many mutants a parser is given; more with -Doffhook.mutants=N.
    public static final int COUNT = Integer.getInteger("offhook.mutants", 1_000_000);

    private static final int[] NUMBERS = {0, 1, 2, 3, 4, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff};
    private static final int LONGEST = 1500;

    private final Random random;
    private final List<byte[]> originals;

    public Mutants(long seed, List<byte[]> originals) {
        this.random = new Random(seed);
        this.originals = List.copyOf(originals);
    }

    /// The next one.
    public byte[] next() {
        return of(original());
    }

    /// One of the originals, as it is.
    public byte[] original() {
        return originals.get(random.nextInt(originals.size())).clone();
    }

    /// The original with one to four changes.
    public byte[] of(byte[] original) {
        byte[] mutant = original;
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            mutant = change(mutant);
        }
        return mutant;
    }

    private byte[] change(byte[] packet) {
        if (packet.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(packet.length);
        switch (random.nextInt(8)) {
            case 0, 1 -> packet[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> packet[at] = (byte) random.nextInt();
            case 3 -> {
                int number = NUMBERS[random.nextInt(NUMBERS.length)];
                packet[at] = (byte) number;
                if (at > 0) {
                    packet[at - 1] = (byte) (number >> 8);
                }
            }
            case 4 -> {
                return Arrays.copyOf(packet, at);
            }
            case 5 -> {
                return Arrays.copyOf(packet, Math.min(LONGEST, packet.length + 1 + at));
            }
            case 6 -> {
                return withPieceTwice(packet, at);
            }
            default -> {
                int other = random.nextInt(packet.length);
                byte kept = packet[at];
                packet[at] = packet[other];
                packet[other] = kept;
            }
        }
        return packet;
    }

    private byte[] withPieceTwice(byte[] packet, int at) {
        int length = Math.min(random.nextInt(packet.length - at) + 1, LONGEST - packet.length);
        if (length <= 0) {
            return packet;
        }
        byte[] longer = Arrays.copyOf(packet, packet.length + length);
        System.arraycopy(packet, at, longer, at + length, packet.length - at);
        return longer;
    }
}
