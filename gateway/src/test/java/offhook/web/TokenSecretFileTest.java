package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.config.AgentsConfig;
import offhook.config.Secret;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The secret that outlasts the process.
public class TokenSecretFileTest {

    private static final AgentsConfig WITHOUT =
            new AgentsConfig(
                    List.of(),
                    Duration.ofHours(8),
                    Optional.empty(),
                    Duration.ofSeconds(60),
                    Optional.empty());

    private Path folder;
    private Path file;

    @BeforeMethod
    public void makeFolder() throws Exception {
        folder = Files.createTempDirectory("token-secret").resolve("data");
        file = folder.resolve("token-secret");
    }

    private String secret() throws Exception {
        return TokenSecretFile.complete(WITHOUT, folder).tokenSecret().orElseThrow().value();
    }

    @Test
    public void secretIsMadeOnceAndForItsOwnerAlone() throws Exception {
        String first = secret();

        assertThat(first).matches("[0-9a-f]{64}");
        assertThat(secret()).isEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    public void eachGatewayHasItsOwn() throws Exception {
        String first = secret();
        makeFolder();

        assertThat(secret()).isNotEqualTo(first);
    }

    @Test
    public void configuredSecretComesFirstAndMakesNoFile() throws Exception {
        AgentsConfig configured = WITHOUT.withTokenSecret(new Secret("x".repeat(32)));

        assertThat(TokenSecretFile.complete(configured, folder)).isSameAs(configured);
        assertThat(folder).doesNotExist();
    }

    @Test
    public void fileThatIsRemovedIsARotation() throws Exception {
        String first = secret();
        Files.delete(file);

        assertThat(secret()).isNotEqualTo(first);
    }

    @DataProvider
    public static Object[][] useless() {
        String good = "0123456789abcdef".repeat(4);
        return new Object[][] {
            {good, "rw-r--r--"},
            {good, "rw-r-----"},
            {good, "rw--w----"},
            {"too short", "rw-------"},
            {"", "rw-------"},
            {"\u00e9".repeat(40), "rw-------"},
        };
    }

    /// The last is written as no UTF-8.
    @Test(dataProvider = "useless")
    public void uselessSecretIsReplacedForGood(String text, String rights) throws Exception {
        Files.createDirectories(folder);
        Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));

        String made = secret();

        assertThat(made).matches("[0-9a-f]{64}").isNotEqualTo(text);
        assertThat(secret()).isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    public void secretThatCannotBeReadIsAnErrorThatSaysWhatToDo() throws Exception {
        Files.createDirectories(file); // a folder: unreadable for whoever runs this

        assertThatThrownBy(this::secret)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file + " cannot be read")
                .hasMessageContaining("remove it");
    }

    @Test
    public void gatewayWithoutRoomForItServesAllTheSame() throws Exception {
        Files.createDirectories(folder.resolve("token-secret.new").resolve("full"));

        assertThat(secret()).matches("[0-9a-f]{64}");
        assertThat(file).doesNotExist();
    }
}
