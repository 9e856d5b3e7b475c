package offhook.e2e.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// The gateway's classes as a JVM keeps them between its runs (JEP 350), so that each of the many
/// gateways of the tests need not read, check and link them anew: a quarter of the CPU time until
/// it is ready.
///
/// The first gateway that is started makes it of one that calls itself, in the folder that the
/// property `offhook.class-archives` names. Without the property, with classes that lie in folders
/// (JVMs archive those of jars alone), while another process makes it, or when it cannot be made,
/// gateways start without: that takes longer and changes nothing else.
final class ClassArchive {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /// Classes of old class files are left out, and an archive that does not fit is not used:
    /// neither is worth a line in the log of a test.
    private static final List<String> SILENT = List.of("-Xlog:cds*=off", "-Xlog:aot*=off");

    /// Whether this JVM has tried to make one: what failed once would only take its time again.
    /// Under the monitor of the class.
    private static boolean tried;

    private ClassArchive() {}

    /// The jars of this JVM if the gateway is one of them, else all of its class path.
    static String gatewayClassPath() {
        return gatewayClassPath(System.getProperty("java.class.path"));
    }

    static String gatewayClassPath(String all) {
        List<String> jars =
                Stream.of(all.split(File.pathSeparator))
                        .filter(entry -> entry.endsWith(".jar"))
                        .toList();
        boolean packed =
                Stream.of("offhook-codecs-", "offhook-gateway-")
                        .allMatch(module ->
                                jars.stream()
                                        .map(jar -> Path.of(jar).getFileName().toString())
                                        .anyMatch(name -> name.startsWith(module)));
        return packed ? String.join(File.pathSeparator, jars) : all;
    }

    /// What a gateway is started with to have its classes from the archive; nothing if there is
    /// none.
    static List<String> flags() {
        String folder = System.getProperty("offhook.class-archives");
        String classPath = gatewayClassPath();
        if (folder == null || classPath.equals(System.getProperty("java.class.path"))) {
            return List.of();
        }
        return made(Path.of(folder), classPath)
                .map(archive -> "-XX:SharedArchiveFile=" + archive)
                .map(flag -> Stream.concat(SILENT.stream(), Stream.of(flag)).toList())
                .findFirst()
                .orElse(List.of());
    }

    /// The archive of these jars and this JVM, made if need be: one or none.
    private static synchronized Stream<Path> made(Path folder, String classPath) {
        try {
            int key = Objects.hash(System.getProperty("java.home"), Runtime.version(), classPath);
            Path archive = folder.resolve("gateway-%08x.jsa".formatted(key));
            if (!isCurrent(archive, classPath)) {
                if (tried) {
                    return Stream.empty();
                }
                Files.createDirectories(folder);
                make(archive, folder.resolve("lock"), classPath);
            }
            return Stream.of(archive).filter(Files::exists);
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            System.err.println("gateways start without an archive of their classes: " + e);
            return Stream.empty();
        }
    }

    private static boolean isCurrent(Path archive, String classPath) {
        long made = archive.toFile().lastModified();
        return Stream.of(classPath.split(File.pathSeparator))
                .allMatch(jar -> new File(jar).lastModified() < made);
    }

    private static void make(Path archive, Path lock, String classPath) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock mine = channel.tryLock()) {
            if (mine == null || isCurrent(archive, classPath)) {
                return;
            }
            tried = true;
            Path work = Files.createTempDirectory(archive.getParent(), "making");
            Path fresh = work.resolve("archive");
            DemoConfig config = DemoConfig.onFreePorts(work);
            try (GatewayProcess teacher =
                    GatewayProcess.startAs(
                            List.of(),
                            config.file(),
                            work.resolve("gateway.log"),
                            LIMIT,
                            Stream.concat(
                                            SILENT.stream(),
                                            Stream.of(
                                                    "-XX:TieredStopAtLevel=1",
                                                    "-XX:ArchiveClassesAtExit=" + fresh))
                                    .toList())) {
                // What a call needs, too: by SIP at one end, as a browser at the other.
                Program.run(work, LIMIT, List.of("probe", "--pid", teacher.pid()));
            }
            if (Files.exists(fresh)) {
                Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }
}
