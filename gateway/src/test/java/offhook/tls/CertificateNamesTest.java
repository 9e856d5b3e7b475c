package offhook.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Whom certificates name (RFC 5922 §7.1) and whom that means (§7.2).
public class CertificateNamesTest {

    @DataProvider
    public static Object[][] certificates() {
        return new Object[][] {
            {new String[] {"dns:pbx.example"}, List.of("pbx.example")},
            {new String[] {"uri:sip:example.com", "dns:pbx.example"}, List.of("example.com")},
            {new String[] {"uri:SIP:example.com:5061;x=y"}, List.of("example.com")},
            {new String[] {"uri:sip:[2001:db8::1]:5061"}, List.of("[2001:db8::1]")},
            {new String[] {"uri:sip:ann@example.com", "dns:a.example"}, List.of("a.example")},
            {new String[] {"uri:sips:example.com", "dns:a.example"}, List.of("a.example")},
            {new String[] {"uri:http://example.com"}, List.of()},
            {new String[] {"dns:a.example", "ip:192.0.2.1"}, List.of("a.example", "192.0.2.1")},
            {new String[] {}, List.of()},
        };
    }

    @Test(dataProvider = "certificates")
    public void certificateNames(String[] alternatives, List<String> named) throws Exception {
        assertThat(CertificateNames.of(TestAuthority.selfSigned(alternatives).certificate()))
                .isEqualTo(named);
    }

    @DataProvider
    public static Object[][] pairs() {
        return new Object[][] {
            {"pbx.example", "pbx.example", true},
            {"PBX.Example", "pbx.example", true},
            {"pbx.example.", "pbx.example", true},
            {"*.example", "pbx.example", false},
            {".example", "pbx.example", false},
            {"example", "pbx.example", false},
            {"pbx.example", "example", false},
            {"pbx.example.evil", "pbx.example", false},
            {"192.0.2.1", "192.0.2.1", true},
            {"192.0.2.1", "192.0.2.10", false},
            {"2001:db8:0:0:0:0:0:1", "2001:db8::1", true},
            {"[2001:db8::1]", "2001:db8::1", true},
        };
    }

    @Test(dataProvider = "pairs")
    public void nameMeansWholeNamesOnly(String name, String wanted, boolean same) {
        assertThat(CertificateNames.match(List.of("other", name), wanted)).isEqualTo(same);
    }
}
