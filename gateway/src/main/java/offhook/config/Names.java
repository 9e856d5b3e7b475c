package offhook.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The names of one kind of thing: each is a word, none is given twice.
final class Names {

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

    private final String kind;
    private final Map<String, Integer> lines = new HashMap<>();

    /// @param kind `trunk`, `queue`...
    Names(String kind) {
        this.kind = kind;
    }

    static Optional<String> read(Value value) {
        Optional<String> text = value.text();
        Optional<String> name = text.filter(t -> WORD.matcher(t).matches());
        if (text.isPresent() && name.isEmpty()) {
            value.problem(
                    value.quoted()
                            + " is no name: 1-64 letters A-Z or a-z, digits, '.', '_', '-' or '@',"
                            + " the first a letter or digit");
        }
        return name;
    }

    /// The section's `name`, empty when it has no good one.
    String define(Section section) {
        Optional<Value> value = section.require("name");
        Optional<String> name = value.flatMap(Names::read);
        if (value.isPresent() && name.isPresent()) {
            Integer before = lines.putIfAbsent(name.get(), value.get().line());
            if (before != null) {
                value.get().problem(value.get().quoted() + " is also in line " + before);
            }
        }
        return name.orElse("");
    }

    /// Complains when nothing has that name.
    ///
    /// @return whether something has
    boolean refer(Value value, String name) {
        boolean known = lines.containsKey(name);
        if (!known) {
            value.problem("no " + kind + " is named '" + name + "'" + hint(name));
        }
        return known;
    }

    private String hint(String name) {
        Set<String> names = lines.keySet();
        return Spelling.closest(name, names).map(n -> "; did you mean '" + n + "'?").orElse("");
    }
}
