package offhook.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Serves the page and the client library, files of `static/` beside this class. They are kept in
/// memory once asked for; browsers ask again each time and are told `304` while nothing changed.
final class PageHandler extends Handler.Abstract {

    /// Plain names in plain folders: no dot at a name's start, so no way up or into hidden files.
    private static final Pattern PATH = Pattern.compile("(?:/[a-z0-9_-][a-z0-9._-]*)+");

    private static final int MAX_PATH_CHARS = 120;

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("html", "text/html; charset=utf-8"),
                    Map.entry("js", "text/javascript; charset=utf-8"),
                    Map.entry("mjs", "text/javascript; charset=utf-8"),
                    Map.entry("ts", "text/plain; charset=utf-8"),
                    Map.entry("map", "application/json"),
                    Map.entry("json", "application/json"),
                    Map.entry("webmanifest", "application/manifest+json"),
                    Map.entry("css", "text/css; charset=utf-8"),
                    Map.entry("svg", "image/svg+xml"),
                    Map.entry("png", "image/png"),
                    Map.entry("ico", "image/x-icon"),
                    Map.entry("woff2", "font/woff2"),
                    Map.entry("wav", "audio/wav"),
                    Map.entry("mp3", "audio/mpeg"),
                    Map.entry("ogg", "audio/ogg"));

    private final Map<String, StaticFile> files = new ConcurrentHashMap<>();

    /// @param content read-only; every answer reads a duplicate of it
    private record StaticFile(ByteBuffer content, String type, String etag) {}

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        boolean head = HttpMethod.HEAD.is(request.getMethod());
        if (!head && !HttpMethod.GET.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            HttpAnswer.error(
                    response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, WebError.NOT_FOUND);
            return true;
        }
        String asked = Request.getPathInContext(request);
        String path = asked.endsWith("/") ? asked + "index.html" : asked;
        Optional<StaticFile> file = file(path);
        if (file.isEmpty()) {
            HttpAnswer.error(response, callback, HttpStatus.NOT_FOUND_404, WebError.NOT_FOUND);
            return true;
        }
        if (path.startsWith("/client/")) {
            // Pages of other sites load the library; what it may do is decided at /agent.
            response.getHeaders().put("Access-Control-Allow-Origin", "*");
            response.getHeaders().put("Cross-Origin-Resource-Policy", "cross-origin");
        }
        write(request, response, callback, file.get(), head);
        return true;
    }

    private static void write(
            Request request, Response response, Callback callback, StaticFile file, boolean head) {
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
        response.getHeaders().put(HttpHeader.ETAG, file.etag());
        if (request.getHeaders().getValuesList(HttpHeader.IF_NONE_MATCH).contains(file.etag())) {
            response.setStatus(HttpStatus.NOT_MODIFIED_304);
            callback.succeeded();
            return;
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, file.type());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, file.content().remaining());
        if (head) {
            callback.succeeded();
        } else {
            response.write(true, file.content().duplicate(), callback);
        }
    }

    private Optional<StaticFile> file(String path) {
        StaticFile known = files.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        if (type == null || path.length() > MAX_PATH_CHARS || !PATH.matcher(path).matches()) {
            return Optional.empty();
        }
        Optional<StaticFile> read = read(path, type);
        read.ifPresent(f -> files.put(path, f));
        return read;
    }

    private static Optional<StaticFile> read(String path, String type) {
        try (InputStream in = PageHandler.class.getResourceAsStream("static" + path)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            return Optional.of(
                    new StaticFile(ByteBuffer.wrap(bytes).asReadOnlyBuffer(), type, etag(bytes)));
        } catch (IOException e) {
            throw new UncheckedIOException("a resource of the program cannot be read", e);
        }
    }

    private static String etag(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(hash) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
