package offhook.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import offhook.net.Mutants;
import org.testng.annotations.Test;

/// Mutants of authentic messages: nothing throws, nothing is read beyond the end, and whatever is
/// not the original in its protected part is refused.
public class StunFuzzTest {

    private static final long SECOND = 1_000_000_000L;
    private static final InetSocketAddress SOURCE = new InetSocketAddress("192.0.2.1", 32853);

    /// The sample request of RFC 5769 §2.1, whose local fragment is `evtj`.
    private static final byte[] REQUEST =
            hex(
                    """
                    00010058 2112a442 b7e7a701 bc34d686 fa87dfae
                    80220010 5354554e 20746573 7420636c 69656e74
                    00240004 6e0001ff
                    80290008 932ff9b1 51263b36
                    00060009 6576746a 3a683676 59202020
                    00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2
                    80280004 e57a3bcf
                    """);

    /// Bytes up to the end of MESSAGE-INTEGRITY.
    private static final int PROTECTED = REQUEST.length - 8;

    private static final List<byte[]> MESSAGES =
            List.of(
                    REQUEST,
                    hex(
                            """
                            0101003c 2112a442 b7e7a701 bc34d686 fa87dfae
                            8022000b 74657374 20766563 746f7220
                            00200008 0001a147 e112a643
                            00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
                            80280004 c07d4c96
                            """),
                    hex("00110000 2112a442 b7e7a701 bc34d686 fa87dfae"),
                    hex(
                            """
                            00010044 2112a442 b7e7a701 bc34d686 fa87dfae
                            0006000d 30616263 64656667 3a726d74 31000000
                            002a0000 7ff00004 00000000 00250000 802a0008 00000000 00000001
                            00080000 80280004 00000000
                            """));

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    @Test
    public void mutantsThrowNothingAndAreRefused() {
        long seed = 8445;
        System.out.println("StunFuzzTest seed " + seed);
        Mutants mutants = new Mutants(seed, MESSAGES);
        StunMessage message = new StunMessage();
        StunIntegrity integrity = new StunIntegrity("VOkJxbRl1RmTxUk/WvJxBt");
        byte[] local = "evtj".getBytes(StandardCharsets.US_ASCII);
        byte[] remote = "h6vY".getBytes(StandardCharsets.US_ASCII);
        int read = 0;
        int authentic = 0;
        for (int i = 0; i < Mutants.COUNT; i++) {
            byte[] mutant = mutants.next();
            IceLiteAgent.localUfrag(mutant, 0, mutant.length);
            if (!message.read(mutant, 0, mutant.length)) {
                continue;
            }
            read++;
            message.usernameIs(local, remote);
            for (int u = 0; u < message.unknownCount(); u++) {
                assertThat(message.unknown(u)).isLessThan(0x8000);
            }
            if (integrity.verify(message)) {
                authentic++;
                assertProtectedPartIsTheOriginals(mutant);
            }
        }
        assertThat(read).isGreaterThan(Mutants.COUNT / 100);
        // Changes may undo each other, or leave the protected part alone; that is rare.
        assertThat(authentic).isLessThan(read);
    }

    /// All but the length field, which stands for what it would be without FINGERPRINT.
    private static void assertProtectedPartIsTheOriginals(byte[] mutant) {
        boolean same =
                Arrays.equals(mutant, 0, 2, REQUEST, 0, 2)
                        && Arrays.equals(mutant, 4, PROTECTED, REQUEST, 4, PROTECTED);
        boolean response = mutant[0] == 1;
        if (!same && !response) {
            throw new AssertionError(HexFormat.of().formatHex(mutant));
        }
    }

    @Test
    public void mutantsDoNotTouchAnAgent() {
        Mutants mutants = new Mutants(8446, MESSAGES);
        IceLiteAgent agent =
                new IceLiteAgent(
                        new IceCredentials("0abcdefg", "123456789012345678901234"), "rmt1", 0);
        for (int i = 0; i < Mutants.COUNT; i++) {
            byte[] mutant = mutants.next();
            IceResult result = agent.onStun(mutant, 0, mutant.length, SOURCE, 40 * SECOND);
            if (result != IceResult.REFUSED && result != IceResult.IGNORED) {
                assertThat(result).isIn(IceResult.REFUSED, IceResult.IGNORED);
            }
        }
        assertThat(agent.nominated()).isEmpty();
        assertThat(agent.isValidated(SOURCE)).isFalse();
        assertThat(agent.isExpired(40 * SECOND)).isTrue();
    }
}
