package offhook.app;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// How a list of named things differs from what it was, by their names.
record Difference(List<String> added, List<String> removed, List<String> changed, boolean moved) {

    static <T> Difference of(List<T> before, List<T> now, Function<T, String> name) {
        List<String> namesBefore = before.stream().map(name).toList();
        List<String> namesNow = now.stream().map(name).toList();
        List<String> changed =
                now.stream()
                        .filter(each ->
                                namesBefore.contains(name.apply(each)) && !before.contains(each))
                        .map(name)
                        .toList();
        List<String> stayedBefore = namesBefore.stream().filter(namesNow::contains).toList();
        List<String> stayedNow = namesNow.stream().filter(namesBefore::contains).toList();
        return new Difference(
                namesNow.stream().filter(each -> !namesBefore.contains(each)).toList(),
                namesBefore.stream().filter(each -> !namesNow.contains(each)).toList(),
                changed,
                !stayedBefore.equals(stayedNow));
    }

    /// In words, as `added a, b; removed c`.
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        note(words, "added ", added);
        note(words, "removed ", removed);
        note(words, "changed ", changed);
        if (moved) {
            words.add("another order");
        }
        return String.join("; ", words);
    }

    private static void note(List<String> words, String what, List<String> names) {
        if (!names.isEmpty()) {
            words.add(what + String.join(", ", names));
        }
    }
}
