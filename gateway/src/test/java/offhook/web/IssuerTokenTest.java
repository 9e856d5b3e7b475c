package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import offhook.agent.Presence;
import offhook.call.Party;
import offhook.config.AgentsConfig;
import offhook.config.IssuerConfig;
import offhook.runtime.Await;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Agents who sign in with tokens of another issuer, checked with the keys that it publishes.
public class IssuerTokenTest {

    private Issuer issuer;
    private WebGateway gateway;

    @BeforeClass
    public void start() throws Exception {
        issuer = new Issuer();
        gateway = new WebGateway(WebGateway.limits(), agents());
    }

    private AgentsConfig agents() {
        AgentsConfig own = WebGateway.agents(Duration.ZERO);
        return new AgentsConfig(
                own.users(),
                own.tokenLifetime(),
                own.tokenSecret(),
                own.grace(),
                Optional.of(
                        issuer.config(
                                new IssuerConfig.Claims(
                                        "sub",
                                        "name",
                                        Optional.of("phone"),
                                        Optional.of("dial"),
                                        Optional.of("transfer")))));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        gateway.close();
        issuer.close();
    }

    @AfterMethod(alwaysRun = true)
    public void awaitThatNobodyIsLeft() throws InterruptedException {
        for (String agent : gateway.registry.statuses().keySet()) {
            if (!List.of("alice", "bob", "carol").contains(agent)) {
                awaitGone(agent);
            }
        }
    }

    @DataProvider
    public Object[][] badTokens() throws Exception {
        RSAKey other = Issuer.rsa("rsa-1", 2_048);
        RSAKey rsa = issuer.rsa;
        return new Object[][] {
            {"alg none", new PlainJWT(Issuer.claims().build()).serialize(), 31204},
            {"HS256 under the public key", underPublicKey(), 31204},
            {"RS512", Issuer.signed(algorithm(JWSAlgorithm.RS512), rsa, Issuer.claims()), 31204},
            {"PS256", Issuer.signed(algorithm(JWSAlgorithm.PS256), rsa, Issuer.claims()), 31204},
            {"another's key of the same name", Issuer.signed(other, Issuer.claims()), 31204},
            {"a key of its own in the header", withOwnKey(other), 31204},
            {"the address of a key in the header", withAddresses(other), 31204},
            {
                "a curve that was not published",
                Issuer.signed(
                        new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate(), Issuer.claims()),
                31204
            },
            {"expired", signed(Issuer.claims().expirationTime(Issuer.inSeconds(-31))), 31205},
            {"no expiry", signed(Issuer.claims().expirationTime(null)), 31204},
            {"not yet valid", signed(Issuer.claims().notBeforeTime(Issuer.inSeconds(60))), 31204},
            {"wrong audience", signed(Issuer.claims().audience("other")), 31204},
            {"no audience", signed(Issuer.claims().audience((String) null)), 31204},
            {"wrong issuer", signed(Issuer.claims().issuer("https://evil.example/")), 31204},
            {"our own name as issuer", signed(Issuer.claims().issuer("offhook")), 31204},
            {"no agent", signed(Issuer.claims().subject(null)), 31204},
            {"an agent who is no name", signed(Issuer.claims().subject("guest:shop")), 31204},
            {"another kind of token", ofType("logout+jwt"), 31204},
            {"a part changed", changed(), 31204},
            {"longer than any", "x".repeat(8_193), 31100},
        };
    }

    @Test(dataProvider = "badTokens")
    public void badTokenIsRefusedAndTheSocketClosed(String kind, String token, int code)
            throws Exception {
        Page page = gateway.connect();

        page.hello(token, "i", "available");

        assertThat(page.expect("error")).as(kind).contains("\"code\":" + code);
        assertThat(page.closeCode()).as(kind).isEqualTo(4401);
    }

    @DataProvider
    public Object[][] goodTokens() throws Exception {
        return new Object[][] {
            {"RS256", Issuer.signed(issuer.rsa, Issuer.claims())},
            {"ES256", Issuer.signed(issuer.ec, Issuer.claims())},
            {"RFC 9068", ofType("at+jwt")},
            {"one of two audiences", signed(Issuer.claims().audience(List.of("a", "desk")))},
            {"a clock that is late", signed(Issuer.claims().expirationTime(Issuer.inSeconds(-5)))},
            {"a clock that is early", signed(Issuer.claims().notBeforeTime(Issuer.inSeconds(5)))},
            {"for a thousand years", signed(Issuer.claims().expirationTime(new Date(1L << 45)))},
        };
    }

    @Test(dataProvider = "goodTokens")
    public void tokenSignsInAnAgentWhomTheFileDoesNotName(String kind, String token)
            throws Exception {
        Page page = gateway.connect();

        page.hello(token, "i", "available");

        assertThat(page.expect("welcome")).as(kind).contains("\"agent\":\"dana\"");
        assertThat(gateway.registry.presence("dana")).contains(Presence.AVAILABLE);
        page.close();
    }

    @Test
    public void ownTokensGoOnBesides() throws Exception {
        gateway.page("alice", "own").close();
    }

    @Test
    public void claimsSayWhoTheAgentIs() throws Exception {
        Page page =
                page(
                        Issuer.claims()
                                .subject("eve")
                                .claim("name", "Eve \u202eAdams")
                                .claim("phone", "+34911000009")
                                .claim("dial", List.of("+34*")));

        dial(page, "+34911222333");
        page.await("dialled");

        assertThat(gateway.intake.take().incoming().caller())
                .isEqualTo(new Party("+34911000009", "Eve \\u202eAdams"));
        page.close();
    }

    @Test
    public void settingsOfTheFileCountWhereTheTokenSaysNothing() throws Exception {
        Page page = page(Issuer.claims().subject("bob").claim("dial", true));

        dial(page, "200");
        page.await("dialled");

        assertThat(gateway.intake.take().incoming().caller())
                .isEqualTo(new Party("+34911000002", "Bob"));
        page.close();
    }

    @DataProvider
    public Object[][] permissions() {
        return new Object[][] {
            {List.of("+34*", "200"), "+34911222333", true},
            {List.of("+34*", "200"), "200", true},
            {List.of("+34*", "200"), "2001", false},
            {List.of("+34*", "200"), "+1900", false},
            {"+34* 200", "200", true},
            {"+34*", "0034911222333", false},
            {true, "+1900", true},
            {false, "+1900", false},
            {null, "+1900", false},
            {7, "+1900", false},
        };
    }

    @Test(dataProvider = "permissions")
    public void agentCallsWhomItsTokenPermits(Object claim, String number, boolean may)
            throws Exception {
        Page page = page(Issuer.claims().subject("fay").claim("dial", claim));

        dial(page, number);

        if (may) {
            page.await("dialled");
            assertThat(gateway.intake.take().incoming().called().number()).isEqualTo(number);
        } else {
            assertThat(page.await("error")).contains("31402").contains("\"request\":\"r\"");
        }
        page.close();
    }

    @Test
    public void tokenOnTheOpenSocketRenewsAndChangesWhatMayBeDone() throws Exception {
        Page page = page(Issuer.claims().subject("gil").claim("dial", "200"));
        dial(page, "300");
        assertThat(page.await("error")).contains("31402");

        page.send(token(signed(Issuer.claims().subject("gil").claim("dial", "300"))));
        String renewed = page.await("token");
        dial(page, "300");

        assertThat(renewed).contains("\"state\":\"renewed\"");
        assertThat(Integer.parseInt(WebGateway.field(renewed, "expires-in"))).isBetween(500, 631);
        page.await("dialled");
        assertThat(gateway.intake.take().incoming().called().number()).isEqualTo("300");
        page.close();
    }

    @Test
    public void tokenOnTheOpenSocketThatWillNotDoChangesNothing() throws Exception {
        Page page = page(Issuer.claims().subject("hal"));

        page.send(token(signed(Issuer.claims().subject("ivy"))));
        assertThat(page.await("error")).contains("31204").contains("another agent");
        page.send(token("x"));
        assertThat(page.await("error")).contains("31204");
        page.send(token(signed(Issuer.claims().subject("hal").expirationTime(new Date(0)))));
        assertThat(page.await("error")).contains("31205");

        page.roundTrip();
        page.close();
    }

    @Test
    public void pageIsToldBeforeItsTokenExpires() throws Exception {
        Page page = page(Issuer.claims().subject("jan").expirationTime(Issuer.inSeconds(-28)));

        assertThat(page.await("token")).contains("\"state\":\"expiring\"");
        assertThat(page.await("error")).contains("31205");
        assertThat(page.closeCode()).isEqualTo(4401);
    }

    @Test
    public void agentsThatOnlyATokenNamesAreBounded() throws Exception {
        Page one = page(Issuer.claims().subject("kai"));
        Page two = page(Issuer.claims().subject("lea"));
        Page third = gateway.connect();
        third.hello(signed(Issuer.claims().subject("max")), "i", "available");
        assertThat(third.expect("error")).contains("31503");
        assertThat(third.closeCode()).isEqualTo(1013);

        one.close();
        awaitGone("kai");
        Page again = page(Issuer.claims().subject("max"));

        again.close();
        two.close();
    }

    // --- what it is made of

    private Page page(JWTClaimsSet.Builder claims) throws Exception {
        Page page = gateway.connect();
        page.hello(signed(claims), "i", "available");
        page.expect("welcome");
        return page;
    }

    private static void dial(Page page, String number) {
        page.send(
                "{\"type\":\"dial\",\"request\":\"r\",\"to\":\""
                        + number
                        + "\",\"sdp\":\""
                        + CallFlowTest.OFFER.replace("\r\n", "\\r\\n")
                        + "\"}");
    }

    private static String token(String token) {
        return "{\"type\":\"token\",\"token\":\"" + token + "\"}";
    }

    private void awaitGone(String agent) {
        Await.until(agent + " to be gone", () -> gateway.registry.presence(agent).isEmpty());
    }

    private String signed(JWTClaimsSet.Builder claims) throws Exception {
        return Issuer.signed(issuer.rsa, claims);
    }

    private static JWSHeader algorithm(JWSAlgorithm algorithm) {
        return new JWSHeader.Builder(algorithm).keyID("rsa-1").build();
    }

    private String ofType(String type) throws Exception {
        return Issuer.signed(
                Issuer.header(issuer.rsa).type(new JOSEObjectType(type)).build(),
                issuer.rsa,
                Issuer.claims());
    }

    /// The classic: the verifier takes the public key, which everybody has, for a secret.
    private String underPublicKey() throws Exception {
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa-1").build(),
                        Issuer.claims().build());
        token.sign(new MACSigner(issuer.rsa.toRSAPublicKey().getEncoded()));
        return token.serialize();
    }

    private static String withOwnKey(JWK key) throws Exception {
        return Issuer.signed(
                Issuer.header(key).jwk(key.toPublicJWK()).build(), key, Issuer.claims());
    }

    private static String withAddresses(JWK key) throws Exception {
        return Issuer.signed(
                Issuer.header(key)
                        .jwkURL(URI.create("https://127.0.0.1:1/keys.json"))
                        .x509CertURL(URI.create("https://127.0.0.1:1/cert.pem"))
                        .build(),
                key,
                Issuer.claims());
    }

    private String changed() throws Exception {
        String good = signed(Issuer.claims());
        String[] parts = good.split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]));
        return parts[0]
                + "."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(claims.replace("dana", "alice").getBytes())
                + "."
                + parts[2];
    }
}
