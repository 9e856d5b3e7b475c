package offhook.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/// The JSON object that comes with a request. It must call itself JSON: a form of another site's
/// page cannot.
final class JsonBody {

    private static final int MAX_BYTES = 4_096;
    private static final int SECONDS = 5;

    private JsonBody() {}

    /// Waits for it; when there is none, the request is answered.
    static Optional<JsonNode> read(Request request, Response response, Callback callback) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            Answers.error(
                    response,
                    callback,
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                    "malformed",
                    "send application/json");
            return Optional.empty();
        }
        CompletableFuture<byte[]> whole = new CompletableFuture<>();
        Content.Source.asByteArrayAsync(request, MAX_BYTES, Promise.Invocable.toPromise(whole));
        try {
            String text = new String(whole.get(SECONDS, TimeUnit.SECONDS), StandardCharsets.UTF_8);
            // Nothing is left of the request: the connection may stay.
            response.getHeaders().remove(HttpHeader.CONNECTION);
            JsonNode body = Views.JSON.readTree(text.isBlank() ? "{}" : text);
            if (body.isObject()) {
                return Optional.of(body);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | JsonProcessingException _) {
            // It came too late, is too long, or is no JSON: all the same to who sent it.
        }
        malformed(response, callback, "the body must be a JSON object of at most 4096 bytes");
        return Optional.empty();
    }

    static boolean malformed(Response response, Callback callback, String why) {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        return Answers.error(response, callback, HttpStatus.BAD_REQUEST_400, "malformed", why);
    }
}
