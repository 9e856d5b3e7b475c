package offhook.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import offhook.config.ConfigLoader;
import offhook.config.GatewayConfig;
import offhook.ops.ProbeReport;
import org.testng.annotations.Test;

/// The gateway calls itself: what its phone and its browser heard.
public class LoopbackCallTest {

    @Test
    public void bothEndsHearEachOther() throws Exception {
        GatewayConfig config =
                ConfigLoader.load(
                                "gateway.yaml",
                                """
                                node: {advertise: 203.0.113.1}
                                sip: {listen: ["udp://127.0.0.1:5060"]}
                                """,
                                _ -> Optional.empty(),
                                Path.of(""))
                        .config();

        ProbeReport report = LoopbackCall.make(config);

        assertThat(report.succeeded()).as(report.text()).isTrue();
        assertThat(report.stage()).isEmpty();
        assertThat(report.setUpSeconds()).isBetween(0.0, 6.0);
        assertThat(report.levelToBrowserDb()).isBetween(-2.0, 2.0);
        assertThat(report.levelToPhoneDb()).isBetween(-2.0, 2.0);
        assertThat(report.purityToBrowserDb()).isGreaterThan(8);
        assertThat(report.purityToPhoneDb()).isGreaterThan(8);
        assertThat(report.delayToBrowserSeconds()).isBetween(0.0, 1.0);
        assertThat(report.delayToPhoneSeconds()).isBetween(0.0, 1.0);
    }
}
