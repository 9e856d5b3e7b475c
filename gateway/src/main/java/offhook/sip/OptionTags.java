package offhook.sip;

import gov.nist.javax.sip.header.Require;
import gov.nist.javax.sip.header.Supported;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.sip.header.RequireHeader;
import javax.sip.header.SupportedHeader;
import javax.sip.message.Message;
import offhook.config.CallSetUp.Reliable;
import offhook.config.TrunkConfig;

/// The extensions of SIP by their option tags (RFC 3261 §19.2). Pure.
final class OptionTags {

    /// Provisional responses that are confirmed (RFC 3262).
    static final String RELIABLE = "100rel";

    /// A call that takes the place of another (RFC 3891).
    static final String REPLACES = "replaces";

    /// REFER of which its sender wants to hear nothing more (RFC 4488).
    static final String NO_REFER_SUBSCRIPTION = "norefersub";

    private OptionTags() {}

    /// What is served toward a trunk, as `Supported` lists it.
    static String served(TrunkConfig trunk) {
        return String.join(", ", tags(trunk));
    }

    private static List<String> tags(TrunkConfig trunk) {
        List<String> tags = new ArrayList<>(List.of(TimerFields.TAG));
        if (trunk.setUp().reliable() != Reliable.OFF) {
            tags.add(RELIABLE);
        }
        tags.add(REPLACES);
        if (trunk.transfers().acceptRefer()) {
            tags.add(NO_REFER_SUBSCRIPTION);
        }
        return tags;
    }

    /// Whether an extension is served toward a trunk.
    static boolean serves(TrunkConfig trunk, String tag) {
        return tags(trunk).stream().anyMatch(tag::equalsIgnoreCase);
    }

    /// Whether a message requires an extension.
    static boolean requires(Message message, String tag) {
        return in(message.getHeaders(RequireHeader.NAME), tag);
    }

    /// Whether the sender of a message knows an extension.
    static boolean knows(Message message, String tag) {
        return requires(message, tag) || in(message.getHeaders(SupportedHeader.NAME), tag);
    }

    private static boolean in(Iterator<?> fields, String wanted) {
        while (fields.hasNext()) {
            String tag =
                    switch (fields.next()) {
                        case SupportedHeader field -> field.getOptionTag();
                        case RequireHeader field -> field.getOptionTag();
                        default -> "";
                    };
            if (wanted.equalsIgnoreCase(tag)) {
                return true;
            }
        }
        return false;
    }

    /// Writes `Supported`.
    static void writeServed(Message message, TrunkConfig trunk) {
        message.setHeader(new Supported(served(trunk)));
    }

    /// Adds to `Require`.
    static void require(Message message, String tag) {
        try {
            Require field = new Require();
            field.setOptionTag(tag);
            message.addHeader(field);
        } catch (ParseException e) {
            throw new IllegalStateException("a Require that JAIN-SIP refuses", e);
        }
    }
}
