package offhook.sip;

/// One value of Via (RFC 3261 §20.42).
///
/// @param protocol `SIP/2.0/UDP`
/// @param sentBy host and port as written
/// @param branch the transaction's identity, empty when absent
record ViaField(String protocol, String sentBy, String branch) {

    /// What every branch of RFC 3261 starts with (§8.1.1.7).
    static final String MAGIC_COOKIE = "z9hG4bK";

    /// Reads and checks one value.
    static ViaField read(String value) throws SipRequestException {
        FieldCursor cursor = new FieldCursor(value);
        ViaField start = readSentBy(cursor);
        return new ViaField(start.protocol(), start.sentBy(), cursor.parameters("branch"));
    }

    /// Reads a value up to its parameters only, which is what a response needs at least.
    static ViaField readSentBy(String value) throws SipRequestException {
        return readSentBy(new FieldCursor(value));
    }

    private static ViaField readSentBy(FieldCursor cursor) throws SipRequestException {
        StringBuilder protocol = new StringBuilder();
        for (int part = 0; part < 3; part++) {
            cursor.skipBlanks();
            protocol.append(part == 0 ? "" : "/").append(cursor.token());
            cursor.skipBlanks();
            if (part < 2) {
                cursor.expect('/');
            }
        }
        if (!protocol.toString().regionMatches(true, 0, "SIP/2.0/", 0, 8)) {
            throw SipRequestException.malformed("a Via of another protocol");
        }
        String host = cursor.hostPort();
        return new ViaField(protocol.toString(), host, "");
    }

    /// Whether the branch claims to be one of RFC 3261 and then identifies nothing. A Via without a
    /// branch is one of RFC 2543, whose transactions are matched by other fields.
    boolean isCookieOnly() {
        return branch.equalsIgnoreCase(MAGIC_COOKIE);
    }
}
