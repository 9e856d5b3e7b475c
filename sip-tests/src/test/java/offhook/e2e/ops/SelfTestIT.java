package offhook.e2e.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import offhook.e2e.call.Operations;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.process.Program;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// `offhook doctor` and `offhook probe` as an operator runs them, with and beside a gateway.
public class SelfTestIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final ObjectMapper json = new ObjectMapper();
    private final Path work = Path.of("target", "e2e", "SelfTestIT").toAbsolutePath();
    private DemoConfig config;
    private GatewayProcess gateway;

    @BeforeClass
    public void start() throws IOException {
        Files.createDirectories(work);
        config = DemoConfig.onFreePorts(work);
        gateway = GatewayProcess.start(config.file(), work.resolve("gateway.log"), LIMIT);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    public void doctorBesideARunningGatewayFindsNoProblemAndCalls() throws IOException {
        Program doctor = offhook("doctor", "--json", "--config", config.file().toString());

        assertThat(doctor.exitCode()).as(doctor.out() + doctor.err()).isZero();
        List<JsonNode> findings = findings(doctor);
        assertThat(of(findings, "ports"))
                .filteredOn(each -> each.get("where").asText().startsWith("sip.listen"))
                .isNotEmpty()
                .allMatch(
                        each -> each.get("what").asText().equals("is held by the running gateway"));
        assertThat(of(findings, "gateway").getFirst().get("where").asText())
                .isEqualTo("process " + gateway.pid());
        assertThat(of(findings, "call").getFirst().get("what").asText())
                .contains("answered after", "to the browser: delay", "to the phone: delay");
    }

    @Test
    public void doctorNamesTheDeadTrunk() throws IOException {
        Path broken = work.resolve("broken.yaml");
        Files.writeString(
                broken,
                """
                node: {advertise: 127.0.0.1}
                sip: {listen: ["tcp://127.0.0.1:%d"], rtp-ports: 39000-39001}
                media: {listen: "udp://127.0.0.1:39002"}
                web: {listen: "http://127.0.0.1:%d"}
                trunks: [{name: dead, uri: "sip:127.0.0.1:9;transport=tcp"}]
                ops: {listen: "off", records: "off"}
                """
                        .formatted(39003, 39004));

        Program doctor = offhook("doctor", "--json", "--no-call", "--config", broken.toString());

        assertThat(doctor.exitCode()).as(doctor.out() + doctor.err()).isEqualTo(1);
        assertThat(of(findings(doctor), "trunks"))
                .anySatisfy(each -> {
                    assertThat(each.get("severity").asText()).isEqualTo("problem");
                    assertThat(each.get("where").asText()).startsWith("trunk dead");
                });
    }

    @Test
    public void probeIsHeardBothWaysAndCountsNowhere() throws IOException {
        try (Operations operations = Operations.of(gateway)) {
            long before = operations.counter("calls.started");

            Program probe = offhook("probe", "--json", "--pid", Long.toString(gateway.pid()));

            assertThat(probe.exitCode()).as(probe.out() + probe.err()).isZero();
            JsonNode report = json.readTree(probe.out());
            assertThat(report.get("succeeded").asBoolean()).isTrue();
            assertThat(report.get("level-to-browser-db").asDouble()).isBetween(-2.0, 2.0);
            assertThat(report.get("level-to-phone-db").asDouble()).isBetween(-2.0, 2.0);
            assertThat(operations.counter("calls.started")).isEqualTo(before);
            assertThat(operations.callsActive()).isZero();
        }
    }

    private Program offhook(String... arguments) {
        return Program.run(work, LIMIT, List.of(arguments));
    }

    private List<JsonNode> findings(Program doctor) throws IOException {
        return StreamSupport.stream(
                        json.readTree(doctor.out()).get("findings").spliterator(), false)
                .toList();
    }

    private static List<JsonNode> of(List<JsonNode> findings, String check) {
        return findings.stream().filter(each -> each.get("check").asText().equals(check)).toList();
    }
}
