package offhook.media;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import offhook.codec.AudioCodec;
import offhook.dtls.DtlsIdentity;
import offhook.sdp.OpusParameters;

/// What media needs to know to serve browsers. The same for all of them.
///
/// @param codecs what browsers may be answered with
/// @param opus what we ask of a browser's Opus
/// @param advertised the addresses that our candidates name, the preferred one first
/// @param port the port that they name
/// @param identity our certificate
/// @param handshakeThreads where DTLS handshakes run
/// @param grace how long a call waits for a browser that is gone
record BrowserProfile(
        List<AudioCodec> codecs,
        OpusParameters opus,
        List<InetAddress> advertised,
        int port,
        DtlsIdentity identity,
        ThreadFactory handshakeThreads,
        Grace grace) {

    BrowserProfile {
        codecs = List.copyOf(codecs);
        advertised = List.copyOf(advertised);
    }
}
