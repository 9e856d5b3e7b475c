package offhook.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// One value of the file, which knows its place and complains about itself there. A reader that
/// asks for what the value is not gets nothing, and the complaint is noted.
final class Value {

    /// What follows `//NAME:` or `sip:NAME:` and ends before `@`, and what follows `password=`. A
    /// user of SIP can have slashes (RFC 3261 §25.1).
    private static final Pattern PASSWORD_OF_URL =
            Pattern.compile(
                    "(?i)(sips?:[^:@\\s]+:|:(?://)?[^:/@\\s]+:)[^@\\s]+(?=@)|(password=)[^&\\s]+");

    private final Reading reading;
    private final String path;
    private final Node node;
    private final Optional<MappingNode> defaults;

    Value(Reading reading, String path, Node node) {
        this(reading, path, node, Optional.empty());
    }

    private Value(Reading reading, String path, Node node, Optional<MappingNode> defaults) {
        this.reading = reading;
        this.path = path;
        this.node = node;
        this.defaults = defaults;
    }

    /// What all values of one file share.
    ///
    /// @param file where the text is from; empty: from no file
    record Reading(Problems problems, Interpolation interpolation, Optional<Path> file) {}

    String path() {
        return path;
    }

    Optional<Mark> mark() {
        return node.getStartMark();
    }

    int line() {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    private int column() {
        return node.getStartMark().map(Mark::getColumn).orElse(0) + 1;
    }

    void problem(String what) {
        reading.problems().error(line(), column(), path, what);
    }

    void warning(String what) {
        reading.problems().warning(line(), column(), path, what);
    }

    /// The value as written, for messages: references stay references, and passwords of URLs are
    /// left out.
    String quoted() {
        return node instanceof ScalarNode scalar
                ? "'" + withoutPassword(scalar.getValue(), "***") + "'"
                : "this";
    }

    /// A text with another word in the place of passwords of URLs.
    static String withoutPassword(String text, String instead) {
        return PASSWORD_OF_URL.matcher(text).replaceAll("$1$2" + Matcher.quoteReplacement(instead));
    }

    private boolean isEmpty() {
        return node.getTag().equals(Tag.NULL);
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    boolean isMapping() {
        return node instanceof MappingNode;
    }

    Optional<String> text() {
        if (isEmpty()) {
            problem("is empty");
            return Optional.empty();
        }
        if (!(node instanceof ScalarNode scalar)) {
            problem("must be a single value");
            return Optional.empty();
        }
        try {
            return Optional.of(reading.interpolation().resolve(scalar.getValue()));
        } catch (Interpolation.UnresolvedException e) {
            problem(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /// A secret. One that everybody on this machine can read, here or in the file that it names, is
    /// a problem.
    Optional<Secret> secret() {
        Optional<String> text = text();
        if (text.isPresent() && text.get().isBlank()) {
            problem("is blank");
            return Optional.empty();
        }
        if (text.isPresent()) {
            String written = scalar().orElse("");
            if (Interpolation.isReference(written)) {
                reading.interpolation().files(written).forEach(this::mustBeClosed);
            } else {
                reading.file().flatMap(Exposure::ofPlain).ifPresent(this::problem);
            }
        }
        return text.map(Secret::new);
    }

    private void mustBeClosed(Path file) {
        Exposure.of(file).ifPresent(this::problem);
    }

    Optional<Integer> integer(int min, int max) {
        Optional<String> text = text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.get().matches("[0-9]{1,9}")) {
            int n = Integer.parseInt(text.get());
            if (n >= min && n <= max) {
                return Optional.of(n);
            }
        }
        problem(
                quoted()
                        + " is not a whole number within "
                        + min
                        + "-"
                        + max
                        + (text.get().matches("[0-9]+ *[A-Za-z%]+") ? ", without a unit" : ""));
        return Optional.empty();
    }

    Optional<Boolean> flag() {
        return choice(Map.of("true", true, "false", false), "true, false");
    }

    /// One of the given words.
    ///
    /// @param words the words in the order to print them
    <E> Optional<E> choice(Map<String, E> choices, String words) {
        Optional<String> text = text();
        Optional<E> chosen = text.flatMap(t -> Optional.ofNullable(choices.get(t)));
        if (text.isPresent() && chosen.isEmpty()) {
            problem(
                    quoted()
                            + " is none of "
                            + words
                            + Spelling.closest(text.get(), choices.keySet())
                                    .map(close -> "; did you mean '" + close + "'?")
                                    .orElse(""));
        }
        return chosen;
    }

    /// A single value as written; empty, and no problem, when it is none.
    Optional<String> scalar() {
        return node instanceof ScalarNode scalar
                ? Optional.of(scalar.getValue())
                : Optional.empty();
    }

    /// A path, seen from the folder of the configuration.
    Optional<Path> file() {
        try {
            return text().map(reading.interpolation()::path);
        } catch (InvalidPathException e) {
            problem(quoted() + " is no path");
            return Optional.empty();
        }
    }

    /// The path of a file that can be read; relative ones start at the configuration's folder.
    Optional<Path> readableFile() {
        Optional<Path> file = file();
        file.flatMap(this::whyUnreadable).ifPresent(this::problem);
        return file;
    }

    private Optional<String> whyUnreadable(Path file) {
        if (Files.isReadable(file)) {
            return Files.isDirectory(file)
                    ? Optional.of(quoted() + " is a folder, and a file is needed")
                    : Optional.empty();
        }
        return Optional.of(
                Files.exists(file)
                        ? "the user %s may not read file %s: give it the right to"
                                .formatted(System.getProperty("user.name"), file)
                        : "there is no file " + file + ", or its folder is closed to this user");
    }

    /// The same of a file with a private key, which not everybody on this machine may read.
    Optional<Path> keyFile() {
        Optional<Path> file = readableFile();
        file.ifPresent(this::mustBeClosed);
        return file;
    }

    /// The items of a list; none when the value is empty.
    List<Value> list() {
        if (isEmpty()) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            problem(
                    node instanceof ScalarNode
                            ? "must be a list: [" + quoted() + "]"
                            : "must be a list, each item after '- '");
            return List.of();
        }
        List<Value> values = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            values.add(new Value(reading, path + "[" + values.size() + "]", item));
        }
        return values;
    }

    /// A list, or a single value in place of a list of one.
    List<Value> oneOrList() {
        return node instanceof ScalarNode && !isEmpty() ? List.of(this) : list();
    }

    /// The same value, whose section has the keys of this mapping that it lacks. Any other value is
    /// whole as it is.
    Value withDefaults(Node other) {
        return node instanceof MappingNode && other instanceof MappingNode mapping
                ? new Value(reading, path, node, Optional.of(mapping))
                : this;
    }

    /// A mapping; one without keys when the value is empty.
    Optional<Section> section() {
        if (isEmpty()) {
            return Optional.of(Section.empty(reading, path, node));
        }
        if (node instanceof MappingNode mapping) {
            Section section = Section.of(reading, path, mapping);
            return Optional.of(defaults.map(section::withDefaults).orElse(section));
        }
        problem("must be settings of its own, each 'key: value'");
        return Optional.empty();
    }
}
