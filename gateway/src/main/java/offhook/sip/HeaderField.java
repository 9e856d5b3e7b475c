package offhook.sip;

/// One header field (RFC 3261 §7.3), unfolded, one character a byte (ISO 8859-1), so that what is
/// copied into a response keeps its bytes.
///
/// @param name lower-case long form, `via` for `v`
/// @param value without white space around it
record HeaderField(String name, String value) {}
