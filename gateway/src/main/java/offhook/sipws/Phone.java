package offhook.sipws;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import offhook.call.Party;
import offhook.config.AgentsConfig;
import offhook.runtime.Owner;
import offhook.sip.WireMessage;
import offhook.web.SocketLine;
import org.jspecify.annotations.Nullable;

/// One SIP phone in a browser that an agent registered (RFC 5626 §4.1: by its instance). It
/// outlives its WebSocket while it holds calls: media flows on, and the phone that registers again
/// has them back. On the desk's owner.
final class Phone {

    /// RFC 3261 §17.1.1.2, timers B and F: 64*T1.
    private static final Duration PATIENCE = Duration.ofSeconds(32);

    /// Requests that wait for the phone to come back; of calls that ended meanwhile.
    private static final int MAX_UNSENT = 16;

    private final Owner owner;
    private final String instance;
    private final Map<String, PhoneCall> calls = new HashMap<>();
    private final Map<String, Pending> pending = new HashMap<>();
    private final Deque<String> unsent = new ArrayDeque<>();
    private final Map<Watch, Owner.Deadline> watches = new HashMap<>();
    private AgentsConfig.User user;
    private @Nullable PhoneLine line;
    private String contact = "";
    private String host = "offhook.invalid";
    private String transport = "WS";
    private boolean registered;
    private boolean mayCall = true;
    private boolean dismissed;

    /// What is watched over, each by one deadline at a time.
    enum Watch {
        /// The registration lapses.
        REGISTRATION,
        /// The token expires.
        TOKEN,
        /// The next sign of life is asked for.
        HEARTBEAT,
        /// The calls of a phone without a socket are given up.
        GRACE
    }

    /// A request of ours that waits for its final response.
    private record Pending(Consumer<Optional<WireMessage>> handler, Owner.Deadline deadline) {}

    Phone(Owner owner, AgentsConfig.User user, String instance) {
        this.owner = owner;
        this.user = user;
        this.instance = instance;
    }

    AgentsConfig.User user() {
        return user;
    }

    /// Its agent is configured otherwise now; calls that began go on as they did.
    void goesBy(AgentsConfig.User now) {
        user = now;
    }

    String agent() {
        return user.name();
    }

    /// The agent, as others are shown it.
    Party party() {
        return new Party(user.callerId().orElse(user.name()), user.displayName());
    }

    /// The same in a call that has no details of its own to say that the number is withheld.
    Party shownParty() {
        Party party = party();
        return user.withholdNumber() ? new Party("", party.displayName()) : party;
    }

    String instance() {
        return instance;
    }

    /// Its Contact URI.
    String contact() {
        return contact;
    }

    /// Its host in addresses of record, as it names it.
    String host() {
        return host;
    }

    /// The agent's address of record, as the phone names it.
    String address() {
        return "sip:" + MessageText.user(agent()) + "@" + host;
    }

    /// What Via names: `WS` or `WSS`.
    String transport() {
        return transport;
    }

    Optional<PhoneLine> line() {
        return Optional.ofNullable(line);
    }

    /// Has a socket, again or for the first time: what could not be sent goes out.
    void connected(PhoneLine by) {
        line = by;
        unwatch(Watch.GRACE);
        List<String> late = List.copyOf(unsent);
        unsent.clear();
        late.forEach(this::send);
    }

    /// Has no socket any more.
    void disconnected() {
        line = null;
        registered = false;
        unwatch(Watch.HEARTBEAT);
        unwatch(Watch.REGISTRATION);
        unwatch(Watch.TOKEN);
    }

    /// Registered, or registered again.
    void registered(String contactUri, String ofHost, String by) {
        contact = contactUri;
        host = ofHost;
        transport = by;
        registered = true;
        mayCall = true;
        dismissed = false;
    }

    /// Registered no more; calls go on.
    void unregistered() {
        registered = false;
        unwatch(Watch.REGISTRATION);
    }

    /// The token has expired: no new calls.
    void expired() {
        unregistered();
        mayCall = false;
    }

    /// Its agent may not sign in any more, or not by what it did: no new calls, and the socket is
    /// closed after those that it has, unless it registers anew before.
    void dismissed() {
        expired();
        dismissed = true;
        closeIfDone();
    }

    private void closeIfDone() {
        PhoneLine way = line;
        if (dismissed && calls.isEmpty() && way != null) {
            way.close(SocketLine.Why.NOT_SIGNED_IN, "the sign-in is over");
        }
    }

    /// Whether calls ring there.
    boolean isReachable() {
        return registered && line != null;
    }

    /// Whether it may begin calls.
    boolean mayCall() {
        return mayCall;
    }

    void watch(Watch what, Duration delay, Runnable then) {
        unwatch(what);
        watches.put(what, owner.schedule(delay.toNanos(), then));
    }

    void unwatch(Watch what) {
        Owner.Deadline before = watches.remove(what);
        if (before != null) {
            before.cancel();
        }
    }

    void hold(String callId, PhoneCall call) {
        calls.put(callId, call);
    }

    void letGo(String callId, PhoneCall call) {
        calls.remove(callId, call);
        closeIfDone();
    }

    Optional<PhoneCall> call(String callId) {
        return Optional.ofNullable(calls.get(callId));
    }

    List<PhoneCall> calls() {
        return List.copyOf(calls.values());
    }

    /// Sends a message; a phone that is away gets it when it comes back.
    void send(String message) {
        PhoneLine way = line;
        if (way != null) {
            way.send(message);
        } else if (unsent.size() < MAX_UNSENT) {
            unsent.add(message);
        }
    }

    /// Sends a request; its responses come to the handler, none at the end of our patience.
    void ask(String branch, String message, Consumer<Optional<WireMessage>> handler) {
        pending.put(
                branch,
                new Pending(handler, owner.schedule(PATIENCE.toNanos(), () -> onSilence(branch))));
        send(message);
    }

    private void onSilence(String branch) {
        Pending asked = pending.remove(branch);
        if (asked != null) {
            asked.handler().accept(Optional.empty());
        }
    }

    /// A response. One that was not asked for says nothing; an INVITE may ring longer than we are
    /// patient with other requests, and its 200 may come twice.
    void onResponse(WireMessage response) {
        Pending asked = pending.get(response.branch());
        // The CANCEL of an INVITE has its branch, and nobody waits for what is said to it.
        if (asked == null || response.method().equals("CANCEL")) {
            return;
        }
        boolean invite = response.method().equals("INVITE");
        if (invite || response.status() >= 200) {
            asked.deadline().cancel();
        }
        if (!invite && response.status() >= 200) {
            pending.remove(response.branch());
        }
        asked.handler().accept(Optional.of(response));
    }

    /// Nothing more of a request of ours is of interest.
    void forget(String branch) {
        Pending asked = pending.remove(branch);
        if (asked != null) {
            asked.deadline().cancel();
        }
    }

    /// The phone is gone for good: nothing waits for it any more.
    void close() {
        for (Watch what : Watch.values()) {
            unwatch(what);
        }
        new ArrayList<>(pending.keySet()).forEach(this::forget);
    }
}
