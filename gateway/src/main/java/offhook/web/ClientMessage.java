package offhook.web;

import java.util.Map;
import java.util.Optional;
import offhook.call.CallId;

/// What a page sends.
sealed interface ClientMessage {

    /// The name of the kind of message, as the key `type` carries it.
    String type();

    /// Signs in.
    ///
    /// @param resume what the last `welcome` named the page by, of a page that has lost its memory
    record Hello(
            int version, String token, String instance, boolean available, Optional<String> resume)
            implements ClientMessage {

        /// Of a page that has been here since it was loaded.
        Hello(int version, String token, String instance, boolean available) {
            this(version, token, instance, available, Optional.empty());
        }

        @Override
        public String type() {
            return "hello";
        }

        @Override
        public String toString() {
            return "Hello[version=" + version + ", token=***]";
        }
    }

    /// Signs in anew on the open socket, as the same agent.
    record Token(String token) implements ClientMessage {
        @Override
        public String type() {
            return "token";
        }

        @Override
        public String toString() {
            return "Token[token=***]";
        }
    }

    /// Says whether calls may be offered.
    record Presence(boolean available) implements ClientMessage {
        @Override
        public String type() {
            return "presence";
        }
    }

    /// The agent calls somebody.
    ///
    /// @param request the page's own name for the call until it has one
    /// @param to whom: a number, or the name of an agent
    /// @param sdp the page's offer
    /// @param withheld whether the agent wants to be known to nobody who is called
    /// @param headers header fields for the other side, by name
    record Dial(
            String request, String to, String sdp, boolean withheld, Map<String, String> headers)
            implements ClientMessage {
        @Override
        public String type() {
            return "dial";
        }
    }

    /// The page wants to hear itself, to measure the way to us and back.
    ///
    /// @param request the page's own name for the test call
    /// @param sdp the page's offer
    record Echo(String request, String sdp) implements ClientMessage {
        @Override
        public String type() {
            return "echo";
        }
    }

    /// What a page says of one call.
    sealed interface OfCall extends ClientMessage {
        CallId call();
    }

    /// The page shows the call.
    record Ringing(CallId call) implements OfCall {
        @Override
        public String type() {
            return "ringing";
        }
    }

    /// The agent answers.
    ///
    /// @param sdp the page's offer
    record Accept(CallId call, String sdp) implements OfCall {
        @Override
        public String type() {
            return "accept";
        }
    }

    /// The page offers media anew for a call that it holds: an ICE restart, or a new connection.
    ///
    /// @param request the page's name for this offer
    record Reoffer(CallId call, String request, String sdp) implements OfCall {
        @Override
        public String type() {
            return "reoffer";
        }
    }

    /// The page's browser found a candidate (RFC 8838).
    record Candidate(CallId call, String candidate) implements OfCall {
        @Override
        public String type() {
            return "candidate";
        }
    }

    /// The agent declines.
    record Decline(CallId call) implements OfCall {
        @Override
        public String type() {
            return "decline";
        }
    }

    /// The agent ends the call.
    record HangUp(CallId call) implements OfCall {
        @Override
        public String type() {
            return "hangup";
        }
    }

    /// The agent wants a call here that another page or device of the agent holds.
    record Pull(CallId call) implements OfCall {
        @Override
        public String type() {
            return "pull";
        }
    }

    /// The agent holds the call, or takes it up again.
    record Hold(CallId call, boolean on) implements OfCall {
        @Override
        public String type() {
            return on ? "hold" : "unhold";
        }
    }

    /// The agent leads the other party on to somebody else.
    ///
    /// @param to whom: a number, a name, or `agent:` and a sign-in name
    /// @param consult whether the agent talks to that one first
    /// @param headers header fields that are to go along
    record Transfer(CallId call, String to, boolean consult, Map<String, String> headers)
            implements OfCall {
        @Override
        public String type() {
            return consult ? "consult" : "transfer";
        }
    }

    /// The agent leaves the other party and the one consulted alone.
    record Complete(CallId call) implements OfCall {
        @Override
        public String type() {
            return "complete";
        }
    }

    /// The agent takes the other party back.
    record Cancel(CallId call) implements OfCall {
        @Override
        public String type() {
            return "cancel";
        }
    }

    /// The agent notes something about the call, in place of what was noted before.
    ///
    /// @param text empty: nothing any more
    record Note(CallId call, String text) implements OfCall {
        @Override
        public String type() {
            return "note";
        }
    }

    /// How the call sounds at the page.
    record Quality(CallId call, PageFigures figures) implements OfCall {
        @Override
        public String type() {
            return "quality";
        }
    }

    /// The page warns of how the call sounds, or takes a warning back.
    ///
    /// @param subject what is bad
    record Warning(CallId call, String name, String subject, boolean up) implements OfCall {
        @Override
        public String type() {
            return "warning";
        }
    }

    /// The page is awake: said again and again, by the thread that would ring.
    ///
    /// @param microphone what the page knows of its microphone
    record Alive(Microphone microphone) implements ClientMessage {
        @Override
        public String type() {
            return "alive";
        }
    }

    /// What a page knows of its microphone.
    enum Microphone {
        /// It may be opened.
        READY,
        /// The browser will ask, or does not tell.
        UNKNOWN,
        /// The browser or its user does not let the page use one.
        DENIED,
        /// There is none.
        MISSING
    }

    /// Heartbeat of the page.
    record Ping(long n) implements ClientMessage {
        @Override
        public String type() {
            return "ping";
        }
    }

    /// Answer to our heartbeat.
    record Pong(long n) implements ClientMessage {
        @Override
        public String type() {
            return "pong";
        }
    }
}
