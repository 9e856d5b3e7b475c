package offhook.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import offhook.call.CallLimits;
import offhook.call.CallRoutes;
import offhook.call.Target;
import offhook.config.ConfigException;
import offhook.config.ConfigLoader;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class ReloadTest {

    private static final String HASH = "$2b$10$" + "a".repeat(53);
    private static final String START =
            """
            trunks:
              - {name: pbx, addresses: [192.0.2.0/24]}
            routes:
              - {trunk: pbx, number: "200", to: "agent:alice"}
            agents:
              users:
                - {name: alice, password-hash: "HASH"}
                - {name: bob, password-hash: "HASH"}
            web: {allowed-origins: ["http://localhost"]}
            limits: {ring-seconds: 20}
            """
                    .replace("HASH", HASH);

    private final List<CallRoutes> routes = new ArrayList<>();
    private final List<CallLimits> limits = new ArrayList<>();
    private Path file;
    private Reload reload;

    @BeforeMethod
    public void start() throws IOException, ConfigException {
        routes.clear();
        limits.clear();
        file = Files.createTempFile("offhook-reload", ".yaml");
        Files.writeString(file, START);
        reload =
                new Reload(
                        ConfigLoader.load(file).config(),
                        () -> ConfigLoader.load(file),
                        (newRoutes, newLimits) -> {
                            routes.add(newRoutes);
                            limits.add(newLimits);
                        },
                        Gateway::limits);
    }

    @AfterMethod
    public void delete() throws IOException {
        Files.delete(file);
    }

    private void change(String from, String to) throws IOException {
        String before = Files.readString(file);
        assertThat(before).contains(from);
        Files.writeString(file, before.replace(from, to));
    }

    @Test
    public void newCallsGoByWhatChanged() throws IOException {
        change("to: \"agent:alice\"", "to: \"agent:bob\"");
        change("ring-seconds: 20", "ring-seconds: 25");

        assertThat(reload.now()).contains("changed: routes", "changed: limits.ring-seconds");
        assertThat(routes.getLast().plan("pbx", "200").attempts())
                .extracting(attempt -> attempt.target())
                .containsExactly(new Target.Agent("bob"));
        assertThat(limits.getLast().ringNanos()).isEqualTo(25_000_000_000L);
        assertThat(reload.now().getFirst()).isEqualTo("nothing changed");
    }

    @Test
    public void whatNeedsARestartIsToldAndKept() throws IOException {
        change("192.0.2.0/24", "198.51.100.0/24");
        change("limits: {", "limits: {max-calls: 7, ");

        assertThat(reload.now())
                .contains(
                        "needs a restart, kept as it was: trunks",
                        "needs a restart, kept as it was: limits.max-calls");
        assertThat(routes).isEmpty();
        // Told again as long as it is so.
        assertThat(reload.now()).contains("needs a restart, kept as it was: trunks");
    }

    @Test
    public void aRouteToWhatDoesNotRunYetIsNotTaken() throws IOException {
        change("- {name: bob,", "- {name: carol,");
        change("to: \"agent:alice\"", "to: \"agent:carol\"");

        assertThat(reload.now())
                .anyMatch(line -> line.startsWith("needs a restart, kept as it was: routes"))
                .contains("needs a restart, kept as it was: agents");
        assertThat(routes).isEmpty();
    }

    @Test
    public void aBadFileChangesNothing() throws IOException {
        change("to: \"agent:alice\"", "to: \"agent:bob\"");
        change("routes:", "rotues:");

        assertThatThrownBy(reload::now)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing changed: ")
                .hasMessageContaining("did you mean 'routes'?");
        assertThat(routes).isEmpty();
    }
}
