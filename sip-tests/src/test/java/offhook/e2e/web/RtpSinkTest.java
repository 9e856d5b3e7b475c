package offhook.e2e.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.testng.annotations.Test;

public class RtpSinkTest {
    private static ByteBuffer packet(int ssrc, int sequence) {
        ByteBuffer out = ByteBuffer.allocate(13);
        out.put(0, (byte) 0x80).putShort(2, (short) sequence).putInt(8, ssrc);
        return out;
    }

    @Test
    public void missingNumbersAreLostAlsoOverTheWrap() {
        var sink = new RtpSink();
        for (int sequence = 65_530; sequence < 65_546; sequence++) {
            if (sequence != 65_533 && sequence != 65_537) {
                sink.onPacket(packet(1, sequence), 0);
            }
        }

        assertThat(sink.count()).isEqualTo(new RtpSink.Count(14, 2));
    }

    @Test
    public void reportsTellWhatWasLostSinceTheLast() {
        var sink = new RtpSink();
        byte[] out = new byte[64];
        assertThat(sink.report(out, 7)).isZero();
        for (int sequence : new int[] {65_533, 65_534, 0, 1}) {
            sink.onPacket(packet(5, sequence), 0);
        }

        assertThat(sink.report(out, 7)).isEqualTo(32);
        ByteBuffer report = ByteBuffer.wrap(out);
        assertThat(report.getInt(0)).isEqualTo(0x81C9_0007);
        assertThat(report.getInt(4)).isEqualTo(7);
        assertThat(report.getInt(8)).isEqualTo(5);
        // One of five, and one in all.
        assertThat(report.getInt(12)).isEqualTo(51 << 24 | 1);
        assertThat(report.getInt(16)).isEqualTo(0x1_0001);

        sink.onPacket(packet(5, 2), 0);
        sink.report(out, 7);
        assertThat(report.getInt(12)).isEqualTo(1);
    }

    @Test
    public void lateAndRepeatedPacketsAreNotLost() {
        var sink = new RtpSink();
        for (int sequence : new int[] {10, 12, 11, 13, 13}) {
            sink.onPacket(packet(1, sequence), 0);
        }

        assertThat(sink.count().lost()).isZero();
    }

    @Test
    public void newSourceKeepsWhatTheOldOneLost() {
        var sink = new RtpSink();
        sink.onPacket(packet(1, 10), 0);
        sink.onPacket(packet(1, 12), 0);
        sink.onPacket(packet(2, 50_000), 0);
        sink.onPacket(packet(2, 50_001), 0);

        assertThat(sink.count()).isEqualTo(new RtpSink.Count(4, 1));
    }
}
