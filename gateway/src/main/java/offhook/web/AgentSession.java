package offhook.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.call.CallId;
import offhook.runtime.Owner;

/// One page instance of one agent. It outlives its WebSocket while it holds calls: media flows on,
/// and the page that comes back takes them over. Owned by the desk's owner.
///
/// What was sent to a socket shortly before it broke may not have arrived. Messages about calls are
/// therefore kept until the page has answered a later ping, and repeated to the next socket; the
/// page ignores what it knows.
final class AgentSession {

    /// More than two heartbeats' worth of a busy page; then the oldest are given up.
    private static final int MAX_UNCONFIRMED = 64;

    private static final int MAX_UNANSWERED_PINGS = 2;

    private static final int RESUME_BYTES = 24;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String resume = newResume();
    private String instance;
    private AgentProfile profile;
    private final Map<CallId, PageLeg> held = new LinkedHashMap<>();
    private final Deque<Unconfirmed> unconfirmed = new ArrayDeque<>();
    private Optional<PageLink> link = Optional.empty();
    // What means nothing once the socket is gone.
    private Optional<Owner.Deadline> tokenWarning = Optional.empty();
    private Optional<Owner.Deadline> tokenExpiry = Optional.empty();
    private Optional<Owner.Deadline> grace = Optional.empty();
    private long lastPing;
    private long lastPong;
    private boolean expired;
    private boolean wishesCalls;
    private Optional<Long> turnDueNanos = Optional.empty();

    AgentSession(AgentProfile profile, String instance) {
        this.profile = profile;
        this.instance = instance;
    }

    /// @param afterPing the last ping that was sent before the message
    private record Unconfirmed(long afterPing, ServerMessage message) {}

    String agent() {
        return profile.name();
    }

    /// Who the agent is, as its last token says.
    AgentProfile profile() {
        return profile;
    }

    String instance() {
        return instance;
    }

    /// By what the page proves, after a reload, that it is this one.
    String resume() {
        return resume;
    }

    /// Whether a page of the same agent that shows this proof is this one.
    boolean isResumedBy(String proof) {
        return MessageDigest.isEqual(
                proof.getBytes(StandardCharsets.UTF_8), resume.getBytes(StandardCharsets.UTF_8));
    }

    private static String newResume() {
        byte[] random = new byte[RESUME_BYTES];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /// The page has lost its memory: it goes by another name now, and what it was told before means
    /// nothing to it.
    void returns(String newInstance) {
        instance = newInstance;
        unconfirmed.clear();
    }

    Optional<PageLink> link() {
        return link;
    }

    /// The page has a socket (again).
    void connected(PageLink socket) {
        link = Optional.of(socket);
        expired = false;
        lastPing = 0;
        lastPong = 0;
        cancelGrace();
    }

    /// When the page needs another user name for the TURN server; empty: it has no server.
    void turnUntil(Optional<Long> dueNanos) {
        turnDueNanos = dueNanos;
    }

    boolean isTurnDue(long nowNanos) {
        return turnDueNanos.isPresent() && nowNanos - turnDueNanos.get() >= 0;
    }

    /// Whether the page wants calls, as it last said.
    void wishes(boolean calls) {
        wishesCalls = calls;
    }

    boolean wishesCalls() {
        return wishesCalls;
    }

    /// The page has a new token.
    void renewed(AgentProfile now) {
        profile = now;
        expired = false;
    }

    /// The page has no socket any more.
    void disconnected() {
        takePong();
        link = Optional.empty();
        cancelToken();
    }

    /// When the page is told that its token expires, and when it does, instead of the times known
    /// before.
    void tokenUntil(Owner.Deadline warning, Owner.Deadline deadline) {
        cancelToken();
        tokenWarning = Optional.of(warning);
        tokenExpiry = Optional.of(deadline);
    }

    private void cancelToken() {
        tokenWarning.ifPresent(Owner.Deadline::cancel);
        tokenWarning = Optional.empty();
        tokenExpiry.ifPresent(Owner.Deadline::cancel);
        tokenExpiry = Optional.empty();
    }

    void graceUntil(Owner.Deadline deadline) {
        grace = Optional.of(deadline);
    }

    void cancelGrace() {
        grace.ifPresent(Owner.Deadline::cancel);
        grace = Optional.empty();
    }

    /// The token is over: no new calls; the socket is closed once no call is held.
    void expire() {
        expired = true;
    }

    boolean isExpired() {
        return expired;
    }

    void hold(CallId call, PageLeg leg) {
        held.put(call, leg);
    }

    void letGo(CallId call) {
        held.remove(call);
    }

    List<PageLeg> heldLegs() {
        return List.copyOf(held.values());
    }

    List<CallId> heldCalls() {
        return List.copyOf(held.keySet());
    }

    /// Sends what need not survive the socket.
    void send(ServerMessage message) {
        Optional<ServerMessage> seen =
                profile.guest().isPresent() ? GuestView.of(message) : Optional.of(message);
        link.ifPresent(l -> seen.ifPresent(l::send));
    }

    /// Sends what the page must come to know, on this socket or the next.
    void sendSurely(ServerMessage message) {
        if (unconfirmed.size() >= MAX_UNCONFIRMED) {
            unconfirmed.removeFirst();
        }
        unconfirmed.addLast(new Unconfirmed(lastPing, message));
        send(message);
    }

    /// Repeats, to a new socket, what the last one may have lost.
    void repeatUnconfirmed() {
        List<Unconfirmed> again = List.copyOf(unconfirmed);
        unconfirmed.clear();
        for (Unconfirmed u : again) {
            sendSurely(u.message());
        }
    }

    /// Pings.
    ///
    /// @return false when the page left too many pings unanswered
    boolean ping() {
        takePong();
        if (lastPing - lastPong >= MAX_UNANSWERED_PINGS) {
            return false;
        }
        lastPing++;
        send(new ServerMessage.Ping(lastPing));
        return true;
    }

    /// What the page has answered on its socket so far.
    private void takePong() {
        link.ifPresent(l -> pong(l.pulse().ponged()));
    }

    private void pong(long n) {
        if (n > lastPong && n <= lastPing) {
            lastPong = n;
            unconfirmed.removeIf(u -> u.afterPing() < n);
        }
    }
}
