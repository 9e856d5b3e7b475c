package offhook.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class IceCandidateTest {

    @Test
    public void candidateOfABrowserIsRead() {
        assertThat(
                        IceCandidate.parse(
                                "candidate:842163049 1 UDP 1677729535 203.0.113.7 46154 typ srflx"
                                        + " raddr 10.0.0.2 rport 50000 generation 0 ufrag a"))
                .contains(new IceCandidate(1, "udp", 1677729535L, "203.0.113.7", 46154, "srflx"));
        assertThat(IceCandidate.parse("1 1 udp 1 2001:db8::7 9 typ host").orElseThrow().address())
                .isEqualTo("2001:db8::7");
    }

    @DataProvider
    public Object[][] nonsense() {
        return new Object[][] {
            {""},
            {"candidate:"},
            {"candidate:1 0 udp 1 10.0.0.1 9 typ host"},
            {"candidate:1 257 udp 1 10.0.0.1 9 typ host"},
            {"candidate:1 1 udp 2147483648 10.0.0.1 9 typ host"},
            {"candidate:1 1 udp 1 10.0.0.1 65536 typ host"},
            {"candidate:1 1 udp 1 10.0.0.1 9 typ other"},
            {"candidate:1 1 udp 1 a\u202eb 9 typ host"},
            {"candidate:1 1 udp 1 10.0.0.1 9 typ host " + "x".repeat(500)},
            {"candidate:1 1 udp 1 10.0.0.1\r\na=x 9 typ host"},
        };
    }

    @Test(dataProvider = "nonsense")
    public void whatIsNoCandidateIsNone(String text) {
        assertThat(IceCandidate.parse(text)).isEmpty();
    }
}
