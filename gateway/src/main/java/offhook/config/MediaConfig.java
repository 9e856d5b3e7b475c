package offhook.config;

import java.util.List;

/// Media toward browsers.
///
/// @param listen the one UDP port of all browsers
/// @param browserCodecs what browsers may be answered with; [Prefer] says which of them comes first
/// @param opus how we encode
/// @param loops how many media loops run; 0: one a core
/// @param jitterMaxMillis what the jitter buffer toward a trunk delays by at most, 20-200
public record MediaConfig(
        Listen listen,
        List<BrowserCodec> browserCodecs,
        Opus opus,
        int loops,
        int jitterMaxMillis) {

    /// Audio codecs of browsers: those that all have (RFC 7874 §3), and G.722, which most have.
    public enum BrowserCodec {
        OPUS,
        G722,
        PCMU,
        PCMA
    }

    /// What the audio of a call toward a browser is for.
    public enum Prefer {
        QUALITY,
        CAPACITY,
        AUTO
    }

    /// The Opus encoder (RFC 6716).
    ///
    /// @param complexity 0-10
    /// @param bitrate bits per second, 6000-64000
    /// @param fec in-band forward error correction
    /// @param dtx nothing is sent while nobody speaks
    public record Opus(int complexity, int bitrate, boolean fec, boolean dtx) {}
}
