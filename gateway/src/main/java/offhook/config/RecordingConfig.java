package offhook.config;

import java.util.Optional;

/// What becomes of the messages that pass.
///
/// @param blackBox how they are kept for black boxes and traces; empty: they are not
/// @param hep where they are sent as HEP; empty: nowhere
public record RecordingConfig(Optional<BlackBoxConfig> blackBox, Optional<HepConfig> hep) {

    /// Nothing is recorded.
    public static final RecordingConfig OFF =
            new RecordingConfig(Optional.empty(), Optional.empty());
}
