package offhook.e2e.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import offhook.e2e.process.Tool;

/// Packages of the npm registry, of the versions and with the hashes of a lock file among the
/// resources, fetched once, also where several JVMs run tests that want them.
public final class NpmPackages {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Tool NPM = new Tool("npm", "npm");

    private final Path folder;

    private NpmPackages(Path folder) {
        this.folder = folder;
    }

    /// Installs what the resource folder of that name asks for.
    ///
    /// @param more files of the folder that are to lie beside the packages
    public static synchronized NpmPackages of(String name, String... more) {
        Path folder = Path.of("target", name).toAbsolutePath();
        List<String> files = new ArrayList<>(List.of("package.json", "package-lock.json"));
        files.addAll(List.of(more));
        try {
            Files.createDirectories(folder);
            try (FileChannel lock =
                    FileChannel.open(
                            folder.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE)) {
                lock.lock();
                for (String file : files) {
                    copy("/" + name + "/" + file, folder.resolve(file));
                }
                install(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new NpmPackages(folder);
    }

    private static void install(Path folder) {
        if (!Files.exists(folder.resolve("node_modules/.package-lock.json"))) {
            NPM.run(LIMIT, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder);
        }
    }

    private static void copy(String resource, Path to) throws IOException {
        try (InputStream in = NpmPackages.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /// Where the packages lie.
    public Path folder() {
        return folder;
    }

    /// Runs a program of the packages to its end, which must be a good one.
    public void exec(Object... command) {
        List<Object> whole = new ArrayList<>(List.of("exec", "--prefix", folder, "--"));
        whole.addAll(List.of(command));
        NPM.run(LIMIT, whole.toArray());
    }
}
