package offhook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

/// `offhook doctor` as a process of its own.
public class DoctorCommandTest {

    private record Ended(int code, String out) {}

    /// Few open files, little memory, one core, a clock that stands back, and no libopus: all of
    /// one process.
    @Test
    public void machineThatCannotCarryTheCallsIsAProblem() throws Exception {
        Path file =
                Files.writeString(
                        Files.createTempDirectory("doctor").resolve("gateway.yaml"),
                        """
                        node: {advertise: 127.0.0.1}
                        sip: {listen: ["udp://127.0.0.1:5060"], rtp-ports: 10000-10015}
                        media: {loops: 4}
                        limits: {max-calls: 4000}
                        ops: {records: "off"}
                        """);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plus(Duration.ofHours(1))));

        Ended ended =
                doctor(
                        List.of(
                                "env",
                                "JAVA_TOOL_OPTIONS=-Xmx128m -XX:ActiveProcessorCount=1"
                                        + " -Dorg.lwjgl.opus.libname=/nowhere/libopus.so",
                                "prlimit",
                                "--nofile=900:900"),
                        "--json",
                        "--config",
                        "" + file);

        assertThat(ended.code()).as(ended.out()).isEqualTo(1);
        JsonNode findings = new ObjectMapper().readTree(ended.out()).get("findings");
        assertSaid(findings, "open files", "problem", "900 may be open, 4000 calls");
        assertThat(findings)
                .filteredOn(each -> each.get("where").asText().equals("open files"))
                .singleElement()
                .satisfies(each -> assertThat(each.get("remedy").asText()).contains("LimitNOFILE"));
        assertSaid(findings, "memory", "warning", "4000 calls need about");
        assertSaid(findings, "processors", "warning", "4 media loops on 1 cores");
        assertSaid(findings, "clock", "warning", "the configuration was changed at");
        assertSaid(findings, "opus", "problem", "libopus cannot be loaded");
        assertThat(findings)
                .filteredOn(each -> each.get("check").asText().equals("call"))
                .singleElement()
                .satisfies(each -> assertThat(each.get("severity").asText()).isEqualTo("problem"));
    }

    private static void assertSaid(JsonNode findings, String where, String severity, String what) {
        assertThat(findings)
                .as("%s in %s", where, findings)
                .anySatisfy(each -> {
                    assertThat(each.get("where").asText()).isEqualTo(where);
                    assertThat(each.get("severity").asText()).isEqualTo(severity);
                    assertThat(each.get("what").asText()).contains(what);
                });
    }

    @Test
    public void wrongFileIsAProblemAndAMissingOneCannotBeLookedAt() throws Exception {
        Path file =
                Files.writeString(
                        Files.createTempDirectory("doctor").resolve("gateway.yaml"),
                        "sip: {lisen: []}\n");

        Ended wrong = doctor(List.of(), "--config", "" + file);
        Ended missing = doctor(List.of(), "--config", file + ".gone");

        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.out()).contains("gateway.yaml:1:", "lisen", "1 problems");
        assertThat(missing.code()).isEqualTo(2);
    }

    @Test
    public void callThatItMakesPutsNoNewsAmongTheFindings() throws Exception {
        Path file =
                Files.writeString(
                        Files.createTempDirectory("doctor").resolve("gateway.yaml"),
                        """
                        node: {advertise: 127.0.0.1}
                        sip: {listen: ["udp://127.0.0.1:5060"], rtp-ports: 10000-10015}
                        ops: {records: "off"}
                        """);
        Path err = file.resolveSibling("err");

        Ended ended =
                doctor(
                        List.of(
                                "env",
                                "JAVA_TOOL_OPTIONS=-Dlog4j2.configurationFile="
                                        + Path.of("..", "conf", "log4j2.xml").toAbsolutePath()),
                        err,
                        "--all",
                        "--config",
                        "" + file);

        assertThat(ended.out()).containsPattern("ok +call +phone and browser");
        assertThat(Files.readString(err)).doesNotContain("INFO");
    }

    private static Ended doctor(List<String> before, String... arguments) throws Exception {
        return doctor(before, Path.of("/dev/null"), arguments);
    }

    private static Ended doctor(List<String> before, Path err, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(before);
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "doctor"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out);
    }
}
