package offhook.sip;

import javax.sip.header.FromHeader;
import javax.sip.message.Request;
import offhook.call.CallIntake;
import offhook.call.IncomingCall;
import offhook.call.TurnedAway;
import offhook.config.TrunkConfig;
import org.jspecify.annotations.Nullable;

/// Tells of INVITEs of trunks that were answered without becoming calls, those of the gateway to
/// itself aside. Any thread.
final class RefusedInvites {

    /// The reason of what is malformed, or asks for what is not served.
    static final String UNSERVED = "bad-request";

    /// The reason of what is longer, or has more of something, than is read here.
    static final String TOO_LARGE = "too-large";

    /// Written once, before the first message arrives; nobody is told before.
    private volatile @Nullable CallIntake intake;

    /// Whom to tell.
    void tell(CallIntake listener) {
        intake = listener;
    }

    /// One that nobody but the front door has read.
    ///
    /// @param reason a stable lower-case key
    /// @param status what was answered; 0: nothing
    void add(RawMessage invite, TrunkConfig trunk, String reason, int status, String why) {
        CallIntake listener = intake;
        if (listener != null && !trunk.name().equals(IncomingCall.PROBE)) {
            listener.turnedAway(
                    trunk.name(),
                    () ->
                            TurnedAway.of(
                                    trunk.name(),
                                    caller(invite),
                                    number(invite.startLine().split(" ", -1)[1]),
                                    reason,
                                    status,
                                    why));
        }
    }

    /// One that is malformed, or asks for what is not served.
    void add(RawMessage invite, TrunkConfig trunk, SipRequestException why) {
        StringBuilder said = new StringBuilder(why.explanation());
        why.answerHeaders()
                .forEach(each ->
                        said.append("; ").append(each.name()).append(": ").append(each.value()));
        String reason = why.isTooLarge() ? TOO_LARGE : UNSERVED;
        add(invite, trunk, reason, why.verdict().sipStatus(), LogText.of(said.toString()));
    }

    /// One that JAIN-SIP has read.
    ///
    /// @param reason a stable lower-case key
    void add(Request invite, TrunkConfig trunk, String reason, int status, String why) {
        CallIntake listener = intake;
        if (listener != null && !trunk.name().equals(IncomingCall.PROBE)) {
            listener.turnedAway(
                    trunk.name(),
                    () ->
                            TurnedAway.of(
                                    trunk.name(),
                                    caller(invite),
                                    number(invite.getRequestURI().toString()),
                                    reason,
                                    status,
                                    why));
        }
    }

    private static String caller(Request invite) {
        return invite.getHeader(FromHeader.NAME) instanceof FromHeader from
                ? number(from.getAddress().getURI().toString())
                : "";
    }

    private static String caller(RawMessage invite) {
        try {
            return number(AddressField.read(invite.first("from").orElse("")).uri());
        } catch (SipRequestException _) {
            return "";
        }
    }

    private static String number(String uri) {
        try {
            return PartyReader.number(uri);
        } catch (SipRequestException _) {
            return "";
        }
    }
}
