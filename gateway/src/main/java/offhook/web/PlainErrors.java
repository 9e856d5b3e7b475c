package offhook.web;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// What is answered when Jetty itself refuses a request or something of ours fails: the status, and
/// nothing of our insides.
final class PlainErrors implements Request.Handler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        // Jetty closes after some of them: say so, or a client uses the connection again.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        WebError error =
                HttpStatus.isServerError(status)
                        ? WebError.BUSY
                        : status == HttpStatus.NOT_FOUND_404
                                ? WebError.NOT_FOUND
                                : WebError.MALFORMED;
        HttpAnswer.error(response, callback, status, error);
        return true;
    }
}
