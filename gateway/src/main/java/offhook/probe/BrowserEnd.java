package offhook.probe;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import offhook.dtls.DtlsEvents;
import offhook.dtls.DtlsFailure;
import offhook.dtls.DtlsHandshake;
import offhook.dtls.DtlsIdentity;
import offhook.dtls.DtlsRole;
import offhook.dtls.DtlsSession;
import offhook.dtls.Fingerprint;
import offhook.fault.FailureWords;
import offhook.ice.ConnectivityCheck;
import offhook.ice.IceCredentials;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import offhook.srtp.SrtpKeys;
import offhook.srtp.SrtpReceiver;
import offhook.srtp.SrtpResult;
import offhook.srtp.SrtpSender;
import org.jspecify.annotations.Nullable;

/// A browser's media: checks the gateway's port, shakes hands as DTLS client, speaks and hears Opus
/// under SRTP. One thread receives, one speaks; [#close] ends both.
final class BrowserEnd implements DtlsEvents, AutoCloseable {

    static final int PAYLOAD_TYPE = 111;

    private static final int RATE_HZ = 16_000;
    private static final int FRAME = RATE_HZ / 50;

    /// RFC 7587 §4.1: 48 kHz, whatever the sound has.
    private static final int TICKS = 960;

    private static final int CHECK_MILLIS = 50;
    private static final int MOST_BYTES = 1500;

    private final NanoClock clock;
    private final DatagramSocket socket;
    private final DtlsIdentity identity = DtlsIdentity.generate();
    private final IceCredentials own = IceCredentials.generate(0);
    private final ToneEar ear = new ToneEar(RATE_HZ, PhoneEnd.TONE_HZ, Voice.SPOKEN_DBOV);
    private final Voice voice;

    /// Its tone, which the phone listens for.
    static final double TONE_HZ = 800;

    // Written by the call, the receiver and the handshake, read by any thread.
    private volatile boolean asked;
    private volatile boolean checked;
    private volatile String trouble = "";
    private volatile @Nullable SrtpKeys keys;

    private @Nullable Thread receiver;
    private volatile @Nullable Thread speaker;

    /// @param gateway the port of all browsers
    BrowserEnd(InetSocketAddress gateway, NanoClock clock) throws IOException {
        this.clock = clock;
        this.voice = new Voice(clock, RATE_HZ, TONE_HZ);
        this.socket = new DatagramSocket(0, gateway.getAddress());
        this.socket.connect(gateway);
    }

    /// Its offer, as Chromium's (RFC 8829 §5.2.1).
    String offer() {
        return """
        v=0
        o=- 1 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        m=audio 9 UDP/TLS/RTP/SAVPF %d
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:%s
        a=ice-pwd:%s
        a=fingerprint:%s
        a=setup:actpass
        a=mid:0
        a=sendrecv
        a=rtcp-mux
        a=rtpmap:%d opus/48000/2
        a=fmtp:%d minptime=10;useinbandfec=1
        """
                .formatted(
                        PAYLOAD_TYPE,
                        own.ufrag(),
                        own.password(),
                        identity.fingerprint(),
                        PAYLOAD_TYPE,
                        PAYLOAD_TYPE)
                .replace("\n", "\r\n");
    }

    /// Takes the gateway's answer: checks, handshake and sound follow.
    void onAnswer(String sdp) {
        asked = true;
        Optional<Fingerprint> fingerprint =
                SdpLines.value(sdp, "a=fingerprint:").flatMap(Fingerprint::parse);
        Optional<String> ufrag = SdpLines.value(sdp, "a=ice-ufrag:");
        Optional<String> password = SdpLines.value(sdp, "a=ice-pwd:");
        if (fingerprint.isEmpty() || ufrag.isEmpty() || password.isEmpty()) {
            trouble = "the answer to the browser has no keys";
            return;
        }
        ConnectivityCheck check =
                new ConnectivityCheck(new IceCredentials(ufrag.get(), password.get()), own.ufrag());
        receiver = Threads.virtual("probe-browser", () -> receive(check, fingerprint.get()));
        receiver.start();
    }

    private void receive(ConnectivityCheck check, Fingerprint fingerprint) {
        byte[] bytes = new byte[MOST_BYTES];
        Optional<DtlsHandshake> dtls = Optional.empty();
        try (OpusDecoder decoder = new OpusDecoder(RATE_HZ)) {
            Optional<SrtpReceiver> opener = Optional.empty();
            socket.setSoTimeout(CHECK_MILLIS);
            send(check.request());
            while (!socket.isClosed()) {
                DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                try {
                    socket.receive(packet);
                } catch (SocketTimeoutException _) {
                    if (!checked) {
                        send(check.request());
                    }
                    continue;
                } catch (SocketException _) {
                    if (!socket.isClosed()) {
                        Threads.pause(CHECK_MILLIS * 1_000_000L); // refused: nobody is there yet
                        send(check.request());
                    }
                    continue;
                }
                int first = bytes[0] & 0xFF;
                if (first < 4 && !checked && check.isAnsweredBy(bytes, packet.getLength())) {
                    checked = true;
                    dtls =
                            Optional.of(
                                    DtlsHandshake.start(
                                            DtlsRole.CLIENT,
                                            identity,
                                            fingerprint,
                                            this::send,
                                            this,
                                            Threads.virtual("probe-dtls-")));
                } else if (first >= 20 && first < 64) {
                    int length = packet.getLength();
                    dtls.ifPresent(shaking -> shaking.offer(bytes, 0, length));
                } else if (first >= 128) {
                    SrtpKeys agreed = keys;
                    if (agreed != null && opener.isEmpty()) {
                        opener = Optional.of(new SrtpReceiver(agreed.server()));
                    }
                    if (opener.isPresent()) {
                        hear(opener.get(), decoder, bytes, packet.getLength());
                    }
                }
            }
        } catch (IOException e) {
            trouble = FailureWords.of(e);
        } finally {
            dtls.ifPresent(DtlsHandshake::close);
        }
    }

    private void hear(SrtpReceiver opener, OpusDecoder decoder, byte[] bytes, int length) {
        long now = clock.nanoTime();
        int type = bytes[1] & 0x7F;
        boolean control = type >= 64 && type < 96; // RFC 5761 §4
        if (control || opener.unprotectRtp(bytes, 0, length) != SrtpResult.OK) {
            return;
        }
        int opened = opener.lastLength();
        int at = RtpStream.payloadAt(bytes, opened, PAYLOAD_TYPE);
        if (at > 0 && ear.hasRoom(6 * FRAME)) {
            int samples = decoder.decode(bytes, at, opened - at, ear.room(), ear.at());
            if (samples > 0) {
                ear.add(RtpStream.number(bytes), now, samples);
            }
        }
    }

    private void send(byte[] datagram) {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length));
        } catch (IOException _) {
            // Refused, or closed: what becomes of it shows by what does not come.
        }
    }

    /// Begins to speak, when the call is answered.
    void speak() {
        SrtpKeys agreed = keys;
        if (agreed != null) {
            Thread speaking = Threads.virtual("probe-browser-voice", () -> speak(agreed));
            speaker = speaking;
            speaking.start();
        }
    }

    private void speak(SrtpKeys agreed) {
        RtpStream stream = new RtpStream(PAYLOAD_TYPE, TICKS);
        SrtpSender sender = new SrtpSender(agreed.client(), stream.ssrc());
        byte[] packet = new byte[MOST_BYTES];
        try (OpusEncoder encoder =
                new OpusEncoder(new OpusSettings(RATE_HZ, 5, 24_000, false, 0, false))) {
            voice.speak(frame -> {
                stream.next(packet);
                int payload = encoder.encode(frame, 0, FRAME, packet, RtpStream.HEADER_BYTES);
                int length = sender.protectRtp(packet, 0, RtpStream.HEADER_BYTES + payload);
                byte[] datagram = new byte[length];
                System.arraycopy(packet, 0, datagram, 0, length);
                send(datagram);
                return !socket.isClosed();
            });
        }
    }

    @Override
    public void onKeys(SrtpKeys agreed, DtlsRole role, DtlsSession session) {
        keys = agreed;
    }

    @Override
    public void onFailed(DtlsFailure failure) {
        trouble = failure.reason() + ": " + failure.detail();
    }

    @Override
    public void onClosed() {}

    /// Whether the gateway rang here, and was answered.
    boolean isAsked() {
        return asked;
    }

    /// Whether the port answered a check.
    boolean isChecked() {
        return checked;
    }

    /// Whether keys are agreed.
    boolean hasKeys() {
        return keys != null;
    }

    /// What went wrong; empty: nothing is known to have.
    String trouble() {
        return trouble;
    }

    /// When its tone began.
    long spokenNanos() {
        return voice.spokenNanos();
    }

    /// What it heard, after [#close].
    Heard heard(long spokenNanos) {
        return ear.heard(spokenNanos);
    }

    @Override
    public void close() {
        socket.close();
        join(receiver);
        join(speaker);
    }

    static void join(@Nullable Thread thread) {
        if (thread != null) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
