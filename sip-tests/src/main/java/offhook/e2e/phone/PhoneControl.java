package offhook.e2e.phone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/// The RTCP of a phone, on the port after its RTP (RFC 3550 §6.4, RFC 3611): twice a second it
/// reports, either what it hears, or that nothing was lost; then it may pretend to be far away by
/// saying that it answered faster than it did.
///
/// One thread does all of it; others read what was heard.
public final class PhoneControl implements AutoCloseable {
    private static final int SENDER_REPORT = 200;
    private static final int RECEIVER_REPORT = 201;
    private static final int DESCRIPTION = 202;
    private static final int EXTENDED = 207;
    private static final long UNIX_TO_NTP_SECONDS = 2_208_988_800L;
    private static final int POLL_MILLIS = 100;
    private static final long INTERVAL_NANOS = 500_000_000L;

    /// R of the metrics that it sends.
    public static final int RATING = 77;

    /// MOS of the metrics that it sends, listening and talking, times ten.
    public static final int MOS_TENTHS = 39;

    private final RtpPhone media;
    private final boolean extended;
    private final double distanceMillis;
    private final Function<List<Heard>, Reception> listener;
    private final DatagramSocket socket;
    private final int ssrc = ThreadLocalRandom.current().nextInt();
    private final List<byte[]> heard = new CopyOnWriteArrayList<>();

    private int reportedSsrc;
    private int reported; // how many packets the last report was about, and those before
    private int lastReport;
    private long lastReportNanos;

    /// Written by the one thread, read by the test.
    private volatile double roundTripMillis = Double.NaN;

    /// @param distanceMillis of the round trip that it pretends
    /// @param extended whether it sends VoIP metrics, too
    public PhoneControl(RtpPhone media, double distanceMillis, boolean extended) {
        this(media, distanceMillis, extended, _ -> Reception.CLEAN);
    }

    /// One that reports what the phone hears, and when it really answered.
    public static PhoneControl honest(RtpPhone media) {
        return new PhoneControl(media, 0, false, Reception::of);
    }

    private PhoneControl(
            RtpPhone media,
            double distanceMillis,
            boolean extended,
            Function<List<Heard>, Reception> listener) {
        this.media = media;
        this.distanceMillis = distanceMillis;
        this.extended = extended;
        this.listener = listener;
        InetSocketAddress rtp = media.local();
        try {
            socket = new DatagramSocket(new InetSocketAddress(rtp.getAddress(), rtp.getPort() + 1));
            socket.setSoTimeout(POLL_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("phone-rtcp").start(this::run);
    }

    /// Every packet that came.
    public List<byte[]> heard() {
        return List.copyOf(heard);
    }

    /// Whether a part of this type came.
    public boolean hasHeard(int type) {
        return heard.stream().anyMatch(packet -> partOf(packet, type) >= 0);
    }

    /// Whether an extended report with a block of this type came.
    public boolean hasHeardBlock(int blockType) {
        return heard.stream().anyMatch(packet -> hasBlock(packet, blockType));
    }

    /// The round trip that the gateway's reports show this phone; NaN before any did.
    public double roundTripMillis() {
        return roundTripMillis;
    }

    private static int partOf(byte[] packet, int type) {
        ByteBuffer in = ByteBuffer.wrap(packet);
        for (int at = 0; at + 4 <= packet.length; at += 4 + 4 * (in.getShort(at + 2) & 0xFFFF)) {
            if ((in.get(at + 1) & 0xFF) == type) {
                return at;
            }
        }
        return -1;
    }

    private static boolean hasBlock(byte[] packet, int blockType) {
        int part = partOf(packet, EXTENDED);
        if (part < 0) {
            return false;
        }
        ByteBuffer in = ByteBuffer.wrap(packet);
        int end = part + 4 + 4 * (in.getShort(part + 2) & 0xFFFF);
        for (int at = part + 8; at + 4 <= end; at += 4 + 4 * (in.getShort(at + 2) & 0xFFFF)) {
            if ((in.get(at) & 0xFF) == blockType) {
                return true;
            }
        }
        return false;
    }

    private void run() {
        byte[] buffer = new byte[2048];
        long nextNanos = System.nanoTime();
        try {
            while (!socket.isClosed()) {
                var packet = new DatagramPacket(buffer, buffer.length);
                try {
                    socket.receive(packet);
                    onPacket(Arrays.copyOf(buffer, packet.getLength()));
                } catch (SocketTimeoutException e) {
                    // Nothing came for a moment: time to look at the clock.
                }
                if (System.nanoTime() - nextNanos >= 0 && media.remote().isPresent()) {
                    nextNanos = System.nanoTime() + INTERVAL_NANOS;
                    send(media.remote().get());
                }
            }
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void onPacket(byte[] packet) {
        heard.add(packet);
        ByteBuffer in = ByteBuffer.wrap(packet);
        int report = partOf(packet, SENDER_REPORT);
        if (report >= 0) {
            reportedSsrc = in.getInt(report + 4);
            lastReport = in.getInt(report + 10);
            lastReportNanos = System.nanoTime();
        }
        int block = report >= 0 ? report + 28 : partOf(packet, RECEIVER_REPORT) + 8;
        if (block >= 8 && (packet[0] & 0x1F) > 0 && in.getInt(block + 16) != 0) {
            int units = middle(ntp()) - in.getInt(block + 16) - in.getInt(block + 20);
            roundTripMillis = units * 1000.0 / 65_536;
        }
    }

    private void send(InetSocketAddress rtp) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(512);
        boolean block = lastReport != 0;
        out.put((byte) (0x80 | (block ? 1 : 0))).put((byte) SENDER_REPORT);
        out.putShort((short) (block ? 12 : 6)).putInt(ssrc);
        out.putLong(ntp()).putInt(0).putInt(0).putInt(0);
        if (block) {
            long units = (System.nanoTime() - lastReportNanos) * 65_536 / 1_000_000_000L;
            List<Heard> all = media.heard();
            Reception news =
                    listener.apply(all.subList(Math.min(reported, all.size()), all.size()));
            Reception ever = listener.apply(all);
            reported = all.size();
            out.putInt(reportedSsrc);
            out.putInt(news.lostOf256() << 24 | Math.min(ever.lost(), 0x7F_FFFF));
            out.putInt(ever.highestSequence()).putInt(ever.jitterTicks()).putInt(lastReport);
            out.putInt((int) (units - Math.round(distanceMillis * 65.536)));
        }
        out.put((byte) 0x81).put((byte) DESCRIPTION).putShort((short) 4).putInt(ssrc);
        out.put((byte) 1).put((byte) 8).put("phone@ip".getBytes(StandardCharsets.US_ASCII));
        out.putShort((short) 0);
        if (extended && block) {
            out.put((byte) 0x80).put((byte) EXTENDED).putShort((short) 13).putInt(ssrc);
            out.put((byte) 4).put((byte) 0).putShort((short) 2).putLong(ntp());
            out.put((byte) 7).put((byte) 0).putShort((short) 8).putInt(reportedSsrc);
            out.putInt(0).putInt(0).putInt(0).putInt(0x7F7F_7F10);
            out.put((byte) RATING).put((byte) 127).put((byte) MOS_TENTHS).put((byte) MOS_TENTHS);
            // Standard concealment; an adaptive buffer of 60 ms that grows to 120 and 200.
            out.putInt(0xF000_003C).putInt(0x0078_00C8);
        }
        var to = new InetSocketAddress(rtp.getAddress(), rtp.getPort() + 1);
        socket.send(new DatagramPacket(out.array(), out.position(), to));
    }

    private static long ntp() {
        long nanos = System.nanoTime();
        return ((nanos / 1_000_000_000L + UNIX_TO_NTP_SECONDS) << 32)
                | ((nanos % 1_000_000_000L << 32) / 1_000_000_000L);
    }

    private static int middle(long ntp) {
        return (int) (ntp >> 16);
    }

    @Override
    public void close() {
        socket.close();
    }
}
