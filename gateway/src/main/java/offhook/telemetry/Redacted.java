package offhook.telemetry;

/// Text of which logs may show only the shape: telephone numbers, names, addresses of callers.
/// Wrapped where it enters, unwrapped only where it is used.
///
/// @param value the text itself
public record Redacted(String value) {

    /// The last two characters behind dots; nothing of texts shorter than five.
    @Override
    public String toString() {
        return value.length() < 5 ? "***" : "***" + value.substring(value.length() - 2);
    }
}
