package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.agent.AgentRegistry;
import offhook.call.CallDirection;
import offhook.call.CallEnd;
import offhook.call.CallId;
import offhook.call.CallSnapshot;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.MediaSummary;
import offhook.config.QueueConfig;
import offhook.config.QueueLine;
import offhook.media.LoopFigures;
import offhook.runtime.Owner;
import offhook.sip.TrunkStatus;
import offhook.telemetry.Counters;
import offhook.telemetry.SipTraffic.Peer;
import offhook.telemetry.SipTraffic.Way;
import org.testng.annotations.Test;

/// What is shipped for Prometheus and Grafana is read by them, and asks for numbers that exist.
public class MonitoringFilesTest {

    private static final Path FOLDER = Path.of("..", "conf", "examples", "monitoring");
    private static final Pattern NAME = Pattern.compile("\\b(?:offhook|jvm|process)_[a-z0-9_]+");

    @Test
    public void prometheusReadsItsFiles() {
        Promtool.accepts("", "check", "rules", FOLDER.resolve("offhook-alerts.yml").toString());
        Promtool.accepts("", "check", "config", FOLDER.resolve("prometheus.yml").toString());
    }

    @Test
    public void rulesFireWhenTheyShouldAndNotBefore() {
        Promtool.accepts(
                "",
                "test",
                "rules",
                Path.of("src", "test", "resources", "monitoring", "alerts-test.yml").toString());
    }

    @Test
    public void grafanasFileIsADashboardOfQueries() throws IOException {
        JsonNode dashboard =
                new ObjectMapper().readTree(FOLDER.resolve("grafana-dashboard.json").toFile());

        assertThat(dashboard.path("panels")).hasSizeGreaterThan(10);
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(panel.path("title").asText()).isNotBlank();
            assertThat(panel.path("targets")).isNotEmpty();
        }
    }

    @Test
    public void everyNumberThatIsAskedForExists() throws IOException {
        Set<String> asked = new TreeSet<>();
        for (String file : List.of("offhook-alerts.yml", "grafana-dashboard.json")) {
            Matcher names = NAME.matcher(Files.readString(FOLDER.resolve(file)));
            while (names.find()) {
                asked.add(names.group());
            }
        }

        assertThat(asked).hasSizeGreaterThan(20).isSubsetOf(served());
    }

    /// An alarm that pages nobody is found by callers first.
    @Test
    public void someRuleWatchesForEachAlarm() throws IOException {
        String rules = Files.readString(FOLDER.resolve("offhook-alerts.yml"));

        for (Alarm.Kind kind : Alarm.Kind.values()) {
            assertThat(rules.split("- alert:", -1))
                    .as("a rule for the alarm %s, as severe", kind.key())
                    .anyMatch(rule ->
                            rule.contains("severity: " + kind.severity().key())
                                    && rule.contains(
                                            switch (kind) {
                                                case TRUNK_DOWN -> "offhook_trunk_up == 0";
                                                case REGISTRATION_FAILED ->
                                                        "offhook_trunk_registration_failed == 1";
                                                case CERTIFICATE ->
                                                        "offhook_certificate_until_seconds - time()";
                                                case CPU_PRESSURE -> "offhook_loop_refusing) == 1";
                                                case PORTS ->
                                                        "offhook_loop_ports_used / offhook_loop_ports";
                                                case ONE_WAY_AUDIO -> "offhook_legs_audio{audio=~";
                                                case PROBE -> "offhook_probe_success == 0";
                                                case LISTENER,
                                                        DESCRIPTORS,
                                                        RECORDS,
                                                        AUDIT,
                                                        BOXES,
                                                        CLOCK_JUMP ->
                                                        "offhook_alarms{kind=\""
                                                                + kind.key()
                                                                + "\"} > 0";
                                            }));
        }
    }

    /// The names that a gateway serves that has had a call.
    private static Set<String> served() {
        CallId id = CallId.next();
        CallSnapshot.LegKind leg = new CallSnapshot.LegKind(new LegId(id, 0), "trunk", "pbx");
        CallSnapshot call = Snapshots.call(id, "", "ended", OptionalLong.empty(), leg);
        Counters counters = new Counters();
        try (Metrics metrics =
                new Metrics(counters, new LiveAudio(List::of, _ -> Optional.empty()))) {
            metrics.addLoop(
                    0,
                    () ->
                            new LoopFigures(
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    false,
                                    0,
                                    0,
                                    3,
                                    10,
                                    0,
                                    LoopFigures.Work.NONE));
            metrics.addTrunk(new TrunkStatus("pbx"));
            metrics.addProbe(new NoProbe());
            metrics.addAlarms(
                    new Alarms(new Owner("alarms", () -> 0, 1, _ -> {}), () -> Instant.EPOCH));
            metrics.addAgents(
                    new AgentRegistry(new Owner("agents", () -> 0, 1, _ -> {}), List.of()));
            metrics.addQueues(queue(), () -> 0);
            metrics.addCertificate("sip.tls", () -> Optional.of(Instant.EPOCH));
            counters.sip().response(Peer.TRUNK, Way.IN, "INVITE", 200);
            counters.sip().response(Peer.TRUNK, Way.OUT, "INVITE", 200);
            metrics.calls()
                    .ended(
                            id,
                            new CallEnd(
                                    call,
                                    CallDirection.IN,
                                    EndCause.hangUp(EndCause.By.CALLER),
                                    OptionalLong.of(1),
                                    OptionalLong.of(2),
                                    3,
                                    List.of(new CallEnd.LegEnd(leg, MediaSummary.NONE))));
            Set<String> names = new TreeSet<>();
            for (String sample : metrics.samples().keySet()) {
                String name = sample.split("\\{", 2)[0];
                names.add(name);
                // Texts for people name histograms as a whole.
                names.add(name.replaceFirst("_bucket$", ""));
            }
            return names;
        }
    }

    private static AgentRegistry queue() {
        return new AgentRegistry(
                new Owner("agents", () -> 0, 1, _ -> {}),
                List.of("alice"),
                List.of(
                        new QueueConfig(
                                "sales",
                                List.of("alice"),
                                QueueConfig.Strategy.LINEAR,
                                Duration.ofSeconds(20),
                                new QueueLine(
                                        Duration.ofSeconds(60),
                                        2,
                                        true,
                                        false,
                                        Duration.ofSeconds(5),
                                        2,
                                        Optional.empty()))),
                0);
    }
}
