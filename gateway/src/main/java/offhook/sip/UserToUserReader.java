package offhook.sip;

import gov.nist.javax.sip.message.SIPMessage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.call.UserToUser;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Reads User-to-User (RFC 7433).
final class UserToUserReader {

    private static final Logger LOG = LogManager.getLogger(UserToUserReader.class);

    /// Twice what ISDN carries as hex digits (RFC 7434 §7).
    private static final int MAX_DATA_CHARS = 512;

    private UserToUserReader() {}

    /// The first that can be read.
    static Optional<UserToUser> read(SIPMessage message) {
        return first(FieldValues.list(message, "User-to-User"));
    }

    /// The first of these that can be read.
    static Optional<UserToUser> first(List<String> values) {
        for (String value : values) {
            try {
                return Optional.of(read(value));
            } catch (SipRequestException e) {
                // Two kinds of it may be there (RFC 7433 §4.1): the next may do.
                LOG.debug("user-to-user not read because={}", e.explanation());
            }
        }
        return Optional.empty();
    }

    private static UserToUser read(String value) throws SipRequestException {
        FieldCursor cursor = new FieldCursor(value);
        String data =
                cursor.peek() == '"'
                        ? FieldCursor.unquoted(cursor.quotedString())
                        : cursor.until("; \t");
        if (data.isEmpty() || data.length() > MAX_DATA_CHARS) {
            throw SipRequestException.malformed("user-to-user information of a wrong length");
        }
        Map<String, String> parameters = cursor.parameters();
        String encoding = word(parameters, "encoding");
        return new UserToUser(
                PeerText.of(data, MAX_DATA_CHARS),
                encoding,
                word(parameters, "content"),
                word(parameters, "purpose"),
                text(data, encoding));
    }

    private static String word(Map<String, String> parameters, String name) {
        return PeerText.of(parameters.getOrDefault(name, ""), 64);
    }

    /// Without a word of it, digits that come in pairs are hex, as they are between most systems.
    private static String text(String data, String encoding) {
        if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("hex")) {
            return "";
        }
        byte[] bytes;
        try {
            bytes = HexFormat.of().parseHex(data);
        } catch (IllegalArgumentException e) {
            return encoding.isEmpty() ? PeerText.of(data, MAX_DATA_CHARS) : "";
        }
        // Q.931 §4.5.30: ISDN puts an octet before it that says how the rest is to be read.
        int start = bytes[0] >= 0 && bytes[0] < ' ' ? 1 : 0;
        return utf8(ByteBuffer.wrap(bytes, start, bytes.length - start));
    }

    private static String utf8(ByteBuffer bytes) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return PeerText.of(text, MAX_DATA_CHARS).equals(text) ? text : "";
        } catch (CharacterCodingException e) {
            return "";
        }
    }
}
