package offhook.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.testng.annotations.Test;

/// The sample messages of RFC 5769 with short-term credentials.
public class StunVectorsTest {

    private static final String PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";

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

    private static final byte[] IPV4_RESPONSE =
            hex(
                    """
                    0101003c 2112a442 b7e7a701 bc34d686 fa87dfae
                    8022000b 74657374 20766563 746f7220
                    00200008 0001a147 e112a643
                    00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
                    80280004 c07d4c96
                    """);

    private static final byte[] IPV6_RESPONSE =
            hex(
                    """
                    01010048 2112a442 b7e7a701 bc34d686 fa87dfae
                    8022000b 74657374 20766563 746f7220
                    00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9
                    00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41
                    80280004 c8fb0b4c
                    """);

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    @Test
    public void sampleRequestIsAuthentic() {
        StunMessage message = new StunMessage();

        assertThat(message.read(REQUEST, 0, REQUEST.length)).isTrue();

        assertThat(message.type()).isEqualTo(StunMessage.BINDING_REQUEST);
        assertThat(message.usernameIs(bytes("evtj"), bytes("h6vY"))).isTrue();
        assertThat(message.usernameIs(bytes("evtj"), bytes("h6vX"))).isFalse();
        assertThat(message.isControlled()).isTrue();
        assertThat(message.hasUseCandidate()).isFalse();
        assertThat(message.unknownCount()).isZero();
        assertThat(new StunIntegrity(PASSWORD).verify(message)).isTrue();
        assertThat(new StunIntegrity(PASSWORD + "x").verify(message)).isFalse();
    }

    @Test
    public void sampleResponsesAreAuthentic() {
        for (byte[] response : new byte[][] {IPV4_RESPONSE, IPV6_RESPONSE}) {
            StunMessage message = new StunMessage();

            assertThat(message.read(response, 0, response.length)).isTrue();

            assertThat(message.type()).isEqualTo(StunMessage.BINDING_SUCCESS);
            assertThat(new StunIntegrity(PASSWORD).verify(message)).isTrue();
        }
    }

    @Test
    public void everyProtectedBitOfTheSampleRequestCounts() {
        StunIntegrity integrity = new StunIntegrity(PASSWORD);
        StunMessage message = new StunMessage();
        for (int bit = 0; bit < 8 * REQUEST.length; bit++) {
            if (bit / 32 == REQUEST.length / 4 - 2) {
                // The header of FINGERPRINT: a check may do without one.
                continue;
            }
            byte[] forged = REQUEST.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);

            assertThat(message.read(forged, 0, forged.length) && integrity.verify(message))
                    .as("bit %d", bit)
                    .isFalse();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
