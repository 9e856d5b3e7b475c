package offhook.web;

import java.time.Duration;

/// What protects the browser side. The defaults are for production; tests shorten the times.
///
/// @param signIn from the WebSocket's opening to a valid `hello`
/// @param heartbeat between pings; two unanswered end the socket
/// @param alive between two words of a page that it is awake; after `1.8` times that without one it
///   is not
/// @param requestHead from the first byte of a request head to its end
/// @param socketsPerAddress WebSockets of one address that are not signed in. Signed-in ones are
///   bounded by `socketsPerAgent` instead, or an office behind one NAT could not work
/// @param unauthenticatedSockets WebSockets that are not signed in, in all
/// @param socketsPerAgent pages of one agent
/// @param messagesPerSecond of one WebSocket, in the long run
/// @param messageBurst of one WebSocket, at once
/// @param signInFailures of one name at one address within `failureWindow`; of one address three
///   times, of one name five times as many
/// @param failureWindow see `signInFailures`
public record WebLimits(
        Duration signIn,
        Duration heartbeat,
        Duration alive,
        Duration requestHead,
        int socketsPerAddress,
        int unauthenticatedSockets,
        int socketsPerAgent,
        int messagesPerSecond,
        int messageBurst,
        int signInFailures,
        Duration failureWindow) {

    /// Longest message of a page, in bytes.
    static final int MAX_MESSAGE_BYTES = 65_536;

    /// The limits of production.
    public static WebLimits defaults() {
        return new WebLimits(
                Duration.ofSeconds(5),
                Duration.ofSeconds(14),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                20,
                200,
                3,
                8,
                40,
                10,
                Duration.ofSeconds(60));
    }
}
