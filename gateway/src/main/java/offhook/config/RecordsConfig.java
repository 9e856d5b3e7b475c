package offhook.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where call records are kept.
///
/// @param folder of the journal that records wait in, and of the SQLite file unless `url` names
///   another database
/// @param url of JDBC
/// @param user of the database
/// @param password of the database
/// @param keep how long records stay; empty: for good
public record RecordsConfig(
        Path folder,
        String url,
        Optional<String> user,
        Optional<Secret> password,
        Optional<Duration> keep) {

    /// The same, kept for another time.
    public RecordsConfig keeping(Optional<Duration> time) {
        return new RecordsConfig(folder, url, user, password, time);
    }
}
