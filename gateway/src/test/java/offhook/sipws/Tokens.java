package offhook.sipws;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// Tokens of `POST /api/token`.
final class Tokens {

    private Tokens() {}

    static String of(PhoneStand stand, String name) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + stand.port() + "/api/token"))
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"name\":\"" + name + "\",\"password\":\"alice\"}"))
                        .build();
        String answer = stand.http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return TextSipPhone.field(answer, "\"token\":\"([^\"]+)\"");
    }
}
