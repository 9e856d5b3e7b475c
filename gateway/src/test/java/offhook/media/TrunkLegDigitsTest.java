package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.LegId;
import offhook.codec.AudioCodec;
import offhook.config.TrunkConfig.Dtmf;
import offhook.net.PortPool;
import offhook.net.UdpEndpoint;
import offhook.rtp.RtpPacket;
import offhook.rtp.SourceGate;
import offhook.sdp.OpusParameters;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import org.testng.annotations.Test;

/// A trunk leg toward a real socket, by a clock that the test turns.
public class TrunkLegDigitsTest {

    private static final long MILLI = 1_000_000L;
    private static final int EVENTS = 102;

    /// Opus pauses while nobody speaks; a digit cannot wait for the next word.
    @Test
    public void digitGoesOutWhileOpusPauses() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        Counters counters = new Counters();
        PortPool pool =
                new PortPool(loopback, 31_000, 31_999, UdpEndpoint.Options.PLAIN, new Random(5));
        try (DatagramSocket phone = new DatagramSocket(0, loopback)) {
            MediaLoop loop = new MediaLoop(0, () -> 0, counters);
            LoopKit kit = LoopKits.of(loop, RtpHosts.of(pool, loopback), counters);
            TrunkProfile profile =
                    new TrunkProfile(
                            List.of(AudioCodec.OPUS),
                            new OpusParameters(48_000, 24_000, true, true),
                            Dtmf.AUTO,
                            SourceGate.Mode.STRICT,
                            address -> true);
            TrunkLeg leg =
                    new TrunkLeg(
                            kit,
                            profile,
                            pool.acquire(0).orElseThrow(),
                            loopback,
                            Optional.empty(),
                            new LegEvents(new LegId(new CallId("c"), 0), inbox()),
                            new LegMeter(AudioCodec.OPUS, 0));
            leg.describe(Optional.of(SdpParser.parse(offer(phone.getLocalPort()))));

            byte[] frame = {0x08};
            leg.send(frame, 0, 1, 0, true);
            leg.sendDigit('5', 100, true);
            leg.sendDigit('6', 40, true);
            for (long now = 0; now < 600 * MILLI; now += 5 * MILLI) {
                if (leg.dueNanos() - now <= 0) {
                    leg.onDue(now);
                }
            }
            leg.send(frame, 0, 1, 48 * 600, true);

            List<RtpPacket> heard = heard(phone);
            List<RtpPacket> events = heard.stream().filter(p -> p.payloadType() == EVENTS).toList();
            assertThat(events).hasSize(5 + 2 + 2 + 2);
            assertThat(events.stream().map(RtpPacket::timestamp).distinct()).hasSize(2);
            assertThat(events.stream().map(TrunkLegDigitsTest::duration))
                    .containsExactly(
                            960, 1920, 2880, 3840, 4800, 4800, 4800, 960, 1920, 1920, 1920);
            long first = heard.getFirst().timestamp();
            assertThat(events.getFirst().timestamp() - first & 0xffff_ffffL).isEqualTo(960);
            // Audio is where it would be without the digits.
            assertThat(heard.getLast().payloadType()).isEqualTo(107);
            assertThat(heard.getLast().timestamp() - first & 0xffff_ffffL).isEqualTo(48 * 600);
            leg.close();
        } finally {
            pool.close();
        }
    }

    private static CallInbox inbox() {
        return OverheardCall.silent(new CallId("c"));
    }

    private static String offer(int port) {
        return """
        v=0
        o=- 1 1 IN IP4 127.0.0.1
        s=-
        c=IN IP4 127.0.0.1
        t=0 0
        m=audio %d RTP/AVP 107 102
        a=rtpmap:107 opus/48000/2
        a=rtpmap:102 telephone-event/48000
        a=fmtp:102 0-15
        """
                .formatted(port)
                .replace("\n", "\r\n");
    }

    private static int duration(RtpPacket event) {
        int at = event.payloadOffset() + 2;
        return (event.bytes()[at] & 0xff) << 8 | (event.bytes()[at + 1] & 0xff);
    }

    private static List<RtpPacket> heard(DatagramSocket phone) throws IOException {
        List<RtpPacket> heard = new ArrayList<>();
        phone.setSoTimeout(500);
        try {
            while (true) {
                DatagramPacket datagram = new DatagramPacket(new byte[1500], 1500);
                phone.receive(datagram);
                RtpPacket packet = new RtpPacket();
                if (packet.wrap(datagram.getData(), 0, datagram.getLength())
                        == RtpPacket.Validity.VALID) {
                    heard.add(packet);
                }
            }
        } catch (SocketTimeoutException e) {
            return heard;
        }
    }
}
