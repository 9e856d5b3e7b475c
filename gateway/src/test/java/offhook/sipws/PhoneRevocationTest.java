package offhook.sipws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import offhook.agent.Presence;
import offhook.web.StaffChange;
import org.testng.annotations.Test;

/// An operator ends the sign-ins of an agent who has phones.
public class PhoneRevocationTest {

    /// What an operator ends are sign-ins: the password counts on, in a new one.
    @Test
    public void phonesOfAnAgentWhoseSignInsAreRevokedHaveToRegisterAnew() throws Exception {
        try (PhoneStand stand = new PhoneStand(PhoneStand.limits())) {
            String bearer = "Authorization: Bearer " + Tokens.of(stand, "alice") + "\r\n";
            TextSipPhone byToken = stand.connect("alice");
            byToken.instance("i");
            assertThat(byToken.register(bearer, 120)).startsWith("SIP/2.0 200 ");
            TextSipPhone byPassword = stand.registered("alice", "j");
            TextSipPhone bob = stand.registered("bob", "k");

            stand.server.revokeTokens("alice");

            assertThat(byToken.awaitClose()).isEqualTo(4401);
            assertThat(byPassword.awaitClose()).isEqualTo(4401);
            stand.awaitPresence(Presence.OFFLINE);
            assertThat(bob.register("", 120)).startsWith("SIP/2.0 200 ");
            assertThat(stand.connect("alice").register(bearer, 120)).startsWith("SIP/2.0 401 ");
            stand.registered("alice", "j");
            stand.awaitPresence(Presence.AVAILABLE);
        }
    }

    /// The token was checked and its REGISTER waited at the desk, when it was revoked.
    @Test
    public void tokenThatIsRevokedBetweenItsCheckAndTheDeskRegistersNobody() throws Exception {
        try (PhoneStand stand = new PhoneStand(PhoneStand.limits())) {
            CountDownLatch checked = new CountDownLatch(1);
            String bearer = "Authorization: Bearer " + Tokens.of(stand, "alice") + "\r\n";
            TextSipPhone alice = stand.connect("alice");
            StaffChange nobody = stand.server.prepare(List.of());
            stand.phones
                    .owner()
                    .post(() -> {
                        awaitQuietly(checked);
                        nobody.take();
                        nobody.dismissed().forEach(stand.phones::onDismissed);
                    });

            alice.sendRegister(bearer, 120);
            // Answered by the thread that checked the token before.
            alice.send("\r\n\r\n");
            assertThat(alice.next()).isEqualTo("\r\n");
            checked.countDown();

            assertThat(alice.next()).startsWith("SIP/2.0 401 ");
            stand.awaitPresence(Presence.OFFLINE);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    public void phonesOfAnAgentWhoMayNotSignInAnyMoreAreSentAway() throws Exception {
        try (PhoneStand stand = new PhoneStand(PhoneStand.limits())) {
            TextSipPhone alice = stand.registered("alice", "i");
            stand.awaitPresence(Presence.AVAILABLE);
            TextSipPhone bob = stand.registered("bob", "k");

            stand.phones.owner().carryOut(() -> stand.phones.onDismissed("alice"), 5_000_000_000L);

            assertThat(alice.awaitClose()).isEqualTo(4401);
            stand.awaitPresence(Presence.OFFLINE);
            assertThat(bob.register("", 120)).startsWith("SIP/2.0 200 ");
        }
    }
}
