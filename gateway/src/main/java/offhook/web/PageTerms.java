package offhook.web;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import offhook.runtime.Owner;

/// For how long pages may do what they may: by their tokens, and by their credentials for the TURN
/// server, of both of which they are told in time. Owned by the desk's owner.
final class PageTerms {

    /// How long before it expires a page is told of its token.
    private static final Duration TOKEN_NOTICE = Duration.ofSeconds(60);

    private final Owner owner;
    private final Consumer<AgentSession> onTokenExpired;
    private TurnCredentials turn = TurnCredentials.NONE;

    /// @param onTokenExpired told of a page that has shown no other token in time
    PageTerms(Owner owner, Consumer<AgentSession> onTokenExpired) {
        this.owner = owner;
        this.onTokenExpired = onTokenExpired;
    }

    /// Which TURN server pages may use. Before the first socket.
    void useTurn(TurnCredentials credentials) {
        turn = credentials;
    }

    /// A TURN server for the page, of which it is told again in time.
    Optional<TurnCredentials.Server> turnFor(AgentSession page) {
        Optional<TurnCredentials.Server> server = turn.server(page.agent());
        page.turnUntil(server.map(s -> owner.clock().nanoTime() + s.lifetime().toNanos() * 3 / 4));
        return server;
    }

    /// Tells the page its credentials anew, if it is time.
    void renewTurn(AgentSession page) {
        if (page.isTurnDue(owner.clock().nanoTime())) {
            turnFor(page).map(ServerMessage.IceServers::new).ifPresent(page::send);
        }
    }

    /// The page has shown a token.
    ///
    /// @param remaining until it expires
    void tokenFor(AgentSession page, Duration remaining) {
        long nanos = remaining.toNanos();
        long noticeNanos = Math.min(TOKEN_NOTICE.toNanos(), nanos / 4);
        page.tokenUntil(
                owner.schedule(
                        nanos - noticeNanos,
                        () ->
                                page.send(
                                        new ServerMessage.Token(
                                                false,
                                                TimeUnit.NANOSECONDS.toSeconds(noticeNanos)))),
                owner.schedule(nanos, () -> onTokenExpired.accept(page)));
    }
}
