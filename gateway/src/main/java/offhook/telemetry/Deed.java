package offhook.telemetry;

import java.util.Optional;

/// What was done for an operator.
///
/// @param words for the operator, with what it lacks
/// @param lacking why it is less than it should be; empty: it is all
public record Deed(String words, Optional<String> lacking) {

    /// As the audit log has it.
    public String outcome() {
        return lacking.map(why -> "ok, but " + why).orElse("ok");
    }
}
