package offhook.probe;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import offhook.codec.AudioCodec;
import offhook.codec.g711.G711Decoder;
import offhook.codec.g711.G711Encoder;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import org.jspecify.annotations.Nullable;

/// A phone: one call by SIP over UDP (RFC 3261 §13, §15), with G.711 by RTP. The thread that calls
/// [#call] and [#hangUp] owns the signalling; one more thread hears, one speaks.
final class PhoneEnd implements AutoCloseable {

    /// Its tone, which the browser's end listens for.
    static final double TONE_HZ = 1004;

    private static final int RATE_HZ = 8000;
    private static final int FRAME = RATE_HZ / 50;
    private static final int PCMA = 8;
    private static final int STEP_MILLIS = 250;
    private static final int MOST_BYTES = 4096;
    private static final int STATUS_OK = 200;
    private static final long BYE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final InetSocketAddress gateway;
    private final NanoClock clock;
    private final DatagramSocket sip;
    private final DatagramSocket rtp;
    private final String callId = UUID.randomUUID().toString();
    private final String tag = UUID.randomUUID().toString().substring(0, 12);
    private final ToneEar ear = new ToneEar(RATE_HZ, BrowserEnd.TONE_HZ, Voice.SPOKEN_DBOV);
    private final Voice voice;
    private String to = "";
    private String called = "";
    private @Nullable Thread hearing;
    private @Nullable Thread speaking;

    /// @param gateway its SIP listener
    PhoneEnd(InetSocketAddress gateway, NanoClock clock) throws IOException {
        this.gateway = gateway;
        this.clock = clock;
        this.voice = new Voice(clock, RATE_HZ, TONE_HZ);
        this.sip = new DatagramSocket(0, gateway.getAddress());
        this.rtp = new DatagramSocket(0, gateway.getAddress());
    }

    /// Where its SIP comes from.
    InetSocketAddress address() {
        return new InetSocketAddress(gateway.getAddress(), sip.getLocalPort());
    }

    /// What came of the INVITE.
    ///
    /// @param status of the final response; 0: none came
    record Answer(int status, String reason, String sdp) {}

    /// Calls, and waits for the answer.
    ///
    /// @param abandoned asked now and then whether to give up
    Answer call(String number, long patienceNanos, BooleanSupplier abandoned) throws IOException {
        called = number;
        to = "<sip:%s@%s>".formatted(number, host());
        String branch = branch();
        String invite = request("INVITE", 1, branch, offer());
        long began = clock.nanoTime();
        boolean heardOf = false;
        while (clock.nanoTime() - began < patienceNanos && !abandoned.getAsBoolean()) {
            if (!heardOf) {
                send(invite);
            }
            Optional<String> response = response();
            int status = response.map(PhoneEnd::status).orElse(0);
            heardOf |= status > 0;
            if (status >= STATUS_OK) {
                to = SdpLines.value(response.get(), "To:").orElse(to);
                boolean answered = status < 300;
                send(request("ACK", 1, answered ? branch() : branch, ""));
                return new Answer(status, startLine(response.get()), response.get());
            }
        }
        if (heardOf) {
            send(request("CANCEL", 1, branch, ""));
            Optional<String> last = response();
            for (int i = 0; i < 4 && last.map(PhoneEnd::status).orElse(0) != 487; i++) {
                last = response();
            }
            to = last.flatMap(text -> SdpLines.value(text, "To:")).orElse(to);
            send(request("ACK", 1, branch, ""));
        }
        return new Answer(
                0, heardOf ? "the INVITE was not answered in time" : "nothing came back", "");
    }

    /// Hears and speaks.
    void talk(int port) {
        Thread listener = Threads.virtual("probe-phone", this::hear);
        listener.start();
        hearing = listener;
        Thread speaker =
                Threads.virtual(
                        "probe-phone-voice",
                        () -> speak(new InetSocketAddress(gateway.getAddress(), port)));
        speaker.start();
        speaking = speaker;
    }

    private void hear() {
        byte[] bytes = new byte[MOST_BYTES];
        try (G711Decoder decoder = new G711Decoder(AudioCodec.PCMA)) {
            while (!rtp.isClosed()) {
                DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                rtp.receive(packet);
                long now = clock.nanoTime();
                int at = RtpStream.payloadAt(bytes, packet.getLength(), PCMA);
                if (at > 0 && ear.hasRoom(packet.getLength())) {
                    int samples =
                            decoder.decode(
                                    bytes, at, packet.getLength() - at, ear.room(), ear.at());
                    ear.add(RtpStream.number(bytes), now, samples);
                }
            }
        } catch (IOException _) {
            // The call is over.
        }
    }

    private void speak(InetSocketAddress target) {
        RtpStream stream = new RtpStream(PCMA, FRAME);
        byte[] packet = new byte[RtpStream.HEADER_BYTES + FRAME];
        try (G711Encoder encoder = new G711Encoder(AudioCodec.PCMA)) {
            voice.speak(frame -> {
                stream.next(packet);
                encoder.encode(frame, 0, FRAME, packet, RtpStream.HEADER_BYTES);
                try {
                    rtp.send(new DatagramPacket(packet, packet.length, target));
                } catch (IOException _) {
                    // Not sent, not heard.
                }
                return !rtp.isClosed();
            });
        }
    }

    /// Waits until all is said.
    void awaitSpoken() {
        BrowserEnd.join(speaking);
    }

    /// Ends the call.
    ///
    /// @return false when nobody confirms
    boolean hangUp() throws IOException {
        String bye = request("BYE", 2, branch(), "");
        long began = clock.nanoTime();
        while (clock.nanoTime() - began < BYE_NANOS) {
            send(bye);
            if (response().map(PhoneEnd::status).orElse(0) == STATUS_OK) {
                return true;
            }
        }
        return false;
    }

    private void send(String message) throws IOException {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        sip.send(new DatagramPacket(bytes, bytes.length, gateway));
    }

    /// The next response of this call; requests of the gateway are left alone.
    private Optional<String> response() throws IOException {
        byte[] bytes = new byte[MOST_BYTES];
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        sip.setSoTimeout(STEP_MILLIS);
        try {
            sip.receive(packet);
        } catch (SocketTimeoutException _) {
            return Optional.empty();
        }
        String text = new String(bytes, 0, packet.getLength(), StandardCharsets.UTF_8);
        return text.startsWith("SIP/2.0 ") && text.contains(callId)
                ? Optional.of(text)
                : Optional.empty();
    }

    private static int status(String response) {
        String code = response.substring(8, Math.min(11, response.length()));
        return code.matches("[1-6][0-9]{2}") ? Integer.parseInt(code) : 0;
    }

    private static String startLine(String response) {
        return response.lines().findFirst().orElse("");
    }

    private static String branch() {
        return "z9hG4bK" + UUID.randomUUID();
    }

    private String host() {
        InetAddress address = gateway.getAddress();
        String text = address.getHostAddress();
        return address.getAddress().length == 16 ? "[" + text + "]" : text;
    }

    private String request(String method, int number, String branch, String body) {
        String us = host() + ":" + sip.getLocalPort();
        return """
        %s sip:%s@%s:%d SIP/2.0
        Via: SIP/2.0/UDP %s;branch=%s;rport
        Max-Forwards: 70
        From: <sip:probe@%s>;tag=%s
        To: %s
        Call-ID: %s
        CSeq: %d %s
        Contact: <sip:probe@%s>
        %sContent-Length: %d

        """
                        .formatted(
                                method,
                                called,
                                host(),
                                gateway.getPort(),
                                us,
                                branch,
                                host(),
                                tag,
                                to,
                                callId,
                                number,
                                method,
                                us,
                                body.isEmpty() ? "" : "Content-Type: application/sdp\n",
                                body.length())
                        .replace("\n", "\r\n")
                + body;
    }

    private String offer() {
        boolean six = gateway.getAddress().getAddress().length == 16;
        String here = (six ? "IP6 " : "IP4 ") + gateway.getAddress().getHostAddress();
        return """
        v=0
        o=probe 1 1 IN %s
        s=-
        c=IN %s
        t=0 0
        m=audio %d RTP/AVP %d
        a=rtpmap:%d PCMA/8000
        a=ptime:20
        """
                .formatted(here, here, rtp.getLocalPort(), PCMA, PCMA)
                .replace("\n", "\r\n");
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
        sip.close();
        rtp.close();
        BrowserEnd.join(hearing);
        BrowserEnd.join(speaking);
    }
}
