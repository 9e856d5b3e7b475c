package offhook.e2e.sipws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import offhook.e2e.web.NpmPackages;

/// JsSIP and SIP.js as npm has them, bundled with the phones that tests play.
final class PhoneLibraries {

    private static final String PHONES = "phones.js";

    private PhoneLibraries() {}

    /// The script of a page.
    static synchronized String script() {
        NpmPackages packages = NpmPackages.of("sip-phones", PHONES);
        // Another JVM may make one of its own meanwhile.
        Path bundle = packages.folder().resolve("bundle-" + ProcessHandle.current().pid() + ".js");
        packages.exec(
                "esbuild", packages.folder().resolve(PHONES), "--bundle", "--outfile=" + bundle);
        try {
            return Files.readString(bundle);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
