package offhook.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SrtpTest {

    private static final int SSRC = 0x11223344;
    private static final int PAYLOAD = 160;
    private static final int RTP_BYTES = 12 + PAYLOAD;
    private static final int RTCP_BYTES = 28;

    @DataProvider
    public Object[][] profiles() {
        return Arrays.stream(SrtpProfile.values())
                .map(profile -> new Object[] {profile})
                .toArray(Object[][]::new);
    }

    private static SrtpMasterKey key(SrtpProfile profile, long seed) {
        Random random = new Random(seed);
        byte[] key = new byte[profile.keyBytes()];
        byte[] salt = new byte[profile.saltBytes()];
        random.nextBytes(key);
        random.nextBytes(salt);
        return new SrtpMasterKey(profile, key, salt);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    /// An RTP packet at offset 3 of a larger array, with room behind it.
    private static byte[] rtp(int sequence, int ssrc) {
        byte[] bytes = new byte[3 + RTP_BYTES + 32];
        ByteBuffer.wrap(bytes, 3, RTP_BYTES)
                .put((byte) 0x80)
                .put((byte) 0)
                .putShort((short) sequence)
                .putInt(sequence * 160)
                .putInt(ssrc);
        for (int i = 0; i < PAYLOAD; i++) {
            bytes[3 + 12 + i] = (byte) (sequence + i);
        }
        return bytes;
    }

    private static byte[] rtcp(int ssrc) {
        byte[] bytes = new byte[3 + RTCP_BYTES + 32];
        ByteBuffer.wrap(bytes, 3, RTCP_BYTES)
                .put((byte) 0x80)
                .put((byte) 200)
                .putShort((short) 6)
                .putInt(ssrc)
                .putLong(0x0102030405060708L);
        return bytes;
    }

    private static SrtpResult open(SrtpReceiver receiver, byte[] bytes, int length) {
        return receiver.unprotectRtp(bytes, 3, length);
    }

    @Test(dataProvider = "profiles")
    public void whatIsProtectedOpens(SrtpProfile profile) {
        SrtpSender sender = new SrtpSender(key(profile, 1), SSRC);
        SrtpReceiver receiver = new SrtpReceiver(key(profile, 1));

        byte[] packet = rtp(7, SSRC);
        int length = sender.protectRtp(packet, 3, RTP_BYTES);
        assertThat(length).isEqualTo(RTP_BYTES + profile.rtpOverheadBytes());
        assertThat(Arrays.copyOf(packet, 15)).isEqualTo(Arrays.copyOf(rtp(7, SSRC), 15));
        assertThat(Arrays.copyOfRange(packet, 15, 31))
                .isNotEqualTo(Arrays.copyOfRange(rtp(7, SSRC), 15, 31));
        assertThat(open(receiver, packet, length)).isEqualTo(SrtpResult.OK);
        assertThat(receiver.lastLength()).isEqualTo(RTP_BYTES);
        assertThat(Arrays.copyOf(packet, 3 + RTP_BYTES))
                .isEqualTo(Arrays.copyOf(rtp(7, SSRC), 3 + RTP_BYTES));

        byte[] report = rtcp(SSRC);
        length = sender.protectRtcp(report, 3, RTCP_BYTES);
        assertThat(length).isEqualTo(RTCP_BYTES + profile.rtcpOverheadBytes());
        assertThat(receiver.unprotectRtcp(report, 3, length)).isEqualTo(SrtpResult.OK);
        assertThat(receiver.lastLength()).isEqualTo(RTCP_BYTES);
        assertThat(Arrays.copyOf(report, 3 + RTCP_BYTES))
                .isEqualTo(Arrays.copyOf(rtcp(SSRC), 3 + RTCP_BYTES));
    }

    @DataProvider
    public Object[][] headers() {
        return new Object[][] {
            {"no payload", "80000001000000a011223344", 0},
            {"one byte", "80000001000000a011223344", 1},
            {"two CSRCs", "82000001000000a0112233440000000100000002", 20},
            {"extension", "90000001000000a011223344bede000210aa31ff20bb32ee", 20},
            {"CSRC and empty extension", "91000001000000a01122334400000001bede0000", 0},
        };
    }

    @Test(dataProvider = "headers")
    public void headersOfAllShapesStayInTheClear(String what, String header, int payload) {
        for (SrtpProfile profile : SrtpProfile.values()) {
            byte[] head = hex(header);
            int length = head.length + payload;
            byte[] packet = Arrays.copyOf(head, length + profile.rtpOverheadBytes());

            int protectedLength =
                    new SrtpSender(key(profile, 13), SSRC).protectRtp(packet, 0, length);
            assertThat(Arrays.copyOf(packet, head.length)).as(what).isEqualTo(head);
            assertThat(new SrtpReceiver(key(profile, 13)).unprotectRtp(packet, 0, protectedLength))
                    .as(what)
                    .isEqualTo(SrtpResult.OK);
            assertThat(Arrays.copyOf(packet, length)).isEqualTo(Arrays.copyOf(head, length));
        }
    }

    /// The reference packet of libsrtp's test driver, with the master key of RFC 3711 B.3.
    @Test
    public void counterModeMatchesTheReferencePacket() {
        SrtpMasterKey key =
                new SrtpMasterKey(
                        SrtpProfile.AES_CM_128_HMAC_SHA1_80,
                        hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
                        hex("0EC675AD498AFEEBB6960B3AABE6"));
        byte[] packet = Arrays.copyOf(hex("800f1234decafbadcafebabe" + "ab".repeat(16)), 38);

        int length = new SrtpSender(key, 0xcafebabe).protectRtp(packet, 0, 28);

        assertThat(packet)
                .hasSize(length)
                .isEqualTo(
                        hex(
                                """
                                800f1234decafbadcafebabe
                                4e55dc4ce79978d88ca4d215949d2402
                                b78d6acc99ea179b8dbb
                                """));
        assertThat(new SrtpReceiver(key).unprotectRtp(packet, 0, length)).isEqualTo(SrtpResult.OK);
    }

    /// The reference packet of libsrtp's test driver for AEAD_AES_128_GCM.
    @Test
    public void gcmMatchesTheReferencePacket() {
        SrtpMasterKey key =
                new SrtpMasterKey(
                        SrtpProfile.AEAD_AES_128_GCM,
                        hex("000102030405060708090a0b0c0d0e0f"),
                        hex("a0a1a2a3a4a5a6a7a8a9aaab"));
        byte[] packet = Arrays.copyOf(hex("800f1234decafbadcafebabe" + "ab".repeat(16)), 44);

        int length = new SrtpSender(key, 0xcafebabe).protectRtp(packet, 0, 28);

        assertThat(packet)
                .hasSize(length)
                .isEqualTo(
                        hex(
                                """
                                800f1234decafbadcafebabe
                                c5002ede04cfdd2eb91159e0880aa06e
                                d2976826f796b201df3131a127e8a392
                                """));
        assertThat(new SrtpReceiver(key).unprotectRtp(packet, 0, length)).isEqualTo(SrtpResult.OK);
    }

    @DataProvider
    public Object[][] referencePackets() {
        return new Object[][] {
            {
                SrtpProfile.AEAD_AES_128_GCM,
                "000102030405060708090a0b0c0d0e0f",
                "a0a1a2a3a4a5a6a7a8a9aaab",
                "c5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392",
                "c98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e80000001"
            },
            {
                SrtpProfile.AEAD_AES_256_GCM,
                "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                "a0a1a2a3a4a5a6a7a8a9aaab",
                "0af7f21e8a90bdad7a425c9c31ed4bb1d90238917e7390a2793500e1681acaea",
                "8abfafa780070a90e80f9161cf4aac081ed93aaa53c15b0f3ed1a3b984167b0380000001"
            },
            {
                SrtpProfile.AES_256_CM_HMAC_SHA1_80,
                "f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6",
                "3b04803de51ee7c96423ab5b78d2",
                "f1d9de17ff251ff1aa007774b0b4b40da08d9d9a5b3a55d8873b",
                "b4d0e7a917d24b9faab9d3b6127b3ba680000001e04ac0ec2846f71bd31c"
            },
            {
                SrtpProfile.AES_CM_128_HMAC_SHA1_32,
                "e1f97a0d3e018be0d64fa32c06de4139",
                "0ec675ad498afeebb6960b3aabe6",
                "4e55dc4ce79978d88ca4d215949d2402b78d6acc",
                "7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798"
            },
        };
    }

    /// What libsrtp 2.5 makes of the packets of its test driver.
    @Test(dataProvider = "referencePackets")
    public void packetsAreThoseOfLibsrtp(
            SrtpProfile profile, String key, String salt, String srtp, String srtcp) {
        SrtpMasterKey master = new SrtpMasterKey(profile, hex(key), hex(salt));
        SrtpSender sender = new SrtpSender(master, 0xcafebabe);
        SrtpReceiver receiver = new SrtpReceiver(master);
        String header = "800f1234decafbadcafebabe";
        byte[] packet = Arrays.copyOf(hex(header + "ab".repeat(16)), 60);
        byte[] report = Arrays.copyOf(hex("81c8000bcafebabe" + "ab".repeat(16)), 60);

        int length = sender.protectRtp(packet, 0, 28);
        // The index of SRTCP begins with 1 there, and with 0 here (RFC 3711 §3.4).
        sender.protectRtcp(report.clone(), 0, 24);
        int reportLength = sender.protectRtcp(report, 0, 24);

        assertThat(Arrays.copyOf(packet, length)).isEqualTo(hex(header + srtp));
        assertThat(Arrays.copyOf(report, reportLength)).isEqualTo(hex("81c8000bcafebabe" + srtcp));
        assertThat(receiver.unprotectRtp(packet, 0, length)).isEqualTo(SrtpResult.OK);
        assertThat(receiver.unprotectRtcp(report, 0, reportLength)).isEqualTo(SrtpResult.OK);
    }

    @Test
    public void exportedMaterialIsSplitAsRfc5764Says() {
        byte[] material = new byte[60];
        for (int i = 0; i < material.length; i++) {
            material[i] = (byte) i;
        }

        SrtpKeys keys = SrtpKeys.fromExporter(SrtpProfile.AES_CM_128_HMAC_SHA1_80, material);

        assertThat(keys.client().key()).hasSize(16).startsWith(0, 1);
        assertThat(keys.server().key()).hasSize(16).startsWith(16, 17);
        assertThat(keys.client().salt()).hasSize(14).startsWith(32, 33);
        assertThat(keys.server().salt()).hasSize(14).startsWith(46, 47).endsWith(59);
        assertThat(keys.toString()).contains("redacted").doesNotContain("[B@");
    }

    @Test(dataProvider = "profiles")
    public void aPacketOpensOnce(SrtpProfile profile) {
        SrtpSender sender = new SrtpSender(key(profile, 2), SSRC);
        SrtpReceiver receiver = new SrtpReceiver(key(profile, 2));
        byte[][] packets = new byte[200][];
        int length = 0;
        for (int i = 0; i < packets.length; i++) {
            packets[i] = rtp(i, SSRC);
            length = sender.protectRtp(packets[i], 3, RTP_BYTES);
        }
        // Out of order inside the window, then all again.
        for (int i = 0; i + 1 < packets.length; i += 2) {
            assertThat(open(receiver, packets[i + 1].clone(), length)).isEqualTo(SrtpResult.OK);
            assertThat(open(receiver, packets[i].clone(), length)).isEqualTo(SrtpResult.OK);
        }
        for (byte[] packet : packets) {
            assertThat(open(receiver, packet.clone(), length)).isEqualTo(SrtpResult.REPLAYED);
        }

        byte[] report = rtcp(SSRC);
        length = sender.protectRtcp(report, 3, RTCP_BYTES);
        assertThat(receiver.unprotectRtcp(report.clone(), 3, length)).isEqualTo(SrtpResult.OK);
        assertThat(receiver.unprotectRtcp(report.clone(), 3, length))
                .isEqualTo(SrtpResult.REPLAYED);
    }

    @Test(dataProvider = "profiles")
    public void sequenceNumbersWrapNineTimesAsInACallOfThreeHours(SrtpProfile profile) {
        SrtpSender sender = new SrtpSender(key(profile, 3), SSRC);
        SrtpReceiver receiver = new SrtpReceiver(key(profile, 3));
        byte[] packet = rtp(0, SSRC);
        byte[] early = new byte[0];
        int opened = 0;
        // Every 16th packet, and all of them around the wrap.
        for (int index = 65_000; index < 10 * 65_536 + 100; index++) {
            int sequence = index & 0xFFFF;
            if (sequence % 16 != 0 && sequence > 20 && sequence < 65_516) {
                continue;
            }
            System.arraycopy(rtp(sequence, SSRC), 0, packet, 0, packet.length);
            int length = sender.protectRtp(packet, 3, RTP_BYTES);
            if (index == 65_520) {
                early = packet.clone();
            }
            if (open(receiver, packet, length) != SrtpResult.OK) {
                throw new AssertionError("lost at index " + index);
            }
            opened++;
        }

        assertThat(opened).isGreaterThan(36_000);
        // The same sequence number of an earlier round does not open again.
        assertThat(open(receiver, early, RTP_BYTES + profile.rtpOverheadBytes()))
                .isNotEqualTo(SrtpResult.OK);
    }

    @Test(dataProvider = "profiles")
    public void reorderingAcrossTheWrapOpens(SrtpProfile profile) {
        SrtpSender sender = new SrtpSender(key(profile, 4), SSRC);
        SrtpReceiver receiver = new SrtpReceiver(key(profile, 4));
        int[] sequences = {65_533, 65_534, 65_535, 0, 1, 2};
        byte[][] packets = new byte[sequences.length][];
        int length = 0;
        for (int i = 0; i < sequences.length; i++) {
            packets[i] = rtp(sequences[i], SSRC);
            length = sender.protectRtp(packets[i], 3, RTP_BYTES);
        }

        for (int i : new int[] {0, 3, 1, 5, 2, 4}) {
            assertThat(open(receiver, packets[i], length)).isEqualTo(SrtpResult.OK);
        }
    }

    @Test(dataProvider = "profiles")
    public void everyBitCounts(SrtpProfile profile) {
        SrtpSender sender = new SrtpSender(key(profile, 5), SSRC);
        SrtpReceiver receiver = new SrtpReceiver(key(profile, 5));
        byte[] packet = rtp(1, SSRC);
        int length = sender.protectRtp(packet, 3, RTP_BYTES);
        byte[] report = rtcp(SSRC);
        int reportLength = sender.protectRtcp(report, 3, RTCP_BYTES);

        for (int bit = 0; bit < 8 * length; bit++) {
            byte[] forged = packet.clone();
            forged[3 + bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(open(receiver, forged, length))
                    .as("bit %d", bit)
                    .isNotEqualTo(SrtpResult.OK);
        }
        for (int bit = 0; bit < 8 * reportLength; bit++) {
            byte[] forged = report.clone();
            forged[3 + bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(receiver.unprotectRtcp(forged, 3, reportLength))
                    .as("bit %d", bit)
                    .isNotEqualTo(SrtpResult.OK);
        }

        assertThat(open(receiver, packet, length)).isEqualTo(SrtpResult.OK);
        assertThat(receiver.unprotectRtcp(report, 3, reportLength)).isEqualTo(SrtpResult.OK);
    }

    @Test(dataProvider = "profiles")
    public void randomBytesChangeNothing(SrtpProfile profile) {
        long seed = 3711;
        Random random = new Random(seed);
        SrtpSender sender = new SrtpSender(key(profile, 6), SSRC);
        SrtpReceiver receiver = new SrtpReceiver(key(profile, 6));
        byte[] junk = new byte[300];
        int opened = 0;
        for (int i = 0; i < 100_000; i++) {
            random.nextBytes(junk);
            int offset = random.nextInt(20);
            int length = random.nextInt(junk.length - offset + 1);
            if (i % 2 == 0) {
                junk[offset] = (byte) (0x80 | junk[offset] & 0x1F);
            }
            if (i % 4 == 0 && length > 12) {
                ByteBuffer.wrap(junk).putInt(offset + (i % 8 == 0 ? 8 : 4), SSRC);
            }
            SrtpResult result =
                    i % 3 == 0
                            ? receiver.unprotectRtcp(junk, offset, length)
                            : receiver.unprotectRtp(junk, offset, length);
            opened += result == SrtpResult.OK ? 1 : 0;
            if (i % 1000 == 0) {
                byte[] packet = rtp(i / 1000, SSRC);
                int good = sender.protectRtp(packet, 3, RTP_BYTES);
                assertThat(open(receiver, packet, good))
                        .as("seed %d", seed)
                        .isEqualTo(SrtpResult.OK);
            }
        }

        assertThat(opened).as("seed %d", seed).isZero();
    }

    @Test(dataProvider = "profiles")
    public void lengthsOutsideTheArrayAreMalformed(SrtpProfile profile) {
        SrtpReceiver receiver = new SrtpReceiver(key(profile, 7));
        byte[] bytes = rtp(1, SSRC);

        for (int[] range : new int[][] {{-1, 50}, {0, bytes.length + 1}, {10, -1}, {3, 0}}) {
            assertThat(receiver.unprotectRtp(bytes, range[0], range[1]))
                    .isEqualTo(SrtpResult.MALFORMED);
            assertThat(receiver.unprotectRtcp(bytes, range[0], range[1]))
                    .isEqualTo(SrtpResult.MALFORMED);
        }
        // Header extension that reaches into the tag, and behind the packet.
        bytes[3] = (byte) 0x90;
        bytes[3 + 14] = 0;
        bytes[3 + 15] = PAYLOAD / 4;
        assertThat(receiver.unprotectRtp(bytes, 3, RTP_BYTES)).isEqualTo(SrtpResult.MALFORMED);
        bytes[3 + 14] = (byte) 0xFF;
        assertThat(receiver.unprotectRtp(bytes, 3, RTP_BYTES)).isEqualTo(SrtpResult.MALFORMED);
    }

    @Test(dataProvider = "profiles")
    public void onlyAuthenticSourcesFillTheTable(SrtpProfile profile) {
        SrtpMasterKey key = key(profile, 8);
        SrtpReceiver receiver = new SrtpReceiver(key);
        for (int source = 100; source < 200; source++) {
            byte[] forged = rtp(1, source);
            assertThat(open(receiver, forged, RTP_BYTES + profile.rtpOverheadBytes()))
                    .isEqualTo(SrtpResult.AUTH_FAILED);
        }

        for (int source = 0; source < 8; source++) {
            SrtpSender sender = new SrtpSender(key, source);
            byte[] packet = rtp(1, source);
            int length = sender.protectRtp(packet, 3, RTP_BYTES);
            byte[] report = rtcp(source);
            int reportLength = sender.protectRtcp(report, 3, RTCP_BYTES);
            SrtpResult expected = source < 6 ? SrtpResult.OK : SrtpResult.TOO_MANY_SOURCES;
            assertThat(open(receiver, packet, length)).isEqualTo(expected);
            assertThat(receiver.unprotectRtcp(report, 3, reportLength)).isEqualTo(expected);
        }
    }

    @Test
    public void rtcpInTheClearIsMalformed() {
        for (SrtpProfile profile : SrtpProfile.values()) {
            byte[] report = rtcp(SSRC);
            int length = RTCP_BYTES + profile.rtcpOverheadBytes();
            assertThat(new SrtpReceiver(key(profile, 9)).unprotectRtcp(report, 3, length))
                    .isEqualTo(SrtpResult.MALFORMED);
        }
    }

    @Test(dataProvider = "profiles")
    public void misuseOfASenderThrows(SrtpProfile profile) {
        SrtpSender sender = new SrtpSender(key(profile, 10), SSRC);
        byte[] tight = Arrays.copyOf(rtp(1, SSRC), 3 + RTP_BYTES + profile.rtpOverheadBytes() - 1);

        assertThatThrownBy(() -> sender.protectRtp(tight, 3, RTP_BYTES))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sender.protectRtp(rtp(1, 5), 3, RTP_BYTES))
                .isInstanceOf(IllegalArgumentException.class);
        sender.protectRtp(rtp(1, SSRC), 3, RTP_BYTES);
        assertThatThrownBy(() -> sender.protectRtp(rtp(1, SSRC), 3, RTP_BYTES))
                .as("the same key stream twice")
                .isInstanceOf(IllegalStateException.class);
    }

    @Test(dataProvider = "profiles")
    public void garbagePerPacketIsBounded(SrtpProfile profile) {
        SrtpSender sender = new SrtpSender(key(profile, 11), SSRC);
        SrtpReceiver receiver = new SrtpReceiver(key(profile, 11));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] packet = rtp(0, SSRC);
        long protecting = 0;
        long opening = 0;
        int rounds = 10_000;
        for (int i = 0; i < 30_000 + rounds; i++) {
            packet[5] = (byte) (i >> 8);
            packet[6] = (byte) i;
            long a = threads.getCurrentThreadAllocatedBytes();
            int length = sender.protectRtp(packet, 3, RTP_BYTES);
            long b = threads.getCurrentThreadAllocatedBytes();
            SrtpResult result = open(receiver, packet, length);
            long c = threads.getCurrentThreadAllocatedBytes();
            if (result != SrtpResult.OK) {
                throw new AssertionError("packet " + i + " " + result);
            }
            if (i >= 30_000) {
                protecting += b - a;
                opening += c - b;
            }
        }
        System.out.printf(
                "%s native=%b: garbage of protect %d B, of unprotect %d B%n",
                profile, Srtp.isNative(), protecting / rounds, opening / rounds);

        assertThat(protecting / rounds).isLessThan(400);
        assertThat(opening / rounds).isLessThan(400);
    }

    @Test(dataProvider = "profiles", groups = "bench")
    public void timePerPacket(SrtpProfile profile) {
        SrtpSender sender = new SrtpSender(key(profile, 12), SSRC);
        SrtpReceiver receiver = new SrtpReceiver(key(profile, 12));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] packet = rtp(0, SSRC);
        byte[] junk = rtp(0, 99);
        int length = 0;
        int rounds = 100_000;
        for (int round = 0; round < 4; round++) {
            long start = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < rounds; i++) {
                int sequence = round * rounds + i;
                packet[5] = (byte) (sequence >> 8);
                packet[6] = (byte) sequence;
                length = sender.protectRtp(packet, 3, RTP_BYTES);
                if (open(receiver, packet, length) != SrtpResult.OK) {
                    throw new AssertionError("packet " + sequence);
                }
            }
            long middle = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < rounds; i++) {
                open(receiver, junk, length);
            }
            long end = threads.getCurrentThreadCpuTime();
            System.out.printf(
                    "%s: protect and unprotect %d ns CPU, a stranger's packet %d ns%n",
                    profile, (middle - start) / rounds, (end - middle) / rounds);
        }
        assertThat(length).isGreaterThan(RTP_BYTES);
    }

    @Test
    public void warmUpRuns() {
        Srtp.warmUp();
    }
}
