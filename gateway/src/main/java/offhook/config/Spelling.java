package offhook.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Guesses what a misspelt word was meant to be.
final class Spelling {

    private static final int MAX_DISTANCE = 2;

    private Spelling() {}

    /// The word with the fewest letters to change, when these are few.
    static Optional<String> closest(String word, Collection<String> words) {
        return words.stream()
                .filter(w -> distance(word, w) <= Math.min(MAX_DISTANCE, w.length() / 2))
                .min(Comparator.comparingInt(w -> distance(word, w)));
    }

    /// How many letters must be put in, taken out or changed (Levenshtein).
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
