package offhook.e2e.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.testng.annotations.Test;

public class StunTest {
    private static final String PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";

    /// RFC 5769 §2.2, a response of IPv4.
    private static final byte[] RESPONSE =
            HexFormat.of()
                    .parseHex(
                            """
                            0101003c2112a442b7e7a701bc34d686fa87dfae
                            8022000b7465737420766563746f7220
                            002000080001a147e112a643
                            000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7
                            80280004c07d4c96
                            """
                                    .replace("\n", ""));

    @Test
    public void responseOfTheRfcIsASuccessOfItsPassword() {
        assertThat(Stun.isSuccess(RESPONSE, PASSWORD)).isTrue();
        assertThat(Stun.isSuccess(RESPONSE, PASSWORD + "x")).isFalse();
    }

    @Test
    public void changedResponseIsNone() {
        byte[] changed = RESPONSE.clone();
        changed[42] ^= 1;

        assertThat(Stun.isSuccess(changed, PASSWORD)).isFalse();
    }
}
