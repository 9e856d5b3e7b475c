package offhook.cdr;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the journal holds, one JSON object a line. Each may be applied to the database any number
/// of times, as long as the order stays.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "entry")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Entry.Seen.class, name = "seen"),
    @JsonSubTypes.Type(value = Entry.Judged.class, name = "judged"),
    @JsonSubTypes.Type(value = Entry.Crashed.class, name = "crashed"),
    @JsonSubTypes.Type(value = Entry.Said.class, name = "said")
})
sealed interface Entry {

    /// A call as it was at some moment; its last one has an end.
    record Seen(CallRecord call) implements Entry {}

    /// What is to be said of how a call went, after its end was seen.
    record Judged(String id, String verdict, String text) implements Entry {}

    /// Something was said of a call, which may be over.
    ///
    /// @param call its id
    /// @param about `notes` or `pages`
    /// @param patch what changes in that column's object (RFC 7396)
    record Said(String call, About about, Map<String, @Nullable Object> patch) implements Entry {}

    /// What is said of calls.
    enum About {
        /// By agents, by their names.
        NOTES,
        /// How the call sounded at pages, by the index of their legs.
        PAGES;

        Column column() {
            return switch (this) {
                case NOTES -> Column.NOTES;
                case PAGES -> Column.PAGES;
            };
        }
    }

    /// A gateway ended without ending its calls.
    ///
    /// @param node its name, which tells its calls where they have no instance
    /// @param at when it was last known to live
    /// @param before when the next one started, whose calls are none of those; null in a journal of
    ///   an earlier version
    /// @param instance whose calls they are; null in a journal of an earlier version, or not known
    record Crashed(String node, String at, @Nullable String before, @Nullable String instance)
            implements Entry {}
}
