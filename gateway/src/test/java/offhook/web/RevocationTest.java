package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.testng.annotations.Test;

/// An operator ends the sign-ins of an agent.
public class RevocationTest {

    @Test
    public void pagesAreSentAwayWithWhyAndTheTokenCountsNoMore() throws Exception {
        try (WebGateway gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(5))) {
            String token = gateway.token("alice");
            Page alice = gateway.connect();
            alice.hello(token, "i", "available");
            alice.expect("welcome");
            Page bob = gateway.page("bob", "j");

            gateway.server.revokeTokens("alice");

            assertThat(alice.await("error")).contains("31207").contains("TokenRevoked");
            assertThat(alice.closeCode()).isEqualTo(4401);
            Page again = gateway.connect();
            again.hello(token, "i", "available");
            assertThat(again.expect("error")).contains("31207");
            assertThat(again.closeCode()).isEqualTo(4401);
            bob.roundTrip();
        }
    }

    @Test
    public void tokensOfLaterSecondsCount() {
        Instant at = Instant.parse("2026-01-01T12:00:00.700Z");
        AtomicReference<Instant> now = new AtomicReference<>(at);
        Revocations revocations = new Revocations(now::get);
        assertThat(revocations.isRevoked("alice", Optional.empty())).isFalse();

        revocations.revoke("alice");

        assertThat(revocations.isRevoked("alice", Optional.of(at.minusSeconds(60)))).isTrue();
        assertThat(
                        revocations.isRevoked(
                                "alice", Optional.of(Instant.parse("2026-01-01T12:00:00Z"))))
                .isTrue();
        assertThat(
                        revocations.isRevoked(
                                "alice", Optional.of(Instant.parse("2026-01-01T12:00:01Z"))))
                .isFalse();
        assertThat(revocations.isRevoked("alice", Optional.empty())).isTrue();
        assertThat(revocations.isRevoked("bob", Optional.of(at.minusSeconds(60)))).isFalse();
    }
}
