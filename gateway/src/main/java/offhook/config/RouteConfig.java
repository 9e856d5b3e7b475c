package offhook.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One rule: calls from here, to such a number, go there.
///
/// @param source name of the trunk that calls come from, or `web`
/// @param number the called number; `*` at the end stands for any rest, `*` alone for any number
/// @param to where the call goes: the first that can be had
/// @param dialling how the called number becomes the one that a trunk is asked for
/// @param ring how long a target is rung
/// @param prefer what the audio of its calls toward browsers is for; empty: as their trunk says
/// @param fallback where the other party goes when an agent is lost during the call; empty: nowhere
public record RouteConfig(
        String source,
        String number,
        List<Destination> to,
        Dialling dialling,
        Duration ring,
        Optional<MediaConfig.Prefer> prefer,
        List<Destination> fallback) {

    public RouteConfig {
        to = List.copyOf(to);
        fallback = List.copyOf(fallback);
    }

    /// How a number is rewritten for a trunk.
    ///
    /// @param strip how many characters are taken from the start
    /// @param prefix what is put before the rest
    public record Dialling(int strip, String prefix) {

        /// As it was called.
        public static final Dialling PLAIN = new Dialling(0, "");
    }

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
