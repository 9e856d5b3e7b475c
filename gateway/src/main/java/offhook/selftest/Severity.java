package offhook.selftest;

import java.util.Locale;

/// How much a finding matters.
public enum Severity {
    /// As it should be.
    OK,
    /// Worth knowing; nothing need be done.
    NOTE,
    /// Works now, or for some; will hurt.
    WARNING,
    /// Calls fail, or the gateway does not start.
    PROBLEM;

    /// As people and programs see it.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
