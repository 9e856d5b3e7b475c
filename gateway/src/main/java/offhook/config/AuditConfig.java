package offhook.config;

import java.nio.file.Path;

/// The audit log.
///
/// @param file that is written
/// @param rotateBytes how long it becomes before the next one is begun
public record AuditConfig(Path file, long rotateBytes) {}
