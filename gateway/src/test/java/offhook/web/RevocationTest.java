package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import offhook.agent.Presence;
import offhook.call.EndCause;
import offhook.call.Party;
import offhook.config.AgentsConfig;
import offhook.config.Secret;
import offhook.telemetry.Deed;
import org.testng.annotations.DataProvider;
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

    /// The token was checked and its page about to enter, when the agent was dismissed.
    @Test
    public void tokenThatIsRevokedBetweenItsCheckAndTheEntryCountsNoMore() throws Exception {
        try (WebGateway gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(5))) {
            CountDownLatch checked = new CountDownLatch(1);
            Page alice = gateway.connect();
            StaffChange without = gateway.server.prepare(without("alice"));
            assertThat(without.dismissed()).containsExactly("alice");
            gateway.owner.post(() -> {
                awaitQuietly(checked);
                without.take();
            });

            alice.hello(gateway.token("alice"), "i", "available");
            // Refused by the thread that checked the token before: what it found waits at the desk.
            alice.send("{\"type\":\"nonsense\"}");
            assertThat(alice.expect("error")).doesNotContain("31207");
            checked.countDown();

            assertThat(alice.expect("error")).contains("31207").contains("TokenRevoked");
            assertThat(alice.closeCode()).isEqualTo(4401);
            assertThat(gateway.registry.presence("alice")).contains(Presence.OFFLINE);
        }
    }

    /// The same of a token that a page renews its session with; the page lives on for its call.
    @Test
    public void sessionIsNotRenewedByATokenThatIsRevokedMeanwhile() throws Exception {
        try (WebGateway gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(5))) {
            CountDownLatch checked = new CountDownLatch(1);
            String token = gateway.token("alice");
            Page alice = gateway.page("alice", "i");
            DialTest.dial(alice, "r", "200");
            alice.await("dialled");
            RecordingIntake.Call call = gateway.intake.take();
            gateway.owner.post(() -> {
                awaitQuietly(checked);
                gateway.server.prepare(without("alice")).take();
            });

            alice.send("{\"type\":\"token\",\"token\":\"" + token + "\"}");
            alice.send("{\"type\":\"nonsense\"}");
            assertThat(alice.await("error")).doesNotContain("31207");
            checked.countDown();

            assertThat(alice.await("error")).contains("31207");
            assertThat(alice.await("error")).contains("31207");
            assertThat(gateway.registry.presence("alice")).contains(Presence.OFFLINE);
            call.leg().end(EndCause.hangUp(EndCause.By.CALLEE));
            assertThat(alice.closeCode()).isEqualTo(4401);
        }
    }

    /// The token was checked and its page about to enter, when the user's number changed; and again
    /// when the page renews its session.
    @Test
    public void pageThatSignsInWhileItsUserChangesIsAsTheUserIsThen() throws Exception {
        try (WebGateway gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(5))) {
            String token = gateway.token("bob");
            Page bob = gateway.connect();
            CountDownLatch checked = new CountDownLatch(1);
            changeWhen(checked, gateway, "+34911000098");
            bob.hello(token, "i", "available");
            bob.send("{\"type\":\"nonsense\"}");
            bob.expect("error");
            checked.countDown();
            bob.expect("welcome");
            DialTest.dial(bob, "r", "200");
            RecordingIntake.Call first = gateway.intake.take();
            assertThat(first.incoming().caller()).isEqualTo(new Party("+34911000098", "Bob"));
            first.leg().end(EndCause.hangUp(EndCause.By.CALLEE));
            bob.await("ended");

            CountDownLatch renewed = new CountDownLatch(1);
            changeWhen(renewed, gateway, "+34911000099");
            bob.send("{\"type\":\"token\",\"token\":\"" + token + "\"}");
            bob.send("{\"type\":\"nonsense\"}");
            bob.await("error");
            renewed.countDown();
            DialTest.dial(bob, "s", "200");

            assertThat(gateway.intake.take().incoming().caller())
                    .isEqualTo(new Party("+34911000099", "Bob"));
        }
    }

    private static void changeWhen(CountDownLatch checked, WebGateway gateway, String number) {
        StaffChange change =
                gateway.server.prepare(
                        WebGateway.agents(Duration.ofSeconds(5)).users().stream()
                                .map(user -> user.name().equals("bob") ? bob(number) : user)
                                .toList());
        assertThat(change.dismissed()).isEmpty();
        gateway.owner.post(() -> {
            awaitQuietly(checked);
            change.take();
        });
    }

    private static AgentsConfig.User bob(String number) {
        return new AgentsConfig.User(
                "bob", new Secret(WebGateway.HASH), "Bob", Optional.of(number), false, 1);
    }

    /// A file lies where the folder should be.
    @Test
    public void operatorIsToldWhenARevocationEndsWithTheProcess() throws Exception {
        Path folder = Files.createTempDirectory("revocations").resolve("data");
        Path file = folder.resolve("revocations");
        Files.writeString(folder, "no folder");
        try (WebGateway gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(5))) {
            String token = gateway.token("alice");
            gateway.server.keepRevocationsIn(file);
            StaffChange change = gateway.server.prepare(without("bob"));
            gateway.owner.carryOut(change::take, 30_000_000_000L);

            assertThat(change.keep().orElseThrow()).contains("cannot be written");
            Deed alone = gateway.server.revokeTokens("alice");
            assertThat(alone.outcome())
                    .startsWith("ok, but until the gateway restarts only: ")
                    .contains(folder.toString());
            assertThat(alone.words())
                    .startsWith("alice was signed out, until the gateway restarts only: ")
                    .contains("cannot be written")
                    .contains(folder.toString());
            Page alice = gateway.connect();
            alice.hello(token, "i", "available");
            assertThat(alice.expect("error")).as("it counts all the same").contains("31207");

            Files.delete(folder);

            assertThat(gateway.server.revokeTokens("carol"))
                    .isEqualTo(new Deed("carol was signed out.", Optional.empty()));
            assertThat(Files.readAllLines(file))
                    .extracting(line -> line.substring(line.indexOf(' ') + 1))
                    .containsExactly("alice", "bob", "carol");
            assertThat(change.keep()).isEmpty();
        }
    }

    /// A password takes its time: it was right when the check began.
    @Test
    public void passwordThatIsChangedWhileItIsCheckedGivesNoToken() throws Exception {
        try (WebGateway gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(5))) {
            AtomicReference<StaffChange> meanwhile =
                    new AtomicReference<>(gateway.server.prepare(without("alice")));
            // Read when the token is made, after the password was checked.
            gateway.wallClock =
                    () -> {
                        StaffChange change = meanwhile.getAndSet(null);
                        if (change != null) {
                            gateway.owner.carryOut(change::take, 30_000_000_000L);
                            return Instant.now().plusSeconds(5);
                        }
                        return Instant.now();
                    };

            assertThat(gateway.signIn("alice", WebGateway.PASSWORD).statusCode()).isEqualTo(401);
            assertThat(meanwhile.get()).isNull();
            assertThat(gateway.signIn("bob", WebGateway.PASSWORD).statusCode()).isEqualTo(200);
        }
    }

    private static List<AgentsConfig.User> without(String name) {
        return WebGateway.agents(Duration.ofSeconds(5)).users().stream()
                .filter(user -> !user.name().equals(name))
                .toList();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void revoke(Revocations revocations, String agent) {
        revocations.note(List.of(agent));
        assertThat(revocations.keep()).isEmpty();
    }

    /// Tokens are dated in whole seconds.
    @Test
    public void whoSignsInInTheVerySecondIsIn() throws Exception {
        try (WebGateway gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(5))) {
            Instant at = Instant.parse("2026-01-01T12:00:00.300Z");
            gateway.wallClock = () -> at;
            gateway.server.revokeTokens("alice");

            String granted = gateway.signIn("alice", WebGateway.PASSWORD).body();
            Page alice = gateway.connect();
            alice.hello(new ObjectMapper().readTree(granted).path("token").asText(), "i", "away");

            alice.expect("welcome");
        }
    }

    @Test
    public void tokensOfLaterSecondsCount() {
        Instant at = Instant.parse("2026-01-01T12:00:00.700Z");
        AtomicReference<Instant> now = new AtomicReference<>(at);
        Revocations revocations = new Revocations(now::get);
        assertThat(revocations.isRevoked("alice", Optional.empty())).isFalse();

        revoke(revocations, "alice");

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

    @Test
    public void revocationsOutlastTheProcess() throws Exception {
        Path folder = Files.createTempDirectory("revocations");
        Path file = folder.resolve("data").resolve("revocations");
        Instant at = Instant.parse("2026-01-01T12:00:00.700Z");
        Revocations before = new Revocations(() -> at);
        before.keepIn(file);
        revoke(before, "alice");
        revoke(before, "b o+b\n2026 é");

        Revocations after = new Revocations(() -> at.plusSeconds(100));
        after.keepIn(file);

        for (String agent : List.of("alice", "b o+b\n2026 é")) {
            assertThat(after.isRevoked(agent, Optional.of(at.minusSeconds(1)))).isTrue();
            assertThat(after.isRevoked(agent, Optional.of(at.plusSeconds(1)))).isFalse();
        }
        assertThat(after.isRevoked("carol", Optional.of(at.minusSeconds(1)))).isFalse();
        assertThat(Files.list(file.getParent())).containsExactly(file);
    }

    @Test
    public void revocationsThatConcernNoTokenAnyMoreAreForgotten() throws Exception {
        Path file = Files.createTempDirectory("revocations").resolve("revocations");
        Instant at = Instant.parse("2026-01-01T12:00:00Z");
        Revocations before = new Revocations(() -> at);
        before.keepIn(file);
        revoke(before, "alice");

        Instant later = at.plus(Duration.ofDays(401));
        Revocations after = new Revocations(() -> later);
        after.keepIn(file);
        revoke(after, "bob");

        assertThat(after.isRevoked("alice", Optional.of(at.minusSeconds(1)))).isFalse();
        assertThat(Files.readAllLines(file)).containsExactly("2027-02-06T12:00:00Z bob");
    }

    @Test
    public void fileDoesNotGrowWithoutBound() throws Exception {
        Path file = Files.createTempDirectory("revocations").resolve("revocations");
        Instant at = Instant.parse("2026-01-01T12:00:00Z");
        Files.write(
                file,
                IntStream.rangeClosed(1, 10_000)
                        .mapToObj(i -> at.minusSeconds(i) + " agent" + i)
                        .toList());
        Revocations revocations = new Revocations(() -> at);
        revocations.keepIn(file);

        revoke(revocations, "alice");

        assertThat(Files.readAllLines(file)).hasSize(10_000);
        assertThat(revocations.isRevoked("alice", Optional.empty())).isTrue();
        assertThat(revocations.isRevoked("agent1", Optional.empty())).isTrue();
        assertThat(revocations.isRevoked("agent10000", Optional.empty())).isFalse();
    }

    @DataProvider
    public static Object[][] damaged() {
        return new Object[][] {
            {"once upon a time bob"},
            {"2026-01-01T12:00:00Z"},
            {"2026-01-01T12:00:00Z %zz"},
            {"2026-01-01T12:00:00Z \u00e9"},
            {""},
        };
    }

    /// Written as no UTF-8.
    @Test(dataProvider = "damaged")
    public void damagedFileIsNotTakenForNoRevocations(String line) throws Exception {
        Path file = Files.createTempDirectory("revocations").resolve("revocations");
        Files.writeString(
                file,
                "2026-01-01T12:00:00Z alice\n" + line + "\n2026-01-01T12:00:00Z carol\n",
                StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> new Revocations(Instant::now).keepIn(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ":2: ")
                .hasMessageContaining("remove the line");
    }

    @Test
    public void fileThatCannotBeReadIsNotTakenForNoRevocations() throws Exception {
        Path file = Files.createTempDirectory("revocations"); // unreadable for whoever runs this

        assertThatThrownBy(() -> new Revocations(Instant::now).keepIn(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + " cannot be read");
    }
}
