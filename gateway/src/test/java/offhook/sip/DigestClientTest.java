package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import offhook.config.Secret;
import offhook.config.TrunkConfig.Auth;
import offhook.sip.DigestClient.Challenger;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class DigestClientTest {

    private static final String REALM = "realm=\"biloxi.com\"";

    private static DigestClient client(Optional<String> realm) {
        return new DigestClient(
                new Auth("bob", new Secret("zanzibar"), realm, false), () -> "0a4f113b");
    }

    private static DigestClient client() {
        return client(Optional.empty());
    }

    private static DigestChallenge challenge(String value) {
        return DigestChallenge.read(value).orElseThrow();
    }

    /// RFC 7616 §3.9.1, the same for RFC 8760, and RFC 2617 §3.5.
    @DataProvider
    public static Object[][] examples() {
        String nonce = "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"";
        String cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        return new Object[][] {
            {
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\","
                        + " algorithm=SHA-256, "
                        + nonce,
                "Circle of Life",
                cnonce,
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
            },
            {
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\","
                        + " algorithm=MD5, "
                        + nonce,
                "Circle of Life",
                cnonce,
                "8ca523f5e9506fed4657c9700eebdbec"
            },
            {
                "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\","
                        + " nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"",
                "Circle Of Life",
                "0a4f113b",
                "6629fae49393a05397450978507c4ef1"
            },
            {
                "Digest realm=\"testrealm@host.com\","
                        + " nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"",
                "Circle Of Life",
                "0a4f113b",
                "670fd8c2df070c60b045671b8b24ff02"
            },
        };
    }

    @Test(dataProvider = "examples")
    public void responsesAreThoseOfTheStandards(
            String challenge, String password, String cnonce, String response) {
        assertThat(
                        DigestClient.response(
                                challenge(challenge),
                                "Mufasa",
                                password,
                                "00000001",
                                cnonce,
                                "GET",
                                "/dir/index.html"))
                .isEqualTo(response);
    }

    @Test
    public void answerRepeatsWhatTheChallengeSays() {
        DigestClient client = client();

        assertThat(
                        client.takes(
                                Challenger.PROXY,
                                List.of(
                                        "Digest "
                                                + REALM
                                                + ", nonce=\"n\\\"1\", opaque=\"o\", qop=\"auth\"")))
                .isTrue();

        List<HeaderField> fields = client.credentials("INVITE", "sip:bob@biloxi.com");
        assertThat(fields)
                .singleElement()
                .satisfies(field -> {
                    assertThat(field.name()).isEqualTo("Proxy-Authorization");
                    assertThat(field.value())
                            .startsWith(
                                    "Digest username=\"bob\",realm=\"biloxi.com\",nonce=\"n\\\"1\",")
                            .contains(",uri=\"sip:bob@biloxi.com\",")
                            .contains(",cnonce=\"0a4f113b\",qop=auth,nc=00000001")
                            .contains(",algorithm=MD5,")
                            .endsWith(",opaque=\"o\"");
                });
    }

    @Test
    public void strongestIsTakenWhereverItStands() {
        DigestClient client = client();

        client.takes(
                Challenger.ORIGIN,
                List.of(
                        "Digest " + REALM + ",nonce=\"a\",qop=\"auth\",algorithm=MD5",
                        "Digest " + REALM + ",nonce=\"b\",qop=\"auth\",algorithm=SHA-256",
                        "Digest " + REALM + ",nonce=\"c\",qop=\"auth\",algorithm=SHA-512-256"));

        assertThat(client.credentials("INVITE", "sip:b@x").getFirst().value())
                .contains("nonce=\"b\"")
                .contains("algorithm=SHA-256");
    }

    @DataProvider
    public static Object[][] unanswered() {
        return new Object[][] {
            {"Basic " + REALM},
            {"Digest " + REALM},
            {"Digest nonce=\"a\",qop=\"auth\""},
            {"Digest " + REALM + ",nonce=\"\",qop=\"auth\""},
            {"Digest " + REALM + ",nonce=\"a\",qop=\"auth-int\""},
            {"Digest " + REALM + ",nonce=\"a\",qop=\"\""},
            {"Digest " + REALM + ",nonce=\"a\",qop=\"auth\",algorithm=MD5-sess"},
            {"Digest " + REALM + ",nonce=\"a\",qop=\"auth\",algorithm=SHA-256-sess"},
            {"Digest " + REALM + ",nonce=\"a\",algorithm=SHA-256"},
            {"Digest " + REALM + ",nonce=\"a\",nonce=\"b\",qop=\"auth\""},
            {"Digest " + REALM + ",nonce=\"a\r\nEvil: 1\",qop=\"auth\""},
            {"Digest " + REALM + ",nonce=\"a"},
            {"Digest " + REALM + ",nonce=\"a\",qop=\"auth\" more"},
            {"Digest"},
            {""},
        };
    }

    @Test(dataProvider = "unanswered")
    public void challengeIsLeftAlone(String value) {
        assertThat(client().takes(Challenger.ORIGIN, List.of(value))).isFalse();
        assertThat(client().credentials("INVITE", "sip:b@x")).isEmpty();
    }

    @Test
    public void otherRealmThanTheConfiguredIsLeftAlone() {
        String offered = "Digest " + REALM + ",nonce=\"a\",qop=\"auth\"";

        assertThat(client(Optional.of("atlanta.com")).takes(Challenger.ORIGIN, List.of(offered)))
                .isFalse();
        assertThat(client(Optional.of("biloxi.com")).takes(Challenger.ORIGIN, List.of(offered)))
                .isTrue();
    }

    @Test
    public void eachChallengerIsAnsweredOnceAndOnceMoreWhenStale() {
        DigestClient client = client();
        List<String> first = List.of("Digest " + REALM + ",nonce=\"a\",qop=\"auth\"");
        List<String> stale = List.of("Digest " + REALM + ",nonce=\"b\",qop=\"auth\",stale=true");

        assertThat(client.takes(Challenger.ORIGIN, first)).isTrue();
        assertThat(client.takes(Challenger.ORIGIN, first)).isFalse();
        assertThat(client.takes(Challenger.ORIGIN, stale)).isTrue();
        assertThat(client.takes(Challenger.ORIGIN, stale)).isFalse();
        assertThat(client.takes(Challenger.PROXY, first)).isTrue();
        assertThat(client.credentials("REGISTER", "sip:x"))
                .extracting(HeaderField::name)
                .containsExactly("Authorization", "Proxy-Authorization");
    }

    @Test
    public void nonceIsCountedAsLongAsItIsTheSame() {
        DigestClient client = client();
        List<String> a = List.of("Digest " + REALM + ",nonce=\"a\",qop=\"auth\"");
        List<String> b = List.of("Digest " + REALM + ",nonce=\"b\",qop=\"auth\"");

        client.takes(Challenger.ORIGIN, a);
        assertThat(client.credentials("REGISTER", "sip:x").getFirst().value())
                .contains("nc=00000001");
        client.begin();
        assertThat(client.credentials("REGISTER", "sip:x").getFirst().value())
                .contains("nc=00000002");
        client.takes(Challenger.ORIGIN, a);
        assertThat(client.credentials("REGISTER", "sip:x").getFirst().value())
                .contains("nc=00000003");
        client.begin();
        client.takes(Challenger.ORIGIN, b);
        assertThat(client.credentials("REGISTER", "sip:x").getFirst().value())
                .contains("nc=00000001");
    }
}
