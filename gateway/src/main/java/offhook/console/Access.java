package offhook.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import offhook.config.Secret;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Who may read at the operations port. Any thread.
final class Access {

    private static final String BEARER = "Bearer ";

    private final Optional<byte[]> token;

    /// @param token who shows it may read; empty: whoever reaches the port
    Access(Optional<Secret> token) {
        this.token = token.map(secret -> secret.value().getBytes(StandardCharsets.UTF_8));
    }

    boolean mayRead(Request request) {
        return token.isEmpty()
                || bearer(request)
                        .map(shown -> shown.getBytes(StandardCharsets.UTF_8))
                        .filter(shown -> MessageDigest.isEqual(shown, token.get()))
                        .isPresent();
    }

    /// What a request shows (RFC 6750 §2.1).
    static Optional<String> bearer(Request request) {
        return Optional.ofNullable(request.getHeaders().get(HttpHeader.AUTHORIZATION))
                .filter(shown -> shown.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(shown -> shown.substring(BEARER.length()).strip());
    }

    /// Answers who may not.
    static boolean refuse(Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"offhook\"");
        return Answers.error(response, callback, HttpStatus.UNAUTHORIZED_401, "unauthorized");
    }
}
