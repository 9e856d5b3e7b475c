package offhook.trace;

import java.time.Instant;
import offhook.call.CallId;

/// What goes into the log, until when.
///
/// @param what is traced
/// @param until its own end
/// @param headers whether headers of media packets are kept meanwhile
/// @param number counted up with each trace, so that one ends by its own time only
record Trace(What what, Instant until, boolean headers, long number) {

    /// Which messages.
    sealed interface What {}

    /// All of them.
    record All() implements What {

        @Override
        public String toString() {
            return "all";
        }
    }

    /// Those of a trunk, or of an agent's phones and pages.
    record Trunk(String name) implements What {

        @Override
        public String toString() {
            return "trunk " + name;
        }
    }

    /// Those of a call.
    record Call(CallId id) implements What {

        @Override
        public String toString() {
            return "call " + id;
        }
    }

    @Override
    public String toString() {
        return what + " until " + until + (headers ? ", and headers of RTP" : "");
    }
}
