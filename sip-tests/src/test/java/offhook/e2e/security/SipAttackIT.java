package offhook.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import offhook.e2e.call.Operations;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.process.Await;
import offhook.e2e.process.Tool;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Scanners, a trunk that is no trunk, and hostile offers against the SIP port of a running
/// gateway.
@Test(groups = "sip")
public class SipAttackIT {
    private static final String INVITES =
            "offhook_sip_requests_in_total{method=\"INVITE\",peer=\"trunk\"}";

    private static final String ROUTES = "routes:\n";

    /// Where the trunk is: 127.0.0.1 is a stranger, because svwar comes from nowhere else.
    private static final String PHONE = "127.0.0.7";

    private static final int ROUNDS = 5;

    private CircleProxy proxy;
    private Scene scene;
    private Operations operations;

    @BeforeClass
    public void start() throws Exception {
        proxy = new CircleProxy("127.0.0.5");
        scene = Scene.start("security-sip", this::withCircles, PHONE);
        proxy.sendTo(scene.config().sip());
        operations = Operations.of(scene.gateway());
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (operations != null) {
            operations.close();
        }
        if (scene != null) {
            scene.close();
        }
        proxy.close();
    }

    /// A trunk that is the gateway itself, and one whose proxy sends calls back for ever. There may
    /// be as many calls as one of those takes.
    private String withCircles(String config) {
        return config.replace("[127.0.0.1/32]", "[" + PHONE + "/32]")
                        .replace(
                                ROUTES,
                                ROUTES
                                        + """
                                          - {trunk: demo, number: "999", to: "trunk:self"}
                                          - {trunk: demo, number: "888", to: "trunk:circle"}
                                          - {trunk: circle, number: "888", to: "trunk:circle"}
                                        """)
                        .replace(
                                "trunks:\n",
                                """
                                trunks:
                                  - {name: self, uri: "sip:127.0.0.1:5060", codecs: [PCMA]}
                                  - name: circle
                                    addresses: [127.0.0.5/32]
                                    uri: "sip:%s;transport=udp"
                                    codecs: [PCMA]
                                    max-calls: 3
                                """
                                        .formatted(proxy.at()))
                + "\nlimits: {max-calls: 3, sip-requests-per-second: 500}\n";
    }

    /// All of sipvicious at once from an address that no trunk has, while a call stands that hears
    /// nothing of it. None gets an answer to its first request, and gives up.
    @Test
    public void scannersAndCrackersFindNothing() throws Exception {
        long before = scene.jmx().counter("sip.dropped.stranger");
        List<List<String>> attacks =
                List.of(
                        List.of("svmap"),
                        List.of("svwar", "--force", "-e100-160", "-m", "REGISTER"),
                        List.of("svwar", "--force", "-e100-160", "-m", "OPTIONS"),
                        List.of("svwar", "--force", "-e100-160", "-m", "INVITE"),
                        List.of("svcrack", "-u100", "-r1-300"));
        try (LiveCall live = LiveCall.start(scene);
                ExecutorService together = Executors.newVirtualThreadPerTaskExecutor()) {
            live.listen();
            List<Future<String>> found = new ArrayList<>();
            attacks.forEach(attack -> found.add(together.submit(() -> said(attack))));
            for (Future<String> each : found) {
                assertThat(each.get()).contains("found nothing").doesNotContain("User Agent");
            }
            live.assertUndisturbed();
        }
        assertThat(scene.jmx().counter("sip.dropped.stranger") - before)
                .isGreaterThanOrEqualTo(attacks.size());
    }

    private String said(List<String> attack) {
        List<Object> arguments = new ArrayList<>(attack.subList(1, attack.size()));
        arguments.addAll(List.of("-p", Integer.toString(scene.config().sipPort()), "127.0.0.1"));
        return new Tool(attack.getFirst(), "sipvicious")
                .finish(Scene.LIMIT, arguments.toArray())
                .output();
    }

    /// Each time round takes all the calls that there may be, and gives them back.
    @Test
    public void callThatComesBackForEverEndsAndGivesItsPlacesBack() {
        long loops = scene.jmx().counter("sip.loops");
        List<Long> millis = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long startNanos = System.nanoTime();
            try (PhoneCall call = scene.phone().invite("888", CallOffer.of(G711.PCMA))) {
                assertThat(call.awaitFinal(Scene.LIMIT).status())
                        .as("round %d", round)
                        .isEqualTo(482);
            }
            millis.add((System.nanoTime() - startNanos) / 1_000_000);
            Await.until(
                    "all places are given back",
                    Scene.LIMIT,
                    () ->
                            operations.callsActive() == 0
                                    && operations.trunk("circle", "CallsNow").equals(0));
        }
        System.out.println("calls in a circle ended after ms " + millis);
        assertThat(scene.jmx().counter("sip.loops") - loops).isEqualTo(ROUNDS);
        assertThat(scene.jmx().counter("call.bugs")).isZero();
        try (LiveCall live = LiveCall.start(scene)) {
            live.listen();
            live.assertUndisturbed();
        }
    }

    @Test
    public void trunkThatIsTheGatewayItselfIsNotCalled() {
        double invites = scene.jmx().metric(INVITES);
        try (PhoneCall call = scene.phone().invite("999", CallOffer.of(G711.PCMA))) {
            assertThat(call.awaitFinal(Scene.LIMIT).status()).isEqualTo(503);
        }
        // The phone's and its own, and what either repeats on a busy machine; a circle has dozens.
        assertThat(scene.jmx().metric(INVITES) - invites).isLessThan(10);
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
