package offhook.console;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Optional;
import offhook.config.OpsUser;
import offhook.config.OpsUser.Role;
import offhook.config.Secret;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class OperatorTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String HANG_UP = "/api/calls/" + Scene.CALL.value() + "/hangup";

    private static final String SEND_ON = "/api/calls/" + Scene.CALL.value() + "/send-on";

    private static final String BOX = "/api/calls/" + Scene.CALL.value() + "/box";

    private final OpsUser carol = user("carol", Role.OPERATE);
    private final OpsUser reader = user("rita", Role.READ);
    private final ObjectMapper json = new ObjectMapper();
    private Scene scene = new Scene();
    private OpsPort port;

    private static OpsUser user(String name, Role role) {
        String hash = BCrypt.withDefaults().hashToString(4, (name + "'s secret").toCharArray());
        return new OpsUser(name, new Secret(hash), role);
    }

    @BeforeMethod
    public void open() throws IOException {
        scene = new Scene();
        scene.call(Scene.CALL, "Ana");
        port = new OpsPort(scene, Optional.empty(), carol, reader);
    }

    @AfterMethod(alwaysRun = true)
    public void close() {
        port.close();
    }

    private HttpRequest.Builder post(String path, String body) {
        return port.at(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    private HttpResponse<String> signIn(String name, String password) throws IOException {
        return port.send(
                post(
                        "/api/session",
                        json.createObjectNode()
                                .put("name", name)
                                .put("password", password)
                                .toString()));
    }

    private String token(OpsUser user) throws IOException {
        HttpResponse<String> answer = signIn(user.name(), user.name() + "'s secret");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body()).path("token").asText();
    }

    private HttpResponse<String> act(String path, String token) throws IOException {
        return port.send(post(path, "{}").header("Authorization", "Bearer " + token));
    }

    @Test
    public void anOperatorHangsUp() throws IOException {
        HttpResponse<String> answer = act(HANG_UP, token(carol));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("hung up");
        assertThat(scene.calls).isEmpty();
        assertThat(scene.audited)
                .containsExactly(
                        "page:carol@127.0.0.1 sign-in  ok",
                        "page:carol@127.0.0.1 hangup " + Scene.CALL.value() + " ok");
        // The next look sees it, also within the second.
        assertThat(json.readTree(port.get("/api/now").body()).at("/calls/total").asInt(-1))
                .isZero();
        assertThat(act(HANG_UP, token(carol)).statusCode()).isEqualTo(404);
    }

    @Test
    public void anOperatorSteersTheGatewayAndItsTrunks() throws IOException {
        String token = token(carol);

        assertThat(act("/api/gateway/drain", token).statusCode()).isEqualTo(200);
        assertThat(act("/api/gateway/undrain", token).statusCode()).isEqualTo(200);
        assertThat(act("/api/gateway/reload", token).body()).contains("changed: routes");
        assertThat(act("/api/trunks/pbx/disable", token).body())
                .contains("The trunk pbx is disabled.");
        assertThat(act("/api/trunks/nobody/disable", token).statusCode()).isEqualTo(404);

        assertThat(scene.done).containsExactly("drain", "undrain", "reload");
        assertThat(scene.audited)
                .containsSubsequence(
                        "page:carol@127.0.0.1 drain  ok",
                        "page:carol@127.0.0.1 undrain  ok",
                        "page:carol@127.0.0.1 reload  ok",
                        "page:carol@127.0.0.1 disable pbx ok");
    }

    @Test
    public void anOperatorTakesTheBlackBoxOfACall() throws IOException {
        String token = token(carol);

        HttpResponse<String> box = act(BOX, token);
        HttpResponse<String> none = act("/api/calls/unknown/box", token);

        assertThat(box.statusCode()).isEqualTo(200);
        assertThat(box.headers().firstValue("Content-Type")).hasValue("application/zip");
        assertThat(box.body()).isEqualTo("PK");
        assertThat(none.statusCode()).isEqualTo(409);
        assertThat(none.body()).contains("nothing is recorded of it");
        assertThat(scene.audited)
                .contains("page:carol@127.0.0.1 box " + Scene.CALL.value() + " ok");
    }

    @Test
    public void anOperatorSignsAnAgentOut() throws IOException {
        String token = token(carol);

        assertThat(act("/api/agents/alice/signout", token).body())
                .contains("alice was signed out.");
        assertThat(act("/api/agents/nobody/signout", token).statusCode()).isEqualTo(404);

        assertThat(scene.audited).contains("page:carol@127.0.0.1 signout alice ok");
        assertThat(act("/api/agents/bob/signout", token).body()).contains("for now only");
        assertThat(scene.audited).contains("page:carol@127.0.0.1 signout bob ok, but for now only");
    }

    @Test
    public void anOperatorClosesAndOpensAQueue() throws IOException {
        String token = token(carol);

        assertThat(act("/api/queues/desk/close", token).body())
                .contains("The queue desk is closed.");
        assertThat(act("/api/queues/desk/open", token).body()).contains("The queue desk is open.");
        assertThat(act("/api/queues/nobody/close", token).statusCode()).isEqualTo(404);

        assertThat(scene.done).containsExactly("close desk", "open desk", "close nobody");
        assertThat(scene.audited)
                .containsSubsequence(
                        "page:carol@127.0.0.1 close desk ok", "page:carol@127.0.0.1 open desk ok");
    }

    @Test
    public void anOperatorSendsOnWhoWaits() throws IOException {
        String token = token(carol);

        HttpResponse<String> early = act(SEND_ON, token);
        scene.waits(Scene.CALL);
        HttpResponse<String> answer = act(SEND_ON, token);

        assertThat(early.statusCode()).isEqualTo(409);
        assertThat(early.body()).contains("waits in no queue");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(scene.audited)
                .containsSubsequence(
                        "page:carol@127.0.0.1 send-on "
                                + Scene.CALL.value()
                                + " The caller waits in no queue, or an agent rings for it.",
                        "page:carol@127.0.0.1 send-on " + Scene.CALL.value() + " ok");
    }

    @DataProvider
    public static Object[][] deeds() {
        return new Object[][] {
            {HANG_UP},
            {"/api/gateway/drain"},
            {"/api/gateway/undrain"},
            {"/api/gateway/reload"},
            {"/api/trunks/pbx/enable"},
            {"/api/trunks/pbx/disable"},
            {BOX},
            {"/api/agents/alice/signout"},
            {"/api/queues/desk/close"},
            {"/api/queues/desk/open"},
            {SEND_ON}
        };
    }

    @Test(dataProvider = "deeds")
    public void whoOnlyLooksCannotAct(String path) throws IOException {
        assertThat(port.send(post(path, "{}")).statusCode()).isEqualTo(401);
        assertThat(act(path, TOKEN).statusCode()).isEqualTo(401);
        HttpResponse<String> answer = act(path, token(reader));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("reads-only");
        assertThat(scene.done).isEmpty();
        assertThat(scene.calls).hasSize(1);
        assertThat(scene.audited.getLast()).endsWith("refused: may read only");
    }

    @Test
    public void theTokenForReadingDoesNotAct() throws IOException {
        port.close();
        port = new OpsPort(scene, Optional.of(TOKEN), carol);

        assertThat(act(HANG_UP, TOKEN).statusCode()).isEqualTo(401);
        String session = token(carol);
        assertThat(
                        port.send(port.at("/api/now").header("Authorization", "Bearer " + session))
                                .statusCode())
                .isEqualTo(200);
        assertThat(act(HANG_UP, session).statusCode()).isEqualTo(200);
    }

    @Test
    public void aWrongPasswordIsRefusedAndGuessingIsSlowedDown() throws IOException {
        HttpResponse<String> answer = signIn("carol", "wrong");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("bad-credentials").doesNotContain("token");
        assertThat(signIn("nobody", "carol's secret").body()).isEqualTo(answer.body());
        assertThat(scene.audited).contains("127.0.0.1 sign-in carol wrong password");

        for (int i = 1; i < 10; i++) {
            assertThat(signIn("carol", "wrong").statusCode()).isEqualTo(401);
        }
        HttpResponse<String> blocked = signIn("carol", "carol's secret");
        assertThat(blocked.statusCode()).isEqualTo(429);
        assertThat(blocked.headers().firstValue("Retry-After")).isPresent();
        // An office shares an address: its other names sign in.
        assertThat(signIn("rita", "rita's secret").statusCode()).isEqualTo(200);
    }

    @Test
    public void signingOutEndsTheSession() throws IOException {
        String token = token(carol);
        port.send(port.at("/api/session").header("Authorization", "Bearer " + token).DELETE());

        assertThat(act("/api/gateway/drain", token).statusCode()).isEqualTo(401);
        assertThat(scene.done).isEmpty();
    }

    @Test
    public void aPageOfAnotherSiteIsTurnedAway() throws IOException {
        String token = token(carol);
        for (String[] field :
                new String[][] {
                    {"Sec-Fetch-Site", "cross-site"},
                    {"Sec-Fetch-Site", "same-site"},
                    {"Origin", "http://evil.example"},
                    {"Origin", "null"}
                }) {
            HttpResponse<String> answer =
                    port.send(
                            post("/api/gateway/drain", "{}")
                                    .header("Authorization", "Bearer " + token)
                                    .header(field[0], field[1]));
            assertThat(answer.statusCode()).as(field[1]).isEqualTo(403);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        }
        assertThat(scene.done).isEmpty();
        assertThat(
                        port.send(
                                        post("/api/gateway/drain", "{}")
                                                .header("Authorization", "Bearer " + token)
                                                .header("Sec-Fetch-Site", "same-origin"))
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    public void aFormIsNoRequestOfThePage() throws IOException {
        HttpResponse<String> form =
                port.send(
                        port.at("/api/session")
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("{\"name\":\"carol\"}")));
        assertThat(form.statusCode()).isEqualTo(415);
        assertThat(port.send(post("/api/session", "[]")).statusCode()).isEqualTo(400);
        assertThat(port.send(post("/api/session", "{}")).statusCode()).isEqualTo(400);
        assertThat(port.send(post("/api/session", "{\"name\":1}")).statusCode()).isEqualTo(400);
        assertThat(port.send(post("/api/session", "{" + " ".repeat(5_000) + "}")).statusCode())
                .isEqualTo(400);
    }

    @Test
    public void passwordsAreNotTakenWhereOthersReadAlong() throws IOException {
        HttpResponse<String> answer =
                port.send(
                        post("/api/session", "{\"name\":\"carol\",\"password\":\"carol's secret\"}")
                                .header("X-Forwarded-Proto", "http"));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("insecure").contains("ssh -L");
        JsonNode told = json.readTree(port.get("/api/session").body());
        assertThat(told.path("possible").asBoolean()).isTrue();
        assertThat(told.path("needed-to-read").asBoolean(true)).isFalse();
    }

    @Test
    public void withoutUsersThePageSaysHowToHaveThem() throws IOException {
        port.close();
        port = new OpsPort(scene, Optional.empty());

        JsonNode told = json.readTree(port.get("/api/session").body());

        assertThat(told.path("possible").asBoolean(true)).isFalse();
        assertThat(told.path("why-not").asText()).contains("ops.users");
        assertThat(signIn("carol", "carol's secret").statusCode()).isEqualTo(403);
    }
}
