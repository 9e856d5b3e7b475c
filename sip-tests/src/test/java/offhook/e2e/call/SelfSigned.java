package offhook.e2e.call;

import java.nio.file.Path;
import java.time.Duration;
import offhook.e2e.process.Tool;

/// Certificates that nobody vouches for, as PBXs have them.
public final class SelfSigned {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private SelfSigned() {}

    /// Writes `NAME.pem` and `NAME-key.pem`, for two days.
    ///
    /// @param alternative whom it names, as `IP:127.0.0.1` or `DNS:pbx.test`
    public static void write(Path folder, String name, String alternative) {
        write(folder, name, alternative, 2);
    }

    /// The same for so many days.
    public static void write(Path folder, String name, String alternative, int days) {
        Tool.OPENSSL.run(
                LIMIT,
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-addext",
                "subjectAltName=" + alternative,
                "-days",
                days,
                "-keyout",
                folder.resolve(name + "-key.pem"),
                "-out",
                folder.resolve(name + ".pem"));
    }
}
