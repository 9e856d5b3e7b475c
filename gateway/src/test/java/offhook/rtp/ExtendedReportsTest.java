package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import offhook.net.PacketBuffer;
import org.testng.annotations.Test;

public class ExtendedReportsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int OURS = 0x0a0b_0c0d;
    private static final int THEIRS = 0x0102_0304;

    private final NtpTime ntp = new NtpTime(1_767_225_600_000L, 100 * SECOND);

    private static ReceiverStats tenthLost(int packets) {
        ReceiverStats stats = new ReceiverStats(8000);
        for (int i = 0; i < packets; i++) {
            if (i % 10 != 5) {
                stats.onPacket(THEIRS, i, i * 240L, 100 * SECOND + i * SECOND * 3 / 100);
            }
        }
        return stats;
    }

    private PacketBuffer reportOf(ExtendedReports reports, ReceiverStats stats, long nowNanos) {
        RtcpWriter writer = new RtcpWriter(ntp, "cname");
        writer.extend(reports);
        writer.roundTrip(42_000_000L);
        PacketBuffer packet = new PacketBuffer();
        writer.report(packet, new RtpSender(OURS, 8000, 1, 1), stats, nowNanos);
        return packet;
    }

    private static RtcpPacket extendedPart(PacketBuffer packet) {
        RtcpPacket rtcp = new RtcpPacket();
        assertThat(rtcp.wrap(packet)).isTrue();
        do {
            assertThat(rtcp.next()).isTrue();
        } while (rtcp.kind() != RtcpPacket.Kind.EXTENDED_REPORT);
        return rtcp;
    }

    @Test
    public void theBytesAreThoseOfTheRfc() {
        ExtendedReports reports = new ExtendedReports(true, true);
        reports.ours().opinion(-20.4, 88.4, 4.26, 4.31);
        PacketBuffer packet = reportOf(reports, tenthLost(1000), 130 * SECOND);
        RtcpPacket part = extendedPart(packet);
        String hex =
                HexFormat.of()
                        .formatHex(
                                Arrays.copyOfRange(part.bytes(), part.partStart(), part.partEnd()));

        // RFC 3611 §2: header, SSRC.
        assertThat(hex).startsWith("80cf000d" + "0a0b0c0d");
        // §4.4: receiver reference time, 30 s after the origin.
        assertThat(hex.substring(16, 40)).isEqualTo("04000002" + "ed00379e00000000");
        // §4.7: VoIP metrics of 8 words about their SSRC.
        assertThat(hex.substring(40))
                .isEqualTo(
                        "07000008"
                                + "01020304"
                                // 10 % lost, none discarded; a loss each ten packets is one burst.
                                + "1900"
                                + "19"
                                + "00"
                                + hex.substring(64, 72)
                                // Round trip 42 ms, end system 20 ms.
                                + "002a0014"
                                // -20 dBm0; noise and echo unknown; Gmin 16.
                                + "ec7f7f10"
                                // R 88, external unknown, MOS 4.3 and 4.3.
                                + "587f2b2b"
                                // Enhanced concealment, no buffer of ours.
                                + "80000000"
                                + "00000000");
        // The burst lasts from the first loss to the last: 991 packets of 30 ms.
        assertThat(Integer.parseInt(hex.substring(64, 68), 16)).isEqualTo(991 * 30);
    }

    @Test
    public void whatWasWrittenIsRead() {
        ExtendedReports peer = new ExtendedReports(true, true);
        peer.ours().opinion(Double.NaN, 93.2, 4.41, Double.NaN);
        RtcpPacket part = extendedPart(reportOf(peer, tenthLost(1000), 130 * SECOND));
        ExtendedReports reports = new ExtendedReports(true, true);

        assertThat(reports.read(part, OURS + 1, 0, 0)).isEqualTo(-1);
        assertThat(reports.anyOfTheirs()).isFalse();
        reports.read(part, THEIRS, 0, 0);
        assertThat(reports.anyOfTheirs()).isTrue();
        VoipMetrics theirs = reports.theirs();
        assertThat(theirs.rating()).isEqualTo(93);
        assertThat(theirs.listeningMos()).isEqualTo(4.4);
        assertThat(theirs.mos()).isNaN();
        assertThat(theirs.lossPercent()).isCloseTo(10, within(0.4));
        assertThat(theirs.discardPercent()).isZero();
        assertThat(theirs.bufferMillis()).isNaN();
        assertThat(theirs.isConcealing()).isTrue();
    }

    @Test
    public void aReferenceTimeComesBackAndShowsTheRoundTrip() {
        ExtendedReports one = new ExtendedReports(false, true);
        ExtendedReports other = new ExtendedReports(false, true);
        ReceiverStats nothing = new ReceiverStats(8000);
        long sentNanos = 110 * SECOND;
        PacketBuffer asked = reportOf(one, nothing, sentNanos);
        other.read(extendedPart(asked), 1, 0, sentNanos + SECOND / 10);
        // Two seconds later, and a tenth of a second on the way back.
        PacketBuffer answer = reportOf(other, nothing, sentNanos + SECOND * 21 / 10);
        long backNanos = sentNanos + SECOND * 22 / 10;

        long roundTrip = one.read(extendedPart(answer), OURS, ntp.at(backNanos), backNanos);
        assertThat(roundTrip / 1e6).isCloseTo(200, within(0.1));
        assertThat(one.read(extendedPart(answer), OURS + 1, ntp.at(backNanos), backNanos))
                .isEqualTo(-1);
    }

    @Test
    public void nothingIsSaidOfNothing() {
        PacketBuffer packet =
                reportOf(new ExtendedReports(true, false), new ReceiverStats(8000), 101 * SECOND);
        RtcpPacket rtcp = new RtcpPacket();

        assertThat(rtcp.wrap(packet)).isTrue();
        while (rtcp.next()) {
            assertThat(rtcp.kind()).isNotEqualTo(RtcpPacket.Kind.EXTENDED_REPORT);
        }
    }

    @Test
    public void theByeStaysLast() {
        RtcpWriter writer = new RtcpWriter(ntp, "cname");
        writer.extend(new ExtendedReports(true, true));
        PacketBuffer packet = new PacketBuffer();
        writer.bye(packet, new RtpSender(OURS, 8000, 1, 1), tenthLost(100), 130 * SECOND);
        RtcpPacket rtcp = new RtcpPacket();
        assertThat(rtcp.wrap(packet)).isTrue();
        StringBuilder kinds = new StringBuilder();
        while (rtcp.next()) {
            kinds.append(rtcp.kind()).append(' ');
        }

        assertThat(kinds).hasToString("RECEIVER_REPORT SOURCE_DESCRIPTION EXTENDED_REPORT BYE ");
    }

    @Test
    public void blocksThatLieAreSkippedAndRandomOnesThrowNothing() {
        long seed = 3611;
        System.out.println("ExtendedReportsTest seed " + seed);
        Random random = new Random(seed);
        ExtendedReports reports = new ExtendedReports(true, true);
        RtcpPacket rtcp = new RtcpPacket();
        int parts = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[8 + 4 * random.nextInt(16)];
            random.nextBytes(bytes);
            bytes[0] = (byte) 0x80;
            bytes[1] = (byte) 207;
            Wire.put16(bytes, 2, bytes.length / 4 - 1);
            if (bytes.length > 12) {
                bytes[8] = (byte) random.nextInt(9);
                Wire.put16(bytes, 10, random.nextInt(20));
            }
            assertThat(rtcp.wrap(bytes, 0, bytes.length)).isTrue();
            rtcp.next();
            reports.read(rtcp, Wire.i32(bytes, 4), random.nextLong(), i);
            parts++;
        }

        assertThat(parts).isEqualTo(200_000);
        assertThat(reports.anyOfTheirs()).isFalse();
    }

    /// An implementation that is not ours reads the same.
    @Test
    public void wiresharkReadsWhatWeWrite() throws IOException, InterruptedException {
        ExtendedReports reports = new ExtendedReports(true, true);
        reports.ours().opinion(-20.4, 88.4, 4.26, 4.31);
        ExtendedReports asking = new ExtendedReports(false, true);
        reports.read(
                extendedPart(reportOf(asking, new ReceiverStats(8000), 120 * SECOND)),
                1,
                0,
                120 * SECOND);
        PacketBuffer packet = reportOf(reports, tenthLost(1000), 130 * SECOND);
        Path file = Files.createTempFile("rtcp", ".pcap");
        Files.write(file, pcap(packet));

        List<String> fields =
                List.of(
                        tshark(
                                        file,
                                        "rtcp.xr.bt",
                                        "rtcp.xr.voipmetrics.rfactor",
                                        "rtcp.xr.voipmetrics.moslq",
                                        "rtcp.xr.voipmetrics.rtdelay",
                                        "rtcp.xr.voipmetrics.esdelay",
                                        "rtcp.xr.voipmetrics.gmin",
                                        "rtcp.xr.dlrr",
                                        "rtcp.ssrc.fraction",
                                        "_ws.malformed")
                                .split("\t", -1));
        Files.delete(file);

        assertThat(fields.get(0)).isEqualTo("4,5,7");
        assertThat(fields.get(1)).isEqualTo("88");
        assertThat(Double.parseDouble(fields.get(2))).isCloseTo(4.3, within(0.01));
        assertThat(fields.get(3)).isEqualTo("42");
        assertThat(fields.get(4)).isEqualTo("20");
        assertThat(fields.get(5)).isEqualTo("16");
        assertThat(fields.get(6)).isEqualTo(Integer.toString(10 * 65536));
        assertThat(fields.get(8)).isEmpty();
    }

    /// A capture of one UDP datagram over IPv4 (LINKTYPE_RAW).
    private static byte[] pcap(PacketBuffer packet) {
        int length = 28 + packet.length();
        ByteBuffer out = ByteBuffer.allocate(40 + length);
        out.putInt(0xa1b2_c3d4).putShort((short) 2).putShort((short) 4).putLong(0);
        out.putInt(65_535).putInt(101).putInt(0).putInt(0).putInt(length).putInt(length);
        out.put((byte) 0x45).put((byte) 0).putShort((short) length).putInt(0);
        out.put((byte) 64).put((byte) 17).putShort((short) 0);
        out.putInt(0x7f00_0001).putInt(0x7f00_0001);
        out.putShort((short) 5005).putShort((short) 5005);
        out.putShort((short) (length - 20)).putShort((short) 0);
        return out.put(packet.bytes(), packet.offset(), packet.length()).array();
    }

    private static String tshark(Path file, String... fields)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of("tshark", "-r", file.toString(), "-d", "udp.port==5005,rtcp"));
        command.addAll(List.of("-T", "fields"));
        for (String field : fields) {
            command.addAll(List.of("-e", field));
        }
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String output = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor()).isZero();
            return output.replace("\n", "");
        } catch (IOException e) {
            throw new IOException("tshark does not run; apt-get install tshark", e);
        }
    }
}
