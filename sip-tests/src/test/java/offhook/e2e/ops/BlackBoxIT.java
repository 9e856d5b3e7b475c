package offhook.e2e.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import offhook.e2e.call.CallBox;
import offhook.e2e.call.Operations;
import offhook.e2e.capture.Capture;
import offhook.e2e.capture.Datagram;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.process.Ports;
import offhook.e2e.process.Program;
import offhook.e2e.speech.G711;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// What proves to others what happened in a call: its messages in the log, and its black box.
@Test(groups = {"e2e", "ops"})
public class BlackBoxIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final ObjectMapper json = new ObjectMapper();
    private final Path work = Path.of("target", "e2e", "BlackBoxIT").toAbsolutePath();
    private final Path boxes = work.resolve("boxes");
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private DemoConfig config;
    private GatewayProcess gateway;
    private Reactor reactor;
    private Phone phone;
    private WebPeer alice;
    private HepCollector collector;

    /// alice answers 200 at once, and nobody serves 400.
    @BeforeClass
    public void start() throws IOException {
        Files.createDirectories(work);
        if (Files.isDirectory(boxes)) {
            try (Stream<Path> old = Files.list(boxes)) {
                for (Path each : old.toList()) {
                    Files.delete(each);
                }
            }
        }
        collector = HepCollector.start();
        config =
                DemoConfig.onFreePorts(
                        work,
                        demo -> {
                            String user =
                                    demo.lines()
                                            .filter(line -> line.contains("{name: alice"))
                                            .findFirst()
                                            .orElseThrow();
                            return demo.replace(user, user + "\n" + user.replace("alice", "carol"))
                                    .replaceFirst(
                                            "(?m)^ *- \\{trunk: demo, number:.*$",
                                            "  - {trunk: demo, number: \"200\", to: \"agent:alice\"}\n"
                                                    + "  - {trunk: demo, number: \"400\", to: \"agent:carol\"}")
                                    .replace(
                                            "ops:\n",
                                            "ops:\n  black-box: {keep: failed}\n"
                                                    + "  hep: {to: \"%s\", id: 77, password: \"s3cr3t-hep\"}\n"
                                                            .formatted(collector.uri()));
                        });
        gateway =
                GatewayProcess.start(
                        config.file(),
                        work.resolve("gateway.log"),
                        LIMIT,
                        "-Dlog4j2.configurationFile="
                                + Path.of("..", "conf", "log4j2.xml").toAbsolutePath().normalize());
        reactor = new Reactor("web-peers");
        phone = Phone.udp(config.sip(), "5551000");
        alice =
                WebPeer.signIn(
                        http,
                        config.page(),
                        "alice",
                        "alice",
                        WebMedia.Setup.of(
                                reactor,
                                PeerIdentity.generate(),
                                FrameLoop.opus(FrameLoop.tone(1200), false)),
                        true);
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {alice, phone, gateway, reactor, collector}) {
            if (each != null) {
                each.close();
            }
        }
        http.shutdownNow();
    }

    /// What a program prints; `apt-get install tshark` brings the one that is used here.
    private static String tool(String... command) throws IOException {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        try {
            assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return out;
    }

    private static String header(String message, String name) {
        return message.lines()
                .filter(line -> line.startsWith(name + ": "))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 2);
    }

    /// What `hep-js` reads of the export is what passed on the wire.
    @Test(priority = 3)
    public void aHomerCollectorGetsEveryMessageWithAllAroundIt() {
        int before = collector.count();
        int mark = Ports.freePair();
        List<Datagram> passed;
        try (Capture capture =
                Capture.start(
                        work.resolve("sip.pcap"),
                        "udp port %d or udp port %d".formatted(config.sipPort(), mark))) {
            phone.invite("400", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT);
            Await.until("four messages", LIMIT, () -> collector.packets(1, before).size() >= 4);
            passed =
                    capture.stopAfterAll(mark).stream()
                            .filter(datagram -> datagram.destinationPort() != mark)
                            .toList();
        }

        List<HepMessage> packets = collector.packets(1, before);
        assertThat(packets)
                .extracting(HepMessage::payload)
                .as("each message once, to the byte")
                .containsExactlyInAnyOrderElementsOf(
                        passed.stream().map(BlackBoxIT::payload).toList());
        String invite = packets.getFirst().payload();
        assertThat(invite).startsWith("INVITE sip:400@");
        assertThat(packets)
                .allSatisfy(packet -> {
                    Datagram same =
                            passed.stream()
                                    .filter(datagram -> payload(datagram).equals(packet.payload()))
                                    .findFirst()
                                    .orElseThrow();
                    assertThat(packet.family()).isEqualTo(2);
                    assertThat(packet.protocol()).isEqualTo(17);
                    assertThat(packet.from()).isEqualTo("127.0.0.1");
                    assertThat(packet.to()).isEqualTo("127.0.0.1");
                    assertThat(packet.fromPort()).isEqualTo(same.sourcePort());
                    assertThat(packet.toPort()).isEqualTo(same.destinationPort());
                    assertThat(packet.at())
                            .isCloseTo(
                                    Instant.ofEpochSecond(0, same.atNanos()),
                                    within(5, ChronoUnit.SECONDS));
                    assertThat(packet.agent()).isEqualTo(77);
                    assertThat(packet.password()).isEqualTo("s3cr3t-hep");
                    assertThat(packet.correlation())
                            .isEqualTo(header(invite, "Call-ID"))
                            .isEqualTo(header(packet.payload(), "Call-ID"));
                });
        assertThat(packets)
                .extracting(packet -> packet.payload().lines().findFirst().orElseThrow())
                .anyMatch(line -> line.startsWith("SIP/2.0 480 "))
                .anyMatch(line -> line.startsWith("ACK "));
    }

    private static String payload(Datagram datagram) {
        return StandardCharsets.UTF_8.decode(datagram.payload().duplicate()).toString();
    }

    private Program ask(Object... words) {
        List<Object> arguments = new ArrayList<>(List.of(words));
        arguments.add("--pid=" + gateway.pid());
        Program asked = Program.run(work, LIMIT, arguments);
        assertThat(asked.exitCode()).as(asked.err()).isZero();
        return asked;
    }

    private String log() {
        try {
            return Files.readString(gateway.log());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> open(byte[] zip) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry each = in.getNextEntry(); each != null; each = in.getNextEntry()) {
                entries.put(
                        each.getName(), new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
        return entries;
    }

    @Test(priority = 1)
    public void aCallIsTracedWhileItLivesAndPackedWhenItIsOver() throws IOException {
        assertThat(ask("trace").out()).isEqualTo("nothing is traced\n");
        PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA));
        call.media().say(Sound.tone(440, 4000));
        call.awaitAnswer(LIMIT);
        String id =
                json.readTree(ask("calls", "--json").out())
                        .path("calls")
                        .path(0)
                        .path("id")
                        .asText();
        assertThat(log()).doesNotContain("text=\"INVITE");

        assertThat(ask("trace", id, "--for=10m", "--rtp-headers").out())
                .matches("traced: call " + id + " until [0-9TZ:-]+, and headers of RTP\n");
        awaitHeaders(id, call.media().port());
        call.hangUp(LIMIT);

        Await.until("the BYE is in the log", LIMIT, () -> log().contains("text=\"BYE"));
        List<String> traced = log().lines().filter(line -> line.contains(" text=\"")).toList();
        assertThat(traced)
                .allMatch(line -> line.contains("call=" + id))
                .anyMatch(line -> line.contains("received udp ") && line.contains("\"INVITE sip:"))
                .anyMatch(line -> line.contains("sent udp ") && line.contains("\"SIP/2.0 200 "))
                .anyMatch(line -> line.contains(" ws ") && line.contains("incoming"));
        ask("trace", "--off");
        ask("trace", "--all", "--for=1s");
        Await.until("it ends by itself", LIMIT, () -> log().contains("trace ended: all"));
        assertThat(ask("trace").out()).isEqualTo("nothing is traced\n");

        Path file = work.resolve("box.zip");
        ask("calls", "box", id, "--out=" + file);
        Map<String, String> box = open(Files.readAllBytes(file));
        assertThat(box)
                .containsKeys(
                        "README.txt",
                        "ladder.html",
                        "ladder.svg",
                        "ladder.txt",
                        "messages.txt",
                        "messages.pcap",
                        "rtp.pcap",
                        "sdp.txt",
                        "call.json",
                        "gateway.json",
                        "settings.yaml");
        assertThat(box.get("settings.yaml"))
                .contains("  sip-requests-per-second: ", "password-hash: '${REMOVED}'");
        assertThat(box.get("ladder.txt"))
                .containsSubsequence(
                        "trunk demo",
                        "gateway",
                        "agent alice",
                        "INVITE (SDP)",
                        "incoming",
                        "accept (SDP)",
                        "accepted (SDP)",
                        "200 OK INVITE (SDP)",
                        "ACK",
                        "BYE",
                        "200 OK BYE");
        assertThat(box.get("sdp.txt")).contains("m=audio", "a=fingerprint:", "PCMA/8000");
        Path packets = work.resolve("messages.pcap");
        Files.write(packets, box.get("messages.pcap").getBytes(StandardCharsets.ISO_8859_1));
        assertThat(
                        tool(
                                        "tshark",
                                        "-r",
                                        packets.toString(),
                                        "-o",
                                        "ip.check_checksum:TRUE",
                                        "-o",
                                        "udp.check_checksum:TRUE",
                                        "-T",
                                        "fields",
                                        "-e",
                                        "udp.dstport",
                                        "-e",
                                        "sip.CSeq.method",
                                        "-e",
                                        "sip.Status-Code",
                                        "-e",
                                        "sdp.media.proto",
                                        "-e",
                                        "ip.checksum.status",
                                        "-e",
                                        "udp.checksum.status")
                                .lines())
                .contains(
                        "%d\tINVITE\t\tRTP/AVP\t1\t1".formatted(config.sip().getPort()),
                        "%d\tBYE\t\t\t1\t1".formatted(config.sip().getPort()))
                .anyMatch(line -> line.endsWith("\tINVITE\t200\tRTP/AVP\t1\t1"));
        JsonNode story = json.readTree(box.get("call.json"));
        assertThat(story.path("id").asText()).isEqualTo(id);
        assertThat(story.path("state").asText()).isEqualTo("ended");
        assertThat(String.join("\n", box.values()))
                .doesNotContain("$2y$", "$2a$", "$2b$", "s3cr3t-hep");
        assertThat(
                        box.get("sdp.txt")
                                .lines()
                                .filter(line -> line.startsWith("a=ice-pwd:"))
                                .collect(Collectors.toSet()))
                .isNotEmpty()
                .allMatch(line -> line.matches("a=ice-pwd:\\*+"));
    }

    /// Of the phone's packets and of the browser's, both ways, while the call lives.
    private void awaitHeaders(String call, int phonePort) {
        try (Operations operations = Operations.of(gateway)) {
            Await.until(
                    "headers of both legs are kept",
                    LIMIT,
                    () -> {
                        CallBox now = CallBox.now(operations, call);
                        return now.hasHeaders(work, phonePort)
                                && now.hasHeaders(work, config.mediaPort());
                    });
        }
    }

    @Test(priority = 2)
    public void theBoxOfAFailedCallIsWrittenUnasked() throws IOException {
        phone.invite("400", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT);

        Await.until("the box is there", LIMIT, () -> !written().isEmpty());
        assertThat(written()).hasSize(1);
        Map<String, String> box = open(Files.readAllBytes(written().getFirst()));
        assertThat(box.get("ladder.txt")).contains("480 ");
        assertThat(json.readTree(box.get("call.json")).path("cause").path("reason").asText())
                .isEqualTo("agent-offline");
    }

    @Test(priority = 4)
    public void aCollectorThatIsAwayCostsCallsNothingAndIsMissedOnce() {
        try (Operations operations = Operations.of(gateway)) {
            long before = exported(operations);
            collector.close();
            for (int i = 0; i < 3; i++) {
                assertThat(phone.invite("400", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT).status())
                        .isEqualTo(480);
            }
            Await.until("all is sent or dropped", LIMIT, () -> exported(operations) >= before + 12);
            assertThat(operations.counter("hep.dropped")).isPositive();
        }
        Await.until("it is missed", LIMIT, () -> missed() > 0);
        assertThat(missed()).isEqualTo(1);

        collector = collector.again();
        phone.invite("400", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT);
        Await.until("messages again", LIMIT, () -> !collector.packets(1, 0).isEmpty());
    }

    private static long exported(Operations operations) {
        return operations.counter("hep.sent") + operations.counter("hep.dropped");
    }

    /// How often the log says so.
    private long missed() {
        return log().lines()
                .filter(line -> line.contains("HEP collector") && line.contains("cannot"))
                .count();
    }

    private List<Path> written() {
        if (!Files.isDirectory(boxes)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(boxes)) {
            return files.filter(file -> file.toString().endsWith(".zip")).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
