package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import offhook.config.AgentsConfig;
import offhook.config.Secret;
import offhook.telemetry.Counter;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Abuse of tokens (RFC 8725): nothing but our own, valid now, for an agent there is.
public class TokenTest {

    private WebGateway gateway;

    @BeforeClass
    public void start() {
        gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(5));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        gateway.close();
    }

    @DataProvider
    public Object[][] badTokens() throws Exception {
        String secret = WebGateway.SECRET;
        return new Object[][] {
            {"alg none", new PlainJWT(claims().build()).serialize(), 31204},
            {"alg none by hand", withHeader("{\"alg\":\"none\"}"), 31204},
            {"alg None", withHeader("{\"alg\":\"None\"}"), 31204},
            {"wrong key", signed(secret.replace('0', '1'), JWSAlgorithm.HS256, claims()), 31204},
            {
                "another algorithm under our key",
                signed(secret + secret, JWSAlgorithm.HS512, claims()),
                31204
            },
            {"header says RS256", withHeader("{\"alg\":\"RS256\"}"), 31204},
            {"expired", signed(claims().expirationTime(inSeconds(-1))), 31205},
            {"no expiry", signed(claims().expirationTime(null)), 31204},
            {"not yet valid", signed(claims().notBeforeTime(inSeconds(60))), 31204},
            {"wrong audience", signed(claims().audience("other")), 31204},
            {"no audience", signed(claims().audience((String) null)), 31204},
            {"wrong issuer", signed(claims().issuer("other")), 31204},
            {"unknown agent", signed(claimsOf("mallory")), 31204},
            {"no agent", signed(claims().subject(null)), 31204},
            {
                "of another password",
                signed(
                        claims().claim(
                                        AgentTokens.PASSWORD_CLAIM,
                                        mark("alice").replaceAll("^.", "x"))),
                31204
            },
            {"of another's password", signed(claims().subject("bob")), 31204},
            {"of no password", signed(claims().claim(AgentTokens.PASSWORD_CLAIM, null)), 31204},
            {"of a number", signed(claims().claim(AgentTokens.PASSWORD_CLAIM, 7)), 31204},
            {"two parts", "e30.e30", 31204},
            {"no token", "x", 31204},
        };
    }

    @Test(dataProvider = "badTokens")
    public void badTokenIsRefusedAndTheSocketClosed(String kind, String token, int code)
            throws Exception {
        long before = gateway.counters.get(Counter.WEB_REFUSED_TOKEN);
        Page page = gateway.connect();

        page.hello(token, "i", "available");

        assertThat(page.expect("error")).as(kind).contains("\"code\":" + code);
        assertThat(page.closeCode()).as(kind).isEqualTo(4401);
        assertThat(gateway.counters.get(Counter.WEB_REFUSED_TOKEN)).isEqualTo(before + 1);
    }

    @Test
    public void goodTokenOfTheSameMakeIsAccepted() throws Exception {
        Page page = gateway.connect();

        page.hello(signed(claims().notBeforeTime(inSeconds(-1))), "i", "available");

        page.expect("welcome");
        page.close();
    }

    @Test
    public void tokenThatExpiresEndsTheSocketOfAnIdlePage() throws Exception {
        Page page = gateway.connect();
        page.hello(signed(claims().expirationTime(inSeconds(2))), "short", "available");
        page.expect("welcome");

        assertThat(page.await("error")).contains("31205");
        assertThat(page.closeCode()).isEqualTo(4401);
    }

    @Test
    public void helloOnAnOpenSocketRenewsTheToken() throws Exception {
        Page page = gateway.connect();
        page.hello(signed(claims().expirationTime(inSeconds(2))), "renewed", "available");
        page.expect("welcome");

        page.hello(signed(claimsOf("bob")), "renewed", "available");
        assertThat(page.await("error")).contains("31204");
        page.hello(signed(claims()), "renewed", "available");

        page.await("welcome");
        page.close();
    }

    /// The secret is the same after the restart, and the configuration another.
    @Test
    public void tokenEndsWithThePasswordThatItWasIssuedFor() throws Exception {
        String hash = BCrypt.withDefaults().hashToString(4, "another".toCharArray());
        AgentsConfig changed =
                WebGateway.agents(Duration.ofSeconds(5))
                        .withUsers(
                                List.of(
                                        withHash("alice", hash),
                                        WebGateway.user("bob"),
                                        withHash("carol", "")));
        try (WebGateway restarted = new WebGateway(WebGateway.limits(), changed)) {
            for (String agent : List.of("alice", "carol")) {
                Page page = restarted.connect();
                page.hello(gateway.token(agent), "i", "available");
                assertThat(page.expect("error")).as(agent).contains("\"code\":31204");
                assertThat(page.closeCode()).as(agent).isEqualTo(4401);
            }
            Page bob = restarted.connect();
            bob.hello(gateway.token("bob"), "i", "available");
            bob.expect("welcome");
            bob.close();
            Page alice = restarted.connect();
            String anew = WebGateway.field(restarted.signIn("alice", "another").body(), "token");
            alice.hello(anew, "i", "available");
            alice.expect("welcome");
            alice.close();
        }
    }

    private static AgentsConfig.User withHash(String name, String hash) {
        return new AgentsConfig.User(name, new Secret(hash), name, Optional.empty(), false, 1);
    }

    private static JWTClaimsSet.Builder claims() {
        return claimsOf("alice");
    }

    private static JWTClaimsSet.Builder claimsOf(String agent) {
        return new JWTClaimsSet.Builder()
                .issuer(AgentTokens.ISSUER)
                .audience(AgentTokens.AUDIENCE)
                .subject(agent)
                .claim(AgentTokens.PASSWORD_CLAIM, mark(agent))
                .expirationTime(inSeconds(60));
    }

    private static String mark(String agent) {
        return WebGateway.TOKENS.passwordMark(WebGateway.user(agent));
    }

    private static Date inSeconds(int seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    private static String signed(JWTClaimsSet.Builder claims) throws Exception {
        return signed(WebGateway.SECRET, JWSAlgorithm.HS256, claims);
    }

    private static String signed(String secret, JWSAlgorithm algorithm, JWTClaimsSet.Builder claims)
            throws Exception {
        SignedJWT token = new SignedJWT(new JWSHeader(algorithm), claims.build());
        token.sign(new MACSigner(secret.getBytes(StandardCharsets.UTF_8)));
        return token.serialize();
    }

    /// A good token under another header, its signature kept.
    private static String withHeader(String header) throws Exception {
        String good = signed(claims());
        return Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(header.getBytes(StandardCharsets.UTF_8))
                + good.substring(good.indexOf('.'));
    }
}
