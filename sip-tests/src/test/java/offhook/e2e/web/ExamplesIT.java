package offhook.e2e.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import offhook.e2e.browser.Agent;
import offhook.e2e.call.CallStand;
import offhook.e2e.call.Hearing;
import offhook.e2e.call.Voices;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.G711;
import offhook.e2e.wan.Sieve;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// The examples of the client library, as they stand, in Chromium: pages of another origin.
@Test(groups = {"e2e", "web"})
public class ExamplesIT {
    private static final String ICE_STATE =
            "offhookTest.peers.map((peer) => peer.iceConnectionState)"
                    + ".find((state) => state !== 'new')";

    private static final Duration LIMIT = CallStand.LIMIT;
    private static final CallOffer OFFER = CallOffer.of(G711.PCMA);

    private final int port = Ports.freePair();
    private HttpServer pages;
    private CallStand stand;

    @BeforeClass
    public void start() {
        pages =
                SimpleFileServer.createFileServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        DemoConfig.root().resolve("gateway/docs/examples"),
                        SimpleFileServer.OutputLevel.NONE);
        pages.start();
        stand =
                CallStand.start(
                        ExamplesIT.class,
                        yaml ->
                                yaml.replace(
                                                "allowed-origins: [",
                                                "allowed-origins: [\"" + origin() + "\", ")
                                        .replace(
                                                "routes:\n",
                                                "routes:\n  - {from: web, number: \"200\","
                                                        + " to: \"agent:alice\"}\n"));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        pages.stop(0);
        if (stand != null) {
            stand.close();
        }
    }

    private String origin() {
        return "http://127.0.0.1:" + port;
    }

    private Agent open(String example) {
        Agent bob = stand.alice().colleague();
        bob.page().navigate(origin() + "/" + example + "?gateway=" + stand.config().page());
        bob.page().locator("[name=name]").fill("bob");
        bob.page().locator("[name=password]").fill("alice");
        return bob;
    }

    private static void awaitStatus(Page page, String text) {
        page.locator("#status")
                .filter(new Locator.FilterOptions().setHasText(text))
                .waitFor(new Locator.WaitForOptions().setTimeout((double) LIMIT.toMillis()));
    }

    @Test
    public void incomingCallIsAnswered() {
        try (Agent bob = open("incoming.html");
                Phone phone = stand.phone()) {
            bob.page().locator("button").first().click();
            awaitStatus(bob.page(), "Calls ring here.");
            try (PhoneCall call = phone.invite("201", OFFER)) {
                call.media().say(CallStand.callerTone());
                bob.page().locator("#answer:enabled").click();
                awaitStatus(bob.page(), "You hear each other.");
                Hearing.awaitBothWays(bob, Voices.AGENT_HZ, call, Voices.CALLER_HZ, LIMIT);
                call.hangUp(LIMIT);
                awaitStatus(bob.page(), "The caller hung up.");
            }
        }
    }

    @Test
    public void numberIsCalled() {
        Agent alice = stand.alice();
        stand.freshen();
        try (Agent bob = open("dialler.html")) {
            bob.page().locator("[name=to]").fill("200");
            bob.page().locator("button").first().click();
            alice.awaitIncoming(LIMIT).answer();
            awaitStatus(bob.page(), "Answered.");
            bob.page()
                    .locator("#quality")
                    .filter(new Locator.FilterOptions().setHasText("MOS 4"))
                    .waitFor();
            bob.page().locator("#hang-up").click();
            awaitStatus(bob.page(), "Ended by the caller.");
        }
        stand.freshen();
    }

    @Test
    public void callIsHeldAndLedOn() {
        Agent alice = stand.alice();
        stand.freshen();
        try (Agent bob = open("hold-transfer.html");
                Phone phone = stand.phone()) {
            bob.page().locator("button").first().click();
            awaitStatus(bob.page(), "Calls are answered by themselves.");
            try (PhoneCall call = phone.invite("201", OFFER)) {
                call.media().say(CallStand.callerTone());
                awaitStatus(bob.page(), "In a call.");
                bob.page().locator("#hold").click();
                awaitStatus(bob.page(), "The other side hears music.");
                bob.page().locator("#hold").click();
                awaitStatus(bob.page(), "In a call.");
                bob.page().locator("#target").fill("agent:alice");
                bob.page().locator("#transfer").click();
                alice.awaitIncoming(LIMIT).answer();
                Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call, Voices.CALLER_HZ, LIMIT);
                bob.page().locator("#call[disabled]").waitFor();
                call.hangUp(LIMIT);
            }
        }
        stand.freshen();
    }

    @Test
    public void preflightMeasuresTheWayToTheGatewayAndBack() {
        try (Agent bob = open("preflight.html")) {
            bob.page().locator("[name=seconds]").fill("3");
            bob.page().locator("button").first().click();
            awaitStatus(bob.page(), "Calls work");

            Map<?, ?> report =
                    (Map<?, ?>)
                            bob.page()
                                    .evaluate(
                                            "() => JSON.parse("
                                                    + "document.getElementById('report').textContent)");
            assertThat(report.get("isPassed")).isEqualTo(true);
            assertThat(report.get("stage")).isEqualTo("echo");
            assertThat(report.get("codec")).isEqualTo("opus");
            assertThat(((Number) ((Map<?, ?>) report.get("mos")).get("average")).doubleValue())
                    .isGreaterThan(3);
            Map<?, ?> local = (Map<?, ?>) ((Map<?, ?>) report.get("candidatePair")).get("local");
            assertThat(local.get("protocol")).isEqualTo("udp");
            assertThat(((Map<?, ?>) report.get("timing")).keySet())
                    .extracting(String::valueOf)
                    .contains("microphone", "signalling", "ice", "dtls");
            Map<?, ?> levels = (Map<?, ?>) report.get("levels");
            assertThat(((Number) levels.get("echo")).doubleValue())
                    .as("the gateway echoed what was said: %s", levels)
                    .isBetween(
                            ((Number) levels.get("microphone")).doubleValue() - 0.1,
                            ((Number) levels.get("microphone")).doubleValue() + 0.1);
            assertThat(report.get("gateway")).isNotNull();
        }
        assertThat(stand.alice().presence()).isEqualTo("available");
    }

    @Test
    public void preflightSaysWhatIsWrong() {
        try (Agent bob = open("preflight.html")) {
            bob.page().locator("[name=password]").fill("wrong");
            bob.page().locator("button").first().click();
            awaitStatus(bob.page(), "Calls do not work (signalling)");
            assertThat(bob.page().locator("#status").innerText()).contains("Name or password");
        }
    }

    @Test
    public void preflightTellsThatUdpIsBlocked() {
        try (Sieve wall = Sieve.blockingAll(media())) {
            Map<?, ?> report = failedPreflight(wall, "checking");

            assertThat(report.get("stage")).isEqualTo("ice");
            assertThat(report.get("said").toString())
                    .contains("No UDP packet came back from the gateway.")
                    .contains("allow UDP to the gateway's media port");
            assertThat(timing(report).get("ice")).isNull();
        }
    }

    @Test
    public void preflightTellsThatEncryptionIsBlocked() {
        try (Sieve wall = Sieve.blockingDtls(media())) {
            Map<?, ?> report = failedPreflight(wall, "connected");

            assertThat(report.get("stage")).isEqualTo("dtls");
            assertThat(report.get("said").toString())
                    .contains("UDP passes, but no encryption was agreed on.")
                    .contains("let DTLS pass to the gateway's media port");
            assertThat(timing(report).get("ice")).isNotNull();
            assertThat(timing(report).get("dtls")).isNull();
        }
    }

    private InetSocketAddress media() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), stand.config().mediaPort());
    }

    private static Map<?, ?> timing(Map<?, ?> report) {
        return (Map<?, ?>) report.get("timing");
    }

    /// The report of a preflight that comes as far as the wall lets it, and what the page says.
    private Map<?, ?> failedPreflight(Sieve wall, String iceState) {
        try (Agent bob = open("preflight.html")) {
            Page page = bob.page();
            bob.detour(wall.port());
            page.clock().install(); // The page's ten seconds are over when we say so.
            page.locator("button").first().click();
            Await.until(
                    "ICE is " + iceState + " and the wall stops what comes then",
                    LIMIT,
                    () -> {
                        bob.pause(Duration.ofMillis(50));
                        return iceState.equals(page.evaluate(ICE_STATE)) && wall.stopped() > 0;
                    });
            page.clock().fastForward(10_000);
            awaitStatus(page, "Calls do not work");
            return (Map<?, ?>)
                    page.evaluate(
                            "() => ({...JSON.parse(document.getElementById('report').textContent),"
                                    + " said: document.getElementById('status').textContent})");
        }
    }
}
