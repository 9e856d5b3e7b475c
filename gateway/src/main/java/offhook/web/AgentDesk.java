package offhook.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import offhook.agent.AgentRegistry;
import offhook.agent.AgentStatus;
import offhook.agent.Presence;
import offhook.call.CallId;
import offhook.call.CallInput;
import offhook.call.CallRemarks;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.HoldSign;
import offhook.call.LegId;
import offhook.call.TransferOrder;
import offhook.config.AgentsConfig;
import offhook.runtime.Owner;
import offhook.sdp.SessionDescription;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Joins pages, agents and legs: which pages an agent has, which calls ring and which are held
/// where. Owned by the registry's [Owner]; every method but [#owner()] runs on it.
final class AgentDesk {

    private static final Logger LOG = LogManager.getLogger(AgentDesk.class);

    /// How long before it expires a page is told of its token.
    private static final Duration TOKEN_NOTICE = Duration.ofSeconds(60);

    private final Attendance attendance;
    private final Owner owner;
    private final Duration grace;
    private final WebLimits limits;

    /// Sockets that are not signed in, each with the time it has for it.
    private final Map<PageLink, Owner.Deadline> strangers = new HashMap<>();

    private final Map<PageLink, AgentSession> byLink = new HashMap<>();
    private final Map<String, Map<String, AgentSession>> byAgent = new HashMap<>();
    private final CallDesk calls;
    private TurnCredentials turn = TurnCredentials.NONE;
    private final Map<LegKey, PageLeg> legs = new HashMap<>();
    private final PageViews views;
    private final CallNotes notes;
    private final Echoes echoes;
    private final AwakePages awake;
    private final CallsElsewhere elsewhere = new CallsElsewhere();

    AgentDesk(AgentRegistry registry, AgentsConfig agents, WebLimits limits) {
        this.attendance = new Attendance(registry);
        this.owner = registry.owner();
        this.calls = new CallDesk(this);
        this.grace = agents.grace();
        this.limits = limits;
        this.views = new PageViews(owner);
        this.notes = new CallNotes(owner.clock());
        this.echoes = new Echoes(owner, views);
        this.awake =
                new AwakePages(
                        attendance, owner, limits.alive(), this::stopRinging, this::ringHere);
        registry.addListener(this::onPresence);
    }

    /// Whether new calls are refused, for those who sign in meanwhile.
    private boolean draining;

    private record LegKey(String agent, CallId call) {}

    /// The test calls of pages.
    Echoes echoes() {
        return echoes;
    }

    /// Which TURN server pages may use. Before the first socket.
    void useTurn(TurnCredentials credentials) {
        turn = credentials;
    }

    /// Where pages dial.
    CallDesk calls() {
        return calls;
    }

    /// How the calls sound at the pages that hold them.
    PageViews views() {
        return views;
    }

    /// Who is told what pages say of calls. Before the first socket.
    void tellRemarks(CallRemarks remarks) {
        notes.keepBy(remarks);
        views.tellBy(remarks);
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
    void onHello(PageLink link, AgentProfile who, ClientMessage.Hello hello, Duration remaining) {
        AgentProfile user = who.at(hello.instance());
        AgentSession known = byLink.get(link);
        if (known != null) {
            onHelloAgain(known, user, hello, remaining);
            return;
        }
        if (!strangers.containsKey(link)) {
            return;
        }
        forgetStranger(link);
        if (!attendance.admit(user)) {
            link.send(refusal(WebError.BUSY.object("Too many agents are signed in.")));
            link.close(CloseCode.TRY_LATER, "too many agents");
            return;
        }
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
        session.renewed(user);
        session.wishes(hello.available());
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
        awake.forget(session);
        elsewhere.forget(session);
        // Before the session has its link, so that nothing is sent before `welcome`.
        Presence presence = attendance.arrived(session, hello.available());
        session.connected(link);
        byLink.put(link, session);
        link.signedIn();
        welcome(session, presence);
        session.repeatUnconfirmed();
        armTokenExpiry(session, remaining);
        armHeartbeat(session);
        tellElsewhere(session.agent());
    }

    private void tellElsewhere(String agent) {
        elsewhere.tell(byAgent.getOrDefault(agent, Map.of()).values());
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
                attendance.left(page);
            }
            pages.remove(page.instance(), page);
            pages.put(hello.instance(), page);
            page.returns(hello.instance());
        });
        return found;
    }

    private void onHelloAgain(
            AgentSession session,
            AgentProfile user,
            ClientMessage.Hello hello,
            Duration remaining) {
        if (!session.instance().equals(hello.instance()) || !renew(session, user, remaining)) {
            session.send(refusal(WebError.BAD_TOKEN.object("The token is of another agent.")));
            return;
        }
        session.wishes(hello.available());
        welcome(session, attendance.arrived(session, hello.available()));
    }

    /// A valid `token`: another one for the agent who is signed in. The calls it has stay.
    void onToken(AgentSession session, AgentProfile user, Duration remaining) {
        if (!renew(session, user, remaining)) {
            session.send(refusal(WebError.BAD_TOKEN.object("The token is of another agent.")));
            return;
        }
        session.send(new ServerMessage.Token(true, Math.max(1, remaining.toSeconds())));
    }

    private boolean renew(AgentSession session, AgentProfile who, Duration remaining) {
        AgentProfile user = who.at(session.instance());
        if (!session.agent().equals(user.name())) {
            return false;
        }
        if (session.isExpired() && attendance.admit(user)) {
            attendance.arrived(session, session.wishesCalls());
        }
        session.renewed(user);
        armTokenExpiry(session, remaining);
        return true;
    }

    private void replace(PageLink old) {
        byLink.remove(old);
        old.close(CloseCode.REPLACED, "the page connected again");
    }

    private void welcome(AgentSession session, Presence presence) {
        Optional<TurnCredentials.Server> server = turnFor(session);
        session.send(
                new ServerMessage.Welcome(
                        session.agent(),
                        session.profile().displayName(),
                        presence,
                        Math.max(1, limits.heartbeat().toSeconds()),
                        Math.max(1, limits.alive().toSeconds()),
                        session.heldCalls(),
                        session.resume(),
                        server));
        if (draining) {
            session.send(new ServerMessage.Draining(true));
        }
    }

    /// A TURN server for the page, of which it is told again in time.
    private Optional<TurnCredentials.Server> turnFor(AgentSession session) {
        Optional<TurnCredentials.Server> server = turn.server(session.agent());
        session.turnUntil(
                server.map(s -> owner.clock().nanoTime() + s.lifetime().toNanos() * 3 / 4));
        return server;
    }

    private void armTokenExpiry(AgentSession session, Duration remaining) {
        long nanos = remaining.toNanos();
        long noticeNanos = Math.min(TOKEN_NOTICE.toNanos(), nanos / 4);
        session.tokenUntil(
                owner.schedule(
                        nanos - noticeNanos,
                        () ->
                                session.send(
                                        new ServerMessage.Token(
                                                false,
                                                TimeUnit.NANOSECONDS.toSeconds(noticeNanos)))),
                owner.schedule(nanos, () -> onTokenExpired(session)));
    }

    private void armHeartbeat(AgentSession session) {
        session.nextHeartbeat(
                owner.schedule(limits.heartbeat().toNanos(), () -> onHeartbeat(session)));
    }

    private void onHeartbeat(AgentSession session) {
        if (session.ping()) {
            if (session.isTurnDue(owner.clock().nanoTime())) {
                turnFor(session).map(ServerMessage.IceServers::new).ifPresent(session::send);
            }
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

    /// Nothing rings any more on a page that would not show it.
    private void stopRinging(AgentSession session) {
        for (PageLeg leg : legsOf(session.agent())) {
            if (leg instanceof WebLeg rung) {
                rung.onPageAsleep(session);
            }
        }
    }

    private void onTokenExpired(AgentSession session) {
        session.expire();
        session.send(refusal(WebError.TOKEN_EXPIRED.object()));
        attendance.left(session);
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
        echoes.onGone(session);
        awake.forget(session);
        elsewhere.forget(session);
        attendance.left(session);
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
        for (PageLeg leg : session.heldLegs()) {
            leg.onFailed(EndCause.agentLost());
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
        if (session.profile().guest().isPresent() && !isForGuests(message)) {
            session.send(refusal(WebError.NOT_PERMITTED.object()));
            return;
        }
        switch (message) {
            case ClientMessage.Presence m -> onWish(session, m.available());
            case ClientMessage.Ringing m ->
                    rungLeg(session, m.call()).ifPresent(WebLeg::onAlerting);
            case ClientMessage.Decline m ->
                    rungLeg(session, m.call())
                            .filter(leg -> !leg.onDecline())
                            .ifPresent(_ -> refuse(session, WebError.WRONG_STATE, m.call()));
            case ClientMessage.HangUp m -> onHangUp(session, m.call());
            case ClientMessage.Pull m -> onPull(session, m.call());
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
            case ClientMessage.Candidate m ->
                    leg(session, m.call())
                            .filter(leg -> !leg.sheet().candidates().note(m.candidate()))
                            .ifPresent(_ -> refuse(session, WebError.MALFORMED, m.call()));
            case ClientMessage.Note m -> notes.onNote(session, m);
            case ClientMessage.Quality m ->
                    held(session, m.call()).ifPresent(leg -> views.onQuality(session, leg, m));
            case ClientMessage.Warning m ->
                    held(session, m.call()).ifPresent(leg -> views.onWarning(leg, m));
            case ClientMessage.Alive m -> awake.onAlive(session, m.microphone());
            case ClientMessage.Ping m -> session.send(new ServerMessage.Pong(m.n()));
            case ClientMessage.Pong m -> session.pong(m.n());
            case ClientMessage.Hello _,
                    ClientMessage.Token _,
                    ClientMessage.Accept _,
                    ClientMessage.Reoffer _,
                    ClientMessage.Dial _,
                    ClientMessage.Echo _ ->
                    throw new IllegalStateException("comes by its own way: " + message.type());
        }
    }

    private void onHangUp(AgentSession session, CallId call) {
        if (!echoes.onHangUp(session, call)) {
            leg(session, call)
                    .filter(leg -> !leg.onHangUp(session))
                    .ifPresent(_ -> refuse(session, WebError.WRONG_STATE, call));
        }
    }

    private void onPull(AgentSession session, CallId call) {
        Optional<PageLeg> leg = leg(session, call);
        if (leg.isEmpty()) {
            refuse(session, WebError.UNKNOWN_CALL, call);
        } else if (session.isExpired() || !leg.get().onPull(session)) {
            refuse(session, WebError.WRONG_STATE, call);
        }
    }

    /// A call went from one page of its agent to another.
    void onMoved(PageLeg leg, AgentSession from, AgentSession to, EndTexts.Seat seat) {
        to.hold(leg.call(), leg);
        EndCause.By by = seat == EndTexts.Seat.CALLER ? EndCause.By.CALLER : EndCause.By.CALLEE;
        from.sendSurely(new ServerMessage.Ended(leg.call(), CallPull.moved(by), seat));
        onLetGo(from, leg.call());
    }

    /// Of a visitor of a site, besides `hello`, `token` and `dial`.
    private static boolean isForGuests(ClientMessage message) {
        return message instanceof ClientMessage.HangUp
                || message instanceof ClientMessage.Quality
                || message instanceof ClientMessage.Warning
                || message instanceof ClientMessage.Alive
                || message instanceof ClientMessage.Ping
                || message instanceof ClientMessage.Pong;
    }

    private void onWish(AgentSession session, boolean available) {
        session.wishes(available);
        if (!session.isExpired()) {
            attendance.wished(session, available);
        }
    }

    private void onTransfer(AgentSession session, ClientMessage.Transfer transfer) {
        Optional<String> target = DialledNumber.ofTarget(transfer.to());
        if (target.isEmpty()) {
            refuse(session, WebError.BAD_NUMBER, transfer.call());
            return;
        }
        if (!session.profile().permissions().mayTransferTo(target.get())) {
            refuse(session, WebError.NOT_PERMITTED, transfer.call());
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
                        session.profile().shownParty(),
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
        tellElsewhere(session.agent());
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

    /// The agent calls somebody.
    ///
    /// @return false, and nothing is changed, when it talks or a call rings for it
    boolean engage(AgentSession session, CallId call) {
        return attendance.engaged(session, call);
    }

    /// A page has a call that it dialled.
    void hold(AgentSession session, DialledLeg leg) {
        legs.put(new LegKey(leg.agent(), leg.call()), leg);
        session.hold(leg.call(), leg);
        tellElsewhere(session.agent());
    }

    void onLegOver(PageLeg leg) {
        LOG.debug("page-media call={} candidates={}", leg.call(), leg.sheet().candidates());
        legs.remove(new LegKey(leg.agent(), leg.call()), leg);
        views.onOver(leg.id());
        if (leg instanceof DialledLeg dialled) {
            attendance.disengaged(dialled.page(), leg.call());
            calls.onOver(dialled);
        }
    }

    /// A page holds a call no more.
    void onLetGo(AgentSession session, CallId call) {
        session.letGo(call);
        notes.onLetGo(session.agent(), call);
        tellElsewhere(session.agent());
        closeIfExpired(session);
        if (session.link().isEmpty() && session.heldCalls().isEmpty()) {
            forget(session);
        }
    }

    private Optional<PageLeg> leg(AgentSession session, CallId call) {
        return Optional.ofNullable(legs.get(new LegKey(session.agent(), call)));
    }

    /// The leg of a call, or of a test call, that a page has.
    private Optional<LegId> held(AgentSession session, CallId call) {
        return leg(session, call)
                .filter(session.heldLegs()::contains)
                .map(PageLeg::id)
                .or(() -> echoes.leg(session, call));
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

    private void onPresence(String agent, AgentStatus status) {
        for (AgentSession page : connectedPages(agent)) {
            page.send(new ServerMessage.PresenceChanged(status.presence(), status.reason()));
        }
    }
}
