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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import offhook.e2e.process.Await;
import offhook.e2e.process.GatewayProcess;

/// The black box of a call, opened.
///
/// @param id of the call
/// @param entries by name
public record CallBox(String id, Map<String, byte[]> entries) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /// Of the only call to a number, once it is over.
    public static CallBox of(GatewayProcess gateway, String to, Duration limit) {
        return of(gateway, to, Instant.EPOCH, limit);
    }

    /// Of the last call to a number, once it is over.
    ///
    /// @param since it began then or later; calls tell milliseconds
    public static CallBox of(GatewayProcess gateway, String to, Instant since, Duration limit) {
        Instant from = since.truncatedTo(ChronoUnit.MILLIS);
        try (Operations operations = Operations.of(gateway)) {
            Await.until(
                    "the call to " + to + " is over",
                    limit,
                    () -> lastTo(operations, to, from).isPresent());
            return now(operations, lastTo(operations, to, from).orElseThrow());
        }
    }

    /// Of a call that lives or was one of the last, as it is now.
    public static CallBox now(Operations operations, String id) {
        return new CallBox(id, open((byte[]) operations.invoke("callBox", id, String.class)));
    }

    private static Optional<String> lastTo(Operations operations, String to, Instant since) {
        return StreamSupport.stream(
                        read((String) operations.invoke("lastCalls", 20, int.class)).spliterator(),
                        false)
                .filter(call -> call.path("to").asText().equals(to))
                .filter(call -> !Instant.parse(call.path("began").asText()).isBefore(since))
                .map(call -> call.path("id").asText())
                .findFirst();
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> open(byte[] zip) {
        Map<String, byte[]> entries = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry each = in.getNextEntry(); each != null; each = in.getNextEntry()) {
                entries.put(each.getName(), in.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }

    /// An entry as text.
    public String text(String name) {
        return new String(entries.get(name), StandardCharsets.UTF_8);
    }

    /// An entry as JSON.
    public JsonNode json(String name) {
        return read(text(name));
    }

    /// What tshark prints of a capture of the box; `apt-get install tshark` brings it.
    public String tshark(Path folder, String name, String... arguments) {
        try {
            Path file = Files.write(folder.resolve(id + "-" + name), entries.get(name));
            List<String> command = new ArrayList<>(List.of("tshark", "-r", file.toString()));
            command.addAll(List.of(arguments));
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String out =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Whether headers of media packets to and from a port are there.
    public boolean hasHeaders(Path folder, int port) {
        if (!entries.containsKey("rtp.pcap")) {
            return false;
        }
        List<String> ways =
                tshark(folder, "rtp.pcap", "-T", "fields", "-e", "udp.srcport", "-e", "udp.dstport")
                        .lines()
                        .toList();
        return ways.stream().anyMatch(way -> way.startsWith(port + "\t"))
                && ways.stream().anyMatch(way -> way.endsWith("\t" + port));
    }

    /// Whether ladder, messages and capture show a call whose INVITE went between a port of ours
    /// and a peer, as messages of a stream.
    ///
    /// @param transport `tcp`, `tls` or `ws`
    /// @param sent whether we sent the INVITE
    public void assertStream(Path folder, String transport, int port, boolean sent) {
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
