package offhook.config;

import java.util.Optional;

/// Operations.
///
/// @param listen where health and metrics are served; empty: nowhere
/// @param records where call records are kept; empty: nowhere
public record OpsConfig(Optional<Listen> listen, Optional<RecordsConfig> records) {}
