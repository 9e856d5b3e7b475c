package offhook.sipws;

import static org.assertj.core.api.Assertions.assertThat;

import offhook.agent.Presence;
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

    @Test
    public void phonesOfAnAgentWhoMayNotSignInAnyMoreAreSentAway() throws Exception {
        try (PhoneStand stand = new PhoneStand(PhoneStand.limits())) {
            TextSipPhone alice = stand.registered("alice", "i");
            stand.awaitPresence(Presence.AVAILABLE);
            TextSipPhone bob = stand.registered("bob", "k");

            stand.phones.dismiss("alice");

            assertThat(alice.awaitClose()).isEqualTo(4401);
            stand.awaitPresence(Presence.OFFLINE);
            assertThat(bob.register("", 120)).startsWith("SIP/2.0 200 ");
        }
    }
}
