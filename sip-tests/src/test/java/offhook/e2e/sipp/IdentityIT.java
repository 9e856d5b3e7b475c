package offhook.e2e.sipp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import offhook.e2e.browser.Agent;
import offhook.e2e.call.CallStand;
import offhook.e2e.process.Ports;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Who calls, and which header fields pass, between sipp as a trunk and pages in Chromium: the
/// agent's page, and a program of the client library.
@Test(groups = {"e2e", "sip", "web"})
public class IdentityIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final String CALLED_HOST = "127.0.1.1";

    /// Calls 300 without the number, and tells what the events brought.
    private static final String DIAL =
            """
            async () => {
              const { Device, signIn } = await import('/client/offhook.js');
              const { token } = await signIn('bob', 'alice');
              const device = new Device(token);
              await device.register();
              const refused = await device.connect({ to: '300', params: { 'X-Case': 'a\\r\\nb' } })
                .then(() => 'dialled', (error) => error.name);
              const call = await device.connect({
                to: '300',
                withholdNumber: true,
                params: { 'X-Case': '4711', 'X-Internal': 'secret', Contact: '<sip:secret@x>' },
              });
              const accepted = new Promise((resolve) => call.on('accept', resolve));
              const ended = new Promise((resolve) => call.on('disconnect', resolve));
              const answer = [...await accepted];
              const end = [...(await ended).parameters];
              const sent = [...call.customParameters.keys()];
              device.destroy();
              return { refused, answer, end, sent };
            }
            """;

    private final int calledPort = Ports.freePair();
    private CallStand stand;

    @BeforeClass
    public void start() {
        stand = CallStand.start(IdentityIT.class, this::withIdentity);
    }

    private String withIdentity(String yaml) {
        return yaml.replace(
                        "{name: pbx, addresses: [127.0.0.1/32],",
                        "{name: pbx, addresses: [127.0.0.1/32], trust-identity: true,"
                                + " headers: {in: [X-Case, X-Crm-*, X-Result]},")
                .replace(
                        "trunks:\n",
                        "trunks:\n  - {name: carrier, uri: \"sip:%s:%d\", identity: pai,"
                                        .formatted(CALLED_HOST, calledPort)
                                + " from-user: gw-1, from-domain: carrier.example,"
                                + " contact-user: gw-2,"
                                + " headers: {in: [X-Desk, X-Result], out: [X-Case]}}\n")
                .replace(
                        "routes:\n",
                        "routes:\n  - {from: web, number: \"300\", to: \"trunk:carrier\"}\n")
                .replace("display-name: Bob,", "display-name: Bob, caller-id: \"+34911000002\",");
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (stand != null) {
            stand.close();
        }
    }

    @Test
    public void pageShowsWhatIsKnownOfTheCaller() {
        Agent alice = stand.alice();
        try (Sipp sipp =
                Sipp.calling(
                        "caller-known",
                        "127.0.0.1",
                        stand.config().sip(),
                        "200",
                        stand.folder("caller-known"))) {
            alice.awaitIncoming(LIMIT);

            assertThat(alice.callerName()).isEqualTo("Maria <b>Luz</b>");
            assertThat(alice.callerNumber()).isEqualTo("+12025550123");
            assertThat(alice.page().locator("#caller-trust").innerText())
                    .isEqualTo("Number verified");
            assertThat(alice.page().locator("#facts dt").allInnerTexts())
                    .containsExactly(
                            "Called",
                            "Diverted from",
                            "Diverted from",
                            "Message",
                            "X-Case",
                            "x-crm-customer");
            assertThat(alice.page().locator("#facts dd").allInnerTexts())
                    .containsExactly(
                            "200",
                            "Sales +12025550100 (busy)",
                            "301 (no answer)",
                            "Case 4711",
                            "4711",
                            "Luz <script>alert(1)</script>, gold");
            assertThat(alice.page().content()).doesNotContain("secret");
            alice.answer();

            assertThat(sipp.awaitEnd(LIMIT)).as("what went otherwise than the scenario").isEmpty();
        }
        alice.awaitCall("idle", LIMIT);
        assertThat(alice.page().locator("#facts").isVisible()).isFalse();
    }

    @Test
    public void programSendsHeadersAlongAndGetsThoseOfTheAnswerAndTheEnd() {
        try (Agent bob = stand.alice().colleague();
                Sipp sipp =
                        Sipp.called(
                                "called-by-withheld",
                                CALLED_HOST,
                                calledPort,
                                stand.folder("called-by-withheld"))) {
            Object told = bob.open(stand.config().page()).page().evaluate(DIAL);

            assertThat(told)
                    .isEqualTo(
                            Map.of(
                                    "refused",
                                    "InvalidArgument",
                                    "answer",
                                    List.of(List.of("X-Desk", "7")),
                                    "end",
                                    List.of(List.of("X-Result", "solved")),
                                    "sent",
                                    List.of("X-Case", "X-Internal", "Contact")));
            assertThat(sipp.awaitEnd(LIMIT)).as("what went otherwise than the scenario").isEmpty();
        }
    }
}
