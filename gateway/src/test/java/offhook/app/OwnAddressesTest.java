package offhook.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import offhook.config.ConfigException;
import offhook.config.ConfigLoader;
import offhook.config.GatewayConfig;
import org.testng.annotations.Test;

/// Which addresses are looked after. That one leaves takes a machine of its own: `AddressIT`.
public class OwnAddressesTest {

    private static GatewayConfig config(String sip, String advertise)
            throws IOException, ConfigException {
        Path file = Files.createTempFile("offhook-addresses", ".yaml");
        try {
            Files.writeString(
                    file,
                    """
                    node: {advertise: "%s"}
                    sip: {listen: ["udp://%s:5060"]}
                    web: {listen: "http://127.0.0.1:8080", allowed-origins: ["http://localhost"]}
                    media: {listen: "udp://0.0.0.0:7882"}
                    """
                            .formatted(advertise, sip));
            return ConfigLoader.load(file).config();
        } finally {
            Files.delete(file);
        }
    }

    /// No interface has 127.0.0.5, and yet it is this machine's.
    @Test
    public void everyAddressThatCanBeBoundIsThere() throws Exception {
        assertThat(OwnAddresses.of(config("127.0.0.5", "127.0.0.7")).gone()).isEmpty();
    }

    /// A router before this machine has it (RFC 5737: nobody else does).
    @Test
    public void addressesThatWereNeverThisMachinesAreNoneOfItsOwn() throws Exception {
        assertThat(OwnAddresses.of(config("0.0.0.0", "203.0.113.10")).gone()).isEmpty();
    }

    @Test
    public void ofAListenerWithoutItsAddressThatIsTold() {
        assertThat(
                        AlarmConditions.listeners(
                                Map.of("udp://192.0.2.1:5060", "its address is gone"),
                                Map.of(
                                        "udp://192.0.2.1:5060", "takes nothing",
                                        "tcp://192.0.2.2:5060", "nobody reads it any more")))
                .containsOnly(
                        Map.entry("udp://192.0.2.1:5060", "its address is gone"),
                        Map.entry("tcp://192.0.2.2:5060", "nobody reads it any more"));
    }
}
