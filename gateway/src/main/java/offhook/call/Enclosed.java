package offhook.call;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What whoever asks for a transfer gives along for the target. Text from outside: bounded, without
/// control characters, to be escaped before showing.
///
/// @param userToUser what its side says to the target's (RFC 7433)
/// @param headers header fields that were let in, by the name that they go by
public record Enclosed(Optional<UserToUser> userToUser, Map<String, String> headers) {

    /// Nothing is given along.
    public static final Enclosed NOTHING = new Enclosed(Optional.empty(), Map.of());

    public Enclosed {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /// Of a page, which has header fields only.
    public static Enclosed of(Map<String, String> headers) {
        return new Enclosed(Optional.empty(), headers);
    }
}
