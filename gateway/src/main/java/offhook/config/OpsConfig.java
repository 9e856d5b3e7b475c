package offhook.config;

import java.util.List;
import java.util.Optional;

/// Operations.
///
/// @param listen where health and metrics are served; empty: nowhere
/// @param token who shows it may read them; empty: whoever reaches the listener, which is this
///   machine then
/// @param records where call records are kept; empty: nowhere
/// @param doctor what is remembered of calls that are over
/// @param audit where it is kept who did what; empty: nowhere
/// @param users who may sign in to act
/// @param recording what becomes of the messages that pass
/// @param jmx where consoles of other machines reach the beans; empty: nowhere
/// @param probe how the gateway calls itself; empty: when asked only
public record OpsConfig(
        Optional<Listen> listen,
        Optional<Secret> token,
        Optional<RecordsConfig> records,
        DoctorConfig doctor,
        Optional<AuditConfig> audit,
        List<OpsUser> users,
        RecordingConfig recording,
        Optional<JmxConfig> jmx,
        Optional<ProbeConfig> probe) {

    public OpsConfig {
        users = List.copyOf(users);
    }

    /// The same for others who may read and act.
    public OpsConfig withAccess(Optional<Secret> by, List<OpsUser> others) {
        return new OpsConfig(listen, by, records, doctor, audit, others, recording, jmx, probe);
    }

    /// The same with another call doctor.
    public OpsConfig withDoctor(DoctorConfig other) {
        return new OpsConfig(listen, token, records, other, audit, users, recording, jmx, probe);
    }

    /// The same with other call records.
    public OpsConfig withRecords(RecordsConfig others) {
        return new OpsConfig(
                listen, token, Optional.of(others), doctor, audit, users, recording, jmx, probe);
    }

    /// With the defaults of all else.
    public OpsConfig(
            Optional<Listen> listen, Optional<Secret> token, Optional<RecordsConfig> records) {
        this(
                listen,
                token,
                records,
                DoctorConfig.DEFAULT,
                Optional.empty(),
                List.of(),
                RecordingConfig.OFF,
                Optional.empty(),
                Optional.empty());
    }
}
