package offhook.e2e.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import offhook.e2e.phone.Heard;
import offhook.e2e.speech.Keypad;
import org.jspecify.annotations.Nullable;

/// The media of one call of a web peer: full ICE in the controlling role toward one candidate, the
/// DTLS client, SRTP, and a loop that it sends.
///
/// All but the constructor, [#offer] and [#sendRaw] happens on the reactor.
public final class WebMedia implements Reactor.Endpoint, AutoCloseable {
    private static final long CHECK_NANOS = 50_000_000;
    private static final long CONSENT_NANOS = 2_000_000_000;
    private static final long PACKET_NANOS = 20_000_000;
    private static final long REPORT_NANOS = 1_000_000_000;

    /// What a media is made of.
    ///
    /// @param loops what it can say, one per codec; the answer chooses
    /// @param sdp changes its offer
    /// @param answersDtls whether it starts a handshake at all
    /// @param way where it sends what is for the address in the gateway's answer
    public record Setup(
            Reactor reactor,
            PeerIdentity identity,
            List<FrameLoop> loops,
            UnaryOperator<String> sdp,
            boolean answersDtls,
            UnaryOperator<InetSocketAddress> way) {
        /// One that does everything right.
        public static Setup of(Reactor reactor, PeerIdentity identity, FrameLoop... loops) {
            return new Setup(
                    reactor,
                    identity,
                    List.of(loops),
                    UnaryOperator.identity(),
                    true,
                    UnaryOperator.identity());
        }

        public Setup offering(UnaryOperator<String> change) {
            return new Setup(reactor, identity, loops, change, answersDtls, way);
        }

        public Setup saying(FrameLoop... sounds) {
            return new Setup(reactor, identity, List.of(sounds), sdp, answersDtls, way);
        }

        /// One that reaches the gateway through somebody else.
        public Setup through(InetSocketAddress relay) {
            return new Setup(reactor, identity, loops, sdp, answersDtls, _ -> relay);
        }
    }

    /// Where the call stands.
    public enum State {
        NEW,
        CHECKING,
        SHAKING,
        CONNECTED,
        FAILED
    }

    private final Setup setup;
    private final DatagramChannel channel;
    private final String ufrag = token(4);
    private final String password = token(24);
    private final byte[] packet = new byte[1500];
    private final RtpSink sink = new RtpSink();
    private volatile State state = State.NEW; // written by the reactor, read by anyone
    private volatile @Nullable WebAnswer answer; // the same
    private volatile @Nullable SrtpPair srtp; // the same
    private volatile boolean away; // written by any thread, read by the reactor
    private @Nullable RtpSource source;
    private @Nullable DtlsAssociation dtls;
    private long nextCheckNanos = Long.MAX_VALUE;
    private long nextPacketNanos = Long.MAX_VALUE;
    private long nextReportNanos = Long.MAX_VALUE;

    public WebMedia(Setup setup) {
        this.setup = setup;
        this.channel = setup.reactor().open(this, 0);
    }

    private static String token(int length) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        var out = new StringBuilder();
        ThreadLocalRandom.current()
                .ints(length, 0, alphabet.length())
                .forEach(i -> out.append(alphabet.charAt(i)));
        return out.toString();
    }

    /// Its offer, in the form of Chromium's (RFC 8829 §5.2.1).
    public String offer() {
        return setup.sdp()
                .apply(
                        """
                        v=0
                        o=- 4611731400430051336 2 IN IP4 127.0.0.1
                        s=-
                        t=0 0
                        a=group:BUNDLE 0
                        a=extmap-allow-mixed
                        a=msid-semantic: WMS mic
                        m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 110 126
                        c=IN IP4 0.0.0.0
                        a=rtcp:9 IN IP4 0.0.0.0
                        a=ice-ufrag:%s
                        a=ice-pwd:%s
                        a=ice-options:trickle
                        a=fingerprint:%s
                        a=setup:actpass
                        a=mid:0
                        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
                        a=sendrecv
                        a=msid:mic track
                        a=rtcp-mux
                        a=rtcp-rsize
                        a=rtpmap:111 opus/48000/2
                        a=fmtp:111 minptime=10;useinbandfec=1
                        a=rtpmap:0 PCMU/8000
                        a=rtpmap:8 PCMA/8000
                        a=rtpmap:110 telephone-event/48000
                        a=rtpmap:126 telephone-event/8000
                        a=ssrc:2010311868 cname:peer
                        """
                                .formatted(ufrag, password, setup.identity().fingerprint())
                                .replace("\n", "\r\n"));
    }

    public State state() {
        return state;
    }

    /// The gateway's answer, as far as it is here.
    public WebAnswer answer() {
        WebAnswer now = answer;
        if (now == null) {
            throw new IllegalStateException("not answered");
        }
        return now;
    }

    /// The USERNAME of its checks.
    public String username() {
        return answer().ufrag() + ":" + ufrag;
    }

    public InetSocketAddress localAddress() {
        try {
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Takes the gateway's answer: checks, handshake and media follow.
    void onAnswer(WebAnswer theirs) {
        setup.reactor()
                .tell(() -> {
                    try {
                        var gateway =
                                new InetSocketAddress(
                                        InetAddress.ofLiteral(theirs.address()), theirs.port());
                        channel.connect(setup.way().apply(gateway));
                        answer = theirs;
                        state = State.CHECKING;
                        nextCheckNanos = System.nanoTime();
                    } catch (IOException e) {
                        state = State.FAILED;
                    }
                });
    }

    @Override
    public long dueNanos() {
        return Math.min(nextCheckNanos, Math.min(nextPacketNanos, nextReportNanos));
    }

    @Override
    public void onDue(long nowNanos) {
        if (nextCheckNanos - nowNanos <= 0) {
            nextCheckNanos = nowNanos + (state == State.CHECKING ? CHECK_NANOS : CONSENT_NANOS);
            sendRaw(Stun.check(username(), answer().password()));
        }
        // Long.MAX_VALUE means never, and would overflow a difference.
        if (nextPacketNanos != Long.MAX_VALUE && nextPacketNanos - nowNanos <= 0) {
            nextPacketNanos += PACKET_NANOS;
            sendPacket(nowNanos);
        }
        if (nextReportNanos != Long.MAX_VALUE && nextReportNanos - nowNanos <= 0) {
            nextReportNanos += REPORT_NANOS;
            sendReport();
        }
    }

    /// As a browser does: what is lost on the way here is what the gateway may do something about.
    private void sendReport() {
        RtpSource talking = source;
        SrtpPair keys = srtp;
        if (talking != null && keys != null) {
            int length = sink.report(packet, talking.ssrc());
            if (length > 0) {
                write(packet, keys.protectControl(packet, length));
            }
        }
    }

    private void sendPacket(long nowNanos) {
        RtpSource talking = source;
        SrtpPair keys = srtp;
        if (talking != null && keys != null) {
            int length = talking.next(packet, nowNanos);
            if (length > 0) {
                write(packet, keys.protect(packet, length));
            }
        }
    }

    /// Sends anything from this peer's own address. Any thread.
    public void sendRaw(byte[] datagram) {
        write(datagram, datagram.length);
    }

    private void write(byte[] datagram, int length) {
        if (away) {
            return;
        }
        try {
            channel.write(ByteBuffer.wrap(datagram, 0, length));
        } catch (PortUnreachableException | ClosedChannelException e) {
            // The call is over, on one side or the other.
        } catch (IOException e) {
            state = State.FAILED;
        }
    }

    @Override
    public void onDatagram(ByteBuffer datagram, long nowNanos) {
        int first = datagram.get(0) & 0xFF;
        if (first < 4) {
            onStun(datagram);
        } else if (first >= 20 && first < 64) {
            DtlsAssociation association = dtls;
            if (association != null) {
                association.offer(copy(datagram));
            }
        } else if (first >= 128 && first < 192 && datagram.limit() > RtpSource.HEADER_BYTES) {
            onRtp(datagram, nowNanos);
        }
    }

    private void onStun(ByteBuffer datagram) {
        if (state == State.CHECKING && Stun.isSuccess(copy(datagram), answer().password())) {
            state = State.SHAKING;
            if (setup.answersDtls()) {
                dtls = shakeHands();
            }
        }
    }

    private DtlsAssociation shakeHands() {
        return new DtlsAssociation(
                        setup.identity(),
                        answer().fingerprint(),
                        this::sendRaw,
                        new DtlsAssociation.Outcome() {
                            @Override
                            public void onKeys(SrtpPair keys) {
                                setup.reactor().tell(() -> talk(keys));
                            }

                            @Override
                            public void onFailed(String why) {
                                state = State.FAILED;
                            }
                        })
                .start();
    }

    private void talk(SrtpPair keys) {
        WebAnswer agreed = answer();
        FrameLoop loop =
                setup.loops().stream()
                        .filter(l -> l.codec().equalsIgnoreCase(agreed.codec()))
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("no " + agreed.codec()));
        int start = ThreadLocalRandom.current().nextInt(loop.payloads().size());
        source = new RtpSource(loop, agreed.payloadType(), start);
        srtp = keys;
        // Peers do not speak in step.
        nextPacketNanos = System.nanoTime() + ThreadLocalRandom.current().nextLong(PACKET_NANOS);
        nextReportNanos = nextPacketNanos + REPORT_NANOS;
        state = State.CONNECTED;
    }

    private void onRtp(ByteBuffer datagram, long nowNanos) {
        int payloadType = datagram.get(1) & 0x7F;
        SrtpPair keys = srtp;
        if ((payloadType >= 64 && payloadType < 96) || keys == null) {
            return; // RTCP (RFC 5761 §4), or not ours to open.
        }
        if (!sink.isRecording()) {
            sink.onPacket(datagram, nowNanos);
            return;
        }
        byte[] bytes = copy(datagram);
        int length = keys.unprotect(bytes, bytes.length);
        if (length > 0) {
            sink.onPacket(ByteBuffer.wrap(bytes, 0, length), nowNanos);
        }
    }

    private static byte[] copy(ByteBuffer datagram) {
        byte[] bytes = new byte[datagram.limit()];
        datagram.get(0, bytes);
        return bytes;
    }

    /// What came. On the reactor.
    public RtpSink sink() {
        return sink;
    }

    /// What it says, once connected. On the reactor.
    public RtpSource source() {
        RtpSource now = source;
        if (now == null) {
            throw new IllegalStateException("not connected");
        }
        return now;
    }

    /// Presses keys, each for that long, as telephone events at the clock of its audio.
    public void press(String pressed, int millis) {
        setup.reactor()
                .tell(() -> {
                    int payloadType = answer().codec().equalsIgnoreCase("opus") ? 110 : 126;
                    pressed.chars()
                            .map(Keypad.KEYS::indexOf)
                            .forEach(event -> source().press(event, payloadType, millis / 20));
                });
    }

    /// Falls silent, as a browser with DTX does, or speaks again.
    public void mute(boolean on) {
        setup.reactor().tell(() -> source().mute(on));
    }

    /// Loses its network, so that nothing at all goes out, or has it again. Any thread.
    public void away(boolean on) {
        away = on;
    }

    /// Opens and keeps what comes from now on.
    public void record() {
        setup.reactor().tell(() -> sink.record(true));
    }

    /// How many packets are kept so far.
    public int kept() {
        return setup.reactor().ask(() -> sink.kept());
    }

    /// What was kept so far, and forgets it.
    public List<Heard> takeHeard() {
        return setup.reactor()
                .ask(() -> {
                    List<Heard> heard = sink.heard();
                    sink.forget();
                    return heard;
                });
    }

    /// Stops sending, checks included, and closes the socket.
    @Override
    public void close() {
        setup.reactor()
                .tell(() -> {
                    nextCheckNanos = Long.MAX_VALUE;
                    nextPacketNanos = Long.MAX_VALUE;
                    nextReportNanos = Long.MAX_VALUE;
                    DtlsAssociation association = dtls;
                    if (association != null) {
                        association.close();
                    }
                });
        setup.reactor().remove(this, channel);
    }
}
