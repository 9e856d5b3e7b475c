package offhook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

/// `offhook doctor` as a process of its own.
public class DoctorCommandTest {

    private record Ended(int code, String out) {}

    @Test
    public void fewOpenFilesAreAProblem() throws Exception {
        Path file =
                Files.writeString(
                        Files.createTempDirectory("doctor").resolve("gateway.yaml"),
                        """
                        node: {advertise: 127.0.0.1}
                        sip: {listen: ["udp://127.0.0.1:5060"], rtp-ports: 10000-10001}
                        limits: {max-calls: 4000}
                        ops: {records: "off"}
                        """);

        Ended ended =
                doctor(List.of("prlimit", "--nofile=900:900"), "--json", "--config", "" + file);

        assertThat(ended.code()).as(ended.out()).isEqualTo(1);
        JsonNode findings = new ObjectMapper().readTree(ended.out()).get("findings");
        assertThat(findings)
                .filteredOn(each -> each.get("where").asText().equals("open files"))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.get("severity").asText()).isEqualTo("problem");
                    assertThat(each.get("what").asText()).startsWith("900 may be open, 4000 calls");
                    assertThat(each.get("remedy").asText()).contains("LimitNOFILE");
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

    private static Ended doctor(List<String> before, String... arguments) throws Exception {
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
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out);
    }
}
