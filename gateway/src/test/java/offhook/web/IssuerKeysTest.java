package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import offhook.runtime.Await;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// When the keys of an issuer are read, from a real server, and which of them count.
public class IssuerKeysTest {

    private final AtomicLong now = new AtomicLong(-1);
    private RSAKey next;
    private Issuer issuer;
    private IssuerKeys keys;

    @BeforeClass
    public void makeKeys() throws Exception {
        next = Issuer.rsa("rsa-2", 2_048);
    }

    @BeforeMethod
    public void start() throws Exception {
        issuer = new Issuer();
        keys = new IssuerKeys(KeySource.of(issuer.keys()), now::get);
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        keys.close();
        issuer.close();
    }

    @Test
    public void madeUpKeyNamesCauseOneReadingAMinute() throws Exception {
        assertThat(found(issuer.rsa)).isTrue();
        pass(61);

        for (int i = 0; i < 1_000; i++) {
            assertThat(found(Issuer.header(issuer.rsa).keyID("made-up-" + i).build())).isFalse();
            now.addAndGet(TimeUnit.MILLISECONDS.toNanos(59));
        }

        assertThat(issuer.reads).hasValue(2);
        assertThat(found(issuer.rsa)).isTrue();
    }

    @Test
    public void newKeyIsFoundByItsName() throws Exception {
        assertThat(found(issuer.rsa)).isTrue();
        issuer.publish(issuer.rsa, next);
        assertThat(found(next)).isFalse();

        pass(60);

        assertThat(found(next)).isTrue();
        assertThat(issuer.reads).hasValue(2);
    }

    @Test
    public void keyThatIsWithdrawnCountsNoLongerThanTheKeysAreKept() throws Exception {
        assertThat(found(issuer.rsa)).isTrue();
        issuer.publish(next);
        pass(601);

        assertThat(found(issuer.rsa)).isTrue();
        awaitReads(2);

        Await.until("the end of the key", () -> !found(issuer.rsa));
    }

    @Test
    public void keysGoOnWhileTheIssuerIsDown() throws Exception {
        assertThat(found(issuer.rsa)).isTrue();
        issuer.close();

        for (int day = 0; day < 3; day++) {
            pass(86_400);
            assertThat(found(issuer.rsa)).isTrue();
        }
    }

    @Test
    public void answersThatAreNoKeysChangeNothing() throws Exception {
        assertThat(found(issuer.rsa)).isTrue();

        issuer.answerWith(500);
        pass(61);
        assertThat(found(next)).isFalse();
        issuer.answerWith(200);
        issuer.publish("{\"keys\": 7}");
        pass(61);
        assertThat(found(next)).isFalse();
        issuer.publish("x".repeat(KeySource.MAX_BYTES + 1));
        pass(61);
        assertThat(found(next)).isFalse();

        assertThat(issuer.reads).hasValue(4);
        assertThat(found(issuer.rsa)).isTrue();
    }

    @Test
    public void withoutAnyKeysNobodyKnowsAndItIsTriedEveryFiveSeconds() throws Exception {
        issuer.answerWith(503);
        assertThat(keys.of(Issuer.header(issuer.rsa).build())).isEmpty();
        assertThat(keys.of(Issuer.header(issuer.rsa).build())).isEmpty();
        assertThat(issuer.reads).hasValue(1);

        issuer.answerWith(200);
        pass(5);

        assertThat(found(issuer.rsa)).isTrue();
    }

    @Test
    public void onlyPublicKeysForSigningOfGoodSizeCount() throws Exception {
        RSAKey weak = Issuer.rsa("weak", 1_024);
        RSAKey forSecrets = new RSAKey.Builder(next).keyID("enc").keyUse(KeyUse.ENCRYPTION).build();
        OctetSequenceKey secret = new OctetSequenceKeyGenerator(256).keyID("oct").generate();
        issuer.publish(
                "{\"keys\":["
                        + String.join(
                                ",",
                                weak.toJSONString(),
                                forSecrets.toPublicJWK().toJSONString(),
                                secret.toJSONString(),
                                next.toPublicJWK().toJSONString())
                        + "]}");

        assertThat(found(next)).isTrue();
        assertThat(found(Issuer.header(next).keyID("weak").build())).isFalse();
        assertThat(found(Issuer.header(next).keyID("enc").build())).isFalse();
        assertThat(found(Issuer.header(next).keyID("oct").build())).isFalse();
    }

    @Test
    public void keysOfAFileCountToo() throws Exception {
        Path file = Files.createTempFile("keys", ".json");
        Files.writeString(file, new JWKSet(List.<JWK>of(issuer.ec)).toString(true));

        try (IssuerKeys ofFile = new IssuerKeys(KeySource.of(file.toUri()), now::get)) {
            assertThat(ofFile.of(Issuer.header(issuer.ec).build()).orElseThrow()).hasSize(1);
        } finally {
            Files.delete(file);
        }
    }

    private boolean found(JWK key) {
        return found(Issuer.header(key).build());
    }

    private boolean found(JWSHeader header) {
        Optional<List<JWK>> candidates = keys.of(header);
        assertThat(candidates).isPresent();
        return !candidates.get().isEmpty();
    }

    private void pass(int seconds) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private void awaitReads(int n) {
        Await.until(n + " reads", () -> issuer.reads.get() >= n);
        assertThat(issuer.reads).hasValue(n);
    }
}
