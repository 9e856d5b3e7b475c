package offhook.config;

import java.time.Duration;
import java.util.Optional;

/// One rule: calls from here, to such a number, go there.
///
/// @param source name of the trunk that calls come from, or `web`
/// @param number the called number; `*` at the end stands for any rest, `*` alone for any number
/// @param to where the call goes
/// @param ring how long a target is rung
/// @param prefer what the audio of its calls toward browsers is for; empty: as their trunk says
public record RouteConfig(
        String source,
        String number,
        Destination to,
        Duration ring,
        Optional<MediaConfig.Prefer> prefer) {

    /// Where a route leads, written `agent:alice`, `queue:sales`, `trunk:pbx`.
    ///
    /// @param number for trunks, the number to dial; empty: the number that was called
    public record Destination(Kind kind, String name, Optional<String> number) {}

    /// What a route leads to.
    public enum Kind {
        AGENT,
        QUEUE,
        TRUNK
    }
}
