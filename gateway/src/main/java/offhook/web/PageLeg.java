package offhook.web;

import offhook.call.CallId;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.sdp.SessionDescription;

/// A leg of a call that pages of an agent ring for, hold or have dialled. On the desk's owner.
sealed interface PageLeg permits WebLeg, DialledLeg {

    /// The call it belongs to.
    CallId call();

    /// The agent whose pages these are.
    String agent();

    /// A page ends the call.
    ///
    /// @return false when another page holds it
    boolean onHangUp(AgentSession page);

    /// A page wants something done with its call.
    ///
    /// @return false when it does not hold the call, or the call is not answered
    boolean onWish(AgentSession page, CallInput wish);

    /// The leg's identity, by which its call knows it.
    LegId id();

    /// A page has no socket, or no right to calls, any more.
    ///
    /// @param mayReturn whether it may be back in a moment, as after a reload
    void onPageGone(AgentSession page, boolean mayReturn);

    /// A page offers media anew for the call.
    ///
    /// @param request its name for the offer
    /// @return false when it does not hold the call, or has too many offers open
    boolean onReoffer(AgentSession page, String request, SessionDescription offer);

    /// Another page of the agent wants the call.
    ///
    /// @return false when it has it, or no page does
    boolean onPull(AgentSession page);

    /// Who is at the other end, and what was called, for pages that do not hold the call.
    ServerMessage.Elsewhere.Held held();

    /// How the call stands, for a page that holds it and has lost its memory.
    ServerMessage.Resumed resumed();

    /// What the page that holds the call was told of it.
    CallSheet sheet();

    /// The leg ends by something else than the call: tells the pages and the call.
    void onFailed(EndCause cause);
}
