package offhook.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Guesses what a misspelt word was meant to be.
final class Spelling {

    private static final int MAX_DISTANCE = 2;

    /// Of fewer letters there are too many that another word begins with.
    private static final int MIN_BEGINNING = 4;

    /// What others call what the file names as SDP and the RFCs do.
    private static final Map<String, String> OTHER_NAMES =
            Map.of(
                    "alaw", "PCMA",
                    "g711", "PCMA",
                    "g711a", "PCMA",
                    "ulaw", "PCMU",
                    "mulaw", "PCMU",
                    "g711u", "PCMU",
                    "rfc2833", "rfc4733");

    private Spelling() {}

    /// The word with the fewest letters to change, when these are few; else one that begins with
    /// what was written, as `ring-seconds` does with `ring`.
    static Optional<String> closest(String word, Collection<String> words) {
        String lower = word.toLowerCase(Locale.ROOT);
        String other = OTHER_NAMES.getOrDefault(lower, "");
        if (words.contains(other)) {
            return Optional.of(other);
        }
        return words.stream()
                .filter(w -> digits(w).equals(digits(lower))) // G.729 is no misspelt G.722
                .filter(w -> changes(lower, w) <= Math.min(MAX_DISTANCE, w.length() / 2))
                .min(Comparator.comparingInt(w -> changes(lower, w)))
                .or(() ->
                        words.stream()
                                .filter(w -> lower.length() >= MIN_BEGINNING)
                                .filter(w -> w.toLowerCase(Locale.ROOT).startsWith(lower))
                                .min(
                                        Comparator.comparing((String w) -> !isPart(lower, w))
                                                .thenComparingInt(String::length)));
    }

    private static String digits(String word) {
        return word.replaceAll("[^0-9]", "");
    }

    private static boolean isPart(String lower, String word) {
        return word.startsWith(lower + "-");
    }

    private static int changes(String lower, String word) {
        return distance(lower, word.toLowerCase(Locale.ROOT));
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
