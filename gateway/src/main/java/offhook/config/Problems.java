package offhook.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Gathers everything that is wrong with one file, and which keys there could have been.
final class Problems {

    private record Problem(int line, int column, String text) {}

    private final String fileName;
    private final List<Problem> errors = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private final SortedSet<String> knownKeys = new TreeSet<>();

    Problems(String fileName) {
        this.fileName = fileName;
    }

    /// Lines and columns count from 1.
    void error(int line, int column, String key, String what) {
        Problem problem = problem(line, column, key, what);
        if (!errors.contains(problem)) { // asked for in two ways
            errors.add(problem);
        }
    }

    void warning(int line, int column, String key, String what) {
        warnings.add(problem(line, column, key, what));
    }

    private Problem problem(int line, int column, String key, String what) {
        String where = fileName + ":" + line + ":" + column + ": ";
        return new Problem(line, column, where + (key.isEmpty() ? "" : key + ": ") + what);
    }

    /// Takes note of a key that has a meaning, whether the file has it or not.
    void known(String path) {
        knownKeys.add(path.replaceAll("\\[[0-9]+]", "[]"));
    }

    SortedSet<String> knownKeys() {
        return knownKeys;
    }

    void throwIfAny() throws ConfigException {
        if (!errors.isEmpty()) {
            throw new ConfigException(lines(errors));
        }
    }

    List<String> warnings() {
        return lines(warnings);
    }

    private static List<String> lines(List<Problem> problems) {
        return problems.stream()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .map(Problem::text)
                .toList();
    }
}
