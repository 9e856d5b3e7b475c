package offhook.http;

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
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// The files of the folder `static/` beside a class. They are kept in memory once asked for;
/// browsers ask again each time and are told `304` while nothing changed. Any thread.
public final class StaticFiles {

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

    private final Class<?> beside;
    private final Map<String, StaticFile> files = new ConcurrentHashMap<>();

    /// @param beside the class whose package has the folder
    public StaticFiles(Class<?> beside) {
        this.beside = beside;
    }

    /// @param content read-only; every answer reads a duplicate of it
    private record StaticFile(ByteBuffer content, String type, String etag) {}

    /// Answers a GET or HEAD.
    ///
    /// @param path from the folder, `/` at its beginning
    /// @return false, and nothing is answered, when there is no such file
    public boolean serve(Request request, Response response, Callback callback, String path) {
        Optional<StaticFile> file = file(path);
        file.ifPresent(found -> write(request, response, callback, found));
        return file.isPresent();
    }

    private static void write(
            Request request, Response response, Callback callback, StaticFile file) {
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
        response.getHeaders().put(HttpHeader.ETAG, file.etag());
        if (request.getHeaders().getValuesList(HttpHeader.IF_NONE_MATCH).contains(file.etag())) {
            response.setStatus(HttpStatus.NOT_MODIFIED_304);
            callback.succeeded();
            return;
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, file.type());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, file.content().remaining());
        if (HttpMethod.HEAD.is(request.getMethod())) {
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

    private Optional<StaticFile> read(String path, String type) {
        try (InputStream in = beside.getResourceAsStream("static" + path)) {
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
