package offhook.codec.opus;

import org.lwjgl.Version;
import org.lwjgl.util.opus.Opus;

/// libopus as it was found on this machine.
public final class OpusLibrary {

    private OpusLibrary() {}

    /// Loads libopus and says what it is, for start-up checks and diagnostics.
    ///
    /// @throws OpusUnavailableException if it does not load
    public static String version() {
        try {
            return Opus.opus_get_version_string() + ", LWJGL " + Version.getVersion();
        } catch (LinkageError e) {
            throw unavailable(e);
        }
    }

    /// Fails with a clear message before the first codec is made, rather than with a bare
    /// `NoClassDefFoundError` in it.
    static void require() {
        // The first caller loads the library, later ones find it loaded.
        try {
            int _ = Opus.opus_encoder_get_size(1);
        } catch (LinkageError e) {
            throw unavailable(e);
        }
    }

    private static OpusUnavailableException unavailable(LinkageError cause) {
        return new OpusUnavailableException(
                "libopus does not load on %s %s: %s. Natives are shipped for Linux, macOS (x64, arm64) and Windows (x64); elsewhere install libopus and start Java with -Dorg.lwjgl.opus.libname=PATH."
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.arch"),
                                cause.getMessage()),
                cause);
    }
}
