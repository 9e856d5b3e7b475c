package offhook.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import offhook.config.ConfigException;
import offhook.config.ConfigLoader;
import offhook.config.GatewayConfig;
import offhook.media.RtpAddress;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class AdvertisedAddressTest {

    private static final String BOTH =
            "sip: {listen: [\"udp://192.0.2.20:5060\", \"tcp://192.0.2.21:5060\","
                    + " \"udp://[2001:db8::20]:5060\"]}";

    @DataProvider
    Object[][] configurations() {
        return new Object[][] {
            {BOTH, List.of(at("192.0.2.20", "192.0.2.20"), at("2001:db8::20", "2001:db8::20"))},
            {
                BOTH + "\nnode: {advertise: 203.0.113.10}",
                List.of(at("192.0.2.20", "203.0.113.10"), at("2001:db8::20", "2001:db8::20"))
            },
            {
                BOTH + "\nnode: {advertise: '2001:db8::99'}",
                List.of(at("192.0.2.20", "192.0.2.20"), at("2001:db8::20", "2001:db8::99"))
            },
            {
                "sip: {listen: \"udp://[2001:db8::20]:5060\"}\nnode: {advertise: 203.0.113.10}",
                List.of(at("2001:db8::20", "2001:db8::20"))
            },
            {
                "sip: {listen: \"udp://0.0.0.0:5060\"}\nnode: {advertise: 203.0.113.10}",
                List.of(at("0.0.0.0", "203.0.113.10"))
            },
        };
    }

    @DataProvider
    Object[][] whatBrowsersTry() {
        return new Object[][] {
            {"media: {advertise: [203.0.113.10, 10.1.2.3]}", List.of("203.0.113.10", "10.1.2.3")},
            {
                "media: {listen: \"udp://[::]:7882\", advertise: '2001:db8::99'}",
                List.of("2001:db8::99")
            },
            {"node: {advertise: 203.0.113.10}", List.of("203.0.113.10")},
            {
                "sip: {listen: \"udp://192.0.2.20:5060\"}\n"
                        + "media: {listen: \"udp://192.0.2.20:7882\"}",
                List.of("192.0.2.20")
            },
        };
    }

    @Test(dataProvider = "whatBrowsersTry")
    public void browsersAreToldWhatIsSetOrBound(String yaml, List<String> expected)
            throws ConfigException {
        assertThat(AdvertisedAddress.ofBrowserMedia(config(yaml)))
                .isEqualTo(expected.stream().map(InetAddress::ofLiteral).toList());
    }

    @Test
    public void browsersAreToldEveryAddressOfAMachineThatNamesNone() throws Exception {
        List<InetAddress> told =
                AdvertisedAddress.ofBrowserMedia(config("media: {listen: \"udp://[::]:7882\"}"));

        List<InetAddress> machine =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(one -> !one.isLoopbackAddress() && !one.isLinkLocalAddress())
                        .toList();
        assertThat(told).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(8);
        assertThat(told)
                .hasSize(Math.clamp(machine.size(), 1, 8))
                .allMatch(one -> machine.isEmpty() || machine.contains(one));
    }

    private static GatewayConfig config(String yaml) throws ConfigException {
        return ConfigLoader.load("test.yaml", yaml, _ -> Optional.empty(), Path.of(".")).config();
    }

    private static RtpAddress at(String bound, String told) {
        return new RtpAddress(InetAddress.ofLiteral(bound), InetAddress.ofLiteral(told));
    }

    @Test(dataProvider = "configurations")
    public void trunkAudioIsReceivedOnTheFirstAddressOfEachFamily(
            String yaml, List<RtpAddress> expected) throws ConfigException {
        assertThat(
                        AdvertisedAddress.ofTrunkMedia(
                                ConfigLoader.load(
                                                "test.yaml",
                                                yaml,
                                                _ -> Optional.empty(),
                                                Path.of("."))
                                        .config()))
                .isEqualTo(expected);
    }
}
