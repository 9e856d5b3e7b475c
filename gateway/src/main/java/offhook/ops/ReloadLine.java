package offhook.ops;

import java.util.Arrays;
import java.util.Locale;

/// One line of what a reload did, as operators read it, and its parts, as programs do.
///
/// @param text without the words that say of which kind it is
public record ReloadLine(Kind kind, String text) {

    /// What it tells of, each by the words that its lines begin with.
    public enum Kind {
        /// A setting holds from now on.
        CHANGED("changed: "),
        /// A setting is as it was until the next start.
        NEEDS_RESTART("needs a restart, kept as it was: "),
        /// Something to look at.
        WARNING("warning: "),
        /// All else. The last, as every line begins so.
        NOTE("");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /// The line of this kind.
        public String line(String text) {
            return words + text;
        }

        /// As programs see it.
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// The parts of a line.
    public static ReloadLine of(String line) {
        Kind kind =
                Arrays.stream(Kind.values())
                        .filter(each -> line.startsWith(each.words))
                        .findFirst()
                        .orElseThrow();
        return new ReloadLine(kind, line.substring(kind.words.length()));
    }
}
