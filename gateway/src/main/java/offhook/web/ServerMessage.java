package offhook.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.agent.Presence;
import offhook.call.CallDetails;
import offhook.call.CallId;
import offhook.call.EndCause;
import offhook.call.LegQuality;
import offhook.call.Party;
import offhook.call.TransferReport;

/// What the gateway sends to a page.
sealed interface ServerMessage {

    /// Signed in.
    ///
    /// @param aliveSeconds how often the page is to say that it is awake
    /// @param calls the calls this page still has
    /// @param resume by what it can prove to be this page after a reload
    /// @param turn a TURN server it may use
    record Welcome(
            String agent,
            String displayName,
            Presence state,
            long heartbeatSeconds,
            long aliveSeconds,
            List<CallId> calls,
            String resume,
            Optional<TurnCredentials.Server> turn)
            implements ServerMessage {

        /// Without the proof.
        @Override
        public String toString() {
            return "Welcome[agent=" + agent + ", state=" + state + ", calls=" + calls + "]";
        }
    }

    /// A call that the page holds, for a page that has lost its memory.
    ///
    /// @param incoming how it rang there; empty when the page dialled
    /// @param dialled what the page dialled, else empty
    record Resumed(
            CallId call, Optional<Incoming> incoming, String dialled, CallSheet.Standing standing)
            implements ServerMessage {}

    /// The calls that other pages and devices of the agent hold, all of them.
    record Elsewhere(List<Held> calls) implements ServerMessage {

        /// One of them.
        ///
        /// @param from as people may see the caller; empty when the agent dialled
        /// @param to the number that was called
        record Held(CallId call, Optional<Party> from, String to) {}
    }

    /// A TURN server, in place of the one before, whose user name is about to expire.
    record IceServers(TurnCredentials.Server turn) implements ServerMessage {}

    /// How long the page's token holds.
    ///
    /// @param renewed whether it is a new one; otherwise it is about to expire
    record Token(boolean renewed, long expiresInSeconds) implements ServerMessage {}

    /// The agent's state as the gateway sees it.
    ///
    /// @param reason why it is that; empty: nothing to be said
    record PresenceChanged(Presence state, String reason) implements ServerMessage {}

    /// Whether the gateway refuses new calls because it is to stop soon.
    record Draining(boolean draining) implements ServerMessage {}

    /// A call rings.
    ///
    /// @param from as people may see the caller
    record Incoming(CallId call, Party from, String to, String source, CallDetails details)
            implements ServerMessage {}

    /// What a page dialled has become a call.
    ///
    /// @param request the page's own name for it
    record Dialled(String request, CallId call) implements ServerMessage {}

    /// What a page dialled cannot become a call.
    ///
    /// @param request the page's own name for it
    record DialRefused(String request, WebError.ErrorObject error) implements ServerMessage {}

    /// It rings at the one who is called.
    record Ringing(CallId call) implements ServerMessage {}

    /// The one who is called is not there yet, but its side sends sound.
    record Progress(CallId call) implements ServerMessage {}

    /// The gateway's answer to the page's offer.
    record Accepted(CallId call, String sdp) implements ServerMessage {}

    /// The gateway's answer to a new offer of the page.
    ///
    /// @param request the page's name for the offer
    record Reanswered(CallId call, String request, String sdp) implements ServerMessage {}

    /// A new offer of the page cannot be served; its media stays as it was.
    record ReofferRefused(CallId call, String request, WebError.ErrorObject error)
            implements ServerMessage {}

    /// Both sides hear each other from now on.
    ///
    /// @param headers header fields that came with the far side's answer
    record Connected(CallId call, Map<String, String> headers) implements ServerMessage {}

    /// Who holds the call.
    ///
    /// @param mine whether the agent does
    /// @param theirs whether the other side does
    record Hold(CallId call, boolean mine, boolean theirs) implements ServerMessage {}

    /// How a transfer goes that the page asked for.
    record Transfer(CallId call, TransferReport report) implements ServerMessage {}

    /// Who is at the other end from now on.
    record TalksTo(CallId call, Party party) implements ServerMessage {}

    /// The far side pressed a key.
    record Digit(CallId call, char digit) implements ServerMessage {}

    /// What the agent noted about the call is kept.
    record Noted(CallId call) implements ServerMessage {}

    /// How the leg of the page sounds to us.
    record Quality(CallId call, LegQuality quality) implements ServerMessage {}

    /// The call is over.
    ///
    /// @param seat where the page's agent sat in it
    record Ended(CallId call, EndCause cause, EndTexts.Seat seat) implements ServerMessage {}

    /// Something the page sent was refused.
    record Refused(WebError.ErrorObject error, Optional<CallId> call) implements ServerMessage {}

    /// Heartbeat.
    record Ping(long n) implements ServerMessage {}

    /// Answer to the page's heartbeat.
    record Pong(long n) implements ServerMessage {}
}
