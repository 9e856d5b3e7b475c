package offhook.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class FingerprintTest {

    /// SHA-256 of "abc" (FIPS 180-4 examples).
    private static final String ABC =
            "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:"
                    + "B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD";

    @Test
    public void isTheHashOfTheCertificate() {
        Fingerprint computed = Fingerprint.of("abc".getBytes(StandardCharsets.US_ASCII));

        assertThat(computed).hasToString("sha-256 " + ABC);
        assertThat(Fingerprint.parse("sha-256 " + ABC)).contains(computed);
        assertThat(Fingerprint.parse(" SHA-256  " + ABC.toLowerCase(java.util.Locale.ROOT)))
                .contains(computed);
        assertThat(computed).hasSameHashCodeAs(Fingerprint.parse("sha-256 " + ABC).get());
    }

    @DataProvider
    public Object[][] malformed() {
        return new Object[][] {
            {""},
            {"sha-256"},
            {"sha-256 "},
            {"sha-1 " + ABC},
            {"md5 " + ABC},
            {"sha-512 " + ABC},
            {"sha-256 " + ABC + ":00"},
            {"sha-256 " + ABC.substring(3)},
            {"sha-256 " + ABC.replace(':', '-')},
            {"sha-256 " + ABC.replace('A', 'G')},
            {"sha-256 " + ABC.replaceFirst("B", "\uff22")},
        };
    }

    @Test(dataProvider = "malformed")
    public void refusesOtherText(String text) {
        assertThat(Fingerprint.parse(text)).isEqualTo(Optional.empty());
    }

    @Test
    public void anotherDigestIsAnotherFingerprint() {
        assertThat(Fingerprint.parse("sha-256 " + ABC.replaceFirst("B", "C")))
                .isNotEqualTo(Fingerprint.parse("sha-256 " + ABC));
    }
}
