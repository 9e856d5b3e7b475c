package offhook.sip;

import gov.nist.javax.sip.header.extensions.MinSE;
import gov.nist.javax.sip.header.extensions.SessionExpires;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.Optional;
import java.util.OptionalInt;
import javax.sip.InvalidArgumentException;
import javax.sip.message.Message;

/// What a message says about the session timer (RFC 4028 §4, §5). A field that cannot be read says
/// nothing.
///
/// @param expiresSeconds Session-Expires
/// @param refresher its parameter
/// @param minSeconds Min-SE, 0 when there is none
/// @param supported whether the sender knows session timers
record TimerFields(
        OptionalInt expiresSeconds,
        Optional<Refresher> refresher,
        int minSeconds,
        boolean supported) {

    /// The option tag of RFC 4028.
    static final String TAG = "timer";

    /// Who sends the refreshes, by the part in the transaction that says so.
    enum Refresher {
        UAC("uac"),
        UAS("uas");

        private final String word;

        Refresher(String word) {
            this.word = word;
        }

        private static Optional<Refresher> of(String written) {
            for (Refresher refresher : values()) {
                if (refresher.word.equalsIgnoreCase(written)) {
                    return Optional.of(refresher);
                }
            }
            return Optional.empty();
        }
    }

    static TimerFields of(SIPMessage message) {
        OptionalInt expires = OptionalInt.empty();
        Optional<Refresher> refresher = Optional.empty();
        if (message.getHeader(SessionExpires.NAME) instanceof SessionExpires field) {
            expires = OptionalInt.of(field.getExpires());
            refresher = Refresher.of(String.valueOf(field.getRefresher()));
        }
        int min = message.getHeader(MinSE.NAME) instanceof MinSE field ? field.getExpires() : 0;
        return new TimerFields(expires, refresher, min, OptionTags.knows(message, TAG));
    }

    /// Writes Session-Expires.
    static void writeExpires(Message message, int seconds, Optional<Refresher> refresher) {
        try {
            SessionExpires field = new SessionExpires();
            field.setExpires(seconds);
            refresher.ifPresent(r -> field.setRefresher(r.word));
            message.setHeader(field);
        } catch (InvalidArgumentException e) {
            throw new IllegalStateException("a Session-Expires that JAIN-SIP refuses", e);
        }
    }

    /// Writes Min-SE.
    static void writeMin(Message message, int seconds) {
        try {
            MinSE field = new MinSE();
            field.setExpires(seconds);
            message.setHeader(field);
        } catch (InvalidArgumentException e) {
            throw new IllegalStateException("a Min-SE that JAIN-SIP refuses", e);
        }
    }
}
