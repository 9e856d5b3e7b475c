package offhook.e2e.phone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;

/// The media of a phone: G.711 over RTP with a packet plan, and RFC 4733 digits.
///
/// One thread receives and owns what was heard, one sends and owns the stream's counters; the
/// volatile fields are written by the test and read by the sender.
public final class RtpPhone implements PhoneMedia {
    private static final int HEADER_BYTES = 12;
    private static final int ECHO_PACKETS = 100;

    private final InetAddress own;
    private final Set<Integer> eventPayloadTypes = new CopyOnWriteArraySet<>();
    private final List<Heard> received = new ArrayList<>(); // guarded by itself
    private final Deque<byte[]> echo = new ArrayDeque<>(); // guarded by itself
    private final BlockingQueue<Digit> digits = new LinkedBlockingQueue<>();
    private final AtomicLong latenessNanos = new AtomicLong();
    private volatile DatagramSocket socket;
    private volatile CallOffer offer;
    private volatile Optional<InetSocketAddress> remote = Optional.empty();
    private volatile G711 codec;
    private volatile Sound sound = Sound.silence();
    private volatile PacketPlan plan = PacketPlan.steady();
    private volatile boolean echoing;
    private volatile boolean muted;
    private volatile boolean stopped;
    private final Queue<Runnable> changes = new ConcurrentLinkedQueue<>(); // for the sender

    // Owned by the sender.
    private int ssrc = ThreadLocalRandom.current().nextInt();
    private int sequence = ThreadLocalRandom.current().nextInt(0x8000);
    private int timestamp = ThreadLocalRandom.current().nextInt();
    private boolean marker = true;
    private boolean marking = true;
    private int ptimeMillis;

    private record Digit(int event, int durationMillis, boolean marked) {}

    RtpPhone(InetAddress own, int port, CallOffer offer) {
        this.own = own;
        this.offer = offer;
        this.codec = offer.codecs().getFirst();
        this.ptimeMillis = offer.ptimeMillis();
        this.socket = bind(own, port);
        eventPayloadTypes.add(offer.eventPayloadType());
        DatagramSocket first = socket;
        Thread.ofPlatform().daemon().name("phone-rtp-in").start(() -> receive(first));
    }

    private static DatagramSocket bind(InetAddress own, int port) {
        try {
            return new DatagramSocket(new InetSocketAddress(own, port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Goes on from another port.
    void move(int port) {
        DatagramSocket before = socket;
        DatagramSocket next = bind(own, port);
        socket = next;
        before.close();
        Thread.ofPlatform().daemon().name("phone-rtp-in").start(() -> receive(next));
    }

    @Override
    public void agreeOn(CallOffer newOffer) {
        eventPayloadTypes.add(newOffer.eventPayloadType());
        offer = newOffer;
    }

    /// Where its packets come from.
    public InetSocketAddress local() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /// Where its packets go: what the last SDP of the other side named.
    public Optional<InetSocketAddress> remote() {
        return remote;
    }

    @Override
    public int port() {
        return socket.getLocalPort();
    }

    /// Learns where to send and in which codec; the first time, sending starts.
    @Override
    public void onSdp(String sdp) {
        String host = "";
        int mediaPort = 0;
        for (String line : sdp.lines().toList()) {
            if (line.startsWith("c=IN IP4 ") || line.startsWith("c=IN IP6 ")) {
                host = line.substring(9).strip();
            } else if (line.startsWith("m=audio ")) {
                String[] fields = line.split(" ", -1);
                mediaPort = Integer.parseInt(fields[1]);
                codec = G711.ofPayloadType(Integer.parseInt(fields[3]));
            }
        }
        if (mediaPort == 0) {
            return;
        }
        boolean first = remote.isEmpty();
        remote = Optional.of(new InetSocketAddress(InetAddress.ofLiteral(host), mediaPort));
        if (first) {
            Thread.ofPlatform().daemon().name("phone-rtp-out").start(this::sendLoop);
        }
    }

    public void say(Sound newSound) {
        echoing = false;
        sound = newSound;
    }

    /// Sends back what it hears, from now on.
    public void echo() {
        echoing = true;
    }

    /// Must be called before the call is answered.
    public void follow(PacketPlan newPlan) {
        plan = newPlan;
    }

    /// Keeps its clock but sends nothing.
    public void mute(boolean on) {
        muted = on;
    }

    /// Goes on as another source: new SSRC, sequence and timestamps.
    public void changeSource() {
        changes.add(() -> {
            ssrc = ThreadLocalRandom.current().nextInt();
            sequence = ThreadLocalRandom.current().nextInt(0x10000);
            timestamp = ThreadLocalRandom.current().nextInt();
            marker = true;
        });
    }

    /// Goes on with other sequence numbers, as after a restart of whatever makes them.
    public void restartSequence() {
        changes.add(() -> sequence += 0x4000);
    }

    /// Goes on with timestamps so many samples later, or earlier.
    public void jumpTimestamp(int samples) {
        changes.add(() -> timestamp += samples);
    }

    /// Goes on in the other codec, whatever was agreed first.
    public void speakIn(G711 newCodec) {
        changes.add(() -> codec = newCodec);
    }

    /// Goes on with packets of another length, whatever was agreed.
    public void packetize(int millis) {
        changes.add(() -> ptimeMillis = millis);
    }

    /// Whether the first packet of a talkspurt has the marker bit (RFC 3551 §4.1).
    public void mark(boolean on) {
        changes.add(() -> marking = on);
    }

    /// Sends a packet of comfort noise in place of one of audio (RFC 3389).
    ///
    /// @param level in -dBov
    public void noise(int level) {
        changes.add(() -> send(13, false, timestamp, new byte[] {(byte) level}));
    }

    /// Presses a key: RFC 4733 events every packet, the last one three times.
    public void press(char key, int durationMillis) {
        press(key, durationMillis, true);
    }

    /// The same, with or without the marker bit of the first packet.
    public void press(char key, int durationMillis, boolean marked) {
        int event = "0123456789*#ABCD".indexOf(key);
        if (event < 0) {
            throw new IllegalArgumentException("no such key: " + key);
        }
        digits.add(new Digit(event, durationMillis, marked));
    }

    /// Sends any bytes from its own port to where its packets go.
    public void sendRaw(byte[] datagram) {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length, remote.orElseThrow()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }

    /// Everything received so far, in order of arrival.
    public List<Heard> heard() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    /// The audio heard, placed by its timestamps; gaps are silence. A change of source or a jump of
    /// the timestamp starts again right after what was there.
    public Pcm audio() {
        return RtpAudio.toPcm(
                heard().stream()
                        .filter(p -> !eventPayloadTypes.contains(p.payloadType()))
                        .toList());
    }

    /// The keys heard as events, one per event timestamp.
    public String keys() {
        var out = new StringBuilder();
        long last = -1;
        for (Heard packet : heard()) {
            if (eventPayloadTypes.contains(packet.payloadType()) && packet.timestamp() != last) {
                last = packet.timestamp();
                out.append("0123456789*#ABCD".charAt(packet.payload()[0] & 0x0F));
            }
        }
        return out.toString();
    }

    private void receive(DatagramSocket from) {
        byte[] buffer = new byte[2048];
        try {
            while (true) {
                var packet = new DatagramPacket(buffer, buffer.length);
                from.receive(packet);
                long now = System.nanoTime();
                if (packet.getLength() >= HEADER_BYTES && (buffer[0] & 0xC0) == 0x80) {
                    onPacket(RtpAudio.parse(now, ByteBuffer.wrap(buffer, 0, packet.getLength())));
                }
            }
        } catch (IOException e) {
            if (from.equals(socket)) {
                stopped = true;
            }
        }
    }

    private void onPacket(Heard packet) {
        synchronized (received) {
            received.add(packet);
        }
        if (echoing && packet.payloadType() == codec.payloadType()) {
            synchronized (echo) {
                echo.add(packet.payload());
                if (echo.size() > ECHO_PACKETS) {
                    echo.removeFirst();
                }
            }
        }
    }

    /// By how much the packet was late that this machine sent latest after its time, since this was
    /// asked last, in milliseconds.
    public double takeLatenessMillis() {
        return latenessNanos.getAndSet(0) / 1e6;
    }

    private void sendLoop() {
        int millis = ptimeMillis;
        long ptimeNanos = millis * 1_000_000L;
        long startNanos = System.nanoTime();
        for (long k = 0; !stopped; k++) {
            long dueNanos = startNanos + plan.dueNanos(k, ptimeNanos);
            for (long left = dueNanos - System.nanoTime(); left > 0; ) {
                LockSupport.parkNanos(left);
                left = dueNanos - System.nanoTime();
            }
            latenessNanos.accumulateAndGet(System.nanoTime() - dueNanos, Math::max);
            for (Runnable change = changes.poll(); change != null; change = changes.poll()) {
                change.run();
            }
            if (millis != ptimeMillis) {
                // The plan begins anew: this packet is the first that is so long.
                millis = ptimeMillis;
                ptimeNanos = millis * 1_000_000L;
                startNanos = dueNanos;
                k = 0;
            }
            int samples = millis * 8;
            Digit digit = digits.poll();
            if (digit != null) {
                k += sendDigit(digit, startNanos, k, ptimeNanos);
                continue;
            }
            byte[] payload = speak(samples);
            if (!muted) {
                send(codec.payloadType(), marker && marking, timestamp, payload);
                marker = false;
            } else {
                marker = true;
            }
            timestamp += samples;
        }
    }

    private byte[] speak(int samples) {
        if (echoing) {
            synchronized (echo) {
                byte[] back = echo.poll();
                if (back != null && back.length == samples) {
                    return back;
                }
            }
        }
        byte[] payload = new byte[samples];
        Sound source = echoing ? Sound.silence() : sound;
        for (int i = 0; i < samples; i++) {
            payload[i] = codec.encode(source.next());
        }
        return payload;
    }

    /// Sends the event's packets in place of audio.
    ///
    /// @return how many further packet times it took
    private long sendDigit(Digit digit, long startNanos, long k, long ptimeNanos) {
        int samples = offer.ptimeMillis() * 8;
        int packets = Math.max(1, digit.durationMillis() / offer.ptimeMillis());
        int eventTimestamp = timestamp;
        for (int i = 1; i <= packets; i++) {
            boolean last = i == packets;
            for (int copy = 0; copy < (last ? 3 : 1); copy++) {
                byte[] event = {
                    (byte) digit.event(),
                    (byte) (10 | (last ? 0x80 : 0)),
                    (byte) ((i * samples) >> 8),
                    (byte) (i * samples)
                };
                boolean mark = digit.marked() && i == 1 && copy == 0;
                send(offer.eventPayloadType(), mark, eventTimestamp, event);
            }
            timestamp += samples;
            long dueNanos = startNanos + plan.dueNanos(k + i, ptimeNanos);
            if (!last) {
                while (System.nanoTime() < dueNanos) {
                    LockSupport.parkNanos(dueNanos - System.nanoTime());
                }
            }
        }
        return packets - 1L;
    }

    private void send(int payloadType, boolean mark, int at, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + payload.length);
        out.put((byte) 0x80).put((byte) (payloadType | (mark ? 0x80 : 0)));
        out.putShort((short) sequence++).putInt(at).putInt(ssrc).put(payload);
        InetSocketAddress to = remote.orElseThrow();
        if (to.getAddress().isAnyLocalAddress()) {
            return; // Held by c=0.0.0.0.
        }
        DatagramSocket through = socket;
        try {
            through.send(new DatagramPacket(out.array(), out.capacity(), to));
        } catch (IOException e) {
            if (through.equals(socket)) {
                stopped = true;
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        socket.close();
    }
}
