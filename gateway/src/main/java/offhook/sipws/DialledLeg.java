package offhook.sipws;

import java.util.Map;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.runtime.Owner;
import offhook.sdp.SessionDescription;
import offhook.sip.WireMessage;
import org.jspecify.annotations.Nullable;

/// The leg of an agent who calls somebody with a phone. Nobody waits for its media before the call
/// is answered, as a phone connects only with the answer (or with what comes before it); a phone
/// whose media does not stand soon after is hung up on.
final class DialledLeg extends PhoneLeg {

    private final DialledCall call;
    private boolean stands;
    private Owner.@Nullable Deadline connectOverdue;
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
                awaitMedia();
            }
        });
    }

    @Override
    public void mediaMoved() {
        post(() -> {
            stands = true;
            forgetMedia();
        });
    }

    // --- the desk's owner

    void trying() {
        call.trying();
    }

    private void awaitMedia() {
        if (!stands && connectOverdue == null) {
            connectOverdue =
                    desk().owner()
                            .schedule(
                                    desk().connect().toNanos(),
                                    () -> failed(EndCause.mediaTimeout()));
        }
    }

    private void forgetMedia() {
        Owner.Deadline deadline = connectOverdue;
        connectOverdue = null;
        if (deadline != null) {
            deadline.cancel();
        }
    }

    @Override
    void onOver() {
        forgetMedia();
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
