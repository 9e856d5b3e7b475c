package offhook.media;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import offhook.codec.AudioCodec;
import offhook.dtls.DtlsIdentity;
import offhook.ice.IceLiteAgent;
import offhook.sdp.OpusParameters;

/// What media needs to know to serve browsers. The same for all of them.
///
/// @param codecs what browsers may be answered with
/// @param opus what we ask of a browser's Opus
/// @param advertised the address that our candidate names
/// @param port the port that our candidate names
/// @param identity our certificate
/// @param handshakeThreads where DTLS handshakes run
/// @param grace how long a call waits for a browser that is gone
record BrowserProfile(
        List<AudioCodec> codecs,
        OpusParameters opus,
        InetAddress advertised,
        int port,
        DtlsIdentity identity,
        ThreadFactory handshakeThreads,
        Duration grace) {

    BrowserProfile {
        codecs = List.copyOf(codecs);
    }

    /// After how long a browser that nothing is heard of is lost: not before its consent to what is
    /// sent has run out.
    long lostNanos() {
        return Math.max(IceLiteAgent.CONSENT_NANOS, grace.toNanos());
    }
}
