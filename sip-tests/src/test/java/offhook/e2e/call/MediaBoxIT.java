package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import offhook.e2e.capture.Capture;
import offhook.e2e.ops.HepCollector;
import offhook.e2e.ops.HepMessage;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.process.Tool;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// What the black box of a call says of its media, of a trunk's phone and an agent in Chromium.
@Test(groups = {"e2e", "web", "media"})
public class MediaBoxIT {

    private static final Duration LIMIT = CallStand.LIMIT;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Tool TSHARK = new Tool("tshark", "tshark");

    private CallStand stand;
    private HepCollector collector;
    private int trunkPort;
    private CallBox box;

    /// One call, and its box.
    @BeforeClass
    public void callAndPack() {
        collector = HepCollector.start();
        stand =
                CallStand.start(
                        MediaBoxIT.class,
                        yaml ->
                                yaml.replace(
                                        "ops:\n",
                                        "ops:\n  black-box: {rtp-headers: all}\n  hep: {to: \""
                                                + collector.uri()
                                                + "\"}\n"));
        int mark = Ports.freePair();
        try (Phone phone = stand.phone();
                NumberedStream stream = new NumberedStream();
                Capture capture =
                        Capture.start(
                                CallStand.workOf(MediaBoxIT.class).resolve("rtcp.pcap"),
                                "udp port %d or udp port %d".formatted(stream.port() + 1, mark))) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA), stream);
            stand.alice().awaitIncoming(LIMIT).answer();
            call.awaitAnswer(LIMIT);
            Await.until("all is sent", LIMIT, stream::isDone);
            Await.until("reports of the browser", LIMIT, () -> !ofBrowser().isEmpty());
            trunkPort = stream.remotePort();
            call.hangUp(LIMIT);
            Await.until(
                    "our last report of the trunk's stream",
                    LIMIT,
                    () -> !fromPort(trunkPort + 1).isEmpty());
            capture.stopAfterAll(mark);
        }
        box = CallBox.of(stand.gateway(), "200", LIMIT);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        collector.close();
        if (stand != null) {
            stand.close();
        }
    }

    @Test
    public void howTheBrowsersMediaFoundItsWayIsTold() {
        JsonNode story = box.json("call.json");
        JsonNode way = story.path("transports").path(0);

        assertThat(way.path("who").asText()).isEqualTo("alice");
        JsonNode ice = way.path("ice");
        JsonNode ours = ice.path("local-candidates").path(0);
        assertThat(ours.path("type").asText()).isEqualTo("host");
        assertThat(ours.path("port").asInt()).isEqualTo(stand.config().mediaPort());
        JsonNode pair = ice.path("selected");
        assertThat(pair.path("local").path("port").asInt()).isEqualTo(stand.config().mediaPort());
        assertThat(pair.path("remote").path("address").asText()).isNotEmpty();
        assertThat(pair.path("remote").path("type").asText()).isIn("host", "prflx");
        String from =
                pair.path("remote").path("address").asText()
                        + ":"
                        + pair.path("remote").path("port").asInt();
        assertThat(ice.path("first-checks"))
                .anyMatch(check -> check.path("from").asText().equals(from));
        assertThat(ice.path("restarts")).isEmpty();

        JsonNode dtls = way.path("dtls");
        assertThat(dtls.path("role").asText()).isEqualTo("server");
        assertThat(dtls.path("version").asText()).isEqualTo("DTLS 1.2");
        assertThat(dtls.path("cipher-suite").asText())
                .isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
        assertThat(dtls.path("srtp-profile").asText()).isEqualTo("AEAD_AES_128_GCM");
        assertThat(dtls.path("fingerprint").asText()).isEqualTo("sha-256");
        Instant checked = at(ice.path("first-checks").path(0));
        assertThat(Instant.parse(dtls.path("began").asText())).isAfterOrEqualTo(checked);
        assertThat(Instant.parse(dtls.path("done").asText()))
                .isAfterOrEqualTo(Instant.parse(dtls.path("began").asText()))
                .isBefore(Instant.parse(story.path("ended").asText()));
        assertThat(box.text("ladder.txt"))
                .contains("ICE: the browser of alice chose " + from)
                .contains("DTLS 1.2 with the browser of alice: ");
    }

    private static Instant at(JsonNode check) {
        return Instant.parse(check.path("at").asText());
    }

    /// Reports that the collector got from the browser.
    private List<HepMessage> ofBrowser() {
        return collector.packets(5, 0).stream()
                .filter(report -> report.toPort() == stand.config().mediaPort())
                .toList();
    }

    /// Reports that the collector got from such a port of ours.
    private List<HepMessage> fromPort(int port) {
        return collector.packets(5, 0).stream()
                .filter(report -> report.fromPort() == port)
                .toList();
    }

    @Test
    public void headersOfBothLegsOpenInWireshark() {
        Path folder = CallStand.workOf(MediaBoxIT.class);
        int mediaPort = stand.config().mediaPort();
        String streams =
                box.tshark(
                        folder,
                        "rtp.pcap",
                        "-q",
                        "-d",
                        "udp.port==" + trunkPort + ",rtp",
                        "-d",
                        "udp.port==" + mediaPort + ",rtp",
                        "-z",
                        "rtp,streams");

        int missing = NumberedStream.PACKETS / NumberedStream.MISSING_EACH;
        assertThat(streams.lines())
                .as(streams)
                .anyMatch(line ->
                        line.matches(
                                ".* %d +0x0?%X +g711A +%d +%d \\(.*"
                                        .formatted(
                                                trunkPort,
                                                NumberedStream.SSRC,
                                                NumberedStream.PACKETS - missing,
                                                missing)))
                .anyMatch(line -> line.matches(".* " + trunkPort + " +127\\.0\\.0\\.1 .* g711A .*"))
                .anyMatch(line -> line.matches(".* " + mediaPort + " +0x.*"))
                .anyMatch(line -> line.matches(".* " + mediaPort + " +[0-9.]+ +[0-9]+ +0x.*"));
        assertThat(
                        box.tshark(
                                        folder,
                                        "rtp.pcap",
                                        "-d",
                                        "udp.port==" + (trunkPort + 1) + ",rtcp",
                                        "-d",
                                        "udp.port==" + mediaPort + ",rtp",
                                        "-Y",
                                        "rtcp",
                                        "-T",
                                        "fields",
                                        "-e",
                                        "udp.srcport")
                                .lines())
                .contains(Integer.toString(trunkPort + 1), Integer.toString(mediaPort));
        assertThat(new String(box.entries().get("rtp.pcap"), StandardCharsets.ISO_8859_1))
                .as("no payload")
                .doesNotContain("\u00d5".repeat(8));
    }

    @Test
    public void aHomerCollectorGetsTheReportsOfBothLegs() throws IOException {
        String callId =
                collector.packets(1, 0).stream()
                        .filter(packet -> packet.payload().startsWith("INVITE "))
                        .findFirst()
                        .orElseThrow()
                        .correlation();
        HepMessage ours = fromPort(trunkPort + 1).getLast();
        assertThat(ours.correlation()).isEqualTo(callId);
        JsonNode report = JSON.readTree(ours.payload());
        assertThat(report.path("type").asInt()).isEqualTo(200);
        assertThat(report.path("sender_information").path("packets").asLong()).isPositive();
        JsonNode block = report.path("report_blocks").path(0);
        assertThat(block.path("source_ssrc").asLong()).isEqualTo(NumberedStream.SSRC);
        assertThat(block.path("packets_lost").asInt())
                .isEqualTo(NumberedStream.PACKETS / NumberedStream.MISSING_EACH);
        assertThat(block.path("highest_seq_no").asLong())
                .isEqualTo(NumberedStream.FIRST + NumberedStream.PACKETS - 1);

        HepMessage browser = ofBrowser().getFirst();
        assertThat(browser.correlation()).isEqualTo(callId);
        assertThat(JSON.readTree(browser.payload()).path("type").asInt()).isIn(200, 201);
        assertThat(fromPort(stand.config().mediaPort())).isNotEmpty();
    }

    /// What `hep-js` reads of a report of ours is what Wireshark reads of it on the wire.
    @Test
    public void theReportsOfHomerAreThoseOfTheWire() throws IOException {
        Set<String> wire = new TreeSet<>();
        for (String line :
                TSHARK.run(
                                LIMIT,
                                "-r",
                                CallStand.workOf(MediaBoxIT.class).resolve("rtcp.pcap"),
                                "-d",
                                "udp.port==" + (trunkPort + 1) + ",rtcp",
                                "-Y",
                                "rtcp.pt == 200 && udp.srcport == " + (trunkPort + 1),
                                "-T",
                                "fields",
                                "-E",
                                "separator=/s",
                                "-E",
                                "occurrence=f",
                                "-e",
                                "udp.dstport",
                                "-e",
                                "rtcp.senderssrc",
                                "-e",
                                "rtcp.timestamp.ntp.msw",
                                "-e",
                                "rtcp.timestamp.ntp.lsw",
                                "-e",
                                "rtcp.timestamp.rtp",
                                "-e",
                                "rtcp.sender.packetcount",
                                "-e",
                                "rtcp.sender.octetcount")
                        .lines()
                        .toList()) {
            String[] fields = line.split(" ", -1);
            if (fields.length == 7) {
                fields[1] = Long.decode(fields[1]).toString();
                wire.add(String.join(" ", fields));
            }
        }
        assertThat(wire).isNotEmpty();

        Set<String> exported = new TreeSet<>();
        for (HepMessage each : fromPort(trunkPort + 1)) {
            JsonNode json = JSON.readTree(each.payload());
            JsonNode sender = json.path("sender_information");
            exported.add(
                    String.join(
                            " ",
                            Integer.toString(each.toPort()),
                            json.path("ssrc").asText(),
                            sender.path("ntp_timestamp_sec").asText(),
                            sender.path("ntp_timestamp_usec").asText(),
                            sender.path("rtp_timestamp").asText(),
                            sender.path("packets").asText(),
                            sender.path("octets").asText()));
        }
        assertThat(exported).containsAll(wire);
    }
}
