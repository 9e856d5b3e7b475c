package offhook.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/// Says of a file with a secret in it that everybody on this machine can read it, and what to do.
/// By the mode of the file alone, as ssh does: who may enter its folder changes unnoticed. Where
/// there are no modes (Windows), nothing is said.
final class Exposure {

    private Exposure() {}

    /// Of a secret written in the configuration itself.
    static Optional<String> ofPlain(Path configuration) {
        return isReadable(configuration)
                ? Optional.of(
                        "is a plain secret, and everybody on this machine can read this file:"
                                + " chmod 640 "
                                + configuration
                                + ", or write the secret as ${NAME} or ${file:PATH}")
                : Optional.empty();
    }

    /// Of a file that holds a secret and nothing else.
    static Optional<String> of(Path file) {
        return isReadable(file)
                ? Optional.of("everybody on this machine can read " + file + ": chmod 640 " + file)
                : Optional.empty();
    }

    private static boolean isReadable(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException _) {
            return false; // it is gone, which its reader complains of, or has no modes
        }
    }
}
