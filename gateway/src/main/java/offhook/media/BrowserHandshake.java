package offhook.media;

import offhook.call.TransportFact;
import offhook.dtls.DtlsEvents;
import offhook.dtls.DtlsFailure;
import offhook.dtls.DtlsHandshake;
import offhook.dtls.DtlsRole;
import offhook.dtls.DtlsSession;
import offhook.dtls.Fingerprint;
import offhook.net.PacketBuffer;
import offhook.srtp.SrtpKeys;
import offhook.srtp.SrtpProfile;
import offhook.srtp.SrtpReceiver;
import offhook.srtp.SrtpSender;

/// The DTLS handshake with one browser. It runs on a thread of its own; here, on the loop of the
/// browser's call, it takes datagrams and says what came of it.
final class BrowserHandshake {

    private final LegEvents events;
    private final MediaLoop loop;
    private final Outcome outcome;
    private final int ssrc;
    private final DtlsHandshake handshake;

    /// What is done with what it comes to. Called on the loop.
    interface Outcome {

        /// A datagram is to go to the browser.
        void send(byte[] datagram);

        /// Media can flow.
        void onProtection(SrtpSender sender, SrtpReceiver receiver, SrtpProfile suite);

        /// There will be no keys.
        ///
        /// @param why a sentence for people
        void onHandshakeFailed(String why);

        /// The browser, or we, have ended it.
        void onHandshakeClosed();
    }

    /// @param ssrc what we send with
    BrowserHandshake(
            LoopKit kit,
            BrowserProfile profile,
            Fingerprint expected,
            int ssrc,
            LegEvents events,
            Outcome outcome) {
        this.events = events;
        this.loop = kit.loop();
        this.outcome = outcome;
        this.ssrc = ssrc;
        events.note(new TransportFact.HandshakeBegan(), loop.nowNanos());
        this.handshake =
                DtlsHandshake.start(
                        DtlsRole.SERVER,
                        profile.identity(),
                        expected,
                        datagram -> loop.offer(() -> outcome.send(datagram)),
                        new Events(),
                        profile.handshakeThreads());
    }

    /// Takes a datagram of the browser.
    ///
    /// @return false when it was refused
    boolean offer(PacketBuffer datagram) {
        return handshake.offer(datagram.bytes(), datagram.offset(), datagram.length());
    }

    void close() {
        handshake.close();
    }

    private void keysArrived(SrtpKeys keys, DtlsRole role, DtlsSession session) {
        boolean server = role == DtlsRole.SERVER;
        events.note(
                new TransportFact.Secured(
                        server ? "server" : "client",
                        session.version(),
                        session.cipherSuite(),
                        keys.profile().name(),
                        Fingerprint.HASH),
                loop.nowNanos());
        outcome.onProtection(
                new SrtpSender(server ? keys.server() : keys.client(), ssrc),
                new SrtpReceiver(server ? keys.client() : keys.server()),
                keys.profile());
    }

    private void failed(DtlsFailure failure) {
        String why = sentence(failure);
        events.note(new TransportFact.HandshakeFailed(why), loop.nowNanos());
        outcome.onHandshakeFailed(why);
    }

    private static String sentence(DtlsFailure failure) {
        return switch (failure.reason()) {
            case FINGERPRINT_MISMATCH ->
                    "the browser's certificate is not the one that its offer promised";
            case NO_CERTIFICATE -> "the browser showed no certificate";
            case NO_SRTP_PROFILE -> "the browser offered no way of protecting audio that we know";
            case TIMEOUT -> "the browser did not finish the DTLS handshake in time";
            case REFUSED_BY_PEER -> "the browser refused the DTLS handshake";
            case PROTOCOL -> "the DTLS handshake with the browser broke down";
        };
    }

    /// Hands what the handshake's thread says to the loop.
    private final class Events implements DtlsEvents {

        @Override
        public void onKeys(SrtpKeys keys, DtlsRole role, DtlsSession session) {
            loop.offer(() -> keysArrived(keys, role, session));
        }

        @Override
        public void onFailed(DtlsFailure failure) {
            loop.offer(() -> failed(failure));
        }

        @Override
        public void onClosed() {
            loop.offer(outcome::onHandshakeClosed);
        }
    }
}
