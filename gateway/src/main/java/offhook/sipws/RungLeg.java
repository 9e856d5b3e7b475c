package offhook.sipws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.LegId;
import offhook.sdp.SessionDescription;
import org.jspecify.annotations.Nullable;

/// A call that rings an agent's phones: each has an INVITE of its own, the first that answers has
/// the call.
final class RungLeg extends PhoneLeg {

    private final IncomingCall incoming;
    private final Map<Phone, RungCall> ringing = new LinkedHashMap<>();
    private @Nullable RungCall answered;

    /// Our offer, once it is made; phones that come earlier wait for it.
    private Optional<SessionDescription> local = Optional.empty();

    RungLeg(PhoneDesk desk, LegId id, String agent, IncomingCall incoming, CallInbox inbox) {
        super(desk, id, agent);
        this.incoming = incoming;
        bind(inbox);
    }

    // --- the call's thread

    /// Nothing: the one who was called hears no ringing.
    @Override
    public void alert(SessionDescription local) {}

    /// Nothing: the one who was called hears nothing before it answers.
    @Override
    public void progress(SessionDescription local) {}

    /// Nothing: our description is what the phone answered.
    @Override
    public void answer(SessionDescription local) {}

    @Override
    public void offered(SessionDescription description) {
        post(() -> {
            local = Optional.of(description);
            ringing.values().forEach(call -> call.invite(description));
        });
    }

    // --- the desk's owner

    @Override
    EndCause.By side() {
        return EndCause.By.CALLEE;
    }

    @Override
    @Nullable PhoneCall talking() {
        return answered;
    }

    /// Rings one more phone.
    void ring(Phone phone) {
        if (lives() && answered == null && !ringing.containsKey(phone)) {
            RungCall call = new RungCall(phone, this, incoming);
            ringing.put(phone, call);
            local.ifPresent(call::invite);
        }
    }

    /// Asks for our offer, without which no phone can be rung.
    void wantOffer() {
        if (!offer(new CallInput.OfferWanted(id()))) {
            failed(overloaded());
        }
    }

    /// A phone shows the call.
    void onAlerting() {
        if (lives() && answered == null) {
            offer(new CallInput.LegAlerting(id()));
        }
    }

    /// A phone answered.
    ///
    /// @param answer its description
    /// @return false when it rang there no more
    boolean onAccepted(RungCall by, SessionDescription answer) {
        if (!lives() || answered != null || ringing.remove(by.phone()) == null) {
            return false;
        }
        answered = by;
        cancelAll(EndCauses.answeredElsewhere());
        if (!offer(new CallInput.LegAccepted(id(), Optional.of(answer), true, Map.of()))) {
            failed(overloaded());
        }
        return true;
    }

    /// A phone will not have the call.
    ///
    /// @param byUser whether it was its user who said so, who then is called no more
    void onRefused(RungCall by, boolean byUser, EndCause cause) {
        ringing.remove(by.phone());
        if (answered == null && (byUser || ringing.isEmpty())) {
            failed(cause);
        }
    }

    @Override
    void onPhoneGone(Phone phone) {
        RungCall call = ringing.remove(phone);
        if (call != null) {
            call.cancel(EndCauses.offline());
            if (answered == null && ringing.isEmpty()) {
                failed(EndCauses.offline());
            }
        }
    }

    @Override
    void sayGoodbye(EndCause cause) {
        cancelAll(cause);
        RungCall call = answered;
        if (call != null) {
            call.hangUp(cause);
        }
    }

    private void cancelAll(EndCause cause) {
        List<RungCall> all = new ArrayList<>(ringing.values());
        ringing.clear();
        all.forEach(call -> call.cancel(cause));
    }
}
