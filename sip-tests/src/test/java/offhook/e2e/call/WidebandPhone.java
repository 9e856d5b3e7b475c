package offhook.e2e.call;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import offhook.codec.g722.G722Decoder;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.PhoneMedia;
import offhook.e2e.phone.RtpAudio;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.RtpSource;

/// What a phone says and hears in G.722, and nothing else: payload type 9 (RFC 3551 §6).
final class WidebandPhone implements PhoneMedia {
    private static final int RATE_HZ = 16_000;
    private static final int PAYLOAD_TYPE = 9;
    private static final long PACKET_NANOS = 20_000_000;

    private final List<Heard> heard = new CopyOnWriteArrayList<>(); // added to by the receiver
    private final DatagramSocket socket;
    private final FrameLoop says;
    private volatile boolean talking; // written by whoever hears SDP or stops, read by the sender

    /// @param says at 16 kHz, over and over
    WidebandPhone(Pcm says) {
        this.says = FrameLoop.g722(says);
        try {
            this.socket =
                    new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::receive);
    }

    /// A second of a tone.
    static Pcm tone(double hz, int amplitude) {
        short[] samples = new short[RATE_HZ];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (amplitude * Math.sin(2 * Math.PI * hz * i / RATE_HZ));
        }
        return new Pcm(RATE_HZ, samples);
    }

    @Override
    public int port() {
        return socket.getLocalPort();
    }

    @Override
    public String describe(String sdp) {
        return sdp.replaceAll("(m=audio [0-9]+ RTP/AVP).*", "$1 " + PAYLOAD_TYPE)
                .replaceAll("a=(rtpmap|fmtp):.*\r\n", "")
                .concat("a=rtpmap:" + PAYLOAD_TYPE + " G722/8000\r\n");
    }

    @Override
    public void onSdp(String sdp) {
        if (!talking) {
            talking = true;
            int port = Integer.parseInt(sdp.replaceAll("(?s).*m=audio ([0-9]+) .*", "$1"));
            var to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            Thread.ofVirtual().start(() -> send(to));
        }
    }

    private void send(InetSocketAddress to) {
        var source = new RtpSource(says, PAYLOAD_TYPE, 0);
        byte[] packet = new byte[200];
        long dueNanos = System.nanoTime();
        try {
            while (talking) {
                int length = source.next(packet, System.nanoTime());
                socket.send(new DatagramPacket(packet, length, to));
                dueNanos += PACKET_NANOS;
                LockSupport.parkNanos(dueNanos - System.nanoTime());
            }
        } catch (IOException e) {
            // Closed: the call is over.
        }
    }

    private void receive() {
        var packet = new DatagramPacket(new byte[2048], 2048);
        try {
            while (true) {
                packet.setLength(2048);
                socket.receive(packet);
                byte[] copy = Arrays.copyOf(packet.getData(), packet.getLength());
                heard.add(RtpAudio.parse(System.nanoTime(), ByteBuffer.wrap(copy)));
            }
        } catch (IOException e) {
            // Closed: the call is over.
        }
    }

    /// All that came in G.722, in order of arrival.
    Pcm heard() {
        List<Heard> packets = heard.stream().filter(p -> p.payloadType() == PAYLOAD_TYPE).toList();
        short[] out = new short[packets.stream().mapToInt(p -> 2 * p.payload().length).sum()];
        int at = 0;
        try (var decoder = new G722Decoder()) {
            for (Heard packet : packets) {
                at += decoder.decode(packet.payload(), 0, packet.payload().length, out, at);
            }
        }
        return new Pcm(RATE_HZ, Arrays.copyOf(out, at));
    }

    @Override
    public void stop() {
        talking = false;
    }

    @Override
    public void close() {
        stop();
        socket.close();
    }
}
