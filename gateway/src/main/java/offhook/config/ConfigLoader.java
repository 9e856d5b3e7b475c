package offhook.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import offhook.config.Value.Reading;
import offhook.fault.FailureWords;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Turns `gateway.yaml` into a [GatewayConfig], or says everything that is wrong with it at once.
public final class ConfigLoader {

    private static final int MAX_FILE_CHARACTERS = 1024 * 1024;

    private ConfigLoader() {}

    /// Loads a file, with the environment of this process.
    ///
    /// @throws ConfigException when it cannot be read or is wrong
    public static LoadedConfig load(Path file) throws ConfigException {
        String name = String.valueOf(file.getFileName());
        Path directory = file.toAbsolutePath().normalize().getParent();
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new ConfigException(List.of(file + ": is not text in UTF-8: save it as that"));
        } catch (IOException e) {
            throw new ConfigException(List.of(unreadable(file, e)));
        }
        Interpolation interpolation =
                new Interpolation(
                        variable -> Optional.ofNullable(System.getenv(variable)),
                        directory == null ? Path.of("/") : directory);
        return load(text, new Reading(new Problems(name), interpolation, Optional.of(file)));
    }

    /// Where it was looked for, as a relative name is seen from a folder that may be another one.
    private static String unreadable(Path file, IOException e) {
        Path whole = file.toAbsolutePath().normalize();
        if (Files.isDirectory(whole)) {
            return file + ": is a folder: name the file in it, with --config FILE";
        }
        if (e instanceof NoSuchFileException) {
            return ("%s: there is no such file (looked for at %s): name the configuration with"
                            + " --config FILE; that of the Debian package is"
                            + " /etc/offhook/gateway.yaml")
                    .formatted(file, whole);
        }
        if (e instanceof AccessDeniedException) {
            return ("%s: the user %s may not read it: run this as the gateway's user (sudo -u"
                            + " offhook), or give this one the right")
                    .formatted(file, System.getProperty("user.name"));
        }
        return file + ": cannot be read: " + FailureWords.ofNamed(e);
    }

    /// Loads a text.
    ///
    /// @param fileName how problems name it
    /// @param environment what `${NAME}` stands for
    /// @param directory where relative paths start
    /// @throws ConfigException when it is wrong
    public static LoadedConfig load(
            String fileName,
            String text,
            Function<String, Optional<String>> environment,
            Path directory)
            throws ConfigException {
        Interpolation interpolation = new Interpolation(environment, directory);
        return load(text, new Reading(new Problems(fileName), interpolation, Optional.empty()));
    }

    static LoadedConfig load(String text, Reading reading) throws ConfigException {
        Problems problems = reading.problems();
        Optional<Node> root = compose(text, problems);
        problems.throwIfAny();
        if (root.isEmpty() || root.get().getTag().equals(Tag.NULL)) {
            // What a full disk leaves of a file that was saved.
            problems.error(
                    1,
                    1,
                    "",
                    "holds no settings; was it saved on a full disk? Write {} for the defaults"
                            + " alone");
        }
        problems.throwIfAny();
        Section top =
                root.flatMap(node -> new Value(reading, "", node).section())
                        .orElseGet(() -> Section.absent(reading, ""));
        GatewayConfig config = GatewayReader.read(top);
        problems.throwIfAny();
        return new LoadedConfig(config, problems.warnings());
    }

    private static Optional<Node> compose(String text, Problems problems) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setCodePointLimit(MAX_FILE_CHARACTERS)
                        .setAllowNonScalarKeys(true) // complained about with their place
                        .build();
        try {
            return new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException e) {
            YamlWords words = YamlWords.of(e);
            int line = words.at().map(Mark::getLine).orElse(0) + 1;
            int column = words.at().map(Mark::getColumn).orElse(0) + 1;
            problems.error(line, column, "", "is not YAML: " + words.text());
        } catch (YamlEngineException e) {
            problems.error(1, 1, "", "is not YAML: " + e.getMessage());
        }
        return Optional.empty();
    }
}
