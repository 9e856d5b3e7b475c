package offhook.sip;

import gov.nist.javax.sip.message.SIPRequest;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sip.InvalidArgumentException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.address.SipURI;
import javax.sip.header.ContactHeader;
import javax.sip.message.Response;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.config.TrunkConfig;
import offhook.sdp.SessionDescription;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What one dialog answers to the requests of its peer (RFC 3261 §12.2.2, §13.3). Any thread;
/// decides nothing. What cannot be sent because the transaction is gone is noted only: the end of
/// it comes as an event of its own.
final class DialogReplies {

    private static final Logger LOG = LogManager.getLogger(DialogReplies.class);
    private static final int RETRY_AFTER_SECONDS = 5;

    private final LegId leg;
    private final TrunkConfig trunk;
    private final SipMessages messages;
    private final String localTag;
    private final Supplier<ContactHeader> contact;

    /// @param localTag our tag, in every response
    /// @param contact our end of the dialog
    DialogReplies(
            LegId leg,
            TrunkConfig trunk,
            SipMessages messages,
            String localTag,
            Supplier<ContactHeader> contact) {
        this.leg = leg;
        this.trunk = trunk;
        this.messages = messages;
        this.localTag = localTag;
        this.contact = contact;
    }

    private ContactHeader contact() {
        return contact.get();
    }

    /// By which the peer knows us.
    static String host(ContactHeader contact) {
        return ((SipURI) contact.getAddress().getURI()).getHost();
    }

    void trying(ServerTransaction transaction) {
        send(transaction, messages.trying(transaction.getRequest()));
    }

    void ringing(ServerTransaction invite) {
        Response ringing = response(invite, Response.RINGING);
        messages.addContact(ringing, contact());
        send(invite, ringing);
    }

    /// 183 with our description: what comes before the answer can be heard (RFC 3960).
    void progress(ServerTransaction invite, SessionDescription description) {
        Response progress = response(invite, Response.SESSION_PROGRESS);
        messages.addContact(progress, contact());
        messages.describe(progress, description);
        send(invite, progress);
    }

    /// A provisional response that the peer confirms (RFC 3262 §3).
    ///
    /// @param number its RSeq
    void reliable(
            ServerTransaction invite,
            int status,
            long number,
            Optional<SessionDescription> description) {
        Response provisional = response(invite, status);
        messages.addContact(provisional, contact());
        messages.number(provisional, number);
        description.ifPresent(d -> messages.describe(provisional, d));
        send(invite, provisional);
    }

    /// 200 to re-INVITE or UPDATE (RFC 3261 §14.2), with a description if there is one to give.
    boolean accept(
            ServerTransaction transaction,
            Optional<SessionDescription> description,
            SessionKeeper session) {
        return accept(transaction, description, session, _ -> {});
    }

    /// 200 to INVITE, re-INVITE or UPDATE (RFC 3261 §13.3.1.4), with a description if there is one
    /// to give.
    ///
    /// @param session says what of the session timer belongs into it
    /// @param more writes whatever else belongs into it
    /// @return false when it could not be sent
    boolean accept(
            ServerTransaction transaction,
            Optional<SessionDescription> description,
            SessionKeeper session,
            Consumer<Response> more) {
        Response ok = response(transaction, Response.OK);
        messages.addContact(ok, contact());
        messages.addCapabilities(ok, trunk);
        session.answers((SIPRequest) transaction.getRequest(), ok);
        description.ifPresent(d -> messages.describe(ok, d));
        more.accept(ok);
        return send(transaction, ok);
    }

    /// A response without anything more to say.
    void answer(ServerTransaction transaction, int status) {
        send(transaction, response(transaction, status));
    }

    /// 200 with a description and nothing more to say.
    void answer(ServerTransaction transaction, SessionDescription description) {
        Response ok = response(transaction, Response.OK);
        messages.describe(ok, description);
        send(transaction, ok);
    }

    /// A final refusal with its Q.850 cause.
    void refuse(ServerTransaction transaction, int status, EndCause cause) {
        Response refusal = response(transaction, status);
        messages.reason(cause).ifPresent(refusal::setHeader);
        CopiedHeaders.write(refusal, cause.headers(), trunk.identity().out());
        if (!cause.detail().isEmpty()) {
            addWarning(refusal, cause.detail());
        }
        addRetryAfter(refusal);
        send(transaction, refusal);
    }

    /// A final refusal with words for the people at the other end.
    void refuse(ServerTransaction transaction, int status, String why) {
        Response refusal = response(transaction, status);
        addWarning(refusal, why);
        addRetryAfter(refusal);
        send(transaction, refusal);
    }

    private void addWarning(Response refusal, String why) {
        messages.addWarning(refusal, host(contact()), why);
    }

    /// RFC 3261 §14.2: another offer is being answered; come back after a random while.
    void refuseOverlap(ServerTransaction transaction) {
        Response refusal = response(transaction, Response.SERVER_INTERNAL_ERROR);
        messages.addRetryAfter(refusal, ThreadLocalRandom.current().nextInt(11));
        send(transaction, refusal);
    }

    /// 422: the session interval that was asked for is too short (RFC 4028 §6).
    void refuseTooShort(ServerTransaction transaction, int minSeconds) {
        Response refusal = response(transaction, SessionKeeper.SESSION_INTERVAL_TOO_SMALL);
        TimerFields.writeMin(refusal, minSeconds);
        send(transaction, refusal);
    }

    /// 202 to a REFER (RFC 3515 §2.4.2).
    void takeRefer(ServerTransaction refer, boolean subscribed) {
        Response accepted = response(refer, Response.ACCEPTED);
        messages.addContact(accepted, contact());
        if (!subscribed) {
            messages.addNoSubscription(accepted);
        }
        send(refer, accepted);
    }

    private void addRetryAfter(Response refusal) {
        if (refusal.getStatusCode() == Response.SERVICE_UNAVAILABLE) {
            messages.addRetryAfter(refusal, RETRY_AFTER_SECONDS);
        }
    }

    private Response response(ServerTransaction transaction, int status) {
        return messages.response(transaction.getRequest(), status, localTag);
    }

    private boolean send(ServerTransaction transaction, Response response) {
        String method = transaction.getRequest().getMethod();
        try {
            transaction.sendResponse(response);
            LOG.debug("sent status={} method={} leg={}", response.getStatusCode(), method, leg);
            return true;
        } catch (SipException | InvalidArgumentException e) {
            LOG.debug("not sent status={} method={}", response.getStatusCode(), method, e);
            return false;
        }
    }
}
