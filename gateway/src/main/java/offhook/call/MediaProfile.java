package offhook.call;

import java.net.InetAddress;
import java.util.Optional;

/// What kind of media a leg carries.
public sealed interface MediaProfile {

    /// Plain RTP of a SIP trunk (RFC 3551).
    ///
    /// @param trunk the trunk's name, which tells codecs, digits and source rules
    /// @param ringback whether who calls from it hears from us that it rings
    /// @param peer where the call came from; empty for one that goes out
    record Trunk(String trunk, boolean ringback, Optional<InetAddress> peer)
            implements MediaProfile {

        /// Of a call whose peer is not known yet.
        public Trunk(String trunk, boolean ringback) {
            this(trunk, ringback, Optional.empty());
        }

        /// One that makes its own ringing.
        public Trunk(String trunk) {
            this(trunk, false);
        }
    }

    /// A browser: ICE, DTLS-SRTP, BUNDLE, rtcp-mux (RFC 8829).
    ///
    /// @param prefer what its audio is for
    /// @param facing the leg that it will hear, whose codec matters to the choice of its own
    /// @param connectsFirst whether it takes our answer, and connects, while the callee still rings
    record Browser(CodecPreference prefer, Optional<LegId> facing, boolean connectsFirst)
            implements MediaProfile {

        /// One that connects first.
        public Browser(CodecPreference prefer, Optional<LegId> facing) {
            this(prefer, facing, true);
        }
    }

    /// None of its own: audio comes from a leg of another call and goes there.
    ///
    /// @param line the name that both of them have for what joins them: the leg that asked for it
    /// @param near whether this is that leg
    record Tie(LegId line, boolean near) implements MediaProfile {}

    /// Its name: `trunk`, `browser`, or `call`, another call of this gateway.
    default String kind() {
        return switch (this) {
            case Trunk _ -> "trunk";
            case Browser _ -> "browser";
            case Tie _ -> "call";
        };
    }

    /// The name of the trunk that it is of; empty: it is of none.
    default String trunkName() {
        return this instanceof Trunk of ? of.trunk() : "";
    }
}
