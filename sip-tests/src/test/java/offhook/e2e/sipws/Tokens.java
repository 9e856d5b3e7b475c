package offhook.e2e.sipws;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tokens of `POST /api/token`.
final class Tokens {

    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

    private Tokens() {}

    static String of(String base, String name, String password) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(base + "/api/token"))
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"name\":\""
                                                + name
                                                + "\",\"password\":\""
                                                + password
                                                + "\"}"))
                        .build();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            String answer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            Matcher found = TOKEN.matcher(answer);
            if (!found.find()) {
                throw new AssertionError("no token in " + answer);
            }
            return found.group(1);
        }
    }
}
