package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import offhook.e2e.browser.Agent;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// What operations see of a call, and what is told to everybody when the gateway is stopped.
@Test(groups = {"e2e", "sip"})
public class StopIT {
    private static final String INVITES =
            "offhook_sip_requests_in_total{method=\"INVITE\",peer=\"trunk\"}";

    private CallStand stand;
    private Agent alice;

    @BeforeClass
    public void start() {
        stand =
                CallStand.start(
                        StopIT.class, yaml -> yaml.replace("node: {", "node: {drain-seconds: 1, "));
        alice = stand.alice();
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (stand != null) {
            stand.close();
        }
    }

    @Test(priority = 1)
    public void beanShowsTheCallThatRuns() {
        try (Operations operations = Operations.of(stand.gateway());
                Phone phone = stand.phone()) {
            assertThat(operations.attribute("CallsActive")).isEqualTo(0);
            assertThat(operations.attribute("CallsTotal")).isEqualTo(0L);
            assertThat(operations.attribute("AgentsOnline")).isEqualTo(1);
            assertThat((String) operations.attribute("Version")).isNotBlank();
            long uptime = (Long) operations.attribute("UptimeSeconds");
            assertThat(uptime).isBetween(0L, 600L);
            double invites = operations.metric(INVITES);

            PhoneCall call = stand.talk(phone, CallOffer.of(G711.PCMA));
            assertThat(operations.attribute("CallsActive")).isEqualTo(1);
            assertThat(operations.attribute("CallsTotal")).isEqualTo(1L);
            assertThat(operations.counter("calls.answered")).isEqualTo(1);
            assertThat(operations.metric(INVITES)).isGreaterThan(invites);
            assertThat(operations.counter("rtp.malformed")).isZero();
            assertThat(operations.counter("srtp.auth-failed")).isZero();
            assertThat(operations.counter("call.bugs")).isZero();

            assertThat(call.hangUp(CallStand.LIMIT).status()).isEqualTo(200);
            stand.freshen();
            Await.until("the call is over", CallStand.LIMIT, () -> operations.callsActive() == 0);
            assertThat(operations.attribute("CallsTotal")).isEqualTo(1L);
            assertThat((Long) operations.attribute("UptimeSeconds")).isGreaterThanOrEqualTo(uptime);
        }
    }

    @Test(priority = 2)
    public void whatIsWrittenIsClosedToOthers() throws IOException {
        Path data = stand.folder("data");
        List<String> files =
                List.of(
                        "alive",
                        "audit.jsonl",
                        "audit.jsonl.head",
                        "dialogs.jsonl",
                        "journal.jsonl",
                        "lock",
                        "records.db",
                        "records.db-journal",
                        "token-secret");
        Await.until(
                "all of them are there",
                CallStand.LIMIT,
                () -> files.stream().allMatch(file -> Files.exists(data.resolve(file))));
        try (Stream<Path> all = Files.walk(data)) {
            for (Path each : all.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                        .as(each.toString())
                        .endsWith("---");
            }
        }
        assertThat(Files.getPosixFilePermissions(data.resolve("token-secret")))
                .containsExactlyInAnyOrder(
                        PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }

    @Test(priority = 3)
    public void killedGatewayComesBackWithItsAgentsAndEndsTheCallItLeft() {
        try (Phone phone = stand.phone()) {
            PhoneCall call = stand.talk(phone, CallOffer.of(G711.PCMA));
            Path dialogs = stand.folder("data").resolve("dialogs.jsonl");
            Await.until("its dialog is kept", CallStand.LIMIT, () -> holds(dialogs, "5551000"));

            stand.crash();

            call.awaitBye(CallStand.LIMIT);
            alice.page()
                    .locator("#message")
                    .filter(new Locator.FilterOptions().setHasText("The call was lost"))
                    .waitFor(new Locator.WaitForOptions().setTimeout(CallStand.LIMIT.toMillis()));
            alice.awaitIdle(CallStand.LIMIT).awaitPresence("available", CallStand.LIMIT);
            assertThat(alice.page().locator("#sign-in-password").isVisible())
                    .as("asked for the password")
                    .isFalse();
            stand.freshen();
            PhoneCall next = stand.talk(phone, CallOffer.of(G711.PCMA));
            assertThat(next.hangUp(CallStand.LIMIT).status()).isEqualTo(200);
            stand.freshen();
        }
    }

    private static boolean holds(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException _) {
            return false; // being replaced
        }
    }

    @Test(priority = 4)
    public void sigtermEndsTheCallAtBothEnds() {
        try (Phone phone = stand.phone()) {
            PhoneCall call = stand.talk(phone, CallOffer.of(G711.PCMA));

            // It waits for the call until the limit. Killed for being late, it would be 128 + 9.
            assertThat(stand.gateway().stop()).isZero();

            call.awaitBye(CallStand.LIMIT);
            SipMessage bye =
                    call.trace().stream()
                            .filter(t -> !t.sent())
                            .map(PhoneCall.Traced::message)
                            .filter(m -> m.startLine().startsWith("BYE"))
                            .findFirst()
                            .orElseThrow();
            assertThat(bye.header("Reason")).startsWith("Q.850").contains("cause=41");
            alice.awaitIdle(CallStand.LIMIT);
            assertThat(alice.observed().count("received ended")).isOne();
            alice.awaitNote("The gateway is being stopped", CallStand.LIMIT);
            Await.until(
                    "all ports are free",
                    CallStand.LIMIT,
                    () ->
                            Ports.isUdpFree(stand.config().sipPort())
                                    && Ports.isTcpFree(stand.config().sipPort())
                                    && Ports.isTcpFree(stand.config().webPort())
                                    && Ports.isUdpFree(stand.config().mediaPort()));
            assertThat(stand.log()).contains("gateway stopped").doesNotContain("ERROR");
        }
    }
}
