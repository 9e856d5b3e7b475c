package offhook.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Files and folders with numbers, names or secrets in them: whatever the umask, others on the
/// machine have no rights to them. From the first moment on, as whoever opened a file keeps it
/// open. What an earlier version made for all to read is closed to them when it is used next, where
/// it is ours. Where there are no such rights (Windows), those of the folder hold.
public final class OwnFiles {

    private static final Logger LOG = LogManager.getLogger(OwnFiles.class);

    private static final Set<PosixFilePermission> OF_OTHERS =
            Set.copyOf(PosixFilePermissions.fromString("------rwx"));
    private static final Set<PosixFilePermission> OF_GROUP =
            Set.copyOf(PosixFilePermissions.fromString("---rwx---"));

    /// Files that stay open to others, as said once; as many as a gateway has files.
    private static final Set<Path> SAID = ConcurrentHashMap.newKeySet();

    private OwnFiles() {}

    /// Who besides the owner may read.
    public enum Readers {
        /// The group: those who evaluate records.
        GROUP("rw-r-----", "rwxr-x---"),
        /// Nobody.
        NONE("rw-------", "rwx------");

        private final String ofFile;
        private final String ofFolder;

        Readers(String ofFile, String ofFolder) {
            this.ofFile = ofFile;
            this.ofFolder = ofFolder;
        }
    }

    /// Makes a folder and those above it that are not there; one that is there stays as it is.
    /// Those above are no more closed than the group needs: other folders may come to lie in them.
    public static void makeFolder(Path folder, Readers readers) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path above = folder.toAbsolutePath().getParent();
        if (above != null) {
            makeFolder(above, Readers.GROUP);
        }
        Files.createDirectories(folder, attributes(folder, readers.ofFolder));
    }

    /// The same for the folder that a file is to lie in.
    public static void makeFolderOf(Path file, Readers readers) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            makeFolder(folder, readers);
        }
    }

    /// Makes an empty file. Of one that is there, others lose their rights.
    public static void make(Path file, Readers readers) throws IOException {
        try {
            Files.createFile(file, attributes(file, readers.ofFile));
        } catch (FileAlreadyExistsException _) {
            close(file, readers);
        }
    }

    /// Takes from a file that is there the rights of those who are no readers. Only from a file:
    /// the rights of a device such as `/dev/null`, of a pipe, or of what a link leads to are not
    /// ours to change.
    ///
    /// One that is somebody else's, as after a restore or in a container's volume, may be written
    /// by us, but its rights are not ours to take. What the group may read is used all the same,
    /// with a warning; what nobody may know is not.
    ///
    /// @throws IOException when it stays open to others and is for nobody's eyes
    public static void close(Path file, Readers readers) throws IOException {
        if (!hasRights(file) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Set<PosixFilePermission> rights = EnumSet.noneOf(PosixFilePermission.class);
        rights.addAll(Files.getPosixFilePermissions(file));
        boolean changed = rights.removeAll(OF_OTHERS);
        changed |= readers == Readers.NONE && rights.removeAll(OF_GROUP);
        if (!changed) {
            return;
        }
        try {
            Files.setPosixFilePermissions(file, rights);
        } catch (IOException e) {
            if (readers == Readers.NONE) {
                throw e;
            }
            if (SAID.add(file.toAbsolutePath())) {
                LOG.warn(
                        "file-open-to-others file={} because={}; give it to the user whom the"
                                + " gateway runs as",
                        file,
                        e.toString());
            }
        }
    }

    /// Opens a file, made first if it is not there.
    public static FileChannel open(Path file, Readers readers, OpenOption... options)
            throws IOException {
        make(file, readers);
        return FileChannel.open(file, options);
    }

    /// Has a file be this, whole or not at all, also after a power cut: it is written beside, as
    /// `NAME.new`, and renamed. For one thread at a time.
    public static void replace(Path file, Readers readers, byte[] content) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(next); // of a process that died, with rights of its own
        try (FileChannel out = open(next, readers, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Whether nobody but its owner has any right to it.
    public static boolean isOwnersAlone(Path file) throws IOException {
        if (!hasRights(file)) {
            return true;
        }
        Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
        return Collections.disjoint(rights, OF_OTHERS) && Collections.disjoint(rights, OF_GROUP);
    }

    private static FileAttribute<?>[] attributes(Path path, String rights) {
        return hasRights(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean hasRights(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
