package offhook.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import offhook.files.OwnFiles.Readers;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Who may read what is made.
public class OwnFilesTest {

    private Path folder;

    @BeforeMethod
    public void makeFolder() throws Exception {
        folder = Files.createTempDirectory("own-files");
    }

    private static String rights(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    public void whatIsMadeIsClosedToOthers() throws Exception {
        Path ofGroup = folder.resolve("a").resolve("b");
        OwnFiles.makeFolder(ofGroup, Readers.GROUP);
        Path ofNobody = folder.resolve("c");
        OwnFiles.makeFolder(ofNobody, Readers.NONE);
        OwnFiles.make(ofGroup.resolve("group"), Readers.GROUP);
        OwnFiles.make(ofNobody.resolve("none"), Readers.NONE);

        assertThat(rights(ofGroup)).startsWith("rwx").endsWith("---");
        assertThat(rights(ofNobody)).isEqualTo("rwx------");
        assertThat(rights(ofGroup.resolve("group"))).startsWith("rw-").endsWith("---");
        assertThat(rights(ofNobody.resolve("none"))).isEqualTo("rw-------");
    }

    @Test
    public void whatAnEarlierVersionMadeIsClosedAndKept() throws Exception {
        Path file = Files.writeString(folder.resolve("journal"), "a line\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));

        OwnFiles.open(file, Readers.GROUP, StandardOpenOption.READ).close();
        assertThat(rights(file)).isEqualTo("rw-rw----");
        assertThat(file).hasContent("a line\n");

        OwnFiles.close(file, Readers.NONE);
        assertThat(rights(file)).isEqualTo("rw-------");
        OwnFiles.close(folder.resolve("none"), Readers.NONE);
    }

    @Test
    public void replacementHasRightsOfItsOwnWhateverWasThere() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "old");
        Path left = Files.writeString(folder.resolve("secret.new"), "of a process that died");
        for (Path each : new Path[] {file, left}) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rw-rw-rw-"));
        }

        OwnFiles.replace(file, Readers.NONE, "new".getBytes(StandardCharsets.UTF_8));

        assertThat(file).hasContent("new");
        assertThat(rights(file)).isEqualTo("rw-------");
        assertThat(left).doesNotExist();
    }
}
