package offhook.doctor;

import java.util.Locale;

/// What is to be said of a call in one line.
///
/// @param text for people
public record CallVerdict(Level level, String text) {

    /// How it was.
    public enum Level {
        /// What was measured was as it should be.
        GOOD,
        /// Something was heard, or could have been, that did not keep people from talking.
        FAIR,
        /// People could not talk as they should.
        BAD,
        /// No talk came about.
        FAILED,
        /// Nobody measured enough to say.
        UNKNOWN;

        /// Its name in JSON, records and metrics.
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
