package offhook.console;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import offhook.config.Listen;
import offhook.http.StaticFiles;
import offhook.ops.Health;
import offhook.ops.Metrics;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Answers `/metrics`, `/health/live`, `/health/ready`, `/api/...` and the page. Who may not read
/// learns the status of health, for balancers that cannot show a token, and gets the files of the
/// page, which say nothing of this gateway. Runs on a virtual thread a request.
final class OpsHandler extends Handler.Abstract {

    private static final String API = "/api/";

    /// The names of this machine by which a browser's page, led here by its DNS, could not call us.
    private static final Pattern LOCAL =
            Pattern.compile("(?:localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1])(?::[0-9]{1,5})?");

    private final boolean local;
    private final Access access;
    private final Health health;
    private final Metrics metrics;
    private final ApiHandler api;
    private final StaticFiles files = new StaticFiles(OpsHandler.class);

    OpsHandler(Listen listen, Access access, Health health, Metrics metrics, ApiHandler api) {
        this.local = listen.address().getAddress().isLoopbackAddress();
        this.access = access;
        this.health = health;
        this.metrics = metrics;
        this.api = api;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String host = request.getHeaders().get(HttpHeader.HOST);
        if (local && (host == null || !LOCAL.matcher(host.toLowerCase(Locale.ROOT)).matches())) {
            return Answers.error(
                    response, callback, HttpStatus.MISDIRECTED_REQUEST_421, "misdirected");
        }
        String path = Request.getPathInContext(request);
        if (path.startsWith(API)) {
            return api.answer(request, response, callback, path.substring(API.length()));
        }
        if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
            return Answers.notAllowed(response, callback, "GET, HEAD");
        }
        return switch (path) {
            case "/health/live" -> health(request, response, callback, health.live());
            case "/health/ready" -> health(request, response, callback, health.ready());
            case "/metrics" -> metrics(request, response, callback);
            default -> file(request, response, callback, path);
        };
    }

    /// What is answered when Jetty itself refuses a request or something of ours fails.
    boolean refuse(Request request, Response response, Callback callback) {
        // Jetty closes after some of them: say so, or a client uses the connection again.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        String what =
                HttpStatus.isServerError(response.getStatus()) ? "internal-error" : "malformed";
        return Answers.error(response, callback, response.getStatus(), what);
    }

    private boolean health(
            Request request, Response response, Callback callback, Health.Report report) {
        int status = report.good() ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503;
        return Answers.json(
                response,
                callback,
                status,
                access.mayRead(request) ? report.full() : report.brief());
    }

    private boolean metrics(Request request, Response response, Callback callback) {
        if (!access.mayRead(request)) {
            return Access.refuse(response, callback);
        }
        return Answers.of(
                response,
                callback,
                HttpStatus.OK_200,
                Metrics.CONTENT_TYPE,
                ByteBuffer.wrap(metrics.text().getBytes(StandardCharsets.UTF_8)));
    }

    private boolean file(Request request, Response response, Callback callback, String path) {
        return files.serve(request, response, callback, path.equals("/") ? "/index.html" : path)
                || Answers.error(response, callback, HttpStatus.NOT_FOUND_404, "not-found");
    }
}
