package offhook.sipws;

import java.util.Map;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.sdp.SessionDescription;
import offhook.sip.WireMessage;
import org.jspecify.annotations.Nullable;

/// The leg of an agent who calls somebody with a phone.
final class DialledLeg extends PhoneLeg {

    private final DialledCall call;
    private Map<String, String> answerHeaders = Map.of();

    DialledLeg(PhoneDesk desk, LegId id, Phone phone, WireMessage invite, String contact) {
        super(desk, id, phone.agent());
        this.call = new DialledCall(phone, this, invite, contact);
    }

    // --- the call's thread

    @Override
    public void alert(SessionDescription local) {
        post(() -> {
            if (lives()) {
                call.ringing();
            }
        });
    }

    @Override
    public void progress(SessionDescription local) {
        post(() -> {
            if (lives()) {
                call.progress(local);
            }
        });
    }

    @Override
    public void answeredWith(Map<String, String> headers) {
        post(() -> answerHeaders = headers);
    }

    @Override
    public void answer(SessionDescription local) {
        post(() -> {
            if (lives()) {
                call.accept(local, answerHeaders);
            }
        });
    }

    // --- the desk's owner

    void trying() {
        call.trying();
    }

    @Override
    EndCause.By side() {
        return EndCause.By.CALLER;
    }

    @Override
    @Nullable PhoneCall talking() {
        return call;
    }

    @Override
    void sayGoodbye(EndCause cause) {
        call.hangUp(cause);
    }

    /// Nothing: the phone holds the call, and has the grace time to come back for it.
    @Override
    void onPhoneGone(Phone phone) {}
}
