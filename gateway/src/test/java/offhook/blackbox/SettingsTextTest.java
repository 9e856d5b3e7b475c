package offhook.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import offhook.config.ConfigException;
import offhook.config.ConfigLoader;
import org.testng.annotations.Test;

public class SettingsTextTest {

    @Test
    public void queryOfADatabaseIsNotShown() throws ConfigException {
        String settings =
                SettingsText.of(
                        ConfigLoader.load(
                                        "gateway.yaml",
                                        "ops: {records: {url: \"postgresql://db/calls?passfile=topsecret\"}}",
                                        _ -> Optional.empty(),
                                        Path.of("."))
                                .config());

        assertThat(settings)
                .startsWith("# The settings that the gateway runs with")
                .contains("url: jdbc:postgresql://db/calls?***")
                .doesNotContain("topsecret");
    }
}
