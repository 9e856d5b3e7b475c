package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import offhook.net.PacketBuffer;
import offhook.rtp.RtpPacket.Validity;
import org.testng.annotations.Test;

public class RtpSenderTest {

    private static final long TICK = 20_000_000L;

    private final RtpPacket read = new RtpPacket();

    private void read(PacketBuffer packet) {
        assertThat(read.wrap(packet)).isEqualTo(Validity.VALID);
    }

    @Test
    public void sequenceAndTimestampGoOnAcrossTheirWraps() {
        RtpSender sender = new RtpSender(42, 48_000, 65_534, -1000);
        PacketBuffer packet = new PacketBuffer();
        for (int i = 0; i < 200; i++) {
            sender.begin(packet, 111, i == 0, 960, i * TICK);
            sender.end(packet, 3);
            read(packet);

            assertThat(read.sequence()).isEqualTo((65_534 + i) & 0xffff);
            assertThat(read.timestamp()).isEqualTo((-1000 + i * 960L) & 0xffff_ffffL);
            assertThat(read.ssrc()).isEqualTo(42);
            assertThat(read.marker()).isEqualTo(i == 0);
            assertThat(read.payloadLength()).isEqualTo(3);
        }
        assertThat(sender.packets()).isEqualTo(200);
        assertThat(sender.octets()).isEqualTo(600);
    }

    /// RFC 7160 §3.2.1: each step counts in the clock of the packet that it leads to.
    @Test
    public void timestampsGoOnOverAChangeOfTheClock() {
        RtpSender sender = new RtpSender(42, 8000, 0, 1000);
        PacketBuffer packet = new PacketBuffer();
        sender.begin(packet, 8, true, 0, 0);
        sender.end(packet, 160);
        sender.begin(packet, 8, false, 160, TICK);
        sender.end(packet, 160);

        sender.clockRate(48_000);
        sender.begin(packet, 111, false, 960, 2 * TICK);
        sender.end(packet, 40);
        read(packet);

        assertThat(read.timestamp()).isEqualTo(1000 + 160 + 960);
        assertThat(read.sequence()).isEqualTo(2);
        assertThat(sender.timestampAt(3 * TICK)).isEqualTo(1000 + 160 + 2 * 960);

        sender.clockRate(8000);
        sender.begin(packet, 8, false, 160, 3 * TICK);
        sender.end(packet, 160);
        read(packet);

        assertThat(read.timestamp()).isEqualTo(1000 + 160 + 960 + 160);
    }

    @Test
    public void theClockOfReportsRunsOnBetweenPackets() {
        RtpSender sender = new RtpSender(42, 8000, 0, -80);
        PacketBuffer packet = new PacketBuffer();
        sender.begin(packet, 0, false, 160, 5 * TICK);
        sender.end(packet, 160);

        assertThat(sender.timestampAt(5 * TICK)).isEqualTo(0xffff_ffffL - 79);
        assertThat(sender.timestampAt(6 * TICK)).isEqualTo(80);
        assertThat(sender.timestampAt(55 * TICK)).isEqualTo(7920);
    }
}
