package offhook.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Media toward browsers.
///
/// @param listen the one UDP port of all browsers
/// @param browserCodecs what browsers may be answered with; [Prefer] says which of them comes first
/// @param opus how we encode
/// @param loops how many media loops run; 0: one a core
/// @param jitterMaxMillis what the jitter buffer toward a trunk delays by at most, 20-200
/// @param sounds what the gateway itself lets people hear
/// @param advertise the addresses that browsers try, the likeliest first; empty: node.advertise, or
///   what is bound
public record MediaConfig(
        Listen listen,
        List<BrowserCodec> browserCodecs,
        Opus opus,
        int loops,
        int jitterMaxMillis,
        Sounds sounds,
        List<InetAddress> advertise) {

    public MediaConfig {
        browserCodecs = List.copyOf(browserCodecs);
        advertise = List.copyOf(advertise);
    }

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

    /// What the gateway itself lets people hear.
    ///
    /// @param holdMusic a WAV file of music for who waits; without one, the gateway's own
    /// @param ringback the tone that says that it rings at the other end
    public record Sounds(Optional<Path> holdMusic, Ringback ringback) {}

    /// A tone that comes and goes (ITU-T E.180).
    ///
    /// @param frequenciesHz sounded together
    /// @param cadenceMillis on, off, on, off and so on, then from the beginning
    public record Ringback(List<Integer> frequenciesHz, List<Integer> cadenceMillis) {

        /// What most of Europe and Latin America hears.
        public static final Ringback USUAL = new Ringback(List.of(425), List.of(1000, 4000));

        public Ringback {
            frequenciesHz = List.copyOf(frequenciesHz);
            cadenceMillis = List.copyOf(cadenceMillis);
        }
    }

    /// The Opus encoder (RFC 6716).
    ///
    /// @param complexity 0-10
    /// @param bitrate bits per second, 6000-64000
    /// @param fec in-band forward error correction
    /// @param dtx nothing is sent while nobody speaks
    public record Opus(int complexity, int bitrate, boolean fec, boolean dtx) {}
}
