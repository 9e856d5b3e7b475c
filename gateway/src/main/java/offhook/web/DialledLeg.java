package offhook.web;

import java.util.Map;
import java.util.Optional;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.Party;
import offhook.call.Target;
import offhook.call.TransferReport;
import offhook.sdp.SdpWriter;
import offhook.sdp.SessionDescription;
import org.jspecify.annotations.Nullable;

/// The leg of an agent who calls somebody: belongs to the page that dialled.
///
/// The methods of [Leg] are called on the call's thread and post to the desk's owner; those named
/// `on...` run on that owner, which owns the state. [CallInput.LegEnded] is offered at most once,
/// and not when the call itself ended the leg.
final class DialledLeg implements Leg, PageLeg {

    private final AgentDesk desk;
    private final LegId id;
    private final AgentSession page;
    private final Party called;
    private final CallSheet sheet;
    private final Reoffers reoffers;

    /// Known once the call was opened, on the owner's same turn.
    private @Nullable CallInbox inbox;

    private Map<String, String> answerHeaders = Map.of();
    private boolean described;
    private boolean answered;
    private boolean over;

    DialledLeg(AgentDesk desk, LegId id, AgentSession page, Party called) {
        this.desk = desk;
        this.id = id;
        this.page = page;
        this.called = called;
        this.sheet = new CallSheet(desk.owner().clock());
        this.reoffers = new Reoffers(id);
    }

    @Override
    public LegId id() {
        return id;
    }

    @Override
    public CallId call() {
        return id.call();
    }

    @Override
    public String agent() {
        return page.agent();
    }

    boolean isOver() {
        return over;
    }

    /// The page that dialled.
    AgentSession page() {
        return page;
    }

    // --- the call's thread

    @Override
    public void alert(SessionDescription local) {
        post(() -> toPage(new ServerMessage.Ringing(call())));
    }

    @Override
    public void progress(SessionDescription local) {
        post(() -> toPage(new ServerMessage.Progress(call())));
    }

    /// Our answer to the page's offer; that the call is answered is told by [#connected()].
    @Override
    public void answer(SessionDescription local) {
        String sdp = SdpWriter.write(local);
        post(() -> {
            described = true;
            toPage(new ServerMessage.Accepted(call(), sdp));
        });
    }

    @Override
    public void answeredWith(Map<String, String> headers) {
        post(() -> answerHeaders = headers);
    }

    @Override
    public void connected() {
        post(() -> {
            answered = true;
            toPage(new ServerMessage.Connected(call(), answerHeaders));
        });
    }

    @Override
    public void answerUpdate(SessionDescription local) {
        String sdp = SdpWriter.write(local);
        post(() -> reoffers.answered(sdp).ifPresent(this::toPage));
    }

    @Override
    public void refuseUpdate(EndCause cause) {
        post(() -> reoffers.refused(cause).ifPresent(this::toPage));
    }

    /// A page is shown digits, see [#showDigit]; none is sent to it.
    @Override
    public boolean takesDigits() {
        return false;
    }

    @Override
    public void sendDigit(char digit, int durationMillis) {}

    @Override
    public void showDigit(char digit) {
        post(() -> {
            if (!over) {
                ServerMessage pressed = new ServerMessage.Digit(call(), digit);
                sheet.note(pressed);
                page.send(pressed);
            }
        });
    }

    @Override
    public void transferring(TransferReport report) {
        post(() -> toPage(new ServerMessage.Transfer(call(), report)));
    }

    @Override
    public void holding(boolean mine, boolean theirs) {
        post(() -> toPage(new ServerMessage.Hold(call(), mine, theirs)));
    }

    @Override
    public void talksTo(Party party) {
        post(() -> toPage(new ServerMessage.TalksTo(call(), party)));
    }

    /// A browser cannot be asked to call anybody itself.
    @Override
    public void refer(Target.Trunk target, Optional<Leg> replaced, Enclosed enclosed) {
        post(() -> {
            CallInbox call = inbox;
            if (call != null) {
                call.offer(new CallInput.ReferOver(id, true, WebLeg.noRefer()));
            }
        });
    }

    @Override
    public void end(EndCause cause) {
        desk.owner().postEnding(() -> onEnd(cause));
    }

    private void post(Runnable command) {
        if (!desk.owner().post(command)) {
            desk.owner().postEnding(() -> onFailed(WebLeg.overloaded()));
        }
    }

    // --- the desk's owner

    /// Names the call that the leg reports to.
    void bind(CallInbox call) {
        inbox = call;
    }

    @Override
    public boolean onHangUp(AgentSession from) {
        if (from == page) {
            onFailed(answered ? EndCause.hangUp(EndCause.By.CALLER) : EndCause.cancelled());
        }
        return from == page;
    }

    @Override
    public boolean onWish(AgentSession from, CallInput wish) {
        CallInbox call = inbox;
        return from == page && answered && call != null && call.offer(wish);
    }

    /// Nothing: the page holds the call, and has the grace time to come back for it.
    @Override
    public void onPageGone(AgentSession gone, boolean mayReturn) {}

    @Override
    public boolean onReoffer(AgentSession from, String request, SessionDescription offer) {
        CallInbox call = inbox;
        return from == page && call != null && reoffers.ask(call, request, offer);
    }

    @Override
    public ServerMessage.Resumed resumed() {
        return new ServerMessage.Resumed(
                call(), Optional.empty(), called.number(), sheet.standing());
    }

    @Override
    public CallSheet sheet() {
        return sheet;
    }

    @Override
    public void onFailed(EndCause cause) {
        CallInbox call = inbox;
        if (over(cause) && call != null) {
            call.offer(new CallInput.LegEnded(id, cause));
        }
    }

    private void onEnd(EndCause cause) {
        over(cause);
    }

    private boolean over(EndCause cause) {
        if (over) {
            return false;
        }
        over = true;
        if (!described && WebLeg.isMediaRefused(cause)) {
            page.send(WebLeg.badDescription(call(), cause));
        }
        page.sendSurely(new ServerMessage.Ended(call(), cause, EndTexts.Seat.CALLER));
        desk.onLegOver(this);
        desk.onLetGo(page, call());
        return true;
    }

    private void toPage(ServerMessage message) {
        if (!over) {
            sheet.note(message);
            page.sendSurely(message);
        }
    }
}
