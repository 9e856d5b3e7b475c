package offhook.e2e.sipws;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import offhook.e2e.process.Tool;

/// JsSIP and SIP.js, fetched from npm once and bundled with the phones that tests play: what is on
/// the page is the code that npm has, of the versions and with the hashes of the lock file.
final class PhoneLibraries {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Tool NPM = new Tool("npm", "npm");
    private static final List<String> FILES =
            List.of("package.json", "package-lock.json", "phones.js");

    private PhoneLibraries() {}

    /// The script of a page.
    static synchronized String script() {
        Path folder = Path.of("target", "sip-phones").toAbsolutePath();
        try {
            Files.createDirectories(folder);
            for (String file : FILES) {
                copy(file, folder.resolve(file));
            }
            if (!Files.exists(folder.resolve("node_modules/.package-lock.json"))) {
                NPM.run(
                        LIMIT,
                        "ci",
                        "--ignore-scripts",
                        "--no-audit",
                        "--no-fund",
                        "--prefix",
                        folder);
            }
            NPM.run(
                    LIMIT,
                    "exec",
                    "--prefix",
                    folder,
                    "--",
                    "esbuild",
                    folder.resolve("phones.js"),
                    "--bundle",
                    "--outfile=" + folder.resolve("bundle.js"));
            return Files.readString(folder.resolve("bundle.js"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(String file, Path to) throws IOException {
        try (InputStream in = PhoneLibraries.class.getResourceAsStream("/sip-phones/" + file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not on the class path");
            }
            Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
