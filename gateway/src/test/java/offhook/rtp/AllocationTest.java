package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import offhook.net.FirstByte;
import offhook.net.PacketBuffer;
import org.testng.annotations.Test;

public class AllocationTest {

    private static final int ROUNDS = 6;
    private static final int PACKETS = 10_000;
    private static final long TICK = 20_000_000L;
    private static final InetSocketAddress PEER = new InetSocketAddress("192.0.2.10", 4000);

    private final PacketBuffer inbound = new PacketBuffer();
    private final PacketBuffer outbound = new PacketBuffer();
    private final RtpPacket read = new RtpPacket();
    private final RtcpPacket rtcp = new RtcpPacket();
    private final ReportBlock block = new ReportBlock();
    private final RtpSender browser = new RtpSender(1, 48_000, 60_000, -1);
    private final RtpSender trunk = new RtpSender(2, 8000, 60_000, -1);
    private final ReceiverStats stats = new ReceiverStats(48_000);
    private final PlayoutBuffer playout = new PlayoutBuffer(48_000);
    private final InOrder inOrder = new InOrder(48_000);
    private final SourceGate gate = new SourceGate(SourceGate.Mode.STRICT, a -> true);
    private final DtmfReceiver digitsIn = new DtmfReceiver(8000);
    private final DtmfSender digitsOut = new DtmfSender(101, 160);
    private final RtcpWriter writer = new RtcpWriter(new NtpTime(0, 0), "cname");
    private long packets;
    private long frames;
    private long digits;
    private int blackhole;

    /// One tick of a call in both directions.
    private void tick(int i) {
        long now = i * TICK;
        PacketBuffer packet = inbound.clear();
        browser.begin(packet, 111, false, 960, now);
        browser.end(packet, 80);
        packets += FirstByte.classify(packet) == FirstByte.RTP ? 1 : 0;
        if (i % 17 != 0 && read.wrap(packet) == RtpPacket.Validity.VALID) {
            blackhole += read.findExtension(1);
            gate.check(PEER, read, true, now);
            stats.onPacket(read, now);
            playout.insert(read, 960, false, true, now);
            inOrder.offer(read, 960, now);
        }
        while (playout.nextTickNanos() <= now) {
            if (playout.poll(now) == PlayoutBuffer.Playout.FRAME) {
                frames++;
                blackhole += playout.bytes()[0];
            }
        }
        PacketBuffer out = outbound.clear();
        if (i % 20 == 0) {
            digitsOut.offer(5, 80);
        }
        if (digitsOut.step(out, trunk, 160, now)) {
            read.wrap(out);
            digitsIn.onPacket(read, now);
            digits += digitsIn.next() ? 1 : 0;
        }
        writer.report(out, browser, stats, now);
        if (rtcp.wrap(out)) {
            while (rtcp.next()) {
                for (int b = 0; b < rtcp.reportCount(); b++) {
                    rtcp.report(b, block);
                }
            }
        }
    }

    @Test
    public void tenThousandPacketsAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        gate.expect(PEER, 0);
        playout.start(0);
        // The compiler may leave an object behind in a round when it replaces code; what a packet
        // allocates is there in every round.
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < PACKETS; i++) {
                tick(round * PACKETS + i);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(least).isZero();
        assertThat(packets).isEqualTo(ROUNDS * PACKETS);
        assertThat(frames).isGreaterThan(ROUNDS * PACKETS * 93 / 100);
        assertThat(digits).isEqualTo(ROUNDS * PACKETS / 20);
        assertThat(blackhole).isNotEqualTo(1);
    }
}
