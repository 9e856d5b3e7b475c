package offhook.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.process.Tool;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Scanners, a trunk that is no trunk, and hostile offers against the SIP port of a running
/// gateway.
@Test(groups = "sip")
public class SipAttackIT {
    private static final String ROUTES = "routes:\n";

    private Scene scene;

    @BeforeClass
    public void start() throws Exception {
        scene = Scene.start("security-sip", SipAttackIT::withCircle);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (scene != null) {
            scene.close();
        }
    }

    /// A trunk that is the gateway itself.
    private static String withCircle(String config) {
        return config.replace(
                        ROUTES, ROUTES + "  - {trunk: demo, number: \"999\", to: \"trunk:self\"}\n")
                .replace(
                        "trunks:\n",
                        "trunks:\n  - {name: self, uri: \"sip:127.0.0.1:5060\", codecs: [PCMA]}\n");
    }

    /// From an address that no trunk has.
    @Test
    public void scannerFindsNothing() {
        String port = Integer.toString(scene.config().sipPort());
        long before = scene.jmx().counter("sip.dropped.stranger");

        String found =
                new Tool("svmap", "sipvicious")
                        .finish(Scene.LIMIT, "-b", "127.0.0.3", "-p", port, "127.0.0.1")
                        .output();

        assertThat(found).contains("found nothing").doesNotContain("User Agent");
        assertThat(scene.jmx().counter("sip.dropped.stranger") - before).isPositive();
    }

    @Test
    public void trunkThatIsTheGatewayItselfIsNotCalled() {
        long invites = scene.jmx().counter("sip.invites");
        try (PhoneCall call = scene.phone().invite("999", CallOffer.of(G711.PCMA))) {
            assertThat(call.awaitFinal(Scene.LIMIT).status()).isEqualTo(503);
        }
        assertThat(scene.jmx().counter("sip.invites") - invites).isLessThanOrEqualTo(2);
        assertThat(scene.jmx().counter("call.bugs")).isZero();
        try (LiveCall live = LiveCall.start(scene)) {
            live.listen();
            live.assertUndisturbed();
        }
    }

    /// Offers within a call that nobody can accept leave the call as it was.
    @Test
    public void hostileOffersLeaveTheCallAsItWas() {
        try (LiveCall live = LiveCall.start(scene)) {
            live.listen();
            int refused = 0;
            List<String> offers = offers();
            for (String offer : offers) {
                SipMessage answer =
                        live.phone().request("INVITE", "application/sdp", offer, Scene.LIMIT);
                assertThat(answer.status()).as(offer).isIn(400, 413, 415, 488, 500, 513, 606);
                assertThat(answer.status()).as(offer).isNotEqualTo(500);
                refused++;
            }
            assertThat(refused).isGreaterThan(20);
            live.assertUndisturbed();
        }
    }

    private static List<String> offers() {
        String head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n";
        String good = head + "c=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";
        List<String> offers = new ArrayList<>();
        for (String port : List.of("-1", "65536", "4294967296", "x", "", "4000/0", "1e3")) {
            offers.add(good.replace("audio 4000", "audio " + port));
        }
        for (String type : List.of("128", "4294967296", "-8", "x", "18", "")) {
            offers.add(good.replace("AVP 8", "AVP " + type));
        }
        for (String host : List.of("224.1.1.1", "256.1.1.1", "evil.example", "", "::1")) {
            offers.add(good.replace("c=IN IP4 127.0.0.1", "c=IN IP4 " + host));
        }
        offers.add("v=1" + good.substring(3));
        offers.add("x");
        offers.add(head);
        offers.add(good.replace("\r\n", "\r"));
        offers.add(good.replace("RTP/AVP", "RTP/SAVP"));
        offers.add(good.replace("audio", "video"));
        offers.add(good + "m=audio 4000 RTP/AVP 8\r\n".repeat(250));
        offers.add(good + "a=fmtp:8 \0\r\n");
        offers.add(good + "a=x:y\r\n".repeat(300));
        return offers;
    }
}
