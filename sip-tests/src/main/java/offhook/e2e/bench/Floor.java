package offhook.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import offhook.codec.AudioCodec;
import offhook.codec.g722.G722Decoder;
import offhook.codec.g722.G722Encoder;
import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.SrtpPair;

/// What cannot be saved: the codecs, SRTP and UDP alone, for as many calls, at the same pace.
///
/// Each call has one turn each 20 ms: encode a frame and protect it, unprotect a packet and decode
/// it, send and receive a datagram on each leg. Where the mode has G.722, it is decoded and encoded
/// too; G.711 is a table and left out. Nothing else: no jitter buffer, no statistics, no selector.
final class Floor {
    private static final long TURN_NANOS = 20_000_000;
    private static final int TRUNK_PAYLOAD_BYTES = 160;
    private static final int THREADS = 2;
    private static final int ALLOCATION_BATCHES = 200;
    private static final int ALLOCATION_PACKETS = 1000;

    private final Mode mode;
    private final FrameLoop web;
    private final FrameLoop phone;
    private final int frameSamples;

    /// @param web what browsers say
    /// @param phone what phones say
    Floor(Mode mode, FrameLoop web, FrameLoop phone) {
        this.mode = mode;
        this.web = web;
        this.phone = phone;
        this.frameSamples = mode.rateHz() / 50;
    }

    /// What jitsi-srtp allocates to protect and to unprotect one packet, in bytes.
    record Allocation(double protect, double unprotect) {}

    /// Of packets as long as those of the mode.
    Allocation srtpAllocation() {
        var threads = ManagementFactory.getPlatformMXBean(com.sun.management.ThreadMXBean.class);
        SrtpPair out = SrtpPair.loopback();
        SrtpPair in = SrtpPair.loopback();
        int length = 12 + web.payloads().getFirst().length;
        byte[] packet = new byte[length + SrtpPair.MAX_OVERHEAD_BYTES];
        long leastProtecting = Long.MAX_VALUE;
        long leastUnprotecting = Long.MAX_VALUE;
        int sequence = 0;
        // The least of many batches is that of code that the JVM has compiled.
        for (int batch = 0; batch < ALLOCATION_BATCHES; batch++) {
            long protecting = 0;
            long unprotecting = 0;
            for (int i = 0; i < ALLOCATION_PACKETS; i++) {
                sequence++;
                ByteBuffer.wrap(packet)
                        .putInt(0x80080000 | (sequence & 0xFFFF))
                        .putInt(sequence)
                        .putInt(1);
                long before = threads.getCurrentThreadAllocatedBytes();
                int sealed = out.protect(packet, length);
                long between = threads.getCurrentThreadAllocatedBytes();
                in.unprotect(packet, sealed);
                protecting += between - before;
                unprotecting += threads.getCurrentThreadAllocatedBytes() - between;
            }
            leastProtecting = Math.min(leastProtecting, protecting);
            leastUnprotecting = Math.min(leastUnprotecting, unprotecting);
        }
        return new Allocation(
                (double) leastProtecting / ALLOCATION_PACKETS,
                (double) leastUnprotecting / ALLOCATION_PACKETS);
    }

    /// CPU in milliseconds per call-second.
    double measure(int calls, int warmUpSeconds, int seconds) {
        List<CompletableFuture<Long>> parts = new ArrayList<>();
        for (int i = 0; i < Math.min(THREADS, calls); i++) {
            int share = calls / THREADS + (i < calls % THREADS ? 1 : 0);
            var part = new CompletableFuture<Long>();
            parts.add(part);
            Thread.ofPlatform()
                    .daemon()
                    .name("floor-" + i)
                    .start(() -> part.complete(run(share, warmUpSeconds, seconds)));
        }
        long nanos = parts.stream().mapToLong(CompletableFuture::join).sum();
        return nanos / 1e6 / calls / seconds;
    }

    /// CPU time of the thread over the measured seconds.
    private long run(int calls, int warmUpSeconds, int seconds) {
        var threads = ManagementFactory.getThreadMXBean();
        List<Turn> turns = new ArrayList<>();
        try {
            for (int i = 0; i < calls; i++) {
                turns.add(new Turn(i));
            }
            long startNanos = System.nanoTime();
            long warmTurns = warmUpSeconds * 50L;
            long lastTurn = warmTurns + seconds * 50L;
            long before = 0;
            for (long k = 0; k < lastTurn; k++) {
                if (k == warmTurns) {
                    before = threads.getCurrentThreadCpuTime();
                }
                // Calls are not in step: each has its own place in the 20 ms.
                for (int i = 0; i < calls; i++) {
                    long due = startNanos + k * TURN_NANOS + i * TURN_NANOS / calls;
                    for (long left = due - System.nanoTime();
                            left > 0;
                            left = due - System.nanoTime()) {
                        LockSupport.parkNanos(left);
                    }
                    turns.get(i).run();
                }
            }
            return threads.getCurrentThreadCpuTime() - before;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            turns.forEach(Turn::close);
        }
    }

    /// One call.
    private final class Turn {
        private final SrtpPair out = SrtpPair.loopback();
        private final SrtpPair in = SrtpPair.loopback();
        private final OpusEncoder encoder =
                new OpusEncoder(new OpusSettings(mode.rateHz(), 5, 24_000, true, 0, mode.dtx()));
        private final OpusDecoder decoder = new OpusDecoder(mode.rateHz());
        private final G722Decoder trunkDecoder = new G722Decoder();
        private final G722Encoder trunkEncoder = new G722Encoder();
        private final DatagramChannel[] trunk = pair();
        private final DatagramChannel[] browser = pair();
        private final byte[] packet = new byte[1500];
        private final ByteBuffer packetView = ByteBuffer.wrap(packet);
        private final ByteBuffer received = ByteBuffer.allocate(1500);
        private final byte[] payload = new byte[400];
        private final short[] pcm = new short[5760];
        private final int ssrc = ThreadLocalRandom.current().nextInt();
        private int frame;
        private int sequence;

        /// @param index calls begin at different places of the voice
        Turn(int index) throws IOException {
            frame = index * 37;
        }

        private static DatagramChannel[] pair() throws IOException {
            DatagramChannel one = open();
            DatagramChannel other = open();
            one.connect(other.getLocalAddress());
            other.connect(one.getLocalAddress());
            return new DatagramChannel[] {one, other};
        }

        private static DatagramChannel open() throws IOException {
            DatagramChannel channel = DatagramChannel.open();
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            channel.configureBlocking(false);
            return channel;
        }

        void run() throws IOException {
            frame++;
            sequence++;
            toBrowser();
            toPhone();
        }

        private void toBrowser() throws IOException {
            receive(trunk);
            int length = TRUNK_PAYLOAD_BYTES;
            if (mode.transcodes()) {
                length = encode(frame % phone.payloads().size());
            }
            header(packet);
            System.arraycopy(payload, 0, packet, 12, length);
            if (length > 0) {
                send(browser, out.protect(packet, 12 + length));
            }
        }

        private int encode(int k) {
            if (mode.trunkCodec() == AudioCodec.G722) {
                byte[] said = phone.payloads().get(k);
                trunkDecoder.decode(said, 0, said.length, pcm, 0);
                return encoder.encode(pcm, 0, frameSamples, payload, 0);
            }
            short[] said = phone.decoded().samples();
            return encoder.encode(said, k * frameSamples, frameSamples, payload, 0);
        }

        private void toPhone() throws IOException {
            byte[] said = web.payloads().get(frame % web.payloads().size());
            if (said.length > 0) {
                // What came is what went out: unprotected as it was protected.
                int length = receive(browser);
                if (length > 0) {
                    in.unprotect(received.array(), length);
                }
                if (mode.transcodes()) {
                    decoder.decode(said, 0, said.length, pcm, 0);
                }
            }
            header(packet);
            if (mode.trunkCodec() == AudioCodec.G722) {
                trunkEncoder.encode(pcm, 0, frameSamples, packet, 12);
            }
            send(trunk, 12 + TRUNK_PAYLOAD_BYTES);
        }

        private void header(byte[] out) {
            ByteBuffer.wrap(out)
                    .put((byte) 0x80)
                    .put((byte) 8)
                    .putShort((short) sequence)
                    .putInt(sequence * TRUNK_PAYLOAD_BYTES)
                    .putInt(ssrc);
        }

        private void send(DatagramChannel[] leg, int length) throws IOException {
            leg[0].write(packetView.clear().limit(length));
        }

        /// Takes what waits at the other end; 0 if nothing does.
        private int receive(DatagramChannel[] leg) throws IOException {
            return leg[1].read(received.clear());
        }

        void close() {
            encoder.close();
            decoder.close();
            for (DatagramChannel[] leg : List.of(trunk, browser)) {
                for (DatagramChannel channel : leg) {
                    try {
                        channel.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        }
    }
}
