package offhook.config;

import java.util.Optional;

/// Operations.
///
/// @param listen where health and metrics are served; empty: nowhere
/// @param token who shows it may read them; empty: whoever reaches the listener, which is this
///   machine then
/// @param records where call records are kept; empty: nowhere
/// @param probe how the gateway calls itself; empty: when asked only
public record OpsConfig(
        Optional<Listen> listen,
        Optional<Secret> token,
        Optional<RecordsConfig> records,
        Optional<ProbeConfig> probe) {

    /// One that does not call itself.
    public OpsConfig(
            Optional<Listen> listen, Optional<Secret> token, Optional<RecordsConfig> records) {
        this(listen, token, records, Optional.empty());
    }
}
