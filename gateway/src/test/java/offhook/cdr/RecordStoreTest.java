package offhook.cdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.Optional;
import offhook.config.RecordsConfig;
import offhook.net.FreePorts;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// What is said of a database that cannot be opened.
public class RecordStoreTest {

    private Path folder;

    @BeforeMethod
    public void make() throws IOException {
        folder = Files.createTempDirectory("store");
    }

    @Test
    public void schemaThatCannotBeBroughtUpToDateIsToldWithWhatTheDatabaseSaid() throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("records.db");
        try (Connection somebody = DriverManager.getConnection(url);
                Statement make = somebody.createStatement()) {
            make.execute("CREATE TABLE calls (of TEXT)");
        }

        assertThatThrownBy(() -> RecordStore.open(config(url)))
                .isInstanceOf(SQLException.class)
                .satisfies(e ->
                        assertThat(DatabaseWords.of(e))
                                .contains("the schema is not up to date", "V1__")
                                .contains("table calls already exists"));
    }

    @Test
    public void databaseThatCannotBeReachedIsToldWithWhatTheDriverSaid() throws Exception {
        int nobody = FreePorts.next();

        assertThatThrownBy(() ->
                        RecordStore.open(
                                config("jdbc:postgresql://127.0.0.1:" + nobody + "/offhook")))
                .satisfies(e ->
                        assertThat(DatabaseWords.of(e))
                                .contains("127.0.0.1:" + nobody, "refused")
                                .doesNotContain("schema", "timed out"));
    }

    /// As the pool says it of one that takes connections and then nothing.
    @Test
    public void databaseThatSaysNothingIsToldToDoSo() {
        assertThat(
                        DatabaseWords.of(
                                new SQLTransientConnectionException(
                                        "records - Connection is not available (total=0)")))
                .isEqualTo("it does not answer: no connection within 5 s");
    }

    private RecordsConfig config(String url) {
        return new RecordsConfig(folder, url, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
