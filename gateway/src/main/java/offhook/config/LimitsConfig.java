package offhook.config;

import java.time.Duration;

/// What protects the gateway and its callers.
///
/// @param maxCalls calls at one time
/// @param sipRequestsPerSecond per known source
/// @param ring how long a caller waits for an answer at most
/// @param call how long a call lasts at most
public record LimitsConfig(int maxCalls, int sipRequestsPerSecond, Duration ring, Duration call) {}
