package offhook.sip;

import gov.nist.javax.sip.header.HeaderFactoryImpl;
import java.text.ParseException;
import java.util.Locale;
import javax.sip.message.Request;
import offhook.call.ReplacedDialog;

/// `Replaces` (RFC 3891 §6.1) on its way from the URI of a REFER into an INVITE of ours: what is
/// written is made of what was understood, never copied. Pure.
final class ReplacesField {

    static final String NAME = "Replaces";

    /// Of the whole value, unescaped; what PBXs send has about 120.
    static final int MAX_CHARS = 512;

    /// What a word may hold besides what a token may (RFC 3261 §25.1), but for the brackets, quotes
    /// and backslashes that no Call-ID needs and some parser may trip over.
    private static final String WORD_MARKS = "():/[]?{}";

    private ReplacesField() {}

    /// Reads the value of a URI's header field.
    ///
    /// @param escaped as it stands in the URI
    /// @throws SipRequestException 400 when it is not exactly a Call-ID and the two tags
    static ReplacedDialog read(String escaped) throws SipRequestException {
        if (escaped.length() > 3 * MAX_CHARS) {
            throw SipRequestException.malformed("a Replaces that is too long");
        }
        String value = PartyReader.unescape(escaped);
        if (value.length() > MAX_CHARS) {
            throw SipRequestException.malformed("a Replaces that is too long");
        }
        String[] parts = value.split(";", -1);
        checkCallId(parts[0]);
        String toTag = "";
        String fromTag = "";
        boolean earlyOnly = false;
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            String name = equals < 0 ? parts[i] : parts[i].substring(0, equals);
            String said = equals < 0 ? "" : parts[i].substring(equals + 1);
            if (!SipGrammar.isToken(name) || (equals >= 0 && !SipGrammar.isToken(said))) {
                throw SipRequestException.malformed("a parameter of Replaces that is none");
            }
            switch (name.toLowerCase(Locale.ROOT)) {
                case "to-tag" -> toTag = once(toTag, said);
                case "from-tag" -> fromTag = once(fromTag, said);
                case "early-only" -> earlyOnly = true;
                default -> {} // RFC 3261 §7.3.1: what is not known is ignored.
            }
        }
        if (toTag.isEmpty() || fromTag.isEmpty()) {
            throw SipRequestException.malformed("Replaces names one dialog, with both tags");
        }
        return new ReplacedDialog(parts[0], toTag, fromTag, earlyOnly);
    }

    private static String once(String before, String said) throws SipRequestException {
        if (!before.isEmpty() || said.isEmpty()) {
            throw SipRequestException.malformed("a tag of Replaces twice, or empty");
        }
        return said;
    }

    /// `word ["@" word]` (RFC 3261 §25.1).
    private static void checkCallId(String callId) throws SipRequestException {
        int at = callId.indexOf('@');
        boolean known =
                at < 0
                        ? isWord(callId)
                        : isWord(callId.substring(0, at)) && isWord(callId.substring(at + 1));
        if (!known) {
            throw SipRequestException.malformed("a Call-ID in Replaces that is none");
        }
    }

    private static boolean isWord(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c ->
                                SipGrammar.isTokenChar((char) c) || WORD_MARKS.indexOf(c) >= 0);
    }

    /// Has an INVITE take the place of a dialog.
    static void write(Request invite, ReplacedDialog dialog) {
        String value =
                dialog.callId()
                        + ";to-tag="
                        + dialog.toTag()
                        + ";from-tag="
                        + dialog.fromTag()
                        + (dialog.earlyOnly() ? ";early-only" : "");
        try {
            invite.setHeader(new HeaderFactoryImpl().createHeader(NAME, value));
        } catch (ParseException e) {
            throw new IllegalStateException("a Replaces that JAIN-SIP refuses", e);
        }
    }
}
