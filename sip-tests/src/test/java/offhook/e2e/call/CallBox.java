package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import offhook.e2e.process.Await;
import offhook.e2e.process.GatewayProcess;

/// The black box of a call that is over, opened.
///
/// @param id of the call
/// @param entries by name
public record CallBox(String id, Map<String, byte[]> entries) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /// Of the last call to a number, once it is over.
    public static CallBox of(GatewayProcess gateway, String to, Duration limit) {
        try (Operations operations = Operations.of(gateway)) {
            Await.until(
                    "the call to " + to + " is over", limit, () -> !lastTo(operations, to).isEmpty());
            String id = lastTo(operations, to);
            return new CallBox(id, open((byte[]) operations.invoke("callBox", id, String.class)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String lastTo(Operations operations, String to) {
        try {
            for (JsonNode each :
                    JSON.readTree((String) operations.invoke("lastCalls", 20, int.class))) {
                if (each.path("to").asText().equals(to)) {
                    return each.path("id").asText();
                }
            }
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> open(byte[] zip) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry each = in.getNextEntry(); each != null; each = in.getNextEntry()) {
                entries.put(each.getName(), in.readAllBytes());
            }
        }
        return entries;
    }

    /// An entry as text.
    public String text(String name) {
        return new String(entries.get(name), StandardCharsets.UTF_8);
    }

    /// An entry as JSON.
    public JsonNode json(String name) {
        try {
            return JSON.readTree(entries.get(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What tshark prints of a capture of the box; `apt-get install tshark` brings it.
    public String tshark(Path folder, String name, String... arguments) throws IOException {
        Path file = Files.write(folder.resolve(id + "-" + name), entries.get(name));
        List<String> command = new ArrayList<>(List.of("tshark", "-r", file.toString()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return out;
    }

    /// Whether ladder, messages and capture show a call whose INVITE went between a port of ours
    /// and a peer, as messages of a stream.
    ///
    /// @param transport `tcp`, `tls` or `ws`
    /// @param sent whether we sent the INVITE
    public void assertStream(Path folder, String transport, int port, boolean sent)
            throws IOException {
        assertThat(text("ladder.txt")).contains("INVITE (SDP)", "200 OK INVITE (SDP)", "BYE");
        assertThat(text("messages.txt"))
                .containsPattern(
                        "(?m)^===== #[0-9]+ \\S+ %s %s 127\\.0\\.0\\.1:%d %s 127\\.0\\.0\\.1:[0-9]+.*\\nINVITE "
                                .formatted(
                                        sent ? "sent" : "received",
                                        transport,
                                        port,
                                        sent ? "->" : "<-"));
        assertThat(
                        tshark(
                                        folder,
                                        "messages.pcap",
                                        "-d",
                                        "tcp.port==" + port + ",sip",
                                        "-Y",
                                        "sip && tcp",
                                        "-T",
                                        "fields",
                                        "-e",
                                        sent ? "tcp.srcport" : "tcp.dstport",
                                        "-e",
                                        "sip.Method")
                                .lines())
                .contains(port + "\tINVITE", port + "\tACK");
    }
}
