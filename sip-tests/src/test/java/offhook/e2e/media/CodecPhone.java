package offhook.e2e.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.PhoneMedia;
import offhook.e2e.phone.RtpAudio;
import offhook.e2e.speech.Keypad;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.RtpSource;

/// What a phone says and hears that has one codec at a time, whichever it is, and telephone events
/// of its clock.
///
/// One thread sends and owns the source, one receives; the test tells the sender by a queue.
final class CodecPhone implements PhoneMedia {
    private static final int MOST_BYTES = 1500;
    private static final long PACKET_NANOS = 20_000_000;

    /// A codec and what is said in it.
    ///
    /// @param payloadType as the phone numbers it
    /// @param eventPayloadType of its telephone events
    record Speaks(FrameLoop loop, int payloadType, int eventPayloadType) {
        private String formats() {
            return "%d %d".formatted(payloadType, eventPayloadType);
        }

        private String maps() {
            boolean opus = loop.codec().equals("opus");
            return "a=rtpmap:%d %s/%d%s\r\n"
                            .formatted(payloadType, loop.codec(), loop.clockHz(), opus ? "/2" : "")
                    + (opus ? "a=fmtp:%d useinbandfec=1\r\n".formatted(payloadType) : "")
                    + "a=rtpmap:%d telephone-event/%d\r\na=fmtp:%d 0-15\r\n"
                            .formatted(eventPayloadType, loop.clockHz(), eventPayloadType);
        }
    }

    private final List<Heard> heard = new CopyOnWriteArrayList<>(); // added to by the receiver
    private final Queue<Consumer<RtpSource>> changes = new ConcurrentLinkedQueue<>();
    private final DatagramSocket socket;
    private volatile Speaks speaks; // written by the test
    private volatile String answer = ""; // written by whoever hears SDP
    private volatile boolean talking; // the same, and by whoever stops

    CodecPhone(Speaks speaks) {
        this.speaks = speaks;
        try {
            this.socket =
                    new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("codec-phone-in").start(this::receive);
    }

    @Override
    public int port() {
        return socket.getLocalPort();
    }

    @Override
    public String describe(String sdp) {
        return sdp.replaceAll("(m=audio [0-9]+ RTP/AVP).*", "$1 " + speaks.formats())
                .replaceAll("a=(rtpmap|fmtp):.*\r\n", "")
                .concat(speaks.maps());
    }

    /// What it offers the next time, and says once that is answered.
    void turnTo(Speaks next) {
        speaks = next;
    }

    @Override
    public void onSdp(String sdp) {
        answer = sdp;
        Speaks agreed = speaks;
        if (talking) {
            changes.add(source -> source.say(agreed.loop(), agreed.payloadType()));
            return;
        }
        talking = true;
        int port = Integer.parseInt(sdp.replaceAll("(?s).*m=audio ([0-9]+) .*", "$1"));
        var to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        Thread.ofPlatform().daemon().name("codec-phone-out").start(() -> send(to, agreed));
    }

    /// The gateway's latest description.
    String answer() {
        return answer;
    }

    /// Presses keys one after the other.
    void press(String keys, int millis) {
        int type = speaks.eventPayloadType();
        changes.add(source ->
                keys.chars()
                        .map(Keypad.KEYS::indexOf)
                        .forEach(event -> source.press(event, type, millis / 20)));
    }

    private void send(InetSocketAddress to, Speaks first) {
        var source = new RtpSource(first.loop(), first.payloadType(), 0);
        byte[] packet = new byte[MOST_BYTES];
        long dueNanos = System.nanoTime();
        try {
            while (talking) {
                for (var change = changes.poll(); change != null; change = changes.poll()) {
                    change.accept(source);
                }
                int length = source.next(packet, System.nanoTime());
                if (length > 0) {
                    socket.send(new DatagramPacket(packet, length, to));
                }
                dueNanos += PACKET_NANOS;
                for (long left = dueNanos - System.nanoTime(); left > 0; ) {
                    LockSupport.parkNanos(left);
                    left = dueNanos - System.nanoTime();
                }
            }
        } catch (IOException e) {
            // Closed: the call is over.
        }
    }

    private void receive() {
        var packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
        try {
            while (true) {
                packet.setLength(MOST_BYTES);
                socket.receive(packet);
                byte[] copy = Arrays.copyOf(packet.getData(), packet.getLength());
                heard.add(RtpAudio.parse(System.nanoTime(), ByteBuffer.wrap(copy)));
            }
        } catch (IOException e) {
            // Closed: the call is over.
        }
    }

    /// All that came, in order of arrival.
    List<Heard> heard() {
        return List.copyOf(heard);
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
