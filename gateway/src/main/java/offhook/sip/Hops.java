package offhook.sip;

import gov.nist.javax.sip.message.SIPRequest;
import java.text.ParseException;
import java.util.Iterator;
import javax.sip.InvalidArgumentException;
import javax.sip.header.MaxForwardsHeader;
import javax.sip.header.ViaHeader;
import javax.sip.message.Request;
import offhook.call.CallId;

/// How far a call has come, so that none goes round for ever (RFC 3261 §16.3 items 3 and 4, §16.6
/// items 3 and 8, for a back-to-back user agent): Max-Forwards is counted down through the gateway,
/// and the branch of each INVITE of ours says how often the call has left us. A proxy that sends it
/// back leaves that branch standing in its Via; a call that left us twice already is refused. It is
/// let back in once, because it may well have been for another number by then (a spiral).
///
/// @param maxForwards how many more servers the call may pass
/// @param visits how often it has left this gateway
record Hops(int maxForwards, int visits) {

    /// A call that left us so often and is here again goes in a circle.
    static final int MAX_VISITS = 2;

    /// RFC 3261 §8.1.1.6.
    private static final Hops NONE = new Hops(70, 0);

    /// How far the call of an INVITE had come when it reached us.
    static Hops of(SIPRequest invite) {
        MaxForwardsHeader left = (MaxForwardsHeader) invite.getHeader(MaxForwardsHeader.NAME);
        int visits = 0;
        for (Iterator<?> vias = invite.getHeaders(ViaHeader.NAME); vias.hasNext(); ) {
            if (vias.next() instanceof ViaHeader via && via.getBranch() != null) {
                visits = Math.max(visits, Identifiers.visits(via.getBranch()));
            }
        }
        return new Hops(left == null ? NONE.maxForwards() : left.getMaxForwards(), visits);
    }

    /// How far an INVITE will have come that we send for a call: one hop further than the INVITE
    /// that opened it, if one did.
    static Hops leaving(Dialogs dialogs, CallId call) {
        return dialogs.incoming(call)
                .map(IncomingSipLeg::hops)
                .map(before -> new Hops(before.maxForwards() - 1, before.visits() + 1))
                .orElse(new Hops(NONE.maxForwards(), 1));
    }

    /// How often the call of an INVITE has left this gateway, by its Vias.
    static int visits(RawMessage invite) throws SipRequestException {
        int visits = 0;
        for (String field : invite.all("via")) {
            for (String via : SipGrammar.list(field)) {
                visits = Math.max(visits, Identifiers.visits(ViaField.read(via).branch()));
            }
        }
        return visits;
    }

    /// Writes it into an INVITE of ours.
    void mark(Request invite) {
        try {
            ((MaxForwardsHeader) invite.getHeader(MaxForwardsHeader.NAME))
                    .setMaxForwards(maxForwards);
            ((ViaHeader) invite.getHeader(ViaHeader.NAME))
                    .setBranch(Identifiers.nextBranch(visits));
        } catch (ParseException | InvalidArgumentException e) {
            throw new IllegalStateException("a branch or number that JAIN-SIP refuses", e);
        }
    }
}
