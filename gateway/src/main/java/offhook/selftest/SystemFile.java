package offhook.selftest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A value of `/proc/sys`, which is told whole to the first read and never again: what reads byte
/// by byte, as the JDK does of files that seem to be empty, gets its first digit.
final class SystemFile {

    private static final int MOST_BYTES = 4096;

    private SystemFile() {}

    static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_BYTES), StandardCharsets.US_ASCII).strip();
        }
    }
}
