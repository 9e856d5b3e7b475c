package offhook.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import offhook.config.CallerChallenge.Algorithm;
import offhook.config.CallerChallenge.Sources;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class TrunkChallengeTest {

    private static GatewayConfig load(String yaml) throws ConfigException {
        return ConfigLoader.load("t.yaml", yaml, _ -> Optional.empty(), Path.of(".")).config();
    }

    @Test
    public void challengeIsReadWithItsDefaults() throws ConfigException {
        CallerChallenge challenge =
                load("trunks: [{name: a, addresses: [192.0.2.1],"
                                + " challenge: {username: desk, password: secret}}]")
                        .trunks()
                        .getFirst()
                        .challenge()
                        .orElseThrow();

        assertThat(challenge)
                .isEqualTo(
                        new CallerChallenge(
                                "desk",
                                new Secret("secret"),
                                "offhook",
                                List.of(Algorithm.SHA_256, Algorithm.MD5),
                                Sources.ADDRESSES));
        assertThat(challenge.toString()).doesNotContain("secret");
    }

    @Test
    public void trunkThatMayBeAnywhereNeedsNoAddress() throws ConfigException {
        TrunkConfig trunk =
                load("trunks: [{name: a, challenge: {username: desk, sources: tcp,"
                                + " password: long enough to keep}}]")
                        .trunks()
                        .getFirst();

        assertThat(trunk.addresses()).isEmpty();
        assertThat(trunk.challenge().map(CallerChallenge::sources)).contains(Sources.TCP);
    }

    @DataProvider
    public static Object[][] bad() {
        return new Object[][] {
            {
                "trunks: [{name: a, addresses: [192.0.2.1], challenge: {realm: x}}]",
                "trunks[0].challenge: 'username' is missing"
            },
            {
                "trunks: [{name: a, addresses: [192.0.2.1],\n"
                        + " challenge: {username: 'a:b', password: c, realm: 'a\"b'}}]",
                "2:24: trunks[0].challenge.username: 'a:b' is no user name of a digest"
            },
            {
                "trunks: [{name: a, addresses: [192.0.2.1],\n"
                        + " challenge: {username: u, password: c, algorithms: [MD5, SHA-512]}}]",
                "2:58: trunks[0].challenge.algorithms[1]: 'SHA-512' is none of SHA-256, MD5"
            },
            {
                "trunks: [{name: a, uri: 'sip:b', challenge: {username: u, password: c}}]",
                "trunks[0].challenge: the trunk has no 'addresses', so nobody could call in"
            },
            {
                "trunks: [{name: a, addresses: [192.0.2.1], challenge: {username: u,"
                        + " password: 'twelve or more', sources: any}}]",
                "trunks[0].challenge.sources: is for a trunk without 'addresses'"
            },
            {
                "trunks: [{name: a, challenge: {username: u, password: short, sources: any}}]",
                "trunks[0].challenge.password: is shorter than 12 characters"
            },
            {
                "trunks: [{name: a, challenge: {username: u, password: 'long enough, this',"
                        + " sources: any}}, {name: b, challenge: {username: u,"
                        + " password: 'long enough, that', sources: tcp}}]",
                "trunks[1].challenge.username: 'u' is the user of trunk 'a'"
            },
            {
                "trunks: [{name: a, challenge: {username: u, password: 'long enough, this',"
                        + " sources: any}}, {name: b, challenge: {username: v, realm: other,"
                        + " password: 'long enough, that', sources: tcp}}]",
                "trunks[1].challenge: the realm is 'offhook' for another trunk"
            },
        };
    }

    @Test(dataProvider = "bad")
    public void mistakeIsToldWhereItIs(String yaml, String message) {
        assertThatThrownBy(() -> load(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }
}
