package offhook.e2e.bench;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class BenchConfigTest {

    @DataProvider
    public Object[][] modes() {
        return new Object[][] {
            {Mode.OPUS}, {Mode.OPUS_CONVERSATION}, {Mode.G722}, {Mode.PASSTHROUGH}
        };
    }

    @Test(dataProvider = "modes")
    public void theGatewayTakesTheConfigurationOfAMode(Mode mode) throws Exception {
        var folder = Files.createTempDirectory("bench");

        assertThatCode(() -> BenchConfig.check(folder, mode)).doesNotThrowAnyException();
    }

    @Test
    public void anUnknownModeIsNamedWithThoseThereAre() {
        assertThatThrownBy(() -> Mode.of("video"))
                .hasMessageContaining("video")
                .hasMessageContaining("opus-conversation")
                .hasMessageContaining("g722");
    }
}
