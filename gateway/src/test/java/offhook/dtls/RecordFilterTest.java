package offhook.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DatagramTransport;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class RecordFilterTest {

    private static final int CCS = 20;
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;
    private static final int CLIENT_HELLO = 1;
    private static final int CERTIFICATE = 11;

    private static byte[] record(int type, int version, int epoch, byte[] content) {
        return ByteBuffer.allocate(13 + content.length)
                .put((byte) type)
                .putShort((short) version)
                .putShort((short) epoch)
                .put(new byte[6])
                .putShort((short) content.length)
                .put(content)
                .array();
    }

    private static byte[] fragment(int type, int length, int sequence, int offset, int bytes) {
        return ByteBuffer.allocate(12 + bytes)
                .put((byte) type)
                .put(uint24(length))
                .putShort((short) sequence)
                .put(uint24(offset))
                .put(uint24(bytes))
                .array();
    }

    private static byte[] uint24(int value) {
        return new byte[] {(byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    private static byte[] clear(int type, int length, int sequence, int offset, int bytes) {
        return record(HANDSHAKE, 0xFEFD, 0, fragment(type, length, sequence, offset, bytes));
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    private static RecordFilter server() {
        return new RecordFilter(DtlsRole.SERVER);
    }

    private static boolean pass(RecordFilter filter, byte[] datagram) {
        return filter.pass(datagram, 0, datagram.length, false);
    }

    /// CVE-2026-59646: 16 fragments, each of which claims a message of 16 MiB, in 205 bytes.
    private static byte[] bomb(int fragments) {
        byte[][] parts = new byte[fragments][];
        for (int i = 0; i < fragments; i++) {
            parts[i] = fragment(CLIENT_HELLO, 0xFFFFFF, i, 0, 0);
        }
        return record(HANDSHAKE, 0xFEFD, 0, join(parts));
    }

    @Test
    public void theBombIsRealAndRefused() {
        byte[] bomb = bomb(16);
        assertThat(bomb).hasSize(205);

        assertThat(pass(server(), bomb)).isFalse();

        // Two of the sixteen, unfiltered: enough to see what each one costs.
        long allocated = allocatedByBouncyCastle(bomb(2));
        System.out.println("37 bytes unfiltered made Bouncy Castle allocate " + allocated);
        assertThat(allocated).isGreaterThan(2 * 0xFFFFFFL);
    }

    @Test
    public void aMillionBombsCostNothing() {
        RecordFilter filter = server();
        byte[] bomb = bomb(16);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        pass(filter, bomb);

        long before = threads.getCurrentThreadAllocatedBytes();
        int passed = 0;
        for (int i = 0; i < 1_000_000; i++) {
            passed += pass(filter, bomb) ? 1 : 0;
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(passed).isZero();
        assertThat(allocated).isLessThan(10_000);
    }

    private static long allocatedByBouncyCastle(byte[] datagram) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        DtlsIdentity identity = DtlsIdentity.generate();
        ServerPeer peer = new ServerPeer(new DtlsTerms(identity, identity.fingerprint(), 1000));
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> new DTLSServerProtocol().accept(peer, new OneDatagram(datagram)))
                .isInstanceOf(IOException.class);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /// Gives one datagram, then fails.
    private static final class OneDatagram implements DatagramTransport {

        private final byte[] datagram;
        private boolean given;

        OneDatagram(byte[] datagram) {
            this.datagram = datagram;
        }

        @Override
        public int getReceiveLimit() {
            return 2048;
        }

        @Override
        public int getSendLimit() {
            return 1200;
        }

        @Override
        public int receive(byte[] buffer, int offset, int length, int waitMillis)
                throws IOException {
            if (given) {
                throw new IOException("no more");
            }
            given = true;
            System.arraycopy(datagram, 0, buffer, offset, datagram.length);
            return datagram.length;
        }

        @Override
        public void send(byte[] bytes, int offset, int length) {}

        @Override
        public void close() {}
    }

    @DataProvider
    public Object[][] refusedDatagrams() {
        byte[] overrun = clear(CLIENT_HELLO, 100, 0, 0, 100);
        overrun[12]++;
        byte[] fragmentOverrun = clear(CLIENT_HELLO, 100, 0, 0, 50);
        fragmentOverrun[13 + 11]++;
        return new Object[][] {
            {"empty", new byte[0]},
            {"shorter than a header", new byte[12]},
            {"record longer than the datagram", overrun},
            {"empty record", record(HANDSHAKE, 0xFEFD, 0, new byte[0])},
            {"too long", new byte[2049]},
            {"TLS version", record(HANDSHAKE, 0x0303, 0, fragment(1, 4, 0, 0, 4))},
            {"epoch 2", record(HANDSHAKE, 0xFEFD, 2, new byte[60])},
            {"unknown content type", record(26, 0xFEFD, 0, new byte[20])},
            {"heartbeat", record(24, 0xFEFD, 1, new byte[40])},
            {"connection id", record(25, 0xFEFD, 1, new byte[40])},
            {"alert in the clear", record(ALERT, 0xFEFD, 0, new byte[] {2, 40})},
            {"data in the clear", record(APPLICATION_DATA, 0xFEFD, 0, new byte[20])},
            {"protected data", record(APPLICATION_DATA, 0xFEFD, 1, new byte[40])},
            {"protected, shorter than a tag", record(HANDSHAKE, 0xFEFD, 1, new byte[24])},
            {"protected, longer than Finished", record(HANDSHAKE, 0xFEFD, 1, new byte[129])},
            {"longer CCS", record(CCS, 0xFEFD, 0, new byte[] {1, 1})},
            {"fragment header cut", record(HANDSHAKE, 0xFEFD, 0, new byte[11])},
            {"fragment longer than its record", fragmentOverrun},
            {"fragment behind its message", clear(CLIENT_HELLO, 100, 0, 60, 41)},
            {"claim above 16 KiB", clear(CLIENT_HELLO, 16_385, 0, 0, 10)},
            {"empty fragment of a message", clear(CLIENT_HELLO, 10, 0, 0, 0)},
            {"message far ahead", clear(CERTIFICATE, 10, 9, 0, 10)},
            {"message very far ahead", clear(CERTIFICATE, 10, 0xFFFF, 0, 10)},
            {"second ClientHello", clear(CLIENT_HELLO, 10, 1, 0, 10)},
            {"no ClientHello first", clear(CERTIFICATE, 10, 0, 0, 10)},
            {"Finished in the clear", clear(20, 12, 4, 0, 12)},
            {"a server's message", clear(2, 40, 0, 0, 40)},
            {"type above 63", clear(200, 10, 1, 0, 10)},
            {"HelloRequest", clear(0, 0, 0, 0, 0)},
            {
                "good record, then a bad one",
                join(clear(CLIENT_HELLO, 10, 0, 0, 10), new byte[] {22, (byte) 0xFE})
            },
        };
    }

    @Test(dataProvider = "refusedDatagrams")
    public void refuses(String what, byte[] datagram) {
        RecordFilter filter = server();

        assertThat(pass(filter, datagram)).as(what).isFalse();

        assertThat(pass(filter, clear(CLIENT_HELLO, 1400, 0, 0, 700))).as("state kept").isTrue();
    }

    @Test
    public void passesTheFlightsOfAClient() {
        RecordFilter filter = server();

        assertThat(pass(filter, record(HANDSHAKE, 0xFEFF, 0, fragment(1, 1400, 0, 0, 1100))))
                .isTrue();
        assertThat(pass(filter, clear(CLIENT_HELLO, 1400, 0, 1100, 300))).isTrue();
        assertThat(
                        pass(
                                filter,
                                join(
                                        clear(CERTIFICATE, 300, 1, 0, 300),
                                        clear(16, 66, 2, 0, 66),
                                        clear(15, 80, 3, 0, 80),
                                        record(CCS, 0xFEFD, 0, new byte[] {1}),
                                        record(HANDSHAKE, 0xFEFD, 1, new byte[40]))))
                .isTrue();
    }

    @Test
    public void overlappingFragmentsPassButContradictingOnesDoNot() {
        RecordFilter filter = server();

        assertThat(pass(filter, clear(CLIENT_HELLO, 100, 0, 0, 60))).isTrue();
        assertThat(pass(filter, clear(CLIENT_HELLO, 100, 0, 40, 60))).isTrue();
        assertThat(pass(filter, clear(CLIENT_HELLO, 101, 0, 40, 60))).isFalse();
        assertThat(pass(filter, clear(CERTIFICATE, 50, 1, 0, 20))).isTrue();
        assertThat(pass(filter, clear(16, 50, 1, 20, 20))).isFalse();
    }

    @Test
    public void allClaimsTogetherAreBounded() {
        RecordFilter filter = server();
        int passed = pass(filter, clear(CLIENT_HELLO, 16_384, 0, 0, 1)) ? 1 : 0;
        for (int sequence = 1; sequence < 9; sequence++) {
            passed += pass(filter, clear(CERTIFICATE, 16_384, sequence, 0, 1)) ? 1 : 0;
        }

        assertThat(passed).isEqualTo(4);
    }

    @Test
    public void crumbsAreBounded() {
        RecordFilter filter = server();
        int passed = 0;
        for (int i = 0; i < 4000; i++) {
            passed += pass(filter, clear(CLIENT_HELLO, 4000, 0, i, 1)) ? 1 : 0;
        }

        assertThat(passed).isEqualTo(RecordFilter.MAX_FRAGMENTS);
    }

    @Test
    public void protectedRecordsAreBounded() {
        RecordFilter filter = server();
        byte[] finished = record(HANDSHAKE, 0xFEFD, 1, new byte[48]);
        int passed = 0;
        for (int i = 0; i < 10_000; i++) {
            passed += filter.pass(finished, 0, finished.length, true) ? 1 : 0;
        }

        assertThat(passed).isEqualTo(RecordFilter.MAX_RECEIVED_BYTES / finished.length);
    }

    @Test
    public void aRefusedDatagramLeavesNoClaim() {
        RecordFilter filter = server();
        byte[] half = join(clear(CLIENT_HELLO, 500, 0, 0, 10), clear(CERTIFICATE, 10, 77, 0, 10));

        assertThat(pass(filter, half)).isFalse();

        assertThat(pass(filter, clear(CLIENT_HELLO, 700, 0, 0, 10))).isTrue();
    }

    @Test
    public void afterTheHandshakeOnlyRepetitionsPass() {
        RecordFilter filter = server();
        byte[] hello = clear(CLIENT_HELLO, 100, 0, 0, 100);
        byte[] certificate = clear(CERTIFICATE, 300, 1, 0, 300);
        assertThat(pass(filter, hello)).isTrue();
        assertThat(pass(filter, certificate)).isTrue();

        assertThat(filter.pass(certificate, 0, certificate.length, true)).isTrue();
        assertThat(filter.pass(hello, 0, hello.length, true)).isFalse();
        byte[] other = clear(CERTIFICATE, 301, 1, 0, 301);
        assertThat(filter.pass(other, 0, other.length, true)).isFalse();
        byte[] next = clear(16, 66, 2, 0, 66);
        assertThat(filter.pass(next, 0, next.length, true)).isFalse();
    }

    @Test
    public void anAlertInTheClearIsRememberedOnly() {
        RecordFilter filter = server();
        assertThat(filter.alertInClear()).isEqualTo(-1);

        pass(filter, record(ALERT, 0xFEFD, 0, new byte[] {2, 42}));

        assertThat(filter.alertInClear()).isEqualTo(42);
    }

    @Test
    public void randomBytesAreRefusedQuietly() {
        long seed = 59646;
        Random random = new Random(seed);
        RecordFilter filter = server();
        byte[] buffer = new byte[2200];
        int passed = 0;
        for (int i = 0; i < 300_000; i++) {
            int length = random.nextInt(200);
            int offset = random.nextInt(1000);
            for (int at = 0; at < length; at++) {
                buffer[offset + at] = (byte) random.nextInt();
            }
            if (i % 2 == 0 && length >= 13) {
                // Deep enough to reach the fragments.
                System.arraycopy(
                        record(HANDSHAKE, 0xFEFD, random.nextInt(2), new byte[0]),
                        0,
                        buffer,
                        offset,
                        11);
                buffer[offset + 11] = 0;
                buffer[offset + 12] = (byte) (length - 13);
            }
            passed += filter.pass(buffer, offset, length, i % 3 == 0) ? 1 : 0;
        }
        System.out.println("record filter, seed " + seed + ": passed " + passed);
        // Protected records only: nothing but their length can be judged.
        assertThat(passed).isLessThan(RecordFilter.MAX_RECEIVED_BYTES / 38);
    }
}
