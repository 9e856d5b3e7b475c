package offhook.doctor;

import java.util.OptionalInt;

/// A line of a call's time line.
///
/// @param leg which leg; empty: the whole call
record Happening(long atNanos, OptionalInt leg, String text) {}
