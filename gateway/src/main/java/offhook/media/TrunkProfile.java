package offhook.media;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;
import offhook.codec.AudioCodec;
import offhook.config.TrunkConfig.Dtmf;
import offhook.rtp.SourceGate;
import offhook.sdp.Encryption;
import offhook.sdp.OpusParameters;

/// What media needs to know of one trunk.
///
/// @param codecs what we speak on it, the preferred one first
/// @param opus what we ask of a trunk's Opus
/// @param dtmf how digits travel
/// @param mode how its media source is found
/// @param learnable which addresses may be learned as media source
/// @param encryption whether its media is protected
record TrunkProfile(
        List<AudioCodec> codecs,
        OpusParameters opus,
        Dtmf dtmf,
        SourceGate.Mode mode,
        Predicate<InetAddress> learnable,
        Encryption.Policy encryption) {

    /// In the clear.
    TrunkProfile(
            List<AudioCodec> codecs,
            OpusParameters opus,
            Dtmf dtmf,
            SourceGate.Mode mode,
            Predicate<InetAddress> learnable) {
        this(codecs, opus, dtmf, mode, learnable, Encryption.Policy.OFF);
    }

    TrunkProfile {
        codecs = List.copyOf(codecs);
    }

    /// Whether telephone events (RFC 4733) are offered, and agreed to.
    boolean telephoneEvent() {
        return dtmf == Dtmf.RFC4733 || dtmf == Dtmf.AUTO;
    }

    /// Whether it may speak more than telephone bandwidth.
    boolean isWideband() {
        return codecs.contains(AudioCodec.G722) || codecs.contains(AudioCodec.OPUS);
    }
}
