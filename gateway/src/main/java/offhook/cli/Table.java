package offhook.cli;

import java.util.ArrayList;
import java.util.List;

/// Rows in columns that are as wide as their widest cell, for a terminal. Text from outside loses
/// what would steer the terminal.
final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... columns) {
        rows.add(List.of(columns));
    }

    /// Adds a row of as many cells as there are columns.
    void add(Object... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(cells.length + " cells");
        }
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(plain(String.valueOf(cell)));
        }
        rows.add(List.copyOf(row));
    }

    private static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    /// The heading and the rows; only the words given when there is none.
    List<String> lines(String none) {
        if (rows.size() == 1) {
            return List.of(none);
        }
        return rows.stream().map(this::line).toList();
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            int column = i;
            int width = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
            line.append(cells.get(i)).repeat(' ', width - cells.get(i).length() + 2);
        }
        return line.toString().stripTrailing();
    }
}
