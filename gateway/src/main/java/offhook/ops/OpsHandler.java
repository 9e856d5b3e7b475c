package offhook.ops;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import offhook.config.Listen;
import offhook.config.Secret;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Answers `GET /metrics`, `/health/live` and `/health/ready`. Who has no token where one is asked
/// for learns the status of health, for balancers that cannot show one, and nothing else. Runs on a
/// virtual thread a request.
final class OpsHandler extends Handler.Abstract {

    private static final String JSON = "application/json";
    private static final String BEARER = "Bearer ";

    /// The names of this machine by which a browser's page, led here by its DNS, could not call us.
    private static final Pattern LOCAL =
            Pattern.compile("(?:localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1])(?::[0-9]{1,5})?");

    private final boolean local;
    private final Optional<byte[]> token;
    private final Health health;
    private final Metrics metrics;

    OpsHandler(Listen listen, Optional<Secret> token, Health health, Metrics metrics) {
        this.local = listen.address().getAddress().isLoopbackAddress();
        this.token = token.map(secret -> secret.value().getBytes(StandardCharsets.UTF_8));
        this.health = health;
        this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String host = request.getHeaders().get(HttpHeader.HOST);
        if (local && (host == null || !LOCAL.matcher(host.toLowerCase(Locale.ROOT)).matches())) {
            return answer(
                    response,
                    callback,
                    HttpStatus.MISDIRECTED_REQUEST_421,
                    JSON,
                    error("misdirected"));
        }
        if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            return answer(
                    response,
                    callback,
                    HttpStatus.METHOD_NOT_ALLOWED_405,
                    JSON,
                    error("method-not-allowed"));
        }
        boolean known = token.isEmpty() || shows(request, token.get());
        return switch (Request.getPathInContext(request)) {
            case "/health/live" -> answer(response, callback, health.live(), known);
            case "/health/ready" -> answer(response, callback, health.ready(), known);
            case "/metrics" ->
                    known
                            ? answer(
                                    response,
                                    callback,
                                    HttpStatus.OK_200,
                                    Metrics.CONTENT_TYPE,
                                    metrics.text())
                            : unauthorized(response, callback);
            default ->
                    answer(response, callback, HttpStatus.NOT_FOUND_404, JSON, error("not-found"));
        };
    }

    /// What is answered when Jetty itself refuses a request or something of ours fails.
    boolean refuse(Request request, Response response, Callback callback) {
        // Jetty closes after some of them: say so, or a client uses the connection again.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        String what =
                HttpStatus.isServerError(response.getStatus()) ? "internal-error" : "malformed";
        return answer(response, callback, response.getStatus(), JSON, error(what));
    }

    private static boolean shows(Request request, byte[] token) {
        String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        return authorization != null
                && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(
                        authorization
                                .substring(BEARER.length())
                                .strip()
                                .getBytes(StandardCharsets.UTF_8),
                        token);
    }

    private static boolean unauthorized(Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"offhook\"");
        return answer(response, callback, HttpStatus.UNAUTHORIZED_401, JSON, error("unauthorized"));
    }

    private static boolean answer(
            Response response, Callback callback, Health.Report report, boolean known) {
        int status = report.good() ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503;
        return answer(response, callback, status, JSON, known ? report.full() : report.brief());
    }

    private static String error(String code) {
        return "{\"error\":\"" + code + "\"}";
    }

    private static boolean answer(
            Response response, Callback callback, int status, String type, String text) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.write(true, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), callback);
        return true;
    }
}
