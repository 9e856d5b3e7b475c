package offhook.call;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the signalling says of a call besides who calls whom. Text from outside: bounded, without
/// control characters, to be escaped before showing.
///
/// @param withheld whether the caller wants to be known to nobody who is called (RFC 3323)
/// @param verification whether somebody who is trusted vouches for the caller's number
/// @param diversions who was called before, the first one first; empty for a call that was not
///   diverted
/// @param userToUser what the caller's side says to the called one's (RFC 7433)
/// @param headers header fields that were let in, by the name that the allow-list has for them, in
///   the order of the message
/// @param visitor the caller, where it is a visitor of a web site
/// @param placedBy the sign-in name of the agent who makes it; empty: no agent does
public record CallDetails(
        boolean withheld,
        Verification verification,
        List<Diversion> diversions,
        Optional<UserToUser> userToUser,
        Map<String, String> headers,
        Optional<Visitor> visitor,
        Optional<String> placedBy) {

    /// Of a call that neither a visitor of a site nor an agent makes.
    public CallDetails(
            boolean withheld,
            Verification verification,
            List<Diversion> diversions,
            Optional<UserToUser> userToUser,
            Map<String, String> headers) {
        this(
                withheld,
                verification,
                diversions,
                userToUser,
                headers,
                Optional.empty(),
                Optional.empty());
    }

    /// More header fields nobody is shown of one call.
    private static final int MOST_HEADERS = 16;

    /// Of a call of which nothing more is said.
    public static final CallDetails NONE =
            new CallDetails(false, Verification.UNKNOWN, List.of(), Optional.empty(), Map.of());

    public CallDetails {
        diversions = List.copyOf(diversions);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /// Of a call that an agent makes.
    ///
    /// @param agent by sign-in name
    public static CallDetails ofAgent(String agent, boolean withheld, Map<String, String> headers) {
        return new CallDetails(
                withheld,
                Verification.UNKNOWN,
                List.of(),
                Optional.empty(),
                headers,
                Optional.empty(),
                Optional.of(agent));
    }

    /// Of a call that a visitor of a web site makes.
    public static CallDetails of(Visitor visitor) {
        return new CallDetails(
                false,
                Verification.UNKNOWN,
                List.of(),
                Optional.empty(),
                Map.of(),
                Optional.of(visitor),
                Optional.empty());
    }

    /// With what whoever leads the call on gives along, which goes before what was said earlier.
    CallDetails with(Enclosed enclosed) {
        Map<String, String> all = new LinkedHashMap<>(enclosed.headers());
        headers.forEach((name, value) -> {
            if (all.size() < MOST_HEADERS
                    && all.keySet().stream().noneMatch(name::equalsIgnoreCase)) {
                all.put(name, value);
            }
        });
        return new CallDetails(
                withheld,
                verification,
                diversions,
                enclosed.userToUser().or(() -> userToUser),
                all,
                visitor,
                placedBy);
    }

    /// What is known of the caller's right to the number.
    public enum Verification {
        /// Nobody said anything, or nobody who is trusted.
        UNKNOWN,
        /// The number was verified, and its provider vouches for it.
        PASSED,
        /// The number failed, or its provider vouches for less than the number.
        FAILED
    }
}
