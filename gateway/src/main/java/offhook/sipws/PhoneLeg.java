package offhook.sipws;

import java.util.Optional;
import java.util.function.Consumer;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.Party;
import offhook.call.Target;
import offhook.call.TransferReport;
import offhook.sdp.SessionDescription;
import org.jspecify.annotations.Nullable;

/// The leg of a call toward phones of one agent: [RungLeg] or [DialledLeg].
///
/// The methods of [Leg] are called on the call's thread and post to the desk's owner, which owns
/// everything else. [CallInput.LegEnded] is offered at most once, and not when the call itself
/// ended the leg.
abstract sealed class PhoneLeg implements Leg permits RungLeg, DialledLeg {

    private final PhoneDesk desk;
    private final LegId id;
    private final String agent;
    private @Nullable CallInbox inbox;
    private boolean over;

    PhoneLeg(PhoneDesk desk, LegId id, String agent) {
        this.desk = desk;
        this.id = id;
        this.agent = agent;
    }

    final PhoneDesk desk() {
        return desk;
    }

    final LegId id() {
        return id;
    }

    final String agent() {
        return agent;
    }

    // --- the call's thread

    @Override
    public void connected() {}

    @Override
    public final void answerUpdate(SessionDescription local) {
        post(() -> talking(call -> call.answerUpdate(local)));
    }

    @Override
    public final void refuseUpdate(EndCause cause) {
        post(() -> talking(call -> call.refuseUpdate(cause)));
    }

    @Override
    public final void showDigit(char digit) {
        desk.owner().post(() -> talking(call -> call.showDigit(digit)));
    }

    /// A phone is shown digits, see [#showDigit]; none is sent to it.
    @Override
    public final boolean takesDigits() {
        return false;
    }

    @Override
    public final void sendDigit(char digit, int durationMillis) {}

    @Override
    public final void transferring(TransferReport report) {
        post(() -> talking(call -> call.transferring(report)));
    }

    /// Nothing: whoever waits hears music.
    @Override
    public final void holding(boolean mine, boolean theirs) {}

    /// Nothing: the libraries of browsers take no notice of a new identity in a dialog.
    @Override
    public final void talksTo(Party party) {}

    /// A phone in a browser reaches nobody but us.
    @Override
    public final void refer(Target.Trunk target, Optional<Leg> replaced, Enclosed enclosed) {
        post(() ->
                offer(
                        new CallInput.ReferOver(
                                id,
                                true,
                                EndCause.gateway(
                                        "no-refer", 501, 79, "a browser calls nobody itself"))));
    }

    @Override
    public final void end(EndCause cause) {
        desk.owner()
                .postEnding(() -> {
                    if (isOver()) {
                        sayGoodbye(cause);
                    }
                });
    }

    final void post(Runnable command) {
        if (!desk.owner().post(command)) {
            desk.owner().postEnding(() -> failed(overloaded()));
        }
    }

    // --- the desk's owner

    /// Names the call that the leg reports to.
    final void bind(CallInbox call) {
        inbox = call;
    }

    final boolean offer(CallInput input) {
        CallInbox call = inbox;
        return call != null && call.offer(input);
    }

    /// Which part the agent has in the call.
    abstract EndCause.By side();

    /// The dialog that the agent talks in, once there is one.
    abstract @Nullable PhoneCall talking();

    /// Refuses, cancels or hangs up: whatever ends the leg in its state.
    abstract void sayGoodbye(EndCause cause);

    /// A phone has no socket, or no right to calls, any more.
    abstract void onPhoneGone(Phone phone);

    private void talking(Consumer<PhoneCall> action) {
        PhoneCall call = talking();
        if (!over && call != null) {
            action.accept(call);
        }
    }

    /// Whether the leg lives on.
    final boolean lives() {
        return !over;
    }

    /// The leg is over by now.
    void onOver() {}

    /// Marks the leg as over.
    ///
    /// @return whether that is news
    private boolean isOver() {
        if (over) {
            return false;
        }
        over = true;
        onOver();
        desk.onLegOver(this);
        return true;
    }

    /// The leg ends by something else than the call, and the phone does not know yet.
    final void failed(EndCause cause) {
        if (isOver()) {
            sayGoodbye(cause);
            offer(new CallInput.LegEnded(id, cause));
        }
    }

    /// The phone ended the leg.
    final void ended(EndCause cause) {
        if (isOver()) {
            offer(new CallInput.LegEnded(id, cause));
        }
    }

    static EndCause overloaded() {
        return EndCause.gateway("overloaded", 503, 42, "the gateway is overloaded");
    }
}
