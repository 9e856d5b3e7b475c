package offhook.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import offhook.runtime.Threads;

/// Where an issuer's public keys are. Any thread.
sealed interface KeySource extends AutoCloseable {

    /// More than any issuer publishes.
    int MAX_BYTES = 256 * 1_024;

    /// The text of the key set, which takes as long as a disk or network takes, 4 s at most.
    String read() throws IOException, InterruptedException;

    @Override
    void close();

    /// The source of that address.
    static KeySource of(URI uri) {
        return "file".equals(uri.getScheme()) ? new OnDisk(Path.of(uri)) : new OnWeb(uri);
    }

    /// A file of this machine.
    record OnDisk(Path file) implements KeySource {

        @Override
        public String read() throws IOException {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_BYTES + 1);
                if (bytes.length > MAX_BYTES) {
                    throw new IOException("more than " + MAX_BYTES + " bytes");
                }
                return new String(bytes, StandardCharsets.UTF_8);
            }
        }

        @Override
        public void close() {}
    }

    /// A server of the issuer. Whoever it redirects to is not believed in its place.
    final class OnWeb implements KeySource {

        private static final Duration CONNECT = Duration.ofSeconds(2);
        private static final long WHOLE_SECONDS = 4;

        private final URI uri;
        private final HttpClient http =
                HttpClient.newBuilder()
                        .connectTimeout(CONNECT)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .executor(Threads.virtualExecutor("jwks-"))
                        .build();

        OnWeb(URI uri) {
            this.uri = uri;
        }

        @Override
        public String read() throws IOException, InterruptedException {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).header("Accept", "application/json").build();
            CompletableFuture<HttpResponse<String>> answer =
                    http.sendAsync(
                            request,
                            HttpResponse.BodyHandlers.limiting(
                                    HttpResponse.BodyHandlers.ofString(), MAX_BYTES));
            try {
                HttpResponse<String> response = answer.get(WHOLE_SECONDS, TimeUnit.SECONDS);
                if (response.statusCode() != 200) {
                    throw new IOException("HTTP status " + response.statusCode());
                }
                return response.body();
            } catch (ExecutionException e) {
                throw new IOException(String.valueOf(e.getCause()), e);
            } catch (TimeoutException e) {
                throw new IOException("no answer within " + WHOLE_SECONDS + " s", e);
            } finally {
                answer.cancel(true);
            }
        }

        @Override
        public void close() {
            http.shutdownNow();
        }
    }
}
