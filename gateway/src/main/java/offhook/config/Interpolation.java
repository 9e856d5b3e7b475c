package offhook.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.fault.FailureWords;

/// Puts values in place of `${NAME}` (environment) and `${file:PATH}` (a file's text without its
/// last line end). `$${` stands for a literal `${`.
final class Interpolation {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)}?");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final String FILE = "file:";
    private static final long MAX_FILE_BYTES = 64 * 1024;

    private final Function<String, Optional<String>> environment;
    private final Path directory;

    /// @param directory where relative paths start
    Interpolation(Function<String, Optional<String>> environment, Path directory) {
        this.environment = environment;
        this.directory = directory;
    }

    /// A reference that leads nowhere; the message says why.
    static final class UnresolvedException extends Exception {
        private static final long serialVersionUID = 1L;

        UnresolvedException(String message) {
            super(message);
        }
    }

    /// Whether the text refers to anything.
    static boolean isReference(String text) {
        return REFERENCE.matcher(text).results().anyMatch(r -> r.group(1) != null);
    }

    String resolve(String text) throws UnresolvedException {
        StringBuilder resolved = new StringBuilder();
        Matcher matcher = REFERENCE.matcher(text);
        int from = 0;
        while (matcher.find()) {
            resolved.append(text, from, matcher.start()).append(value(matcher.toMatchResult()));
            from = matcher.end();
        }
        return resolved.append(text.substring(from)).toString();
    }

    private String value(MatchResult reference) throws UnresolvedException {
        String name = reference.group(1);
        if (name == null) {
            return "${";
        }
        if (!reference.group().endsWith("}")) {
            throw new UnresolvedException("'${' without '}'; a literal '${' is written '$${'");
        }
        if (name.startsWith(FILE)) {
            return fileText(name.substring(FILE.length()));
        }
        if (!VARIABLE.matcher(name).matches()) {
            throw new UnresolvedException("'${" + name + "}' is neither ${NAME} nor ${file:PATH}");
        }
        return environment
                .apply(name)
                .orElseThrow(() ->
                        new UnresolvedException("environment variable " + name + " is not set"));
    }

    /// The files that the text refers to.
    List<Path> files(String text) {
        return REFERENCE
                .matcher(text)
                .results()
                .map(reference -> reference.group(1))
                .filter(name -> name != null && name.startsWith(FILE))
                .map(name -> path(name.substring(FILE.length())))
                .toList();
    }

    private String fileText(String path) throws UnresolvedException {
        try {
            Path file = directory.resolve(path);
            if (!Files.isRegularFile(file)) {
                throw new UnresolvedException("file " + path + " does not exist");
            }
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new UnresolvedException("file " + path + " has more than 64 KiB");
            }
            return Files.readString(file).replaceFirst("\\R\\z", "");
        } catch (IOException | InvalidPathException e) {
            throw new UnresolvedException(
                    "file " + path + " cannot be read: " + FailureWords.ofNamed(e));
        }
    }

    /// A path of the file, absolute.
    Path path(String text) {
        return directory.resolve(text).toAbsolutePath().normalize();
    }
}
