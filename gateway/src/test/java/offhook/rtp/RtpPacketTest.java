package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import offhook.rtp.RtpPacket.Validity;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class RtpPacketTest {

    private static byte[] hex(String bytes) {
        return HexFormat.of().parseHex(bytes.replace(" ", ""));
    }

    private static final String HEADER = "80 ef fffe fffffffd 89abcdef";

    @DataProvider
    Object[][] packets() {
        return new Object[][] {
            {HEADER, Validity.VALID, 0},
            {HEADER + "01", Validity.VALID, 1},
            {HEADER.substring(0, HEADER.length() - 2), Validity.SHORT, 0},
            {"00" + HEADER.substring(2), Validity.VERSION, 0},
            {"40" + HEADER.substring(2), Validity.VERSION, 0},
            {"c0" + HEADER.substring(2), Validity.VERSION, 0},
            {"81" + HEADER.substring(2) + "00000001 aa", Validity.VALID, 1},
            {"8f" + HEADER.substring(2) + "00000001 aa", Validity.CSRC, 0},
            {"90" + HEADER.substring(2) + "bede 00", Validity.EXTENSION, 0},
            {"90" + HEADER.substring(2) + "bede ffff 00000000", Validity.EXTENSION, 0},
            {"90" + HEADER.substring(2) + "bede 0001 10aa0000 77", Validity.VALID, 1},
            {"90" + HEADER.substring(2) + "bede 0000", Validity.VALID, 0},
            {"a0" + HEADER.substring(2) + "77 000003", Validity.VALID, 1},
            {"a0" + HEADER.substring(2) + "000003", Validity.VALID, 0},
            {"a0" + HEADER.substring(2) + "000004", Validity.PADDING, 0},
            {"a0" + HEADER.substring(2) + "000000", Validity.PADDING, 0},
            {"a0" + HEADER.substring(2), Validity.PADDING, 0}
        };
    }

    @Test(dataProvider = "packets")
    public void lengthsAreCheckedBeforeAnythingIsRead(String hex, Validity validity, int payload) {
        byte[] bytes = hex(hex);
        RtpPacket packet = new RtpPacket();

        assertThat(packet.wrap(bytes, 0, bytes.length)).isEqualTo(validity);
        if (validity == Validity.VALID) {
            assertThat(packet.payloadLength()).isEqualTo(payload);
        }
    }

    @Test
    public void theFieldsAreUnsigned() {
        RtpPacket packet = new RtpPacket();
        byte[] bytes = hex("ff" + HEADER);

        assertThat(packet.wrap(bytes, 1, 12)).isEqualTo(Validity.VALID);
        assertThat(packet.payloadType()).isEqualTo(111);
        assertThat(packet.marker()).isTrue();
        assertThat(packet.sequence()).isEqualTo(65534);
        assertThat(packet.timestamp()).isEqualTo(4294967293L);
        assertThat(packet.ssrc()).isEqualTo(0x89abcdef);
        assertThat(packet.payloadOffset()).isEqualTo(13);
    }

    @Test
    public void aWrittenHeaderReadsBack() {
        byte[] bytes = new byte[14];
        RtpPacket packet = new RtpPacket();

        RtpPacket.writeHeader(bytes, 2, 0x7f, true, 65535, 0xffff_ffffL, -2);

        assertThat(packet.wrap(bytes, 2, 12)).isEqualTo(Validity.VALID);
        assertThat(packet.payloadType()).isEqualTo(127);
        assertThat(packet.marker()).isTrue();
        assertThat(packet.sequence()).isEqualTo(65535);
        assertThat(packet.timestamp()).isEqualTo(0xffff_ffffL);
        assertThat(packet.ssrc()).isEqualTo(-2);
    }

    @Test
    public void oneByteExtensionsAreFoundBehindPaddingAndOthers() {
        byte[] bytes =
                hex("90" + HEADER.substring(2) + "bede 0003 31aabb 00 00 10ff 22ccddee 00 99");
        RtpPacket packet = new RtpPacket();

        assertThat(packet.wrap(bytes, 0, bytes.length)).isEqualTo(Validity.VALID);
        assertThat(packet.extensionLength(packet.findExtension(3))).isEqualTo(2);
        assertThat(packet.extensionLength(packet.findExtension(2))).isEqualTo(3);
        assertThat(packet.audioLevel(1)).isEqualTo(127);
        assertThat(packet.findExtension(4)).isEqualTo(RtpPacket.ABSENT);
        assertThat(packet.audioLevel(4)).isEqualTo(RtpPacket.ABSENT);
        assertThat(packet.payloadLength()).isEqualTo(1);
    }

    @DataProvider
    Object[][] brokenExtensions() {
        return new Object[][] {
            // An element that is longer than the extension, the stop of id 15, the two-byte form.
            {"bede 0001 20 1f aa bb"}, {"bede 0001 f0 00 10 aa"}, {"1000 0001 01 01 aa 00"}
        };
    }

    @Test(dataProvider = "brokenExtensions")
    public void anElementThatIsNotWhollyThereIsNotFound(String extension) {
        byte[] bytes = hex("90" + HEADER.substring(2) + extension + "10 55 10 55");
        RtpPacket packet = new RtpPacket();

        assertThat(packet.wrap(bytes, 0, bytes.length)).isEqualTo(Validity.VALID);
        assertThat(packet.findExtension(1)).isEqualTo(RtpPacket.ABSENT);
    }

    @Test
    public void randomBytesThrowNothingAndStayInside() {
        long seed = 3550;
        System.out.println("RtpPacketTest seed " + seed);
        Random random = new Random(seed);
        RtpPacket packet = new RtpPacket();
        int valid = 0;
        for (int i = 0; i < 1_000_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[0] = (byte) (0x80 | (random.nextInt(4) << 4) | random.nextInt(3));
            }
            if (bytes.length > 16 && random.nextBoolean()) {
                Wire.put16(bytes, 12, 0xbede);
                Wire.put16(bytes, 14, random.nextInt(8));
            }
            if (packet.wrap(bytes, 0, bytes.length) != Validity.VALID) {
                continue;
            }
            valid++;
            int end = packet.payloadOffset() + packet.payloadLength();
            if (packet.payloadLength() < 0 || end > bytes.length) {
                assertThat(end).isBetween(packet.payloadOffset(), bytes.length);
            }
            for (int id = 0; id < 16; id++) {
                int at = packet.findExtension(id);
                if (at != RtpPacket.ABSENT
                        && at + packet.extensionLength(at) > packet.payloadOffset()) {
                    assertThat(at).isLessThan(packet.payloadOffset());
                }
            }
        }
        assertThat(valid).isGreaterThan(100_000);
    }
}
