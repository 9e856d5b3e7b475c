package offhook.sip;

import gov.nist.javax.sip.header.extensions.Replaces;
import gov.nist.javax.sip.header.extensions.ReplacesHeader;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.Iterator;
import java.util.Optional;
import offhook.config.TrunkConfig;

/// Whose place an INVITE takes (RFC 3891 §3). Pure but for the dialogs that live.
final class Replacement {

    private static final int DECLINED = 603;

    private Replacement() {}

    /// The leg that `Replaces` names; empty when the INVITE has none.
    ///
    /// @param trunk who sent the INVITE: only its own dialogs are there for it to take
    /// @throws SipRequestException what to answer when no such leg can be replaced
    static Optional<SipDialogLeg> of(SIPRequest invite, TrunkConfig trunk, Dialogs dialogs)
            throws SipRequestException {
        Iterator<?> fields = invite.getHeaders(Replaces.NAME);
        if (!fields.hasNext()) {
            return Optional.empty();
        }
        if (!(fields.next() instanceof ReplacesHeader wanted)
                || fields.hasNext()
                || wanted.getToTag() == null
                || wanted.getFromTag() == null) {
            throw SipRequestException.malformed("Replaces names one dialog, with both tags");
        }
        SipDialogLeg leg =
                dialogs.find(new Dialogs.Key(wanted.getCallId(), wanted.getFromTag()))
                        .filter(found -> found.isLocalTag(wanted.getToTag()))
                        .filter(found -> found.trunk().name().equals(trunk.name()))
                        .orElseThrow(() ->
                                SipRequestException.refused(
                                        481, "Replaces names no dialog of this trunk"));
        check(leg, wanted.getParameter("early-only") != null);
        return Optional.of(leg);
    }

    /// @param earlyOnly whether only a dialog may be replaced that is not answered yet
    /// @throws SipRequestException what to answer when the leg cannot be replaced now
    static void check(SipDialogLeg leg, boolean earlyOnly) throws SipRequestException {
        switch (leg.phase()) {
            case CONFIRMED -> {
                if (earlyOnly) {
                    throw SipRequestException.refused(486, "the dialog is answered already");
                }
            }
            case RINGING, ANSWERED ->
                    throw SipRequestException.refused(481, "the dialog is not established");
            case ENDING, ENDED -> throw SipRequestException.refused(DECLINED, "the dialog is over");
        }
    }
}
