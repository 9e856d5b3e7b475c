package offhook.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Writes whole HTTP answers in JSON.
final class HttpAnswer {

    private HttpAnswer() {}

    static void error(Response response, Callback callback, int status, WebError error) {
        json(
                response,
                callback,
                status,
                MessageWriter.object(json -> MessageWriter.error(json, error.object())));
    }

    static void json(Response response, Callback callback, int status, String text) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), callback);
    }
}
