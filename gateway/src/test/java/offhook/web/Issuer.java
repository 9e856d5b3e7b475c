package offhook.web;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import offhook.config.IssuerConfig;

/// An issuer of tokens: a real HTTP server on loopback that publishes its keys, and signs.
final class Issuer implements AutoCloseable {

    static final String NAME = "https://login.example.com/";
    static final String AUDIENCE = "desk";

    final RSAKey rsa;
    final ECKey ec;
    final AtomicInteger reads = new AtomicInteger();

    private final HttpServer server;
    private volatile String published;
    private volatile int status = 200;

    Issuer() throws JOSEException, IOException {
        rsa = rsa("rsa-1", 2_048);
        ec = new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/keys.json",
                exchange -> {
                    reads.incrementAndGet();
                    byte[] body = published.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        publish(rsa, ec);
        server.start();
    }

    static RSAKey rsa(String id, int bits) throws JOSEException {
        return new RSAKeyGenerator(bits, true)
                .keyID(id)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.RS256)
                .generate();
    }

    void publish(JWK... keys) {
        publish(new JWKSet(List.of(keys)).toString(true));
    }

    void publish(String text) {
        published = text;
    }

    void answerWith(int httpStatus) {
        status = httpStatus;
    }

    URI keys() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys.json");
    }

    IssuerConfig config() {
        return config(
                new IssuerConfig.Claims(
                        "sub", "name", Optional.of("phone"), Optional.empty(), Optional.empty()));
    }

    IssuerConfig config(IssuerConfig.Claims claims) {
        return new IssuerConfig(keys(), NAME, AUDIENCE, claims, Duration.ofSeconds(30), 2);
    }

    static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(NAME)
                .audience(AUDIENCE)
                .subject("dana")
                .expirationTime(inSeconds(600));
    }

    static Date inSeconds(int seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    static String signed(JWK key, JWTClaimsSet.Builder claims) throws JOSEException {
        return signed(header(key).build(), key, claims);
    }

    static JWSHeader.Builder header(JWK key) {
        return new JWSHeader.Builder(
                        key instanceof RSAKey ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256)
                .keyID(key.getKeyID());
    }

    static String signed(JWSHeader header, JWK key, JWTClaimsSet.Builder claims)
            throws JOSEException {
        SignedJWT token = new SignedJWT(header, claims.build());
        token.sign(
                key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(key.toECKey()));
        return token.serialize();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
