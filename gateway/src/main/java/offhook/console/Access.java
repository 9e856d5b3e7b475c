package offhook.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import offhook.config.OpsUser;
import offhook.config.Secret;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Who may read at the operations port, and who may act. Any thread.
final class Access {

    private static final String BEARER = "Bearer ";

    /// Exchanged whole.
    private volatile Optional<byte[]> token = Optional.empty();

    private final Sessions sessions;

    /// @param token who shows it may read; empty: whoever reaches the port
    Access(Optional<Secret> token, Sessions sessions) {
        this.sessions = sessions;
        open(token);
    }

    /// Who shows this token may read from now on.
    void open(Optional<Secret> by) {
        token = by.map(secret -> secret.value().getBytes(StandardCharsets.UTF_8));
    }

    boolean mayRead(Request request) {
        Optional<byte[]> needed = token;
        return needed.isEmpty()
                || bearer(request).filter(shown -> opens(shown, needed.get())).isPresent();
    }

    private boolean opens(String shown, byte[] needed) {
        return MessageDigest.isEqual(shown.getBytes(StandardCharsets.UTF_8), needed)
                || sessions.user(shown).isPresent();
    }

    /// Whether nobody reads without showing something.
    boolean needsToken() {
        return token.isPresent();
    }

    /// Who is signed in and asks.
    Optional<OpsUser> user(Request request) {
        return bearer(request).flatMap(sessions::user);
    }

    Sessions sessions() {
        return sessions;
    }

    /// Whether another site's page makes a browser ask this. Such a page could not read the answer;
    /// it should not even knock. Browsers say which page asks (Fetch Metadata), older ones name its
    /// origin; who is no browser says nothing.
    static boolean isForeign(Request request) {
        String site = request.getHeaders().get("Sec-Fetch-Site");
        if (site != null) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        String host = request.getHeaders().get(HttpHeader.HOST);
        return origin != null && !origin.replaceFirst("^https?://", "").equalsIgnoreCase(host);
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
        return Answers.error(
                response,
                callback,
                HttpStatus.UNAUTHORIZED_401,
                "unauthorized",
                "Sign in first, or show the token.");
    }
}
