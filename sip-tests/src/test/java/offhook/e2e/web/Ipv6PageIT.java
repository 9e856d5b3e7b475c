package offhook.e2e.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import offhook.e2e.browser.Agent;
import offhook.e2e.call.CallStand;
import offhook.e2e.call.Hearing;
import offhook.e2e.call.Voices;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// A browser that reaches page, signalling and audio of the gateway by IPv6 alone.
@Test(groups = {"e2e", "web", "media"})
public class Ipv6PageIT {
    private static final Duration LIMIT = CallStand.LIMIT;

    /// The two ends of the pair of addresses that the audio takes.
    private static final String SELECTED =
            """
            async () => {
              const report = await offhookTest.peers.at(-1).getStats();
              const transport = [...report.values()].find(({ type }) => type === 'transport');
              const pair = report.get(transport.selectedCandidatePairId);
              const end = (id) => report.get(id).address;
              return { local: end(pair.localCandidateId), remote: end(pair.remoteCandidateId) };
            }
            """;

    private final List<AutoCloseable> open = new ArrayList<>();
    private DemoConfig config;
    private Agent alice;

    @BeforeClass
    public void start() {
        Path work = CallStand.workOf(Ipv6PageIT.class);
        config =
                CallStand.configure(
                        work,
                        yaml ->
                                yaml.replace(
                                                "listen: http://127.0.0.1:8080",
                                                "listen: \"http://[::1]:8080\"")
                                        .replace(
                                                "[http://127.0.0.1:8080]",
                                                "[\"http://[::1]:8080\"]")
                                        .replace(
                                                "listen: udp://127.0.0.1:7882",
                                                "listen: \"udp://[::1]:7882\"\n"
                                                        + "  advertise: \"::1\""));
        keep(
                GatewayProcess.start(
                        config.file(), work.resolve("gateway.log"), Duration.ofSeconds(90)));
        alice = keep(Agent.launch(Voices.steady("agent", Voices.AGENT_HZ, work)));
    }

    private <T extends AutoCloseable> T keep(T opened) {
        open.addFirst(opened);
        return opened;
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    public void audioTakesIpv6BothWays() {
        alice.open("http://[::1]:" + config.webPort()).signIn("alice", "alice", LIMIT);
        try (Phone phone = Phone.udp(config.sip(), "5551000")) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA));
            call.media().say(CallStand.callerTone());
            alice.awaitIncoming(LIMIT).answer();
            call.awaitAnswer(LIMIT);

            Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call, Voices.CALLER_HZ, LIMIT);

            Map<?, ?> ends = (Map<?, ?>) alice.page().evaluate(SELECTED);
            assertThat(ends.get("remote")).isEqualTo("::1");
            assertThat(String.valueOf(ends.get("local"))).contains(":");
            assertThat(alice.observed().remoteSdp())
                    .containsPattern("a=candidate:.* ::1 [0-9]+ typ host")
                    .contains("c=IN IP6 ::1");
            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
            alice.awaitIdle(LIMIT);
        }
    }
}
