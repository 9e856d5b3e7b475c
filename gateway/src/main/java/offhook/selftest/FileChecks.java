package offhook.selftest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import offhook.fault.FailureWords;

/// What the reader of the configuration warned of, and who else has a right to the files that it
/// names: to read one with a hash or a name, or to change one of a secret. Secrets that everybody
/// can read are refused before.
final class FileChecks {

    private static final Pattern SECRET_FILE = Pattern.compile("(?<!\\$)\\$\\{file:([^}]+)}");

    private FileChecks() {}

    static List<Finding> of(Subject subject) {
        Findings findings = new Findings("configuration");
        findings.ok(subject.file().toString(), "loads");
        subject.warnings()
                .forEach(warning ->
                        findings.warning(
                                subject.file().toString(),
                                warning,
                                "Change the setting it names."));
        secrets(subject).forEach((file, what) -> look(findings, file, what));
        return findings.all();
    }

    private static Map<Path, String> secrets(Subject subject) {
        Map<Path, String> files = new LinkedHashMap<>();
        subject.config().sip().tls().ifPresent(tls -> files.put(tls.key(), "sip.tls.key"));
        subject.config().web().tls().ifPresent(tls -> files.put(tls.key(), "web.tls.key"));
        subject.config()
                .ops()
                .jmx()
                .ifPresent(jmx -> files.put(jmx.tls().key(), "ops.jmx.tls.key"));
        try {
            Path folder = subject.file().toAbsolutePath().normalize().getParent();
            SECRET_FILE
                    .matcher(Files.readString(subject.file()))
                    .results()
                    .map(reference -> reference.group(1))
                    .map(name -> folder == null ? Path.of(name) : folder.resolve(name))
                    .filter(Files::exists)
                    .forEach(file -> files.putIfAbsent(file, "${file:...}"));
        } catch (IOException _) {
            // It was read a moment ago; what it named then is looked at no further.
        }
        return files;
    }

    private static void look(Findings findings, Path file, String setting) {
        Set<PosixFilePermission> modes;
        try {
            modes = Files.getPosixFilePermissions(file);
        } catch (IOException | UnsupportedOperationException e) {
            findings.problem(
                    file.toString(),
                    setting + " names a file that cannot be looked at: " + FailureWords.ofNamed(e),
                    "Give the user that runs the gateway the right to read it.");
            return;
        }
        String shown = PosixFilePermissions.toString(modes);
        if (modes.contains(PosixFilePermission.OTHERS_WRITE)
                || modes.contains(PosixFilePermission.OTHERS_READ)) {
            findings.warning(
                    file.toString(),
                    "%s: everybody on this machine can read or change it (%s)"
                            .formatted(setting, shown),
                    "chmod 640 it, with the group of the user that runs the gateway.");
        } else {
            findings.ok(file.toString(), "%s is kept from others (%s)".formatted(setting, shown));
        }
    }
}
