package offhook.web;

import offhook.http.StaticFiles;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Serves the page and the client library, files of `static/` beside this class.
final class PageHandler extends Handler.Abstract {

    private final StaticFiles files = new StaticFiles(PageHandler.class);

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!HttpMethod.HEAD.is(request.getMethod()) && !HttpMethod.GET.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            HttpAnswer.error(
                    response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, WebError.NOT_FOUND);
            return true;
        }
        String asked = Request.getPathInContext(request);
        String path = asked.endsWith("/") ? asked + "index.html" : asked;
        if (path.startsWith("/client/")) {
            // Pages of other sites load the library; what it may do is decided at /agent.
            response.getHeaders().put("Access-Control-Allow-Origin", "*");
            response.getHeaders().put("Cross-Origin-Resource-Policy", "cross-origin");
        }
        if (!files.serve(request, response, callback, path)) {
            HttpAnswer.error(response, callback, HttpStatus.NOT_FOUND_404, WebError.NOT_FOUND);
        }
        return true;
    }
}
