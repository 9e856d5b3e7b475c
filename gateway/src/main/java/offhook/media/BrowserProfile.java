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
/// @param advertised the address that our candidate names
/// @param port the port that our candidate names
/// @param identity our certificate
/// @param handshakeThreads where DTLS handshakes run
record BrowserProfile(
        List<AudioCodec> codecs,
        OpusParameters opus,
        InetAddress advertised,
        int port,
        DtlsIdentity identity,
        ThreadFactory handshakeThreads) {

    BrowserProfile {
        codecs = List.copyOf(codecs);
    }
}
