package offhook.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The spellings of an enum's constants in the file, in order.
record Words<E extends Enum<E>>(Map<String, E> byWord) {

    /// `LONGEST_IDLE` is written `longest-idle`.
    static <E extends Enum<E>> Words<E> lowerCase(Class<E> type) {
        return of(type, e -> e.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    static <E extends Enum<E>> Words<E> of(Class<E> type, Function<E, String> spelling) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            words.put(spelling.apply(constant), constant);
        }
        return new Words<>(words);
    }

    Optional<E> read(Value value) {
        return value.choice(byWord, String.join(", ", byWord.keySet()));
    }

    /// How the file writes it.
    String of(E constant) {
        return byWord.entrySet().stream()
                .filter(each -> each.getValue() == constant)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    E read(Section section, String key, E absent) {
        return section.find(key).flatMap(this::read).orElse(absent);
    }
}
