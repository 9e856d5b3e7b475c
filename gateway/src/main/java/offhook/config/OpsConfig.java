package offhook.config;

import java.util.Optional;

/// Operations.
///
/// @param listen where health and metrics are served; empty: nowhere
/// @param token who shows it may read them; empty: whoever reaches the listener, which is this
///   machine then
/// @param records where call records are kept; empty: nowhere
/// @param doctor what is remembered of calls that are over
/// @param audit where it is kept who did what; empty: nowhere
public record OpsConfig(
        Optional<Listen> listen,
        Optional<Secret> token,
        Optional<RecordsConfig> records,
        DoctorConfig doctor,
        Optional<AuditConfig> audit) {

    /// With the defaults of all else.
    public OpsConfig(
            Optional<Listen> listen, Optional<Secret> token, Optional<RecordsConfig> records) {
        this(listen, token, records, DoctorConfig.DEFAULT, Optional.empty());
    }
}
