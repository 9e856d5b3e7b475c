package offhook.e2e.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.ThreadLocalRandom;
import offhook.codec.AudioCodec;
import offhook.e2e.phone.PhoneMedia;
import offhook.e2e.process.Ports;

/// The sound of a phone among many on one reactor, which owns it from the answer on.
public final class LoopPhone implements PhoneMedia, Reactor.Endpoint {
    private static final long PACKET_NANOS = 20_000_000;

    private final byte[] packet = new byte[1500];
    private final RtpSink sink = new RtpSink();
    private final Reactor reactor;
    private final AudioCodec codec;
    private final DatagramChannel channel;
    private final RtpSource source;
    private final int port = Ports.freePair();
    private volatile int remotePort; // written by the reactor, read by the bench
    private long nextPacketNanos = Long.MAX_VALUE;

    /// @param codec of the loop
    public LoopPhone(Reactor reactor, AudioCodec codec, FrameLoop loop) {
        this.reactor = reactor;
        this.codec = codec;
        int start = ThreadLocalRandom.current().nextInt(loop.payloads().size());
        this.source = new RtpSource(loop, codec.staticPayloadType(), start);
        this.channel = reactor.open(this, port);
    }

    /// What came. On the reactor.
    public RtpSink sink() {
        return sink;
    }

    /// What it says. On the reactor.
    public RtpSource source() {
        return source;
    }

    /// The gateway's port of this call; 0 before the answer.
    public int remotePort() {
        return remotePort;
    }

    @Override
    public int port() {
        return port;
    }

    /// The phone's own description is one of PCMA.
    @Override
    public String describe(String sdp) {
        int type = codec.staticPayloadType();
        return sdp.replace("RTP/AVP 8 ", "RTP/AVP " + type + " ")
                .replace("a=rtpmap:8 PCMA/", "a=rtpmap:" + type + " " + codec.encodingName() + "/");
    }

    @Override
    public void onSdp(String sdp) {
        String host =
                sdp.lines()
                        .filter(line -> line.startsWith("c=IN IP4 "))
                        .map(line -> line.substring(9).strip())
                        .findFirst()
                        .orElseThrow();
        String media =
                sdp.lines().filter(line -> line.startsWith("m=audio ")).findFirst().orElseThrow();
        int mediaPort = Integer.parseInt(media.split(" ", -1)[1]);
        reactor.tell(() -> start(new InetSocketAddress(InetAddress.ofLiteral(host), mediaPort)));
    }

    private void start(InetSocketAddress remote) {
        if (remotePort != 0) {
            return; // The answer again.
        }
        try {
            channel.connect(remote);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        remotePort = remote.getPort();
        // Phones do not speak in step.
        nextPacketNanos = System.nanoTime() + ThreadLocalRandom.current().nextLong(PACKET_NANOS);
    }

    @Override
    public void onDatagram(ByteBuffer datagram, long nowNanos) {
        boolean audio =
                datagram.limit() > 12 && (datagram.get(1) & 0x7F) == codec.staticPayloadType();
        if (audio) {
            sink.onPacket(datagram, nowNanos);
        }
    }

    @Override
    public long dueNanos() {
        return nextPacketNanos;
    }

    @Override
    public void onDue(long nowNanos) {
        nextPacketNanos += PACKET_NANOS;
        int length = source.next(packet, nowNanos);
        try {
            channel.write(ByteBuffer.wrap(packet, 0, length));
        } catch (PortUnreachableException | ClosedChannelException e) {
            // The gateway has closed its end.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        reactor.tell(() -> nextPacketNanos = Long.MAX_VALUE);
    }

    @Override
    public void close() {
        stop();
        reactor.remove(this, channel);
    }
}
