package offhook.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import offhook.config.TrunkConfig.Preset;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// What a trunk leaves out can come from a preset, a named set of settings that suit a kind of PBX.
/// The presets are a file of their own beside this class, in the words of the configuration.
final class TrunkPresets {

    private static final String FILE = "trunk-presets.yaml";
    private static final Map<String, MappingNode> PRESETS = load();

    private TrunkPresets() {}

    static List<String> names() {
        return List.copyOf(PRESETS.keySet());
    }

    /// A trunk together with what its `preset` adds to it.
    ///
    /// @param trunk the trunk with the settings of the preset that it leaves out
    /// @param preset what was added; empty when the trunk names no preset
    record Applied(Section trunk, Optional<Preset> preset) {}

    static Applied apply(Section trunk) {
        Optional<Value> word = trunk.find("preset");
        Optional<String> name = word.flatMap(Value::text);
        if (word.isEmpty() || name.isEmpty()) {
            return new Applied(trunk, Optional.empty());
        }
        MappingNode settings = PRESETS.get(name.get());
        if (settings == null) {
            word.get().problem(word.get().quoted() + " is none of " + String.join(", ", names()));
            return new Applied(trunk, Optional.empty());
        }
        MappingNode here = (MappingNode) placedAt(settings, word.get());
        if (!trunk.has("uri")) {
            // Who only calls in is not probed.
            here.getValue().removeIf(setting -> key(setting).equals("ping"));
        }
        List<String> added =
                here.getValue().stream()
                        .filter(setting -> !trunk.has(key(setting)))
                        .map(setting -> key(setting) + ": " + text(setting.getValueNode()))
                        .toList();
        return new Applied(trunk.withDefaults(here), Optional.of(new Preset(name.get(), added)));
    }

    private static String key(NodeTuple setting) {
        return ((ScalarNode) setting.getKeyNode()).getValue();
    }

    private static String text(Node node) {
        return switch (node) {
            case ScalarNode scalar -> scalar.getValue();
            case SequenceNode list ->
                    list.getValue().stream()
                            .map(TrunkPresets::text)
                            .collect(Collectors.joining(", ", "[", "]"));
            case MappingNode mapping ->
                    mapping.getValue().stream()
                            .map(setting -> key(setting) + ": " + text(setting.getValueNode()))
                            .collect(Collectors.joining(", ", "{", "}"));
            default -> throw new IllegalStateException(FILE + " holds " + node.getNodeType());
        };
    }

    /// A complaint about a setting of a preset is told where the trunk names the preset.
    private static Node placedAt(Node node, Value place) {
        Optional<Mark> mark = place.mark();
        return switch (node) {
            case ScalarNode scalar ->
                    new ScalarNode(
                            scalar.getTag(),
                            true,
                            scalar.getValue(),
                            scalar.getScalarStyle(),
                            mark,
                            mark);
            case SequenceNode list ->
                    new SequenceNode(
                            list.getTag(),
                            true,
                            list.getValue().stream().map(item -> placedAt(item, place)).toList(),
                            list.getFlowStyle(),
                            mark,
                            mark);
            case MappingNode mapping -> {
                List<NodeTuple> settings = new ArrayList<>();
                for (NodeTuple setting : mapping.getValue()) {
                    settings.add(
                            new NodeTuple(
                                    placedAt(setting.getKeyNode(), place),
                                    placedAt(setting.getValueNode(), place)));
                }
                yield new MappingNode(
                        mapping.getTag(), true, settings, mapping.getFlowStyle(), mark, mark);
            }
            default -> throw new IllegalStateException(FILE + " holds " + node.getNodeType());
        };
    }

    private static Map<String, MappingNode> load() {
        try (InputStream file =
                Objects.requireNonNull(TrunkPresets.class.getResourceAsStream(FILE), FILE)) {
            Node root =
                    new Compose(LoadSettings.builder().build())
                            .composeInputStream(file)
                            .orElseThrow();
            Map<String, MappingNode> presets = new LinkedHashMap<>();
            for (NodeTuple preset : ((MappingNode) root).getValue()) {
                presets.put(key(preset), (MappingNode) preset.getValueNode());
            }
            return presets;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
