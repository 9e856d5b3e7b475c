package offhook.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import offhook.config.Value.Reading;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// One mapping of the file while it is read. A reader asks for each key it knows, then calls
/// [#done], which complains about the keys that nobody asked for.
final class Section {

    private final Reading reading;
    private final String path;
    private final int line;
    private final int column;
    private final Map<String, Node> keys = new LinkedHashMap<>();
    private final Map<String, Value> values = new LinkedHashMap<>();
    private final SequencedSet<String> known = new LinkedHashSet<>();

    private Section(Reading reading, String path, Optional<Mark> start) {
        this(
                reading,
                path,
                start.map(Mark::getLine).orElse(0) + 1,
                start.map(Mark::getColumn).orElse(0) + 1);
    }

    private Section(Reading reading, String path, int line, int column) {
        this.reading = reading;
        this.path = path;
        this.line = line;
        this.column = column;
    }

    /// A section that the file leaves out.
    static Section absent(Reading reading, String path) {
        return new Section(reading, path, Optional.empty());
    }

    /// A section that the file names and leaves empty.
    static Section empty(Reading reading, String path, Node node) {
        return new Section(reading, path, node.getStartMark());
    }

    static Section of(Reading reading, String path, MappingNode mapping) {
        Section section = new Section(reading, path, mapping.getStartMark());
        for (NodeTuple tuple : mapping.getValue()) {
            section.add(tuple);
        }
        return section;
    }

    private void add(NodeTuple tuple) {
        Node key = tuple.getKeyNode();
        if (!(key instanceof ScalarNode scalar)) {
            problemAt(key, path, "a key must be a word");
            return;
        }
        String name = scalar.getValue();
        Node before = keys.putIfAbsent(name, key);
        if (before != null) {
            int line = before.getStartMark().map(Mark::getLine).orElse(0) + 1;
            problemAt(key, pathOf(name), "duplicate key, first in line " + line);
            return;
        }
        values.put(name, new Value(reading, pathOf(name), tuple.getValueNode()));
    }

    /// This section with the keys of another mapping that it lacks; a mapping in both is completed
    /// in the same way.
    Section withDefaults(MappingNode defaults) {
        Section section = new Section(reading, path, line, column);
        section.keys.putAll(keys);
        section.values.putAll(values);
        section.known.addAll(known);
        for (NodeTuple setting : defaults.getValue()) {
            String name = ((ScalarNode) setting.getKeyNode()).getValue();
            Value own = values.get(name);
            if (own == null) {
                section.add(setting);
            } else {
                section.values.put(name, own.withDefaults(setting.getValueNode()));
            }
        }
        return section;
    }

    /// Whether the file names the key.
    boolean has(String key) {
        return values.containsKey(key);
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private void problemAt(Node node, String where, String what) {
        int atLine = node.getStartMark().map(Mark::getLine).orElse(0) + 1;
        int atColumn = node.getStartMark().map(Mark::getColumn).orElse(0) + 1;
        reading.problems().error(atLine, atColumn, where, what);
    }

    /// A complaint about the section as a whole.
    void problem(String what) {
        reading.problems().error(line, column, path, what);
    }

    void warning(String what) {
        reading.problems().warning(line, column, path, what);
    }

    Optional<Value> find(String key) {
        known.add(key);
        reading.problems().known(pathOf(key));
        return Optional.ofNullable(values.get(key));
    }

    Optional<Value> require(String key) {
        Optional<Value> value = find(key);
        if (value.isEmpty()) {
            problem("'" + key + "' is missing");
        }
        return value;
    }

    /// @param remedy how to get one
    Optional<Value> require(String key, String remedy) {
        Optional<Value> value = find(key);
        if (value.isEmpty()) {
            problem("'" + key + "' is missing: " + remedy);
        }
        return value;
    }

    /// The section of that key; one without keys when the file has none.
    Section section(String key) {
        return find(key).flatMap(Value::section).orElseGet(() -> absent(reading, pathOf(key)));
    }

    List<Value> list(String key) {
        return find(key).map(Value::list).orElse(List.of());
    }

    /// The sections of a list of them.
    List<Section> sections(String key) {
        return list(key).stream().flatMap(v -> v.section().stream()).toList();
    }

    int integer(String key, int min, int max, int absent) {
        return find(key).flatMap(v -> v.integer(min, max)).orElse(absent);
    }

    Duration seconds(String key, int min, int max, Duration absent) {
        return find(key).flatMap(v -> v.integer(min, max)).map(Duration::ofSeconds).orElse(absent);
    }

    boolean flag(String key, boolean absent) {
        return find(key).flatMap(Value::flag).orElse(absent);
    }

    /// A path, seen from the folder of the configuration.
    Path path(String text) {
        return reading.interpolation().path(text);
    }

    /// Says which keys have no meaning.
    void done() {
        for (Map.Entry<String, Node> key : keys.entrySet()) {
            if (!known.contains(key.getKey())) {
                problemAt(key.getValue(), pathOf(key.getKey()), unknown(key.getKey()));
            }
        }
    }

    private String unknown(String key) {
        return Spelling.closest(key, known)
                .map(close -> "unknown key; did you mean '" + close + "'?")
                .orElse("unknown key; known here: " + String.join(", ", known));
    }
}
