package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import offhook.telemetry.Counter;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Cross-site WebSocket hijacking: only the exact origins come through the upgrade.
public class OriginTest {

    private WebGateway gateway;

    @BeforeClass
    public void start() {
        gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(5));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        gateway.close();
    }

    @DataProvider
    public Object[][] foreignOrigins() {
        return new Object[][] {
            {"null"},
            {"https://DESK.example.com"},
            {"HTTPS://desk.example.com"},
            {"https://desk.example.com.evil.example"},
            {"https://desk.example.co"},
            {"https://evil-desk.example.com"},
            {"https://desk.example.com:443"},
            {"https://desk.example.com:8443"},
            {"http://desk.example.com"},
            {"https://desk.example.com/"},
            {"https://user@desk.example.com"},
            {"https://desk.example.com, https://evil.example"},
            {"https://evil.example"},
            {"http://127.0.0.1:1"},
            {"https://127.0.0.1:" + "1"},
            {"*"},
        };
    }

    @Test(dataProvider = "foreignOrigins")
    public void foreignOriginIsRefusedBeforeTheUpgrade(String origin) {
        long before = gateway.counters.get(Counter.WEB_REFUSED_ORIGIN);

        assertThat(Page.upgradeStatus(gateway, "Origin", origin)).isEqualTo(403);
        assertThat(gateway.counters.get(Counter.WEB_REFUSED_ORIGIN)).isEqualTo(before + 1);
    }

    @Test
    public void missingOriginIsRefused() {
        assertThat(Page.upgradeStatus(gateway)).isEqualTo(403);
    }

    @Test
    public void twoOriginHeadersAreRefused() {
        assertThat(
                        Page.upgradeStatus(
                                gateway, "Origin", WebGateway.ORIGIN, "Origin", WebGateway.ORIGIN))
                .isEqualTo(403);
    }

    @Test
    public void configuredOriginIsAllowed() {
        assertThat(Page.upgradeStatus(gateway, "Origin", WebGateway.ORIGIN)).isEqualTo(101);
    }

    @Test
    public void ownOriginOnLoopbackIsAllowed() {
        assertThat(Page.upgradeStatus(gateway, "Origin", "http://localhost:" + gateway.port()))
                .isEqualTo(101);
        assertThat(Page.upgradeStatus(gateway, "Origin", "http://127.0.0.1:" + gateway.port()))
                .isEqualTo(101);
        assertThat(Page.upgradeStatus(gateway, "Origin", "https://127.0.0.1:" + gateway.port()))
                .isEqualTo(403);
    }
}
