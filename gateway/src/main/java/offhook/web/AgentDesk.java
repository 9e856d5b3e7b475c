package offhook.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import offhook.agent.AgentRegistry;
import offhook.agent.Presence;
import offhook.call.CallDetails;
import offhook.call.CallId;
import offhook.call.CallInput;
import offhook.call.CallIntake;
import offhook.call.CallRefusedException;
import offhook.call.CodecPreference;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.HoldSign;
import offhook.call.IncomingCall;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.TransferOrder;
import offhook.config.AgentsConfig;
import offhook.runtime.Owner;
import offhook.sdp.SessionDescription;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Joins pages, agents and legs: which pages an agent has, which calls ring and which are held
/// where. Owned by the registry's [Owner]; every method but [#owner()] runs on it.
final class AgentDesk {

    private static final Logger LOG = LogManager.getLogger(AgentDesk.class);

    private final AgentRegistry registry;
    private final Owner owner;
    private final Duration grace;
    private final WebLimits limits;

    /// Sockets that are not signed in, each with the time it has for it.
    private final Map<PageLink, Owner.Deadline> strangers = new HashMap<>();

    private final Map<PageLink, AgentSession> byLink = new HashMap<>();
    private final Map<String, Map<String, AgentSession>> byAgent = new HashMap<>();
    private @Nullable CallIntake intake;
    private final Map<LegKey, PageLeg> legs = new HashMap<>();

    AgentDesk(AgentRegistry registry, AgentsConfig agents, WebLimits limits) {
        this.registry = registry;
        this.owner = registry.owner();
        this.grace = agents.grace();
        this.limits = limits;
        registry.addListener(this::onPresence);
    }

    /// Whether new calls are refused, for those who sign in meanwhile.
    private boolean draining;

    private record LegKey(String agent, CallId call) {}

    /// Where calls begin that pages dial. Before the first socket.
    void openCallsAt(CallIntake where) {
        intake = where;
    }

    Owner owner() {
        return owner;
    }

    /// Tells every page whether new calls are refused.
    void tellDraining(boolean now) {
        draining = now;
        byLink.values().forEach(session -> session.send(new ServerMessage.Draining(now)));
    }

    // --- sockets

    void onOpened(PageLink link) {
        strangers.put(link, owner.schedule(limits.signIn().toNanos(), () -> onHelloOverdue(link)));
    }

    /// Deadlines go before commands: a `hello` that waits at a busy desk came in time, so the end
    /// goes behind it.
    private void onHelloOverdue(PageLink link) {
        if (!owner.post(() -> closeStranger(link))) {
            closeStranger(link);
        }
    }

    private void closeStranger(PageLink link) {
        if (strangers.remove(link) != null) {
            link.close(CloseCode.TOO_SLOW, "no hello in time");
        }
    }

    /// @param left whether the page said good-bye
    void onClosed(PageLink link, boolean left) {
        forgetStranger(link);
        AgentSession session = byLink.remove(link);
        if (session != null) {
            onLost(session, !left);
        }
    }

    /// A valid `hello`; on a signed-in socket it renews the token.
    void onHello(
            PageLink link, AgentsConfig.User user, ClientMessage.Hello hello, Duration remaining) {
        AgentSession known = byLink.get(link);
        if (known != null) {
            onRenewed(link, known, user, hello, remaining);
            return;
        }
        if (!strangers.containsKey(link)) {
            return;
        }
        forgetStranger(link);
        Map<String, AgentSession> pages =
                byAgent.computeIfAbsent(user.name(), _ -> new HashMap<>());
        Optional<AgentSession> returning = returning(pages, hello);
        AgentSession session = returning.orElse(pages.get(hello.instance()));
        if (session == null) {
            if (pages.size() >= limits.socketsPerAgent()) {
                link.send(refusal(WebError.TOO_MANY_PAGES.object()));
                link.close(CloseCode.TRY_LATER, "too many pages");
                return;
            }
            session = new AgentSession(user, hello.instance());
            pages.put(hello.instance(), session);
        }
        connect(session, link, hello, remaining);
        if (returning.isPresent()) {
            for (PageLeg leg : session.heldLegs()) {
                session.send(leg.resumed());
            }
        }
        ringHere(session);
        LOG.debug("signed-in agent={} calls={}", user.name(), session.heldCalls().size());
    }

    private void connect(
            AgentSession session, PageLink link, ClientMessage.Hello hello, Duration remaining) {
        session.link().ifPresent(this::replace);
        for (PageLeg leg : legsOf(session.agent())) {
            // What rings on the old socket has to ring on the new one.
            leg.onPageGone(session, true);
        }
        session.disconnected();
        // Before the session has its link, so that nothing is sent before `welcome`.
        Presence presence = registry.signedIn(session.agent(), hello.instance(), hello.available());
        session.connected(link);
        byLink.put(link, session);
        link.signedIn();
        welcome(session, presence);
        session.repeatUnconfirmed();
        armTokenExpiry(session, remaining);
        armHeartbeat(session);
    }

    /// The page that was here before it was reloaded; now it goes by the name it says.
    private Optional<AgentSession> returning(
            Map<String, AgentSession> pages, ClientMessage.Hello hello) {
        AgentSession namesake = pages.get(hello.instance());
        Optional<AgentSession> found =
                pages.values().stream()
                        .filter(page -> hello.resume().filter(page::isResumedBy).isPresent())
                        .filter(page -> namesake == null || namesake == page)
                        .findFirst();
        found.ifPresent(page -> {
            if (page.link().isPresent() && namesake == null) {
                registry.signedOut(page.agent(), page.instance());
            }
            pages.remove(page.instance(), page);
            pages.put(hello.instance(), page);
            page.returns(hello.instance());
        });
        return found;
    }

    private void onRenewed(
            PageLink link,
            AgentSession session,
            AgentsConfig.User user,
            ClientMessage.Hello hello,
            Duration remaining) {
        if (!session.agent().equals(user.name()) || !session.instance().equals(hello.instance())) {
            link.send(refusal(WebError.BAD_TOKEN.object("The token is of another agent.")));
            return;
        }
        session.renewed();
        welcome(session, registry.signedIn(user.name(), hello.instance(), hello.available()));
        armTokenExpiry(session, remaining);
    }

    private void replace(PageLink old) {
        byLink.remove(old);
        old.close(CloseCode.REPLACED, "the page connected again");
    }

    private void welcome(AgentSession session, Presence presence) {
        session.send(
                new ServerMessage.Welcome(
                        session.agent(),
                        session.user().displayName(),
                        presence,
                        Math.max(1, limits.heartbeat().toSeconds()),
                        session.heldCalls(),
                        session.resume()));
        if (draining) {
            session.send(new ServerMessage.Draining(true));
        }
    }

    private void armTokenExpiry(AgentSession session, Duration remaining) {
        session.tokenUntil(owner.schedule(remaining.toNanos(), () -> onTokenExpired(session)));
    }

    private void armHeartbeat(AgentSession session) {
        session.nextHeartbeat(
                owner.schedule(limits.heartbeat().toNanos(), () -> onHeartbeat(session)));
    }

    private void onHeartbeat(AgentSession session) {
        if (session.ping()) {
            armHeartbeat(session);
            return;
        }
        session.link()
                .ifPresent(link -> {
                    link.close(CloseCode.TOO_SLOW, "pings were not answered");
                    onClosed(link, false);
                });
    }

    /// Rings, on a page that just came, what rings for its agent already.
    private void ringHere(AgentSession session) {
        for (PageLeg leg : legsOf(session.agent())) {
            if (leg instanceof WebLeg rung) {
                rung.onRing(session);
            }
        }
    }

    private void onTokenExpired(AgentSession session) {
        session.expire();
        session.send(refusal(WebError.TOKEN_EXPIRED.object()));
        registry.signedOut(session.agent(), session.instance());
        for (PageLeg leg : legsOf(session.agent())) {
            leg.onPageGone(session, false);
        }
        closeIfExpired(session);
    }

    private void closeIfExpired(AgentSession session) {
        if (session.isExpired() && session.heldCalls().isEmpty()) {
            session.link().ifPresent(l -> l.close(CloseCode.NOT_SIGNED_IN, "the token expired"));
        }
    }

    /// A page lost its socket: what it holds stays for the grace time, what rings there does not.
    ///
    /// @param mayReturn whether it may be back in a moment
    private void onLost(AgentSession session, boolean mayReturn) {
        session.disconnected();
        registry.signedOut(session.agent(), session.instance());
        for (PageLeg leg : legsOf(session.agent())) {
            leg.onPageGone(session, mayReturn);
        }
        if (session.heldCalls().isEmpty()) {
            forget(session);
        } else {
            session.graceUntil(owner.schedule(grace.toNanos(), () -> onGraceOver(session)));
        }
    }

    private void onGraceOver(AgentSession session) {
        EndCause lost =
                EndCause.gateway(
                        "agent-lost", 480, 27, "the connection to the agent's page is lost");
        for (PageLeg leg : session.heldLegs()) {
            leg.onFailed(lost);
        }
    }

    private void forget(AgentSession session) {
        session.cancelGrace();
        Map<String, AgentSession> pages = byAgent.get(session.agent());
        if (pages != null) {
            pages.remove(session.instance(), session);
            if (pages.isEmpty()) {
                byAgent.remove(session.agent());
            }
        }
    }

    private void forgetStranger(PageLink link) {
        Owner.Deadline deadline = strangers.remove(link);
        if (deadline != null) {
            deadline.cancel();
        }
    }

    // --- messages of pages

    /// Something that only a signed-in page may send; a stranger's socket is closed.
    void withSession(PageLink link, Consumer<AgentSession> action) {
        AgentSession session = byLink.get(link);
        if (session != null) {
            action.accept(session);
        } else if (strangers.containsKey(link)) {
            forgetStranger(link);
            link.close(CloseCode.NOT_SIGNED_IN, "hello comes first");
        }
    }

    void onMessage(AgentSession session, ClientMessage message) {
        switch (message) {
            case ClientMessage.Presence m -> registry.wished(session.agent(), m.available());
            case ClientMessage.Ringing m ->
                    rungLeg(session, m.call()).ifPresent(WebLeg::onAlerting);
            case ClientMessage.Decline m ->
                    rungLeg(session, m.call())
                            .filter(leg -> !leg.onDecline())
                            .ifPresent(_ -> refuse(session, WebError.WRONG_STATE, m.call()));
            case ClientMessage.HangUp m ->
                    leg(session, m.call())
                            .filter(leg -> !leg.onHangUp(session))
                            .ifPresent(_ -> refuse(session, WebError.WRONG_STATE, m.call()));
            case ClientMessage.Hold m ->
                    wish(
                            session,
                            m.call(),
                            leg -> new CallInput.HoldChanged(leg, new HoldSign.Requested(m.on())));
            case ClientMessage.Transfer m -> onTransfer(session, m);
            case ClientMessage.Complete m ->
                    wish(session, m.call(), leg -> new CallInput.TransferCompleted(leg));
            case ClientMessage.Cancel m ->
                    wish(session, m.call(), leg -> new CallInput.TransferCancelled(leg));
            case ClientMessage.Ping m -> session.send(new ServerMessage.Pong(m.n()));
            case ClientMessage.Pong m -> session.pong(m.n());
            case ClientMessage.Hello _,
                    ClientMessage.Accept _,
                    ClientMessage.Reoffer _,
                    ClientMessage.Dial _ ->
                    throw new IllegalStateException("comes by its own way: " + message.type());
        }
    }

    private void onTransfer(AgentSession session, ClientMessage.Transfer transfer) {
        Optional<String> target = DialledNumber.ofTarget(transfer.to());
        if (target.isEmpty()) {
            refuse(session, WebError.BAD_NUMBER, transfer.call());
            return;
        }
        if (!DialledHeaders.areFit(transfer.headers())) {
            refuse(session, WebError.BAD_HEADERS, transfer.call());
            return;
        }
        TransferOrder order =
                new TransferOrder(
                        transfer.consult(),
                        "web",
                        target.get(),
                        shownParty(session),
                        Optional.empty(),
                        Enclosed.of(transfer.headers()));
        wish(session, transfer.call(), leg -> new CallInput.TransferRequested(leg, order))
                .ifPresent(leg -> leg.sheet().asks(target.get(), transfer.consult()));
    }

    /// @return the leg whose call has taken the wish
    private Optional<PageLeg> wish(
            AgentSession session, CallId call, Function<LegId, CallInput> wish) {
        Optional<PageLeg> leg = leg(session, call);
        if (leg.isEmpty()) {
            refuse(session, WebError.UNKNOWN_CALL, call);
        } else if (!leg.get().onWish(session, wish.apply(leg.get().id()))) {
            refuse(session, WebError.WRONG_STATE, call);
            return Optional.empty();
        }
        return leg;
    }

    void onAccept(AgentSession session, CallId call, SessionDescription offer) {
        Optional<WebLeg> leg = rungLeg(session, call);
        if (leg.isEmpty()) {
            refuse(session, WebError.UNKNOWN_CALL, call);
        } else if (!leg.get().onAccept(session, offer)) {
            refuse(session, WebError.WRONG_STATE, call);
        }
    }

    void onReoffer(AgentSession session, ClientMessage.Reoffer reoffer, SessionDescription offer) {
        Optional<PageLeg> leg = leg(session, reoffer.call());
        if (leg.isEmpty() || !leg.get().onReoffer(session, reoffer.request(), offer)) {
            WebError error = leg.isEmpty() ? WebError.UNKNOWN_CALL : WebError.WRONG_STATE;
            session.send(
                    new ServerMessage.ReofferRefused(
                            reoffer.call(), reoffer.request(), error.object()));
        }
    }

    /// A page answered with a session description that cannot be served.
    void onBadAccept(AgentSession session, CallId call, String problem) {
        session.send(
                new ServerMessage.Refused(WebError.BAD_SDP.object(problem), Optional.of(call)));
        rungLeg(session, call)
                .ifPresent(leg ->
                        leg.onBadOffer(session, EndCause.gateway("media", 488, 88, problem)));
    }

    /// A page dials. The agent is busy from here on, so that nothing rings meanwhile.
    void onDial(AgentSession session, ClientMessage.Dial dial, SessionDescription offer) {
        Optional<String> number = DialledNumber.of(dial.to());
        CallId call = CallId.next();
        if (session.isExpired()) {
            refuse(session, dial, WebError.TOKEN_EXPIRED.object());
        } else if (number.isEmpty()) {
            refuse(session, dial, WebError.BAD_NUMBER.object());
        } else if (!DialledHeaders.areFit(dial.headers())) {
            refuse(session, dial, WebError.BAD_HEADERS.object());
        } else if (!registry.engaged(session.agent(), call)) {
            refuse(session, dial, WebError.IN_CALL.object());
        } else {
            open(session, dial, new Party(number.get(), ""), offer, call);
        }
    }

    private void open(
            AgentSession session,
            ClientMessage.Dial dial,
            Party called,
            SessionDescription offer,
            CallId call) {
        DialledLeg leg = new DialledLeg(this, new LegId(call, 0), session, called);
        Party caller = party(session);
        legs.put(new LegKey(leg.agent(), call), leg);
        session.hold(call, leg);
        // First of all: what the call says of itself comes behind it.
        session.sendSurely(new ServerMessage.Dialled(dial.request(), call));
        try {
            leg.bind(
                    intake().open(
                                    call,
                                    new IncomingCall(
                                            "web",
                                            caller,
                                            called,
                                            new MediaProfile.Browser(
                                                    CodecPreference.QUALITY, Optional.empty()),
                                            Optional.of(offer),
                                            session.agent() + "/" + dial.request(),
                                            CallDetails.ofAgent(
                                                    session.user().withholdNumber()
                                                            || dial.withheld(),
                                                    dial.headers())),
                                    leg));
        } catch (CallRefusedException e) {
            leg.onFailed(EndCause.gateway("refused", e.verdict().sipStatus(), 42, e.explanation()));
        }
    }

    /// The agent, as others are shown it.
    private static Party party(AgentSession session) {
        return new Party(
                session.user().callerId().orElse(session.agent()), session.user().displayName());
    }

    /// The same in a call that has no details of its own to say that the number is withheld.
    private static Party shownParty(AgentSession session) {
        Party party = party(session);
        return session.user().withholdNumber() ? new Party("", party.displayName()) : party;
    }

    private CallIntake intake() {
        return Objects.requireNonNull(intake, "started without a way to open calls");
    }

    private static void refuse(
            AgentSession session, ClientMessage.Dial dial, WebError.ErrorObject error) {
        session.send(new ServerMessage.DialRefused(dial.request(), error));
    }

    private void refuse(AgentSession session, WebError error, CallId call) {
        session.send(new ServerMessage.Refused(error.object(), Optional.of(call)));
    }

    static ServerMessage refusal(WebError.ErrorObject error) {
        return new ServerMessage.Refused(error, Optional.empty());
    }

    // --- legs

    void onRing(WebLeg leg) {
        List<AgentSession> pages = connectedPages(leg.agent());
        if (pages.isEmpty()) {
            leg.onFailed(WebLeg.offline());
        } else if (legs.putIfAbsent(new LegKey(leg.agent(), leg.call()), leg) != null) {
            leg.onFailed(EndCause.gateway("busy", 486, 17, "the call rings there already"));
        } else {
            pages.forEach(leg::onRing);
        }
    }

    void onLegOver(PageLeg leg) {
        legs.remove(new LegKey(leg.agent(), leg.call()), leg);
        if (leg instanceof DialledLeg) {
            registry.disengaged(leg.agent(), leg.call());
        }
    }

    /// A page holds a call no more.
    void onLetGo(AgentSession session, CallId call) {
        session.letGo(call);
        closeIfExpired(session);
        if (session.link().isEmpty() && session.heldCalls().isEmpty()) {
            forget(session);
        }
    }

    private Optional<PageLeg> leg(AgentSession session, CallId call) {
        return Optional.ofNullable(legs.get(new LegKey(session.agent(), call)));
    }

    private Optional<WebLeg> rungLeg(AgentSession session, CallId call) {
        return leg(session, call).filter(WebLeg.class::isInstance).map(WebLeg.class::cast);
    }

    private List<PageLeg> legsOf(String agent) {
        List<PageLeg> found = new ArrayList<>();
        for (PageLeg leg : legs.values()) {
            if (leg.agent().equals(agent)) {
                found.add(leg);
            }
        }
        return found;
    }

    private List<AgentSession> connectedPages(String agent) {
        return byAgent.getOrDefault(agent, Map.of()).values().stream()
                .filter(page -> page.link().isPresent() && !page.isExpired())
                .toList();
    }

    private void onPresence(String agent, Presence presence) {
        for (AgentSession page : connectedPages(agent)) {
            page.send(new ServerMessage.PresenceChanged(presence));
        }
    }
}
