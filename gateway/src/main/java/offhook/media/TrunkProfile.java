package offhook.media;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;
import offhook.codec.AudioCodec;
import offhook.rtp.SourceGate;
import offhook.sdp.OpusParameters;

/// What media needs to know of one trunk.
///
/// @param codecs what we speak on it, the preferred one first
/// @param opus what we ask of a trunk's Opus
/// @param telephoneEvent whether digits travel as RFC 4733 events
/// @param mode how its media source is found
/// @param learnable which addresses may be learned as media source
record TrunkProfile(
        List<AudioCodec> codecs,
        OpusParameters opus,
        boolean telephoneEvent,
        SourceGate.Mode mode,
        Predicate<InetAddress> learnable) {

    TrunkProfile {
        codecs = List.copyOf(codecs);
    }

    /// Whether it may speak more than telephone bandwidth.
    boolean isWideband() {
        return codecs.contains(AudioCodec.G722) || codecs.contains(AudioCodec.OPUS);
    }
}
