package offhook.web;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import offhook.config.TurnConfig;

/// Makes user names for the TURN server (RFC 8656) that shares a secret with us: the time they
/// expire, in seconds, and who uses them, with an HMAC over both as the password. It is the scheme
/// of `use-auth-secret` in coturn (draft-uberti-behave-turn-rest-00 §2.2). Safe for any thread.
final class TurnCredentials {

    /// The scheme's own; its collisions do not matter to an HMAC.
    private static final String HMAC = "HmacSHA1";

    /// Of no server.
    static final TurnCredentials NONE =
            new TurnCredentials(Optional.empty(), InstantSource.system());

    private final Optional<TurnConfig> turn;
    private final InstantSource clock;

    TurnCredentials(Optional<TurnConfig> turn, InstantSource clock) {
        this.turn = turn;
        this.clock = clock;
    }

    /// A TURN server for one page.
    ///
    /// @param lifetime of user name and credential
    record Server(List<String> urls, String username, String credential, Duration lifetime) {

        @Override
        public String toString() {
            return "Server[urls=" + urls + ", username=" + username + "]";
        }
    }

    /// The server, with a new user name; empty when there is none.
    ///
    /// @param user shown in the server's logs
    Optional<Server> server(String user) {
        return turn.map(config -> {
            long expiry = clock.instant().plus(config.lifetime()).getEpochSecond();
            // The first colon ends the time; the name of a visitor holds others.
            String username = expiry + ":" + user;
            return new Server(
                    config.urls(), username, credential(config, username), config.lifetime());
        });
    }

    private static String credential(TurnConfig config, String username) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(
                    new SecretKeySpec(
                            config.secret().value().getBytes(StandardCharsets.UTF_8), HMAC));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA1", e);
        }
    }
}
