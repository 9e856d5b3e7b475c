package offhook.web;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.Party;
import offhook.call.Target;
import offhook.call.TransferReport;
import offhook.runtime.Owner;
import offhook.sdp.SdpWriter;
import offhook.sdp.SessionDescription;

/// The leg of a call toward one agent: rings all pages of the agent, belongs to the one that
/// answers first.
///
/// The methods of [Leg] are called on the call's thread and post to the desk's owner; those named
/// `on...` run on that owner, which owns the state. [CallInput.LegEnded] is offered at most once,
/// and not when the call itself ended the leg.
final class WebLeg implements Leg, PageLeg {

    /// How long a call rings on for an agent whose page is being loaded again.
    private static final Duration RELOAD_LIMIT = Duration.ofSeconds(10);

    private final AgentDesk desk;
    private final LegId id;
    private final String agent;
    private final IncomingCall incoming;
    private final CallInbox inbox;
    private final CallSheet sheet;
    private final Reoffers reoffers;
    private final CallPull pull;
    private State state = new Ringing(new LinkedHashSet<>(), false);

    /// Until when a page that was lost may be back to ring again.
    private Optional<Owner.Deadline> absence = Optional.empty();

    WebLeg(AgentDesk desk, LegId id, String agent, IncomingCall incoming, CallInbox inbox) {
        this.desk = desk;
        this.id = id;
        this.agent = agent;
        this.incoming = incoming;
        this.inbox = inbox;
        this.sheet = new CallSheet(desk.owner().clock());
        this.reoffers = new Reoffers(id);
        this.pull = new CallPull(desk.owner(), this, this::holder, this::handOver);
    }

    private sealed interface State {}

    /// @param pages that ring
    private record Ringing(Set<AgentSession> pages, boolean alerted) implements State {}

    /// @param page that answered
    /// @param described whether the page has our answer to its session description
    private record Answered(AgentSession page, boolean described) implements State {}

    private record Over() implements State {}

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
        return agent;
    }

    // --- the call's thread

    /// Nothing: the one who was called hears no ringing.
    @Override
    public void alert(SessionDescription local) {}

    /// Nothing: the one who was called hears nothing before it answers.
    @Override
    public void progress(SessionDescription local) {}

    @Override
    public void answer(SessionDescription local) {
        String sdp = SdpWriter.write(local);
        post(() -> onAnswer(sdp));
    }

    @Override
    public void connected() {
        post(() -> toPage(new ServerMessage.Connected(call(), Map.of())));
    }

    @Override
    public void answerUpdate(SessionDescription local) {
        String sdp = SdpWriter.write(local);
        post(() -> reoffers.answered(sdp).ifPresent(this::onReanswered));
    }

    @Override
    public void refuseUpdate(EndCause cause) {
        post(() -> reoffers.refused(cause).ifPresent(a -> a.page().sendSurely(a.message())));
    }

    @Override
    public void mediaMoved() {
        post(pull::onMoved);
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
        desk.owner().post(() -> onShowDigit(digit));
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
        inbox.offer(new CallInput.ReferOver(id, true, noRefer()));
    }

    @Override
    public void end(EndCause cause) {
        desk.owner().postEnding(() -> onEnd(cause));
    }

    private void post(Runnable command) {
        if (!desk.owner().post(command)) {
            desk.owner().postEnding(() -> onFailed(overloaded()));
        }
    }

    // --- the desk's owner

    /// Rings one more page.
    void onRing(AgentSession page) {
        if (state instanceof Ringing ringing && ringing.pages().add(page)) {
            endAbsence();
            page.send(rings());
        }
    }

    private ServerMessage.Incoming rings() {
        return new ServerMessage.Incoming(
                call(),
                incoming.shownCaller(),
                incoming.called().number(),
                incoming.source(),
                incoming.details());
    }

    private void endAbsence() {
        absence.ifPresent(Owner.Deadline::cancel);
        absence = Optional.empty();
    }

    /// A page shows the call.
    void onAlerting() {
        if (state instanceof Ringing ringing && !ringing.alerted()) {
            state = new Ringing(ringing.pages(), true);
            inbox.offer(new CallInput.LegAlerting(id));
        }
    }

    /// A page answered.
    ///
    /// @return false when it rang there no more
    boolean onAccept(AgentSession page, SessionDescription offer) {
        if (!(state instanceof Ringing ringing) || !ringing.pages().contains(page)) {
            return false;
        }
        state = new Answered(page, false);
        page.hold(call(), this);
        EndCause elsewhere = answeredElsewhere();
        for (AgentSession other : ringing.pages()) {
            if (other != page) {
                other.send(new ServerMessage.Ended(call(), elsewhere, EndTexts.Seat.CALLEE));
            }
        }
        if (!inbox.offer(new CallInput.LegAccepted(id, Optional.of(offer)))) {
            onFailed(overloaded());
        }
        return true;
    }

    /// A page answered in a way that cannot be served.
    void onBadOffer(AgentSession page, EndCause cause) {
        if (state instanceof Ringing ringing && ringing.pages().contains(page)) {
            onFailed(cause);
        }
    }

    /// The agent declines, on any page.
    ///
    /// @return false when the call is answered already
    boolean onDecline() {
        return switch (state) {
            case Ringing _ -> {
                onFailed(EndCause.declined());
                yield true;
            }
            case Answered _ -> false;
            case Over _ -> true;
        };
    }

    /// A page ends the call it holds; before the answer this is to decline.
    ///
    /// @return false when another page holds it
    @Override
    public boolean onHangUp(AgentSession page) {
        return switch (state) {
            case Ringing _ -> onDecline();
            case Answered(AgentSession holder, _) -> {
                if (holder == page) {
                    onFailed(EndCause.hangUp(EndCause.By.CALLEE));
                }
                boolean pulling = pull.isBy(page);
                pull.onPageGone(page);
                yield holder == page || pulling;
            }
            case Over _ -> true;
        };
    }

    @Override
    public boolean onWish(AgentSession page, CallInput wish) {
        return state instanceof Answered(AgentSession holder, boolean described)
                && holder == page
                && described
                && inbox.offer(wish);
    }

    /// A page is gone: it rings no more. When it was the last, the agent cannot be reached, unless
    /// a page is back in a moment.
    @Override
    public void onPageGone(AgentSession page, boolean mayReturn) {
        pull.onPageGone(page);
        if (!(state instanceof Ringing ringing)
                || !ringing.pages().remove(page)
                || !ringing.pages().isEmpty()) {
            return;
        }
        if (mayReturn) {
            endAbsence();
            absence =
                    Optional.of(
                            desk.owner()
                                    .schedule(RELOAD_LIMIT.toNanos(), () -> onFailed(offline())));
        } else {
            onFailed(offline());
        }
    }

    /// A page would not show that it rings. It hears of it when it wakes.
    void onPageAsleep(AgentSession page) {
        if (state instanceof Ringing ringing && ringing.pages().contains(page)) {
            page.send(new ServerMessage.Ended(call(), asleep(), EndTexts.Seat.CALLEE));
            ringing.pages().remove(page);
            if (ringing.pages().isEmpty()) {
                onFailed(asleep());
            }
        }
    }

    /// Also before the call answered the page's first offer: that answer comes first.
    @Override
    public boolean onReoffer(AgentSession page, String request, SessionDescription offer) {
        return state instanceof Answered(AgentSession holder, _)
                && (holder == page || pull.isBy(page))
                && reoffers.ask(inbox, page, request, offer);
    }

    @Override
    public boolean onPull(AgentSession page) {
        return pull.begin(page);
    }

    private Optional<AgentSession> holder() {
        return state instanceof Answered(AgentSession page, boolean described) && described
                ? Optional.of(page)
                : Optional.empty();
    }

    private void onReanswered(Reoffers.Answer answer) {
        answer.page().sendSurely(answer.message());
        pull.onAnswered(answer.page());
    }

    private void handOver(AgentSession to) {
        if (state instanceof Answered(AgentSession from, boolean described)) {
            state = new Answered(to, described);
            desk.onMoved(this, from, to, EndTexts.Seat.CALLEE);
        }
    }

    @Override
    public ServerMessage.Elsewhere.Held held() {
        return new ServerMessage.Elsewhere.Held(
                call(), Optional.of(incoming.shownCaller()), incoming.called().number());
    }

    @Override
    public ServerMessage.Resumed resumed() {
        return new ServerMessage.Resumed(call(), Optional.of(rings()), "", sheet.standing());
    }

    @Override
    public CallSheet sheet() {
        return sheet;
    }

    /// The leg ends by something else than the call: tells the pages and the call.
    @Override
    public void onFailed(EndCause cause) {
        if (over(cause)) {
            inbox.offer(new CallInput.LegEnded(id, cause));
        }
    }

    private void onEnd(EndCause cause) {
        over(cause);
    }

    private boolean over(EndCause cause) {
        State before = state;
        state = new Over();
        endAbsence();
        pull.cancel(cause);
        ServerMessage ended = new ServerMessage.Ended(call(), cause, EndTexts.Seat.CALLEE);
        switch (before) {
            case Ringing ringing -> ringing.pages().forEach(page -> page.send(ended));
            case Answered(AgentSession page, boolean described) -> {
                if (!described && isMediaRefused(cause)) {
                    page.send(badDescription(call(), cause));
                }
                page.sendSurely(ended);
            }
            case Over _ -> {
                return false;
            }
        }
        desk.onLegOver(this);
        if (before instanceof Answered(AgentSession page, _)) {
            desk.onLetGo(page, call());
        }
        return true;
    }

    /// Whether it is what the page sent that cannot be served; a gateway without resources (5xx)
    /// refuses as well.
    static boolean isMediaRefused(EndCause cause) {
        return cause.reason().equals("media-refused") && cause.sipCode() < 500;
    }

    /// What a page is told whose session description cannot be served.
    static ServerMessage badDescription(CallId call, EndCause cause) {
        return new ServerMessage.Refused(
                WebError.BAD_SDP.object(cause.detail()), Optional.of(call));
    }

    /// While the call connects, it answers a new offer in the same way as the first one.
    private void onAnswer(String sdp) {
        if (state instanceof Answered(AgentSession page, boolean described)) {
            state = new Answered(page, true);
            if (described) {
                reoffers.answered(sdp).ifPresent(this::onReanswered);
            } else {
                page.sendSurely(new ServerMessage.Accepted(call(), sdp));
            }
        }
    }

    private void toPage(ServerMessage message) {
        if (state instanceof Answered(AgentSession page, _)) {
            sheet.note(message);
            page.sendSurely(message);
        }
    }

    private void onShowDigit(char digit) {
        if (state instanceof Answered(AgentSession page, _)) {
            ServerMessage pressed = new ServerMessage.Digit(call(), digit);
            sheet.note(pressed);
            page.send(pressed);
        }
    }

    static EndCause offline() {
        return EndCause.gateway("offline", 480, 20, "the agent has no page open");
    }

    private static EndCause asleep() {
        return EndCause.gateway("page-asleep", 480, 20, "the agent's page does not answer");
    }

    static EndCause noRefer() {
        return EndCause.gateway("no-refer", 501, 79, "a browser calls nobody itself");
    }

    static EndCause overloaded() {
        return EndCause.gateway("overloaded", 503, 42, "the gateway is overloaded");
    }

    private static EndCause answeredElsewhere() {
        return new EndCause(EndCause.By.CALLEE, EndCause.ANSWERED_ELSEWHERE, 200, 26, "");
    }
}
