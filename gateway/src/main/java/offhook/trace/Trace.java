package offhook.trace;

import java.time.Instant;
import offhook.call.CallId;

/// What goes into the log, until when.
///
/// @param what is traced
/// @param until its own end
/// @param headers whether headers of media packets are kept meanwhile
/// @param number counted up with each trace, so that one ends by its own time only
public record Trace(What what, Instant until, boolean headers, long number) {

    /// Which messages.
    public sealed interface What {

        /// `all`, `trunk` or `call`.
        String kind();

        /// Of which trunk or agent, or the call's identity; empty for all.
        String name();
    }

    /// All of them.
    public record All() implements What {

        @Override
        public String kind() {
            return "all";
        }

        @Override
        public String name() {
            return "";
        }

        @Override
        public String toString() {
            return "all";
        }
    }

    /// Those of a trunk, or of an agent's phones and pages.
    public record Trunk(String name) implements What {

        @Override
        public String kind() {
            return "trunk";
        }

        @Override
        public String toString() {
            return "trunk " + name;
        }
    }

    /// Those of a call.
    public record Call(CallId id) implements What {

        @Override
        public String kind() {
            return "call";
        }

        @Override
        public String name() {
            return id.value();
        }

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
