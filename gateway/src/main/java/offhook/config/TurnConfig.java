package offhook.config;

import java.time.Duration;
import java.util.List;

/// A TURN server (RFC 8656) that browsers may use, and shares a secret with us.
///
/// @param urls `turn:` and `turns:` (RFC 7065)
/// @param secret with which user names are signed
/// @param lifetime how long a user name is valid
public record TurnConfig(List<String> urls, Secret secret, Duration lifetime) {}
