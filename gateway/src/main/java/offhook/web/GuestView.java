package offhook.web;

import java.util.Map;
import java.util.Optional;
import offhook.call.EndCause;

/// What a visitor of a site may see of a call: that it rings, that it is answered, its own audio,
/// and that it is over. Not whom it reached, nor what telephones say to each other.
final class GuestView {

    private GuestView() {}

    /// The message as the visitor gets it; empty: it does not.
    static Optional<ServerMessage> of(ServerMessage message) {
        return switch (message) {
            case ServerMessage.Connected m ->
                    Optional.of(new ServerMessage.Connected(m.call(), Map.of()));
            case ServerMessage.Ended m ->
                    Optional.of(new ServerMessage.Ended(m.call(), plain(m.cause()), m.seat()));
            case ServerMessage.TalksTo _,
                    ServerMessage.Transfer _,
                    ServerMessage.Digit _,
                    ServerMessage.Noted _,
                    ServerMessage.Incoming _,
                    ServerMessage.Resumed _,
                    ServerMessage.Elsewhere _,
                    ServerMessage.Draining _,
                    ServerMessage.PresenceChanged _ ->
                    Optional.empty();
            case ServerMessage.Welcome _,
                    ServerMessage.Token _,
                    ServerMessage.Dialled _,
                    ServerMessage.DialRefused _,
                    ServerMessage.Ringing _,
                    ServerMessage.Progress _,
                    ServerMessage.Accepted _,
                    ServerMessage.Reanswered _,
                    ServerMessage.ReofferRefused _,
                    ServerMessage.IceServers _,
                    ServerMessage.Hold _,
                    ServerMessage.Quality _,
                    ServerMessage.Refused _,
                    ServerMessage.Ping _,
                    ServerMessage.Pong _ ->
                    Optional.of(message);
        };
    }

    private static EndCause plain(EndCause cause) {
        return new EndCause(cause.by(), cause.reason(), cause.sipCode(), cause.q850Cause(), "");
    }
}
