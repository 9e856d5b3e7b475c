package offhook.config;

import java.time.Duration;

/// How the gateway calls itself to see that it works.
///
/// @param every from the end of one call to the next
public record ProbeConfig(Duration every) {}
