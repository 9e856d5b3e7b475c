package offhook.web;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.sdp.SessionDescription;

/// The new offers that a page makes for a call it holds, for an ICE restart or a new connection:
/// the call answers them in the order they came. Owned by the desk's owner.
final class Reoffers {

    /// A page has one at a time; one that is reloaded meanwhile leaves one behind.
    private static final int MAX_WAITING = 4;

    private static final int WRONG_STATE_STATUS = 491;

    private final LegId leg;

    /// What is not answered yet.
    private final Deque<Offered> waiting = new ArrayDeque<>();

    Reoffers(LegId leg) {
        this.leg = leg;
    }

    /// @param page that offered
    /// @param request its name for the offer
    private record Offered(AgentSession page, String request) {}

    /// What a page is told.
    record Answer(AgentSession page, ServerMessage message) {}

    private CallId call() {
        return leg.call();
    }

    /// Hands an offer to the call.
    ///
    /// @return false when it cannot be taken now
    boolean ask(CallInbox call, AgentSession page, String request, SessionDescription offer) {
        if (waiting.size() >= MAX_WAITING
                || !call.offer(new CallInput.LegRenegotiating(leg, Optional.of(offer)))) {
            return false;
        }
        waiting.addLast(new Offered(page, request));
        return true;
    }

    /// The oldest is answered.
    ///
    /// @param sdp our answer
    Optional<Answer> answered(String sdp) {
        return Optional.ofNullable(waiting.pollFirst())
                .map(offered ->
                        new Answer(
                                offered.page(),
                                new ServerMessage.Reanswered(call(), offered.request(), sdp)));
    }

    /// The oldest is refused; the page's media stays as it was.
    Optional<Answer> refused(EndCause cause) {
        return Optional.ofNullable(waiting.pollFirst())
                .map(offered ->
                        new Answer(
                                offered.page(),
                                new ServerMessage.ReofferRefused(
                                        call(),
                                        offered.request(),
                                        cause.sipCode() == WRONG_STATE_STATUS
                                                ? WebError.WRONG_STATE.object()
                                                : WebError.BAD_SDP.object(cause.detail()))));
    }
}
