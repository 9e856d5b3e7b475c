package offhook.e2e.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.G711;
import org.testng.annotations.Test;

public class CaptureTest {

    @Test
    public void seesTheDatagramsOfTheLoopbackInterface() throws Exception {
        int port = Ports.freePair();
        List<Datagram> seen;
        try (DatagramSocket from = new DatagramSocket();
                Capture capture =
                        Capture.start(
                                Files.createTempDirectory("pcap").resolve("a.pcap"),
                                "udp port " + port)) {
            for (int i = 0; i < 60; i++) {
                byte[] packet = rtp(i, 160L * i, 8, new byte[160]);
                from.send(
                        new DatagramPacket(
                                packet,
                                packet.length,
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
                LockSupport.parkNanos(1_000_000);
            }
            // dumpcap hands over packets in batches: the last must have come before it stops.
            LockSupport.parkNanos(500_000_000);
            seen = capture.stop();
        }

        RtpFlow flow = RtpFlow.of(seen, 8000, d -> d.destinationPort() == port);
        assertThat(flow.packets()).hasSize(60);
        assertThat(flow.continuity().lost()).isZero();
        assertThat(flow.continuity().timestampJumps()).isZero();
        assertThat(flow.audio().samples()).hasSize(60 * 160);
    }

    @Test
    public void findsTheDelayOfEachPacketByItsLoudness() {
        Random random = new Random(7);
        List<Datagram> all = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            short amplitude = (short) (random.nextInt(4) * random.nextInt(4000));
            byte[] speech = new byte[160];
            java.util.Arrays.fill(speech, G711.PCMA.encode(amplitude));
            byte[] coded = new byte[20 + amplitude / 200];
            long inNanos = 20_000_000L * i + random.nextInt(4_000_000);
            all.add(new Datagram(inNanos, 1, 2, ByteBuffer.wrap(rtp(i, 160L * i, 8, speech))));
            // The first packets are dropped, as before the keys are there.
            if (i > 17) {
                all.add(
                        new Datagram(
                                inNanos + 31_000_000,
                                3,
                                4,
                                ByteBuffer.wrap(rtp(i + 500, 960L * i + 77, 111, coded))));
            }
        }

        AddedDelay delay =
                AddedDelay.phoneToWeb(
                                RtpFlow.of(all, 8000, d -> d.sourcePort() == 1),
                                RtpFlow.of(all, 48_000, d -> d.sourcePort() == 3))
                        .orElseThrow();

        assertThat(delay.p50Millis()).isBetween(30.9, 31.1);
        assertThat(delay.p95Millis()).isBetween(30.9, 31.1);
        assertThat(delay.pairs()).isEqualTo(382);
    }

    @Test
    public void countsLossAndLateness() {
        List<Datagram> all = new ArrayList<>();
        for (int sequence : new int[] {65_534, 65_535, 2, 1, 3}) {
            long frame = (sequence + 2) & 0xFFFF;
            all.add(
                    new Datagram(
                            frame * 20_000_000,
                            1,
                            2,
                            ByteBuffer.wrap(rtp(sequence, frame * 160, 0, new byte[160]))));
        }

        RtpFlow.Continuity continuity = RtpFlow.of(all, 8000, d -> true).continuity();

        assertThat(continuity.late()).isEqualTo(1);
        assertThat(continuity.lost()).isEqualTo(1);
    }

    private static byte[] rtp(int sequence, long timestamp, int payloadType, byte[] payload) {
        return ByteBuffer.allocate(12 + payload.length)
                .put((byte) 0x80)
                .put((byte) payloadType)
                .putShort((short) sequence)
                .putInt((int) timestamp)
                .putInt(42)
                .put(payload)
                .array();
    }
}
