package offhook.config;

import java.util.Optional;

/// Operations.
///
/// @param listen where health and metrics are served; empty: nowhere
/// @param token who shows it may read them; empty: whoever reaches the listener, which is this
///   machine then
/// @param records where call records are kept; empty: nowhere
/// @param audit where it is kept who did what; empty: nowhere
/// @param jmx where consoles of other machines reach the beans; empty: nowhere
public record OpsConfig(
        Optional<Listen> listen,
        Optional<Secret> token,
        Optional<RecordsConfig> records,
        Optional<AuditConfig> audit,
        Optional<JmxConfig> jmx) {}
