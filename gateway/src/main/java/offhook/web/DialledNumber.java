package offhook.web;

import java.util.Optional;
import java.util.regex.Pattern;

/// What people type when they dial. What reaches a route, and may reach a trunk, is digits or the
/// name of an agent: letters of other alphabets, parameters and addresses never get that far.
public final class DialledNumber {

    /// How numbers are written for the eye (RFC 3966 §5.1.1, and the space).
    private static final Pattern SEPARATORS = Pattern.compile("[ ().\\-/]");

    private static final Pattern NUMBER = Pattern.compile("[+]?[0-9*#]{1,32}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");

    private static final Pattern OF_THE_GATEWAY =
            Pattern.compile("(agent|queue):[A-Za-z0-9][A-Za-z0-9._@-]{0,57}");

    private DialledNumber() {}

    /// The number without separators, or the name; empty when it is neither.
    public static Optional<String> of(String typed) {
        String stripped = typed.strip();
        if (NAME.matcher(stripped).matches()) {
            return Optional.of(stripped);
        }
        return Optional.of(SEPARATORS.matcher(stripped).replaceAll(""))
                .filter(bare -> NUMBER.matcher(bare).matches());
    }

    /// As [#of]; whom a call is transferred to may also be an agent, by `agent:` and its name, or a
    /// queue, by `queue:` and its name.
    public static Optional<String> ofTarget(String typed) {
        String stripped = typed.strip();
        return OF_THE_GATEWAY.matcher(stripped).matches() ? Optional.of(stripped) : of(typed);
    }
}
