package offhook.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import offhook.config.TrunkConfig.Registrar;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class TrunkRegisterTest {

    private static GatewayConfig load(String trunk) throws ConfigException {
        return ConfigLoader.load(
                        "t.yaml",
                        "trunks: [{name: a, auth: {username: u, password: p},\n " + trunk + "}]",
                        _ -> Optional.empty(),
                        Path.of("."))
                .config();
    }

    @Test
    public void whatARegistrarDoesNotSayIsAsOfTheFirst() throws ConfigException {
        TrunkConfig.Registering terms =
                load("uri: 'sip:a.example.com', outbound-proxy: 'sip:p.example.com',"
                                + " register: true, also-register: [{registrar: 'sip:b'},"
                                + " {outbound-proxy: 'sip:q'},"
                                + " {registrar: 'sip:c', outbound-proxy: 'sip:r'}]")
                        .trunks()
                        .getFirst()
                        .register()
                        .orElseThrow();

        assertThat(terms.registrars())
                .containsExactly(
                        of("sip:a.example.com", "sip:p.example.com"),
                        of("sip:b", "sip:p.example.com"),
                        of("sip:a.example.com", "sip:q"),
                        of("sip:c", "sip:r"));
        assertThat(terms.registrars().getLast().name()).isEqualTo("sip:c over sip:r");
    }

    private static Registrar of(String uri, String proxy) {
        return new Registrar(Optional.of(uri), Optional.of(proxy));
    }

    @Test
    public void firstOfSeveralUrisIsTheRegistrar() throws ConfigException {
        assertThat(
                        load("uri: ['sip:a', 'sip:b'], register: true")
                                .trunks()
                                .getFirst()
                                .register()
                                .orElseThrow()
                                .registrars())
                .containsExactly(new Registrar(Optional.of("sip:a"), Optional.empty()));
    }

    @DataProvider
    public static Object[][] bad() {
        return new Object[][] {
            {
                "uri: 'sip:a', also-register: [{registrar: 'sip:b'}]",
                "2:31: trunks[0].also-register: nobody is registered with without 'register: true'"
            },
            {
                "uri: 'sip:a', register: true, also-register: [{}]",
                "trunks[0].also-register[0]: 'registrar' or 'outbound-proxy' is needed"
            },
            {
                "uri: 'sip:a', register: true, also-register: [{registrar: 'sip:a'}]",
                "2:48: trunks[0].also-register[0]: is the same as one before it"
            },
            {
                "uri: 'sip:a', register: true, also-register: [{registrar: 'http://b'}]",
                "2:60: trunks[0].also-register[0].registrar: 'http://b' is no SIP URI"
            },
            {
                "uri: 'sip:a', register: true, also-register: [{registrar: 'sip:b', expires: 5}]",
                "2:69: trunks[0].also-register[0].expires: unknown key"
            },
        };
    }

    @Test(dataProvider = "bad")
    public void whatIsNoRegistrarIsAnErrorThatSaysWhere(String trunk, String problem) {
        assertThatThrownBy(() -> load(trunk))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem);
    }
}
