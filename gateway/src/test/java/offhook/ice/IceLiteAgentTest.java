package offhook.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class IceLiteAgentTest {

    private static final IceCredentials LOCAL =
            new IceCredentials("0abcdefg", "123456789012345678901234");
    private static final IceCredentials RESTARTED =
            new IceCredentials("0hijklmn", "abcdefghijklmnopqrstuvwx");
    private static final String REMOTE = "rmt1";
    private static final InetSocketAddress A = address("192.0.2.1", 32853);
    private static final InetSocketAddress B = address("192.0.2.2", 40000);
    private static final long SECOND = 1_000_000_000L;
    private static final byte[] NONE = {};

    private static InetSocketAddress address(String ip, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(ip), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static IceLiteAgent agent() {
        return new IceLiteAgent(LOCAL, REMOTE, 0);
    }

    /// Builds requests independently of the code under test.
    private static final class Request {

        private final ByteBuffer out = ByteBuffer.allocate(4000);

        Request(int type) {
            out.putShort((short) type).putShort((short) 0).putInt(0x2112A442);
            out.put("transaction!".getBytes(StandardCharsets.US_ASCII));
        }

        static Request check(String username) {
            return new Request(0x0001)
                    .attribute(0x0006, username.getBytes(StandardCharsets.UTF_8))
                    .attribute(0xC057, new byte[4])
                    .attribute(0x802A, new byte[8])
                    .attribute(0x0024, new byte[] {0x6E, 0, 1, (byte) 0xFF});
        }

        static Request good() {
            return check(LOCAL.ufrag() + ":" + REMOTE);
        }

        Request attribute(int type, byte[] value) {
            out.putShort((short) type).putShort((short) value.length).put(value);
            while (out.position() % 4 != 0) {
                out.put((byte) 0);
            }
            return this;
        }

        Request useCandidate() {
            return attribute(0x0025, NONE);
        }

        Request signed(String password) {
            length(out.position() - 20 + 24);
            try {
                Mac mac = Mac.getInstance("HmacSHA1");
                mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
                mac.update(out.array(), 0, out.position());
                return attribute(0x0008, mac.doFinal());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        byte[] fingerprinted() {
            length(out.position() - 20 + 8);
            CRC32 crc = new CRC32();
            crc.update(out.array(), 0, out.position());
            int value = (int) crc.getValue() ^ 0x5354554E;
            return attribute(0x8028, ByteBuffer.allocate(4).putInt(value).array()).bytes();
        }

        byte[] bytes() {
            length(out.position() - 20);
            return Arrays.copyOf(out.array(), out.position());
        }

        private void length(int length) {
            out.putShort(2, (short) length);
        }
    }

    private static IceResult give(
            IceLiteAgent agent, byte[] message, InetSocketAddress source, long nowNanos) {
        // Not at the start of the array, as in a packet buffer.
        byte[] larger = new byte[message.length + 20];
        System.arraycopy(message, 0, larger, 7, message.length);
        return agent.onStun(larger, 7, message.length, source, nowNanos);
    }

    private static byte[] response(IceLiteAgent agent) {
        return Arrays.copyOf(agent.responseBytes(), agent.responseLength());
    }

    private static void assertUntouched(IceLiteAgent agent) {
        assertThat(agent.nominated()).isEmpty();
        assertThat(agent.isValidated(A)).isFalse();
        assertThat(agent.lastSignNanos()).isZero();
    }

    @Test
    public void aCheckIsAnsweredAndItsAddressIsValid() {
        IceLiteAgent agent = agent();
        byte[] check = Request.good().signed(LOCAL.password()).fingerprinted();

        assertThat(give(agent, check, A, SECOND)).isEqualTo(IceResult.RESPOND);

        assertThat(agent.isValidated(A)).isTrue();
        assertThat(agent.isValidated(B)).isFalse();
        assertThat(agent.nominated()).isEmpty();
        assertThat(agent.lastSignNanos()).isEqualTo(SECOND);
        // The address of RFC 5769's sample response, so the XORed bytes are the sample's.
        byte[] expected =
                HexFormat.of()
                        .parseHex(
                                "0101002c2112a442"
                                        + "7472616e73616374696f6e21"
                                        + "00200008"
                                        + "0001a147e112a643");
        assertThat(response(agent)).startsWith(expected).hasSize(20 + 12 + 24 + 8);
        StunMessage read = new StunMessage();
        assertThat(read.read(response(agent), 0, agent.responseLength())).isTrue();
        assertThat(new StunIntegrity(LOCAL.password()).verify(read)).isTrue();
    }

    @Test
    public void ipv6AddressesAreXoredWithTheTransactionId() {
        IceLiteAgent agent = agent();
        byte[] check = Request.good().signed(LOCAL.password()).fingerprinted();
        InetSocketAddress source = address("2001:db8:1234:5678:11:2233:4455:6677", 32853);

        assertThat(give(agent, check, source, SECOND)).isEqualTo(IceResult.RESPOND);

        byte[] response = response(agent);
        byte[] key = Arrays.copyOfRange(response, 4, 20);
        byte[] ip = new byte[16];
        for (int i = 0; i < 16; i++) {
            ip[i] = (byte) (response[28 + i] ^ key[i]);
        }
        assertThat(response).hasSize(20 + 24 + 24 + 8);
        assertThat(response[25]).isEqualTo((byte) 2);
        assertThat(ip).isEqualTo(source.getAddress().getAddress());
    }

    @Test
    public void theLastNominationCounts() {
        IceLiteAgent agent = agent();
        byte[] nomination = Request.good().useCandidate().signed(LOCAL.password()).fingerprinted();

        assertThat(give(agent, nomination, A, 1)).isEqualTo(IceResult.RESPOND_AND_NOMINATED);
        assertThat(agent.nominated()).contains(A);
        assertThat(give(agent, nomination, A, 2)).isEqualTo(IceResult.RESPOND);
        assertThat(give(agent, nomination, B, 3)).isEqualTo(IceResult.RESPOND_AND_NOMINATED);
        assertThat(agent.nominated()).contains(B);
        assertThat(agent.isValidated(A)).isTrue();
    }

    @DataProvider
    public Object[][] refusedMessages() {
        String user = LOCAL.ufrag() + ":" + REMOTE;
        String password = LOCAL.password();
        byte[] good = Request.good().signed(password).fingerprinted();
        byte[] badFingerprint = good.clone();
        badFingerprint[badFingerprint.length - 1] ^= 1;
        byte[] badCookie = good.clone();
        badCookie[5] ^= 1;
        byte[] badLength = good.clone();
        badLength[3] += 4;
        byte[] overrun = Request.good().bytes();
        overrun[23] = (byte) 0xFF;
        return new Object[][] {
            {"no integrity", Request.good().useCandidate().fingerprinted()},
            {"wrong password", Request.good().useCandidate().signed("other").fingerprinted()},
            {"fingerprint", badFingerprint},
            {"magic cookie", badCookie},
            {"length", badLength},
            {"cut", Arrays.copyOf(good, good.length - 4)},
            {"attribute overrun", overrun},
            {"other local ufrag", Request.check("0zzzzzzz:" + REMOTE).signed(password).bytes()},
            {"other remote ufrag", Request.check(LOCAL.ufrag() + ":x").signed(password).bytes()},
            {"longer remote ufrag", Request.check(user + "x").signed(password).bytes()},
            {"no colon", Request.check(LOCAL.ufrag()).signed(password).bytes()},
            {"no username", new Request(1).signed(password).fingerprinted()},
            {"empty username", Request.check("").signed(password).bytes()},
            {"username of 2 kB", Request.check("u".repeat(2048)).signed(password).bytes()},
            {
                "username behind the integrity",
                new Request(1)
                        .signed(password)
                        .attribute(6, user.getBytes(StandardCharsets.UTF_8))
                        .bytes()
            },
            {"short integrity", Request.good().attribute(0x0008, new byte[16]).fingerprinted()},
            {"success response", new Request(0x0101).signed(password).fingerprinted()},
            {"other method", new Request(0x0003).signed(password).fingerprinted()},
            {"33 attributes", many(Request.good(), 33).signed(password).fingerprinted()},
            {
                "fingerprint not last",
                Request.good()
                        .signed(password)
                        .attribute(0x8028, new byte[4])
                        .attribute(0xC057, NONE)
                        .bytes()
            },
        };
    }

    private static Request many(Request request, int count) {
        for (int i = 0; i < count; i++) {
            request.attribute(0xC100, NONE);
        }
        return request;
    }

    @Test(dataProvider = "refusedMessages")
    public void refusedMessagesChangeNothing(String what, byte[] message) {
        IceLiteAgent agent = agent();

        assertThat(give(agent, message, A, SECOND)).as(what).isEqualTo(IceResult.REFUSED);

        assertUntouched(agent);
    }

    @Test
    public void useCandidateBehindTheIntegrityIsIgnored() {
        IceLiteAgent agent = agent();
        byte[] message = Request.good().signed(LOCAL.password()).useCandidate().fingerprinted();

        assertThat(give(agent, message, A, SECOND)).isEqualTo(IceResult.RESPOND);

        assertThat(agent.nominated()).isEmpty();
    }

    @Test
    public void anIndicationIsIgnored() {
        IceLiteAgent agent = agent();

        assertThat(give(agent, new Request(0x0011).fingerprinted(), A, SECOND))
                .isEqualTo(IceResult.IGNORED);

        assertUntouched(agent);
    }

    @Test
    public void unknownRequiredAttributesAreNamed() {
        IceLiteAgent agent = agent();
        byte[] message =
                Request.good()
                        .attribute(0x7F01, NONE)
                        .useCandidate()
                        .attribute(0x0030, new byte[5])
                        .signed(LOCAL.password())
                        .fingerprinted();

        assertThat(give(agent, message, A, SECOND)).isEqualTo(IceResult.RESPOND);

        assertThat(HexFormat.of().formatHex(response(agent)))
                .startsWith("0111")
                .contains("00000414" + HexFormat.of().formatHex(bytes("Unknown Attribute")))
                .contains("000a0004" + "7f010030");
        assertSigned(agent);
        assertUntouched(agent);
    }

    @Test
    public void manyUnknownAttributesFitTheResponse() {
        IceLiteAgent agent = agent();
        Request request = Request.good();
        for (int i = 0; i < 20; i++) {
            request.attribute(0x7000 + i, NONE);
        }

        assertThat(give(agent, request.signed(LOCAL.password()).fingerprinted(), A, SECOND))
                .isEqualTo(IceResult.RESPOND);

        assertThat(agent.responseLength()).isLessThan(160);
        assertSigned(agent);
    }

    @Test
    public void aControlledPeerIsToldOfTheConflict() {
        IceLiteAgent agent = agent();
        byte[] message =
                new Request(1)
                        .attribute(6, bytes(LOCAL.ufrag() + ":" + REMOTE))
                        .attribute(0x8029, new byte[8])
                        .useCandidate()
                        .signed(LOCAL.password())
                        .fingerprinted();

        assertThat(give(agent, message, A, SECOND)).isEqualTo(IceResult.RESPOND);

        assertThat(HexFormat.of().formatHex(response(agent)))
                .startsWith("0111")
                .contains("00000457" + HexFormat.of().formatHex(bytes("Role Conflict")));
        assertSigned(agent);
        assertUntouched(agent);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertSigned(IceLiteAgent agent) {
        StunMessage read = new StunMessage();
        assertThat(read.read(response(agent), 0, agent.responseLength())).isTrue();
        assertThat(new StunIntegrity(LOCAL.password()).verify(read)).isTrue();
    }

    @Test
    public void consentRunsOutAfterThirtySeconds() {
        IceLiteAgent agent = agent();
        byte[] check = Request.good().signed(LOCAL.password()).fingerprinted();
        give(agent, check, A, 10 * SECOND);

        assertThat(agent.isExpired(40 * SECOND - 1)).isFalse();
        assertThat(agent.isExpired(40 * SECOND)).isTrue();
        give(agent, Request.good().fingerprinted(), A, 39 * SECOND);
        assertThat(agent.isExpired(40 * SECOND)).as("a forged check is no consent").isTrue();
        agent.onAuthenticPacket(39 * SECOND);
        assertThat(agent.isExpired(68 * SECOND)).isFalse();
    }

    @Test
    public void fourAddressesAreKeptAndTheNominatedOneStays() {
        IceLiteAgent agent = agent();
        byte[] check = Request.good().signed(LOCAL.password()).fingerprinted();
        byte[] nomination = Request.good().useCandidate().signed(LOCAL.password()).fingerprinted();
        give(agent, nomination, A, 1);
        for (int port = 1; port <= 6; port++) {
            give(agent, check, address("198.51.100.1", port), 1 + port);
        }

        assertThat(agent.isValidated(A)).isTrue();
        int kept = 0;
        for (int port = 1; port <= 6; port++) {
            kept += agent.isValidated(address("198.51.100.1", port)) ? 1 : 0;
        }
        assertThat(kept).isEqualTo(3);
        assertThat(agent.isValidated(address("198.51.100.1", 6))).isTrue();
    }

    @Test
    public void aRestartTakesOverWhenThePeerNominates() {
        IceLiteAgent agent = agent();
        byte[] oldCheck = Request.good().useCandidate().signed(LOCAL.password()).fingerprinted();
        byte[] newCheck =
                Request.check(RESTARTED.ufrag() + ":rmt2")
                        .signed(RESTARTED.password())
                        .fingerprinted();
        byte[] newNomination =
                Request.check(RESTARTED.ufrag() + ":rmt2")
                        .useCandidate()
                        .signed(RESTARTED.password())
                        .fingerprinted();
        give(agent, oldCheck, A, 1);

        agent.restart(new IceCredentials("0neverrr", LOCAL.password()), "rmt1");
        agent.restart(RESTARTED, "rmt2");

        assertThat(agent.isRestarting()).isTrue();
        assertThat(agent.nominated()).contains(A);
        assertThat(give(agent, oldCheck, A, 2)).isEqualTo(IceResult.RESPOND);
        assertThat(give(agent, newCheck, B, 3)).isEqualTo(IceResult.RESPOND);
        assertThat(give(agent, oldCheck, A, 4)).isEqualTo(IceResult.RESPOND);
        assertThat(agent.nominated()).contains(A);
        assertThat(give(agent, newNomination, B, 5)).isEqualTo(IceResult.RESPOND_AND_NOMINATED);
        assertThat(agent.nominated()).contains(B);
        assertThat(agent.isRestarting()).isFalse();
        assertThat(give(agent, oldCheck, A, 6)).isEqualTo(IceResult.REFUSED);
        assertThat(agent.nominated()).contains(B);
    }

    @Test
    public void credentialsOfOneSessionDoNotSignTheOther() {
        IceLiteAgent agent = agent();
        agent.restart(RESTARTED, "rmt2");
        byte[] mixed =
                Request.check(RESTARTED.ufrag() + ":rmt2")
                        .useCandidate()
                        .signed(LOCAL.password())
                        .fingerprinted();

        assertThat(give(agent, mixed, A, 1)).isEqualTo(IceResult.REFUSED);

        assertUntouched(agent);
    }

    @Test
    public void theLocalFragmentIsFoundUnverified() {
        byte[] check = Request.good().fingerprinted();
        byte[] foreign = Request.check("UPPERCAS:" + REMOTE).fingerprinted();
        byte[] longer = Request.check("0abcdefgh:" + REMOTE).fingerprinted();

        assertThat(IceLiteAgent.localUfrag(check, 0, check.length)).isEqualTo(LOCAL.ufrag());
        assertThat(IceLiteAgent.localUfrag(foreign, 0, foreign.length)).isEmpty();
        assertThat(IceLiteAgent.localUfrag(longer, 0, longer.length)).isEmpty();
        assertThat(IceLiteAgent.localUfrag(check, 0, 19)).isEmpty();
        assertThat(IceLiteAgent.localUfrag(check, 0, check.length + 4)).isEmpty();
    }

    @Test
    public void randomAndMutatedBytesChangeNothing() {
        long seed = 8489;
        Random random = new Random(seed);
        IceLiteAgent agent = agent();
        byte[] good = Request.good().useCandidate().signed(LOCAL.password()).fingerprinted();
        int accepted = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] message;
            if (i % 2 == 0) {
                message = new byte[random.nextInt(40) * 4];
                random.nextBytes(message);
                if (message.length >= 20) {
                    message[0] &= 0x3F;
                    message[2] = 0;
                    message[3] = (byte) (message.length - 20);
                    ByteBuffer.wrap(message).putInt(4, 0x2112A442);
                }
            } else {
                message = good.clone();
                // Before FINGERPRINT, without which a check is as good.
                message[random.nextInt(message.length - 8)] ^= (byte) (1 << random.nextInt(8));
            }
            IceLiteAgent.localUfrag(message, 0, message.length);
            IceResult result = agent.onStun(message, 0, message.length, A, SECOND);
            accepted += result == IceResult.REFUSED || result == IceResult.IGNORED ? 0 : 1;
        }

        assertThat(accepted).as("seed %d", seed).isZero();
        assertUntouched(agent);
        assertThat(give(agent, good, A, SECOND)).isEqualTo(IceResult.RESPOND_AND_NOMINATED);
    }
}
