package offhook.selftest;

/// What a check found.
///
/// @param severity how much it matters
/// @param check which check, such as `ports`
/// @param where which setting, file, address or trunk
/// @param what in words
/// @param remedy what to do, in one sentence; empty where nothing need be done
public record Finding(Severity severity, String check, String where, String what, String remedy) {}
