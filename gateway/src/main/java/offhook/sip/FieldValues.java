package offhook.sip;

import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/// The values of header fields as text, whether JAIN-SIP can read the field or not, and however its
/// name is written: in whatever case, short (RFC 3261 §7.3.3), or with a blank before the colon,
/// which JAIN-SIP takes for a part of the name.
final class FieldValues {

    private static final int MAX_VALUES = 16;

    private FieldValues() {}

    /// The values of a field that is a list, wherever its commas and lines are; no more than 16.
    static List<String> list(SIPMessage message, String name) {
        List<String> values = new ArrayList<>();
        for (String line : lines(message, name)) {
            for (String value : SipGrammar.list(line)) {
                if (!value.isEmpty() && values.size() < MAX_VALUES) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    /// What stands after the colon, once for each time that the field is there; no more than 16.
    static List<String> lines(SIPMessage message, String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        List<String> lines = new ArrayList<>();
        Iterator<String> names = message.getHeaderNames();
        while (names.hasNext()) {
            String written = names.next();
            if (canonical(written).equals(wanted)) {
                Iterator<SIPHeader> fields = message.getHeaders(written);
                while (fields.hasNext()) {
                    add(lines, fields.next().encode());
                }
            }
        }
        Iterator<String> unread = message.getUnrecognizedHeaders();
        while (unread.hasNext()) {
            String line = unread.next();
            int colon = Math.max(0, line.indexOf(':'));
            if (canonical(line.substring(0, colon)).equals(wanted)) {
                add(lines, line);
            }
        }
        return lines;
    }

    /// The name that a field goes by, in lower case.
    static String canonical(String written) {
        return HeaderNames.canonical(written.strip());
    }

    private static void add(List<String> lines, String field) {
        if (lines.size() < MAX_VALUES) {
            lines.add(field.substring(field.indexOf(':') + 1).strip());
        }
    }
}
