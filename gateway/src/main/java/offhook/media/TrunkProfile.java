package offhook.media;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import offhook.codec.AudioCodec;
import offhook.config.TrunkAdvertised;
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
/// @param reached where it is known to be; empty when only names tell
/// @param advertised what it is told of where we are
record TrunkProfile(
        List<AudioCodec> codecs,
        OpusParameters opus,
        Dtmf dtmf,
        SourceGate.Mode mode,
        Predicate<InetAddress> learnable,
        Encryption.Policy encryption,
        Optional<InetAddress> reached,
        TrunkAdvertised advertised) {

    /// Wherever it is.
    TrunkProfile(
            List<AudioCodec> codecs,
            OpusParameters opus,
            Dtmf dtmf,
            SourceGate.Mode mode,
            Predicate<InetAddress> learnable,
            Encryption.Policy encryption) {
        this(
                codecs,
                opus,
                dtmf,
                mode,
                learnable,
                encryption,
                Optional.empty(),
                TrunkAdvertised.DEFAULT);
    }

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
