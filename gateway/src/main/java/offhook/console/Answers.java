package offhook.console;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Writes whole answers.
final class Answers {

    static final String JSON = "application/json";

    private Answers() {}

    static boolean json(Response response, Callback callback, int status, String text) {
        return of(
                response,
                callback,
                status,
                JSON,
                ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    static boolean of(
            Response response, Callback callback, int status, String type, ByteBuffer text) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, text, callback);
        return true;
    }

    /// Says that something cannot be had.
    ///
    /// @param code a stable key
    static boolean error(Response response, Callback callback, int status, String code) {
        return json(response, callback, status, "{\"error\":\"" + code + "\"}");
    }

    /// Says so, and why.
    ///
    /// @param detail one sentence for people
    static boolean error(
            Response response, Callback callback, int status, String code, String detail) {
        return json(
                response,
                callback,
                status,
                Views.JSON.createObjectNode().put("error", code).put("detail", detail).toString());
    }

    /// Says that only something else may be done there.
    static boolean notAllowed(Response response, Callback callback, String allowed) {
        response.getHeaders().put(HttpHeader.ALLOW, allowed);
        return error(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "method-not-allowed");
    }
}
