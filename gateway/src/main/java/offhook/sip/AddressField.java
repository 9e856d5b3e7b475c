package offhook.sip;

/// The value of From, To, Contact, Route and their like: `name-addr` or `addr-spec` with parameters
/// (RFC 3261 §20.10).
///
/// @param uri the URI, checked
/// @param tag the `tag` parameter, empty when absent
record AddressField(String uri, String tag) {

    /// Reads and checks one value.
    static AddressField read(String value) throws SipRequestException {
        FieldCursor cursor = new FieldCursor(value);
        cursor.skipBlanks();
        String uri;
        if (value.indexOf('<') >= 0 || value.startsWith("\"")) {
            displayName(cursor);
            cursor.expect('<');
            uri = cursor.until(">");
            cursor.expect('>');
            UriSyntax.check(uri, true);
        } else {
            uri = cursor.until("; \t");
            // RFC 3261 §20: a URI with a comma, question mark or semicolon must be in brackets.
            if (uri.indexOf('?') >= 0 || uri.indexOf(',') >= 0) {
                throw SipRequestException.malformed("a URI that must stand in angle brackets");
            }
            UriSyntax.check(uri, false);
        }
        return new AddressField(uri, cursor.parameters("tag"));
    }

    private static void displayName(FieldCursor cursor) throws SipRequestException {
        if (cursor.peek() == '"') {
            cursor.quotedString();
            cursor.skipBlanks();
            return;
        }
        while (cursor.peek() != '<' && !cursor.atEnd()) {
            cursor.token();
            cursor.skipBlanks();
        }
    }
}
