package offhook.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.UnaryOperator;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.speech.G711;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Offers of browsers whose fingerprint or role is not what it must be (RFC 8827 §6.5).
@Test(groups = "media")
public class OfferIT {
    private Scene scene;

    @BeforeClass
    public void start() throws Exception {
        scene = Scene.start("security-offer");
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (scene != null) {
            scene.close();
        }
    }

    @Test
    public void certificateThatWasNotPromisedEndsTheCallWithoutMedia() {
        try (WebPeer alice = scene.agentOffering(OfferIT::wrongFingerprint);
                PhoneCall call = scene.phone().invite("200", CallOffer.of(G711.PCMA))) {
            call.media().say(Scene.phoneTone());
            alice.awaitIncoming(Scene.LIMIT);
            JsonNode accepted = alice.await("accepted", Scene.LIMIT, _ -> true);
            WebMedia media = alice.media();

            JsonNode ended = alice.await("ended", Scene.LIMIT, _ -> true);

            assertThat(accepted.path("sdp").asText()).contains("a=fingerprint:sha-256");
            assertThat(ended.path("cause").path("reason").asText()).isEqualTo("dtls-failed");
            assertThat(ended.path("cause").path("text").asText())
                    .containsIgnoringCase("certificate");
            assertThat(media.state()).isNotEqualTo(WebMedia.State.CONNECTED);
            assertThat(scene.reactor().ask(() -> media.sink().count().packets())).isZero();
            assertThat(scene.jmx().counter("dtls.failed")).isPositive();
            // Whichever way the phone's side ended, it ended: a refusal, or BYE after an answer.
            if (call.awaitFinal(Scene.LIMIT).status() == 200) {
                call.awaitBye(Scene.LIMIT);
            }
        }
    }

    private static String wrongFingerprint(String sdp) {
        String line = line(sdp, "a=fingerprint:");
        char last = line.charAt(line.length() - 1);
        String other = line.substring(0, line.length() - 1) + (last == '0' ? '1' : '0');
        return sdp.replace(line, other);
    }

    private static String line(String sdp, String prefix) {
        return sdp.lines().filter(l -> l.startsWith(prefix)).findFirst().orElseThrow();
    }

    @DataProvider
    public Object[][] unservedOffers() {
        UnaryOperator<String> missing =
                sdp -> sdp.replace(line(sdp, "a=fingerprint:") + "\r\n", "");
        UnaryOperator<String> md5 =
                sdp ->
                        sdp.replace(
                                line(sdp, "a=fingerprint:"),
                                "a=fingerprint:md5 AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89");
        UnaryOperator<String> two =
                sdp ->
                        sdp.replace(
                                line(sdp, "a=fingerprint:"),
                                line(sdp, "a=fingerprint:")
                                        + "\r\n"
                                        + line(wrongFingerprint(sdp), "a=fingerprint:"));
        UnaryOperator<String> passive = sdp -> sdp.replace("setup:actpass", "setup:passive");
        return new Object[][] {
            {missing, "fingerprint"},
            {md5, "md5"},
            {two, "fingerprint"},
            {passive, "setup:passive"}
        };
    }

    @Test(dataProvider = "unservedOffers")
    public void offerThatCannotBeSecureIsRefusedAndSaysWhy(
            UnaryOperator<String> change, String named) {
        try (WebPeer alice = scene.agentOffering(change);
                PhoneCall call = scene.phone().invite("200", CallOffer.of(G711.PCMA))) {
            alice.awaitIncoming(Scene.LIMIT);

            JsonNode ended = alice.await("ended", Scene.LIMIT, _ -> true);

            assertThat(ended.path("cause").path("reason").asText()).isEqualTo("media-refused");
            assertThat(ended.path("cause").path("text").asText()).contains(named);
            assertThat(alice.messages()).noneMatch(m -> m.path("type").asText().equals("accepted"));
            assertThat(call.awaitFinal(Scene.LIMIT).status()).isBetween(400, 699);
        }
    }
}
