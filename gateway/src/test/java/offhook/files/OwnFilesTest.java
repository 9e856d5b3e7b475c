package offhook.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import offhook.files.OwnFiles.Readers;
import org.testng.SkipException;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Who may read what is made.
public class OwnFilesTest {

    private Path folder;

    @BeforeMethod
    public void makeFolder() throws Exception {
        folder = Files.createTempDirectory("own-files");
    }

    /// Whoever may write files of others without owning them: any user but root, who is without
    /// that right for as long as this runs.
    public static final class Stranger {

        private Stranger() {}

        /// Writes into a file twice, then takes it for a secret.
        public static void main(String[] args) throws IOException {
            Path file = Path.of(args[0]);
            for (int i = 0; i < 2; i++) {
                OwnFiles.open(file, Readers.GROUP, StandardOpenOption.WRITE).close();
                System.out.println("opened");
            }
            OwnFiles.make(file, Readers.NONE);
            System.out.println("secret");
        }
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

    /// As after a restore, or in a container's volume.
    @Test
    public void whatIsSomebodyElsesIsUsedWithOneWarningAndIsNoSecret() throws Exception {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new SkipException("only root may give files away");
        }
        Path file = Files.writeString(folder.resolve("journal"), "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.setAttribute(file, "unix:uid", 65534);
        Path said = folder.resolve("said");

        Process stranger =
                new ProcessBuilder(
                                "setpriv",
                                "--inh-caps=-fowner",
                                "--bounding-set=-fowner",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dorg.apache.logging.log4j.level=WARN",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Stranger.class.getName(),
                                file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        stranger.waitFor();

        String text = Files.readString(said);
        assertThat(text).containsOnlyOnce("file-open-to-others file=" + file);
        assertThat(text.lines().filter("opened"::equals)).hasSize(2);
        assertThat(text).contains("Operation not permitted").doesNotContain("secret\n");
        assertThat(stranger.exitValue()).isEqualTo(1);
        assertThat(rights(file)).isEqualTo("rw-rw-rw-");
    }

    /// Such as `/dev/null`, which is the whole machine's.
    @Test
    public void whatIsNoFileKeepsItsRights() throws Exception {
        Path target = Files.writeString(folder.resolve("target"), "");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        Path socket = folder.resolve("socket");
        try (ServerSocketChannel _ =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                        .bind(UnixDomainSocketAddress.of(socket))) {
            for (Path each : List.of(target, socket)) {
                Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rw-rw-rw-"));
            }

            OwnFiles.make(link, Readers.NONE);
            OwnFiles.make(socket, Readers.NONE);

            assertThat(rights(target)).isEqualTo("rw-rw-rw-");
            assertThat(rights(socket)).isEqualTo("rw-rw-rw-");
        }
    }

    @Test
    public void foldersAboveAClosedOneAreTheGroupsToo() throws Exception {
        Path boxes = folder.resolve("srv").resolve("offhook").resolve("boxes");

        OwnFiles.makeFolder(boxes, Readers.NONE);

        assertThat(rights(boxes)).isEqualTo("rwx------");
        for (Path above : List.of(boxes.getParent(), boxes.getParent().getParent())) {
            // What a umask takes from the group is taken.
            assertThat(rights(above)).startsWith("rwx").endsWith("---");
        }
        Path beside = folder.resolve("group");
        OwnFiles.makeFolder(beside, Readers.GROUP);
        assertThat(rights(boxes.getParent())).isEqualTo(rights(beside));
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
