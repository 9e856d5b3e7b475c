package offhook.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import offhook.call.CallId;
import offhook.config.BlackBoxConfig;
import org.testng.annotations.Test;

/// What boxes may take of the disk.
public class BoxFolderTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    public void theOldestGoesWhenTheFolderIsFullAndNothingElse() throws IOException {
        Path folder = Files.createTempDirectory("boxes");
        Files.writeString(folder.resolve("notes.zip"), "x".repeat(5_000));
        BoxFolder boxes = folder(folder, 2_500);

        for (int i = 0; i < 4; i++) {
            Path file =
                    boxes.add(CallId.next(), NOW.plusSeconds(i), out -> out.write(new byte[1_000]));
            Files.setLastModifiedTime(file, FileTime.from(NOW.plusSeconds(i)));
        }

        assertThat(names(folder))
                .hasSize(3)
                .contains("notes.zip")
                .noneMatch(name -> name.contains("T030405Z"))
                .anyMatch(name -> name.contains("T030408Z"));
    }

    @Test
    public void whatIsTooOldGoes() throws IOException {
        Path folder = Files.createTempDirectory("boxes");
        BoxFolder boxes = folder(folder, 1_000_000);
        Path old = boxes.add(CallId.next(), NOW, out -> out.write(1));
        Files.setLastModifiedTime(old, FileTime.from(NOW.minus(Duration.ofDays(8))));

        Path fresh = boxes.add(CallId.next(), NOW, out -> out.write(1));

        assertThat(names(folder)).containsExactly(fresh.getFileName().toString());
    }

    /// Earlier versions left it to the umask.
    @Test
    public void boxesOfBeforeAreClosedToOthers() throws IOException {
        Path folder = Files.createTempDirectory("boxes");
        BoxFolder boxes = folder(folder, 1_000_000);
        Path old = boxes.add(CallId.next(), NOW, out -> out.write(1));
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-r--r--"));

        boxes.add(CallId.next(), NOW, out -> out.write(1));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(old)))
                .isEqualTo("rw-------");
    }

    @Test
    public void whatCannotBeWrittenLeavesNothingBehind() throws IOException {
        Path folder = Files.createTempDirectory("boxes");
        BoxFolder boxes = folder(folder, 1_000_000);

        assertThatThrownBy(() ->
                        boxes.add(
                                CallId.next(),
                                NOW,
                                out -> {
                                    out.write(1);
                                    throw new IOException("No space left on device");
                                }))
                .isInstanceOf(IOException.class);

        assertThat(names(folder)).isEmpty();
    }

    private static BoxFolder folder(Path folder, long bytes) {
        return new BoxFolder(
                new BlackBoxConfig(
                        1,
                        BlackBoxConfig.Keep.ALL,
                        OptionalDouble.empty(),
                        folder,
                        Duration.ofDays(7),
                        bytes,
                        false,
                        1));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString()).toList();
        }
    }
}
