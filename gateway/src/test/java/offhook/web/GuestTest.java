package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.Party;
import offhook.call.Target;
import offhook.call.Visitor;
import offhook.config.GuestSite;
import offhook.config.RouteConfig.Destination;
import offhook.config.RouteConfig.Kind;
import offhook.config.Secret;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Visitors of web sites: what they get, what they may do, and what they may not, through real
/// requests and sockets.
public class GuestTest {

    private static final String SHOP = "https://shop.example.com";
    private static final String BANK = "https://bank.example.com";
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final String INSTANCE = "00112233445566778899aabb";

    private WebGateway gateway;

    @BeforeMethod
    public void start() {
        gateway =
                new WebGateway(
                        WebGateway.limits(),
                        WebGateway.agents(Duration.ZERO),
                        List.of(
                                site("shop", SHOP, Optional.empty()),
                                site("bank", BANK, Optional.of(new Secret(KEY)))));
    }

    private static GuestSite site(String name, String origin, Optional<Secret> key) {
        return new GuestSite(
                name,
                key,
                List.of(origin),
                new Destination(Kind.AGENT, "alice", Optional.empty()),
                Optional.empty(),
                List.of("page", "name"),
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                Duration.ofMinutes(60),
                2,
                5,
                4);
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        gateway.close();
    }

    // --- tokens

    @Test
    public void pageOfTheSiteGetsATokenAndCalls() throws Exception {
        HttpResponse<String> given =
                ask(
                        SHOP,
                        "{\"site\":\"shop\",\"fields\":{\"page\":\"https://shop.example.com/a?b=1\","
                                + "\"name\":\"Ana\\u0000 <b>\\u202eGil\"}}");
        assertThat(given.statusCode()).isEqualTo(200);
        assertThat(given.headers().firstValue("Access-Control-Allow-Origin")).contains(SHOP);
        assertThat(WebGateway.field(given.body(), "expires-in")).isEqualTo("300");
        Page page = guest(SHOP, WebGateway.field(given.body(), "token"), INSTANCE);

        dial(page, "r");

        page.await("dialled");
        RecordingIntake.Call call = gateway.intake.take();
        assertThat(call.incoming().source()).isEqualTo("guest:shop");
        assertThat(call.incoming().caller()).isEqualTo(new Party("", "Ana  <b> Gil"));
        assertThat(call.incoming().details().visitor())
                .contains(
                        new Visitor(
                                "shop",
                                Map.of(
                                        "page", "https://shop.example.com/a?b=1",
                                        "name", "Ana  <b> Gil")));
        assertThat(call.incoming().externalId()).doesNotContain(INSTANCE);
    }

    @DataProvider
    public Object[][] refusedRequests() {
        return new Object[][] {
            {"another site's page", BANK, "{\"site\":\"shop\"}", 403},
            {"nobody's page", "https://evil.example", "{\"site\":\"shop\"}", 403},
            {"no page", "", "{\"site\":\"shop\"}", 403},
            {"a site that signs by itself", BANK, "{\"site\":\"bank\"}", 403},
            {"no such site", SHOP, "{\"site\":\"none\"}", 403},
            {"no site", SHOP, "{}", 400},
            {"fields that are no texts", SHOP, "{\"site\":\"shop\",\"fields\":7}", 400},
            {"another key", SHOP, "{\"site\":\"shop\",\"to\":\"trunk:pbx:900\"}", 400},
        };
    }

    @Test(dataProvider = "refusedRequests")
    public void tokenIsRefused(String kind, String origin, String body, int status)
            throws Exception {
        HttpResponse<String> answer = ask(origin, body);

        assertThat(answer.statusCode()).as(kind).isEqualTo(status);
        assertThat(answer.body()).doesNotContain("\"token\"");
    }

    @Test
    public void addressThatAsksForTooManyTokensWaits() throws Exception {
        for (int i = 0; i < 30; i++) {
            assertThat(ask(SHOP, "{\"site\":\"shop\"}").statusCode()).isEqualTo(200);
        }

        HttpResponse<String> answer = ask(SHOP, "{\"site\":\"shop\"}");

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    @DataProvider
    public Object[][] badTokens() throws Exception {
        return new Object[][] {
            {"another site's key", BANK, signed(KEY.replace('0', '1'), claims("bank"))},
            {"alg none", BANK, new PlainJWT(claims("bank").build()).serialize()},
            {"a page of another site", SHOP, signed(KEY, claims("bank"))},
            {"for agents", BANK, signed(KEY, claims("bank").audience("offhook-agent"))},
            {"for longer than allowed", BANK, signed(KEY, claims("bank", 3_600))},
            {"for ever", BANK, signed(KEY, claims("bank").expirationTime(null))},
        };
    }

    @Test(dataProvider = "badTokens")
    public void badTokenIsRefusedAndTheSocketClosed(String kind, String origin, String token)
            throws Exception {
        Page page = Page.connectGuest(gateway, origin);

        page.hello(token, INSTANCE, "away");

        assertThat(page.expect("error")).as(kind).contains("31204");
        assertThat(page.closeCode()).isEqualTo(4401);
    }

    @Test
    public void agentsAndGuestsDoNotEnterByEachOthersDoor() throws Exception {
        Page asGuest = Page.connectGuest(gateway, SHOP);
        asGuest.hello(gateway.token("alice"), INSTANCE, "available");
        assertThat(asGuest.expect("error")).contains("31204");
        Page asAgent = gateway.connect();
        asAgent.hello(signed(KEY, claims("bank")), INSTANCE, "available");
        assertThat(asAgent.expect("error")).contains("31204");
    }

    @Test
    public void siteSignsForItsVisitorsItself() throws Exception {
        String token =
                signed(KEY, claims("bank").claim("fields", Map.of("name", "Ana", "iban", "ES00")));
        Page page = guest(BANK, token, INSTANCE);

        dial(page, "r");

        page.await("dialled");
        assertThat(gateway.intake.take().incoming().details().visitor())
                .contains(new Visitor("bank", Map.of("name", "Ana")));
    }

    @Test
    public void guestWhoseNameCouldBeGuessedIsRefused() throws Exception {
        Page page = Page.connectGuest(gateway, BANK);

        page.hello(signed(KEY, claims("bank")), "1", "away");

        assertThat(page.expect("error")).contains("31204");
    }

    // --- what a guest may do

    @DataProvider
    public Object[][] forbidden() {
        return new Object[][] {
            {"presence", "{\"type\":\"presence\",\"state\":\"available\"}"},
            {"transfer", "{\"type\":\"transfer\",\"call\":\"%s\",\"to\":\"+34900\"}"},
            {"consult", "{\"type\":\"consult\",\"call\":\"%s\",\"to\":\"agent:bob\"}"},
            {"hold", "{\"type\":\"hold\",\"call\":\"%s\"}"},
            {"decline", "{\"type\":\"decline\",\"call\":\"%s\"}"},
        };
    }

    @Test(dataProvider = "forbidden")
    public void guestMayCallAndHangUpAndNothingElse(String kind, String message) throws Exception {
        Page page = guest(BANK, signed(KEY, claims("bank")), INSTANCE);
        dial(page, "r");
        page.await("dialled");
        RecordingIntake.Call call = gateway.intake.take();

        page.send(message.formatted(call.callId()));

        assertThat(page.await("error")).as(kind).contains("31402");
        assertThat(call.inputs()).isEmpty();
        page.sendOfCall("hangup", call.callId());
        assertThat(call.expect(CallInput.LegEnded.class).cause()).isEqualTo(EndCause.cancelled());
    }

    @Test
    public void guestSeesThatItIsAnsweredAndNotByWhom() throws Exception {
        Page page = guest(BANK, signed(KEY, claims("bank")), INSTANCE);
        dial(page, "r");
        page.await("dialled");
        RecordingIntake.Call call = gateway.intake.take();

        call.leg().answeredWith(Map.of("X-Internal", "1"));
        call.leg().connected();
        call.leg().talksTo(new Party("+34911000001", "Alice Private"));
        call.leg().showDigit('5');
        call.leg().end(EndCause.hangUp(EndCause.By.CALLEE).with(Map.of("X-Internal", "2")));

        assertThat(page.expect("connected")).doesNotContain("X-Internal");
        assertThat(page.expect("ended")).doesNotContain("X-Internal").contains("hang-up");
    }

    @Test
    public void agentCannotReachAGuestNorHearOfIt() throws Exception {
        Page page = guest(BANK, signed(KEY, claims("bank")), INSTANCE);

        assertThat(gateway.registry.statuses()).containsOnlyKeys("alice", "bob", "carol");
        page.close();
    }

    @Test
    public void callsOfASiteAreBoundedAtOneTimeAndPerMinute() throws Exception {
        Page one = guest(BANK, signed(KEY, claims("bank")), INSTANCE + "1");
        Page two = guest(BANK, signed(KEY, claims("bank")), INSTANCE + "2");
        Page three = guest(BANK, signed(KEY, claims("bank")), INSTANCE + "3");
        dial(one, "r");
        one.await("dialled");
        dial(one, "again");
        assertThat(one.await("error")).contains("31486").contains("\"request\":\"again\"");
        dial(two, "r");
        two.await("dialled");
        dial(three, "r");
        assertThat(three.await("error")).contains("31503");

        RecordingIntake.Call first = gateway.intake.take();
        RecordingIntake.Call second = gateway.intake.take();
        assertThat(first.incoming().externalId())
                .as("each visitor is somebody else")
                .matches("guest:bank:[0-9a-f]{16}/r")
                .isNotEqualTo(second.incoming().externalId());
        first.leg().end(EndCause.declined());
        one.await("ended");
        dial(three, "r");
        three.await("dialled");
        second.leg().end(EndCause.declined());
        two.await("ended");
        dial(two, "r");
        two.await("dialled");
        gateway.intake.take().leg().end(EndCause.declined());
        three.await("ended");
        dial(three, "r");

        assertThat(three.await("error")).as("the fifth of one address").contains("31206");
    }

    @Test
    public void guestTakesItsCallBackOnAnotherSocket() throws Exception {
        Page page = guest(BANK, signed(KEY, claims("bank")), INSTANCE);
        dial(page, "r");
        page.await("dialled");
        RecordingIntake.Call call = gateway.intake.take();

        Page again = Page.connectGuest(gateway, BANK);
        again.hello(signed(KEY, claims("bank")), INSTANCE, "away");

        assertThat(again.expect("welcome")).contains(call.callId().value());
        assertThat(page.closeCode()).isEqualTo(4409);
    }

    @Test
    public void reloadedPageIsToldOfItsCallAndOfNobodyInIt() throws Exception {
        Page page = Page.connectGuest(gateway, BANK);
        page.hello(signed(KEY, claims("bank")), INSTANCE, "away");
        String resume = WebGateway.field(page.expect("welcome"), "resume");
        dial(page, "r");
        page.await("dialled");
        RecordingIntake.Call call = gateway.intake.take();
        Page stranger = Page.connectGuest(gateway, BANK);
        stranger.hello(signed(KEY, claims("bank")), "another-long-instance-name", "away");
        assertThat(stranger.expect("welcome")).doesNotContain(call.callId().value());

        Page again = Page.connectGuest(gateway, BANK);
        again.send(
                "{\"type\":\"hello\",\"version\":1,\"token\":\"%s\",\"instance\":\"%s\",\"state\":\"away\",\"resume\":\"%s\"}"
                        .formatted(signed(KEY, claims("bank")), INSTANCE, resume));

        assertThat(again.expect("welcome")).contains(call.callId().value());
        assertThat(again.expect("resumed"))
                .contains(call.callId().value())
                .contains("\"direction\":\"outgoing\"")
                .doesNotContain("party");
    }

    @Test
    public void fieldsAreShownToTheAgent() throws Exception {
        Page alice = gateway.page("alice", "i");
        Page page =
                guest(
                        BANK,
                        signed(KEY, claims("bank").claim("fields", Map.of("name", "Ana"))),
                        INSTANCE);
        dial(page, "r");
        page.await("dialled");
        RecordingIntake.Call call = gateway.intake.take();

        gateway.legs.ring(
                new LegId(call.callId(), 1),
                new Target.Agent("alice"),
                call.incoming(),
                Optional.empty(),
                call);

        assertThat(alice.await("incoming"))
                .contains("\"from\":{\"number\":\"\",\"name\":\"Ana\"}")
                .contains("\"visitor\":{\"site\":\"bank\",\"fields\":{\"name\":\"Ana\"}}");
    }

    // --- what it is made of

    private HttpResponse<String> ask(String origin, String body) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(gateway.uri("/api/guest"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!origin.isEmpty()) {
            request.header("Origin", origin);
        }
        return gateway.send(request);
    }

    private Page guest(String origin, String token, String instance) throws Exception {
        Page page = Page.connectGuest(gateway, origin);
        page.hello(token, instance, "away");
        page.expect("welcome");
        return page;
    }

    private static void dial(Page page, String request) {
        page.send(
                "{\"type\":\"dial\",\"request\":\""
                        + request
                        + "\",\"to\":\"+34900\",\"sdp\":\""
                        + CallFlowTest.OFFER.replace("\r\n", "\\r\\n")
                        + "\"}");
    }

    private static JWTClaimsSet.Builder claims(String site) {
        return claims(site, 60);
    }

    private static JWTClaimsSet.Builder claims(String site, int seconds) {
        return new JWTClaimsSet.Builder()
                .issuer(site)
                .audience(GuestTokens.AUDIENCE)
                .expirationTime(Issuer.inSeconds(seconds));
    }

    private static String signed(String key, JWTClaimsSet.Builder claims) throws Exception {
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
        token.sign(new MACSigner(key));
        return token.serialize();
    }
}
