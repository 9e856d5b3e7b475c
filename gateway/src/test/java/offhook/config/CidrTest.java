package offhook.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CidrTest {

    @DataProvider
    Object[][] membership() {
        return new Object[][] {
            {"192.0.2.0/24", "192.0.2.255", true},
            {"192.0.2.0/24", "192.0.3.0", false},
            {"192.0.2.7", "192.0.2.7", true},
            {"192.0.2.7", "192.0.2.6", false},
            {"0.0.0.0/0", "203.0.113.1", true},
            {"0.0.0.0/0", "2001:db8::1", false},
            {"10.0.0.0/9", "10.127.0.1", true},
            {"10.0.0.0/9", "10.128.0.1", false},
            {"2001:db8::/33", "2001:db8:7fff::1", true},
            {"2001:db8::/33", "2001:db8:8000::1", false},
            {"192.0.2.0/24", "::ffff:192.0.2.9", true},
            {"::ffff:192.0.2.0/120", "192.0.2.9", true},
            {"::ffff:192.0.2.0/120", "192.0.3.9", false},
            {"::ffff:192.0.2.9", "192.0.2.9", true},
        };
    }

    @Test(dataProvider = "membership")
    public void blockContainsItsAddresses(String block, String address, boolean inside) {
        assertThat(Cidr.parse(block).contains(InetAddress.ofLiteral(address))).isEqualTo(inside);
    }

    @DataProvider
    Object[][] malformed() {
        return new Object[][] {
            {"", "'' is no IP address, nor a block of them such as 192.0.2.0/24"},
            {
                "pbx.example.com",
                "'pbx.example.com' is no IP address, nor a block of them such as 192.0.2.0/24"
            },
            {"192.0.2", "'192.0.2' is no IP address, nor a block of them such as 192.0.2.0/24"},
            {
                "192.0.2.256",
                "'192.0.2.256' is no IP address, nor a block of them such as 192.0.2.0/24"
            },
            {"192.0.2.0/33", "the prefix of '192.0.2.0/33' is not within 0-32"},
            {"192.0.2.0/", "the prefix of '192.0.2.0/' is not within 0-32"},
            {"::ffff:192.0.2.0/24", "the prefix of '::ffff:192.0.2.0/24' is not within 96-128"},
            {
                "192.0.2.1/24",
                "'192.0.2.1/24' has bits beyond its prefix; the block is 192.0.2.0/24"
            },
        };
    }

    @Test(dataProvider = "malformed")
    public void malformedBlockIsRefused(String text, String message) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
