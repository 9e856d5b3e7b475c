package offhook.sip;

import gov.nist.javax.sip.header.ExtensionHeaderImpl;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.sip.header.Header;
import javax.sip.message.Message;
import offhook.config.HeaderAllowList;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Copies header fields that an allow-list names, out of messages and into them. Any thread; pure
/// but for the message that is written to. A field that is there more than once is one with commas
/// (RFC 3261 §7.3.1).
final class CopiedHeaders {

    private static final Logger LOG = LogManager.getLogger(CopiedHeaders.class);

    /// Most fields, longest value, and most text of one message, each of which a trunk or a page
    /// could drive up.
    static final int MAX_FIELDS = 16;

    static final int MAX_VALUE_CHARS = 512;
    static final int MAX_CHARS = 2048;

    private CopiedHeaders() {}

    /// What of a message is copied, in its order. What goes beyond the bounds is left out.
    static Map<String, String> read(Message message, HeaderAllowList allowed) {
        return read(Map.of(), message, allowed);
    }

    /// As [#read], with fields that are named elsewhere and go before those of the message.
    static Map<String, String> read(
            Map<String, String> named, Message message, HeaderAllowList allowed) {
        if (allowed.names().isEmpty() || !(message instanceof SIPMessage source)) {
            return Map.of();
        }
        Copies copies = new Copies(allowed);
        named.forEach((name, value) -> copies.add(name, () -> value));
        Iterator<String> names = source.getHeaderNames();
        while (names.hasNext()) {
            String name = names.next();
            copies.add(
                    name,
                    () ->
                            String.join(
                                    ", ", FieldValues.lines(source, FieldValues.canonical(name))));
        }
        return copies.fields;
    }

    /// Fields that were let in, within the bounds.
    private static final class Copies {
        private final HeaderAllowList allowed;
        private final Map<String, String> fields = new LinkedHashMap<>();
        private final Set<String> seen = new HashSet<>();
        private int room = MAX_CHARS;

        Copies(HeaderAllowList allowed) {
            this.allowed = allowed;
        }

        void add(String written, Supplier<String> text) {
            String name = FieldValues.canonical(written);
            String plain = written.strip();
            Optional<String> copied = allowed.copies(plain.length() == 1 ? name : plain);
            if (room < 0 || fields.size() == MAX_FIELDS || copied.isEmpty() || !seen.add(name)) {
                return;
            }
            String value = PeerText.of(text.get(), MAX_VALUE_CHARS);
            room -= copied.get().length() + value.length();
            if (room >= 0) {
                fields.put(copied.get(), value);
            }
        }
    }

    /// Adds to a message what may go out. A value that is not one line of printable ASCII is left
    /// out: what a peer makes of anything else nobody knows.
    static void write(Message message, Map<String, String> fields, HeaderAllowList allowed) {
        int left = MAX_FIELDS;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            Optional<String> name = allowed.copies(field.getKey());
            if (name.isPresent() && isPlain(field.getValue()) && left-- > 0) {
                message.setHeader(header(name.get(), field.getValue()));
            } else {
                LOG.debug("not copied header={}", LogText.of(field.getKey()));
            }
        }
    }

    /// Not by JAIN-SIP's factory, which would parse what it knows: the text is not ours to judge.
    private static Header header(String name, String value) {
        ExtensionHeaderImpl header = new ExtensionHeaderImpl(name);
        header.setValue(value);
        return header;
    }

    private static boolean isPlain(String value) {
        return !value.isBlank()
                && value.length() <= MAX_VALUE_CHARS
                && value.chars().allMatch(c -> c >= ' ' && c <= '~');
    }
}
