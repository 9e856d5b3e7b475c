package offhook.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Where a trunk is besides its `uri`, and how it is known to be there.
///
/// @param moreUris further places, asked in this order when those before fail
/// @param ping how it is probed by OPTIONS; empty: not at all
/// @param failover when another place, or another trunk, is asked
/// @param load how many calls it has
public record TrunkReach(List<String> moreUris, Optional<Ping> ping, Failover failover, Load load) {

    /// Probing by OPTIONS (RFC 3261 §11).
    ///
    /// @param every from one probe that was answered to the next
    /// @param timeout how long an answer is waited for
    /// @param fails so many in a row without an answer: it is down
    /// @param goods so many answers in a row: it is up again
    public record Ping(Duration every, Duration timeout, int fails, int goods) {}

    /// When a call goes elsewhere.
    ///
    /// @param patience how long a place may say nothing at all to an INVITE
    /// @param codes after which statuses another place, or trunk, may have the call
    public record Failover(Duration patience, Set<Integer> codes) {

        /// What holds where the file says nothing (RFC 3261 §21.4.9, §21.5): the one that was asked
        /// could not even ask.
        public static final Failover DEFAULT =
                new Failover(Duration.ofSeconds(3), Set.of(408, 500, 502, 503, 504));
    }

    /// How many calls it has, in and out together.
    ///
    /// @param maxCalls at one time; empty: no limit of its own
    /// @param callsPerSecond that begin; empty: no limit
    public record Load(OptionalInt maxCalls, OptionalInt callsPerSecond) {}
}
