package offhook.hep;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import offhook.call.CallId;
import offhook.call.LegId;
import offhook.config.HepConfig;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import offhook.trace.PassedReport;
import org.testng.annotations.Test;

/// Reports of audio on their way to a collector, and collectors that are not there.
public class HepExporterTest {

    private static final int LIMIT_MILLIS = Await.PATIENCE_MILLIS;

    /// A sender report with one block, a source description, and a receiver report.
    private static final byte[] SENDER =
            HexFormat.of()
                    .parseHex(
                            "81c8000c"
                                    + "deadbeef"
                                    + "e8000001"
                                    + "80000000"
                                    + "000003e8"
                                    + "00000032"
                                    + "00001f40"
                                    + "01020304"
                                    + "40ffffff"
                                    + "00010203"
                                    + "00000010"
                                    + "f0000001"
                                    + "00010000"
                                    + "81ca0002"
                                    + "deadbeef"
                                    + "01006100");

    private static final byte[] FEEDBACK = HexFormat.of().parseHex("81cd0002deadbeef01020304");

    private static PassedReport report(byte[] bytes) {
        return new PassedReport(
                new LegId(new CallId("c"), 0),
                Instant.parse("2026-01-02T03:04:05.000006Z"),
                false,
                new InetSocketAddress("192.0.2.1", 10_001),
                new InetSocketAddress("198.51.100.7", 4_001),
                bytes);
    }

    private static HepExporter exporter(int port, Counters counters) {
        HepExporter exporter =
                new HepExporter(
                        new HepConfig("127.0.0.1", port, 7, Optional.empty(), true),
                        counters,
                        System::nanoTime);
        exporter.start();
        return exporter;
    }

    private static Map<Integer, byte[]> chunks(byte[] packet, int length) {
        ByteBuffer in = ByteBuffer.wrap(packet, 0, length).position(6);
        Map<Integer, byte[]> chunks = new TreeMap<>();
        while (in.hasRemaining()) {
            int type = in.position(in.position() + 2).getShort();
            byte[] value = new byte[in.getShort() - 6];
            in.get(value);
            chunks.put(type, value);
        }
        return chunks;
    }

    @Test
    public void aReportGoesAsJson() throws IOException {
        try (DatagramSocket collector = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            collector.setSoTimeout(LIMIT_MILLIS);
            HepExporter exporter = exporter(collector.getLocalPort(), new Counters());

            exporter.reported(report(FEEDBACK), "call@x");
            exporter.reported(report(SENDER), "call@x");

            DatagramPacket got = new DatagramPacket(new byte[2048], 2048);
            collector.receive(got);
            exporter.stop();
            Map<Integer, byte[]> chunks = chunks(got.getData(), got.getLength());
            assertThat(chunks.get(2)).as("UDP").containsExactly(17);
            assertThat(chunks.get(3)).as("from").containsExactly(198, 51, 100, 7);
            assertThat(ByteBuffer.wrap(chunks.get(7)).getShort()).isEqualTo((short) 4_001);
            assertThat(ByteBuffer.wrap(chunks.get(8)).getShort()).isEqualTo((short) 10_001);
            assertThat(ByteBuffer.wrap(chunks.get(10)).getInt()).isEqualTo(6);
            assertThat(chunks.get(11)).as("RTCP as JSON").containsExactly(5);
            assertThat(new String(chunks.get(17), StandardCharsets.UTF_8)).isEqualTo("call@x");
            JsonNode json = new ObjectMapper().readTree(chunks.get(15));
            assertThat(json.get("type").asInt()).isEqualTo(200);
            assertThat(json.get("ssrc").asLong()).isEqualTo(0xdeadbeefL);
            assertThat(json.get("sdes_ssrc").asLong()).isEqualTo(0xdeadbeefL);
            JsonNode sender = json.get("sender_information");
            assertThat(sender.get("ntp_timestamp_sec").asLong()).isEqualTo(0xe8000001L);
            assertThat(sender.get("ntp_timestamp_usec").asLong()).isEqualTo(0x80000000L);
            assertThat(sender.get("rtp_timestamp").asLong()).isEqualTo(1000);
            assertThat(sender.get("packets").asLong()).isEqualTo(50);
            assertThat(sender.get("octets").asLong()).isEqualTo(8000);
            assertThat(json.get("report_count").asInt()).isEqualTo(1);
            JsonNode block = json.get("report_blocks").get(0);
            assertThat(block.get("source_ssrc").asLong()).isEqualTo(0x01020304L);
            assertThat(block.get("fraction_lost").asInt()).isEqualTo(64);
            assertThat(block.get("packets_lost").asInt()).isEqualTo(-1);
            assertThat(block.get("highest_seq_no").asLong()).isEqualTo(0x10203);
            assertThat(block.get("ia_jitter").asLong()).isEqualTo(16);
            assertThat(block.get("lsr").asLong()).isEqualTo(0xf0000001L);
            assertThat(block.get("dlsr").asLong()).isEqualTo(65_536);
        }
    }

    @Test
    public void whatIsNoReportHasNoJson() {
        assertThat(RtcpJson.of(new byte[0])).isEmpty();
        assertThat(RtcpJson.of(FEEDBACK)).isEmpty();
        assertThat(RtcpJson.of(new byte[] {(byte) 0x9f, (byte) 0xc8, 0, 1, 0, 0, 0, 0})).isEmpty();
    }

    @Test
    public void aCollectorThatIsNotThereHoldsNobodyUpAndIsCounted() throws Exception {
        int nobody = FreePorts.next();
        Counters counters = new Counters();
        HepExporter exporter = exporter(nobody, counters);
        int reports = 10_000;

        for (int i = 0; i < reports; i++) {
            exporter.reported(report(SENDER), "call@x");
        }

        Await.until("all are sent or counted as dropped", () -> sum(counters) >= reports);
        exporter.stop();
        assertThat(sum(counters)).as("each is sent or counted as dropped").isEqualTo(reports);
        assertThat(counters.get(Counter.HEP_DROPPED)).isPositive();
    }

    private static long sum(Counters counters) {
        return counters.get(Counter.HEP_SENT) + counters.get(Counter.HEP_DROPPED);
    }
}
