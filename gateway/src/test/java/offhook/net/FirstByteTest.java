package offhook.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

public class FirstByteTest {

    @Test
    public void everyFirstByteAndLengthHasItsClass() {
        byte[] datagram = new byte[1501];
        for (int first = 0; first < 256; first++) {
            datagram[0] = (byte) first;
            for (int second : new int[] {0, 111, 191, 192, 200, 223, 224, 255}) {
                datagram[1] = (byte) second;
                for (int length = 0; length <= 1500; length++) {
                    FirstByte expected = FirstByte.UNKNOWN;
                    if (first < 4) {
                        expected = length >= 20 ? FirstByte.STUN : FirstByte.UNKNOWN;
                    } else if (first >= 16 && first < 20) {
                        expected = length >= 12 ? FirstByte.ZRTP : FirstByte.UNKNOWN;
                    } else if (first >= 20 && first < 64) {
                        expected = length >= 13 ? FirstByte.DTLS : FirstByte.UNKNOWN;
                    } else if (first >= 64 && first < 80) {
                        expected = length >= 4 ? FirstByte.TURN : FirstByte.UNKNOWN;
                    } else if (first >= 128 && first < 192) {
                        boolean rtcp = second >= 192 && second <= 223;
                        expected =
                                length < (rtcp ? 8 : 12)
                                        ? FirstByte.UNKNOWN
                                        : rtcp ? FirstByte.RTCP : FirstByte.RTP;
                    }
                    FirstByte actual = FirstByte.classify(datagram, 0, length);
                    if (actual != expected) {
                        assertThat(actual)
                                .as("first %d second %d length %d", first, second, length)
                                .isEqualTo(expected);
                    }
                }
            }
        }
    }

    @Test
    public void theOffsetIsWhereTheDatagramBegins() {
        byte[] bytes = new byte[40];
        bytes[20] = (byte) 0x80;
        bytes[21] = 111;

        assertThat(FirstByte.classify(bytes, 20, 20)).isEqualTo(FirstByte.RTP);
        assertThat(FirstByte.classify(bytes, 0, 20)).isEqualTo(FirstByte.STUN);
    }
}
