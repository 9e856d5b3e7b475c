package offhook.e2e.sipp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import offhook.e2e.call.Hearing;
import offhook.e2e.media.Exchange;
import offhook.e2e.phone.Heard;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.web.Ear;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Every scenario of `resources/sipp`, each played by sipp as the PBX and a scripted agent, all at
/// once on one gateway. sipp sends back what it hears: an agent who hears her own tone proves both
/// directions.
@Test(groups = {"e2e", "sip"})
public class ScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int AGENT_HZ = 1030;
    private static final double ENOUGH_SECONDS = 0.8;

    /// What the agent does.
    private enum Agent {
        /// Answers what rings, at once.
        ANSWERS,
        /// Calls sipp, and talks until it hangs up.
        CALLS,
        /// Calls sipp, and transfers it at once.
        TRANSFERS;

        boolean calls() {
            return this != ANSWERS;
        }
    }

    /// @param file of `resources/sipp`, without its ending
    /// @param sound whether the agent must hear herself by way of sipp
    private record Scenario(String file, Agent agent, boolean sound) {
        @Override
        public String toString() {
            return file;
        }
    }

    private static final List<Scenario> SCENARIOS =
            List.of(
                    new Scenario("offer-in-invite", Agent.ANSWERS, true),
                    new Scenario("offer-in-200", Agent.ANSWERS, true),
                    new Scenario("invite-tcp", Agent.ANSWERS, true),
                    new Scenario("hold-three-ways", Agent.ANSWERS, true),
                    new Scenario("reinvite-codecs", Agent.ANSWERS, true),
                    new Scenario("reinvite-offerless", Agent.ANSWERS, true),
                    new Scenario("ack-lost", Agent.ANSWERS, true),
                    new Scenario("bye-before-ack", Agent.ANSWERS, false),
                    new Scenario("update-hold", Agent.ANSWERS, true),
                    new Scenario("session-timer", Agent.ANSWERS, true),
                    new Scenario("session-interval-too-small", Agent.ANSWERS, true),
                    new Scenario("called", Agent.CALLS, true),
                    new Scenario("called-challenged", Agent.CALLS, true),
                    new Scenario("called-forked", Agent.CALLS, true),
                    new Scenario("called-early-media", Agent.CALLS, true),
                    new Scenario("offer-in-180-prack", Agent.ANSWERS, true),
                    new Scenario("called-early-prack", Agent.CALLS, true),
                    new Scenario("called-busy", Agent.CALLS, false),
                    new Scenario("called-refer", Agent.TRANSFERS, false),
                    new Scenario("refer-busy", Agent.ANSWERS, true));

    private final Map<Scenario, Integer> lines = new HashMap<>();
    private final Map<Scenario, Integer> ports = new HashMap<>();
    private final Map<Scenario, WebPeer> agents = new HashMap<>();
    private Exchange exchange;

    @BeforeClass
    public void start() {
        SCENARIOS.forEach(scenario -> {
            lines.put(scenario, lines.size());
            ports.put(scenario, Ports.freePair());
        });
        // A tone is no speech: with DTX the encoder would fall silent.
        exchange =
                Exchange.start(
                        ScenarioIT.class,
                        SCENARIOS.size(),
                        yaml ->
                                withTrunks(yaml)
                                        .replace("media:\n", "media:\n  opus: {dtx: false}\n"));
        FrameLoop tone = FrameLoop.opus(FrameLoop.tone(AGENT_HZ), false);
        SCENARIOS.forEach(scenario -> agents.put(scenario, exchange.signIn(tone, way -> way)));
    }

    /// A trunk for each scenario that is called, since each has a port of its own.
    private String withTrunks(String yaml) {
        var trunks = new StringBuilder();
        var routes = new StringBuilder();
        SCENARIOS.stream()
                .filter(scenario -> scenario.agent.calls())
                .forEach(scenario -> {
                    int line = line(scenario);
                    trunks.append(
                            ("  - {name: out%d, transfer: refer, uri: \"sip:%s:%d;transport=udp\","
                                            + " auth: {username: gw, password: secret}}%n")
                                    .formatted(line, host(scenario), port(scenario)));
                    routes.append(
                            "  - {from: web, number: \"%s\", to: \"trunk:out%d\"}%n"
                                    .formatted(exchangeNumber(line), line));
                });
        return yaml.replace(
                        "udp://127.0.0.1:5060\"",
                        "udp://127.0.0.1:5060\", \"tcp://127.0.0.1:5060\"")
                .replace("{name: pbx,", "{name: pbx, accept-refer: true,")
                .replace("trunks:\n", "trunks:\n" + trunks)
                .replace("routes:\n", "routes:\n" + routes);
    }

    private int line(Scenario scenario) {
        return lines.getOrDefault(scenario, -1);
    }

    private int port(Scenario scenario) {
        return ports.getOrDefault(scenario, -1);
    }

    /// A called trunk is told by its address.
    private String host(Scenario scenario) {
        return scenario.agent.calls() ? "127.0.1." + (line(scenario) + 1) : "127.0.0.1";
    }

    private static String exchangeNumber(int line) {
        return "2" + (100 + line);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (exchange != null) {
            exchange.close();
        }
    }

    @DataProvider(parallel = true)
    public Object[][] scenarios() {
        return SCENARIOS.stream().map(s -> new Object[] {s}).toArray(Object[][]::new);
    }

    @Test(dataProvider = "scenarios")
    public void scenarioRunsToItsEnd(Scenario scenario) {
        WebPeer agent = agents.get(scenario);
        Path folder = Exchange.folder(ScenarioIT.class).resolve(scenario.file);
        try (Sipp sipp = play(scenario, folder)) {
            if (scenario.agent.calls()) {
                String call = agent.dial(exchangeNumber(line(scenario)), LIMIT);
                if (scenario.agent == Agent.TRANSFERS) {
                    agent.await("connected", LIMIT, _ -> true);
                    agent.lead("transfer", call, exchangeNumber(line(scenario)));
                }
            }
            if (scenario.sound) {
                agent.awaitMedia(LIMIT).record();
                List<Heard> heard = new ArrayList<>();
                Await.until(
                        "the agent hears herself",
                        LIMIT,
                        () -> {
                            heard.addAll(agent.media().takeHeard());
                            return Hearing.seconds(Ear.hear(heard), AGENT_HZ) >= ENOUGH_SECONDS;
                        });
            }
            assertThat(sipp.awaitEnd(LIMIT)).as("what went otherwise than the scenario").isEmpty();
            agent.await("ended", LIMIT, _ -> true);
        }
    }

    private Sipp play(Scenario scenario, Path folder) {
        return scenario.agent.calls()
                ? Sipp.called(scenario.file, host(scenario), port(scenario), folder)
                : Sipp.calling(
                        scenario.file,
                        host(scenario),
                        exchange.config().sip(),
                        exchange.numberOf(line(scenario)),
                        folder);
    }

    @Test
    public void everyScenarioIsPlayedByATestAndExplained() throws IOException {
        Path folder = Path.of("src/test/resources/sipp");
        String explained = Files.readString(folder.resolve("README.md"));
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".xml"))
                            .map(name -> name.substring(0, name.length() - ".xml".length()))
                            .toList();
            assertThat(names)
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(explained).contains("| `" + name + "` |"));
            assertThat(SCENARIOS).extracting(Scenario::file).isSubsetOf(names);
        }
    }
}
