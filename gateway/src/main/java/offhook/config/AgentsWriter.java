package offhook.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import offhook.config.AgentsConfig.User;

/// Writes who may sign in, the counterpart of [AgentsReader] and [IssuerReader].
final class AgentsWriter {

    private AgentsWriter() {}

    static WrittenSection agents(AgentsConfig agents) {
        return new WrittenSection()
                .put("users", ConfigWriter.each(agents.users(), AgentsWriter::user))
                .put("token-lifetime", time(agents.tokenLifetime()))
                .put("token-secret", agents.tokenSecret())
                .put("grace-seconds", agents.grace())
                .put("tokens", agents.issuer().map(AgentsWriter::issuer));
    }

    private static WrittenSection user(User user) {
        return new WrittenSection()
                .put("name", user.name())
                .put("display-name", user.displayName())
                .put("caller-id", user.callerId())
                .put("withhold-number", user.withholdNumber())
                .put("calls", user.calls())
                .put(
                        "password-hash",
                        Optional.of(user.passwordHash()).filter(hash -> !hash.value().isEmpty()))
                .put("sip-password", user.sipPassword());
    }

    /// In the largest unit that is whole.
    private static String time(Duration time) {
        long seconds = time.toSeconds();
        if (seconds % 3600 == 0) {
            return time.toHours() + "h";
        }
        return seconds % 60 == 0 ? time.toMinutes() + "m" : seconds + "s";
    }

    private static WrittenSection issuer(IssuerConfig issuer) {
        return new WrittenSection()
                .put("jwks", keys(issuer.jwks()))
                .put("issuer", issuer.issuer())
                .put("audience", issuer.audience())
                .put("claims", claims(issuer.claims()))
                .put("clock-skew-seconds", issuer.clockSkew())
                .put("max-agents", issuer.maxAgents());
    }

    private static String keys(URI jwks) {
        return "file".equals(jwks.getScheme()) ? Path.of(jwks).toString() : jwks.toString();
    }

    private static WrittenSection claims(IssuerConfig.Claims claims) {
        return new WrittenSection()
                .put("name", claims.name())
                .put("display-name", claims.displayName())
                .put("caller-id", claims.callerId())
                .put("dial", claims.dial())
                .put("transfer", claims.transfer());
    }
}
