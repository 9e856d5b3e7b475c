package offhook.web;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/// What the requests have in common that pages send a JSON object with.
final class JsonPost {

    private static final int MAX_BODY_BYTES = 4_096;
    private static final int BODY_SECONDS = 5;

    private JsonPost() {}

    /// Whether a request is one; if not, it is answered. For pages of the other origin, which is
    /// allowed, the answer says so (Fetch, CORS protocol).
    static boolean isReady(
            Request request, Response response, Callback callback, Optional<String> origin) {
        origin.ifPresent(o -> allowOrigin(response, o));
        if (HttpMethod.OPTIONS.is(request.getMethod())) {
            response.setStatus(HttpStatus.NO_CONTENT_204);
            callback.succeeded();
        } else if (!HttpMethod.POST.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "POST, OPTIONS");
            HttpAnswer.error(
                    response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, WebError.MALFORMED);
        } else if (!isJson(request)) {
            HttpAnswer.error(
                    response, callback, HttpStatus.UNSUPPORTED_MEDIA_TYPE_415, WebError.MALFORMED);
        } else {
            return true;
        }
        return false;
    }

    private static void allowOrigin(Response response, String origin) {
        response.getHeaders().put("Access-Control-Allow-Origin", origin);
        response.getHeaders().put("Access-Control-Allow-Methods", "POST");
        response.getHeaders().put("Access-Control-Allow-Headers", "content-type");
        response.getHeaders().put(HttpHeader.VARY, "Origin");
    }

    private static boolean isJson(Request request) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return type != null
                && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")
                && !request.getHeaders().contains(HttpHeader.CONTENT_ENCODING);
    }

    /// The body, which is waited for.
    static String body(Request request) throws MessageException {
        CompletableFuture<byte[]> whole = new CompletableFuture<>();
        Content.Source.asByteArrayAsync(
                request, MAX_BODY_BYTES, Promise.Invocable.toPromise(whole));
        try {
            byte[] bytes = whole.get(BODY_SECONDS, TimeUnit.SECONDS);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (ExecutionException | TimeoutException _) {
            throw new MessageException(
                    true, "the body must come at once and be at most " + MAX_BODY_BYTES + " bytes");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new MessageException(true, "the gateway is stopping");
        }
    }

    /// Answers what cannot be understood.
    static void malformed(Response response, Callback callback, MessageException problem) {
        HttpAnswer.json(
                response,
                callback,
                HttpStatus.BAD_REQUEST_400,
                MessageWriter.object(json ->
                        MessageWriter.error(
                                json,
                                WebError.MALFORMED.object(String.valueOf(problem.getMessage())))));
    }
}
