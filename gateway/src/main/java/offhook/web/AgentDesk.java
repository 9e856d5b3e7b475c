package offhook.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import offhook.agent.AgentRegistry;
import offhook.agent.AgentStatus;
import offhook.agent.Presence;
import offhook.call.CallEvent;
import offhook.call.CallId;
import offhook.call.CallRemarks;
import offhook.call.CallWatcher;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.config.AgentsConfig;
import offhook.runtime.Owner;
import offhook.telemetry.LogContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Joins pages, agents and legs: which pages an agent has, which calls ring and which are held
/// where. Owned by the registry's [Owner]; every method but [#owner()] runs on it.
final class AgentDesk {

    private static final Logger LOG = LogManager.getLogger(AgentDesk.class);

    /// How long a visitor's call waits for the visitor at most: long enough for the next page of
    /// the site, not for an agent who was left alone.
    private static final Duration GUEST_GRACE = Duration.ofSeconds(15);

    private final Attendance attendance;
    private final Owner owner;
    private CallWatcher watcher = CallWatcher.NONE;
    private Duration grace;
    private final WebLimits limits;

    private final Strangers strangers;
    private final Map<PageLink, AgentSession> byLink = new HashMap<>();
    private final AgentPages pages = new AgentPages();
    private final CallDesk calls;
    private final PageTerms terms;
    private final PageLegs legs = new PageLegs();
    private final PageOrders orders;
    private final PageViews views;
    private final CallNotes notes;
    private final Echoes echoes;
    private final Heartbeats heartbeats;
    private final AwakePages awake;
    private final CallsElsewhere elsewhere = new CallsElsewhere();

    AgentDesk(AgentRegistry registry, AgentsConfig agents, WebLimits limits) {
        this.attendance = new Attendance(registry);
        this.owner = registry.owner();
        this.calls = new CallDesk(this);
        this.grace = agents.grace();
        this.limits = limits;
        this.strangers = new Strangers(owner, limits.signIn());
        this.terms = new PageTerms(owner, this::onTokenExpired);
        this.views = new PageViews(owner);
        this.notes = new CallNotes(owner.clock());
        this.echoes = new Echoes(owner, views);
        this.heartbeats = new Heartbeats(owner, limits.heartbeat(), this::onHeartbeat);
        this.awake =
                new AwakePages(
                        attendance, owner, limits.alive(), this::stopRinging, this::ringHere);
        this.orders =
                new PageOrders(legs, attendance, views, notes, echoes, awake, this::tellElsewhere);
        registry.addListener(this::onPresence);
    }

    /// Whether new calls are refused, for those who sign in meanwhile.
    private boolean draining;

    /// The test calls of pages.
    Echoes echoes() {
        return echoes;
    }

    /// Which TURN server pages may use. Before the first socket.
    void useTurn(TurnCredentials credentials) {
        terms.useTurn(credentials);
    }

    /// What signed-in pages may say.
    PageOrders orders() {
        return orders;
    }

    /// Where pages dial.
    CallDesk calls() {
        return calls;
    }

    /// How the calls sound at the pages that hold them.
    PageViews views() {
        return views;
    }

    /// Who is told of pages that come and go during a call. Before the first socket.
    void tellPages(CallWatcher listener) {
        watcher = listener;
    }

    /// Tells of each call that a page holds.
    private void tellHeld(AgentSession session, Function<LegId, CallEvent> event) {
        long now = owner.clock().nanoTime();
        for (PageLeg leg : session.heldLegs()) {
            watcher.happened(leg.call(), event.apply(leg.id()), now);
        }
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

    /// Pages that lose their sockets from now on are waited for as long.
    void onGrace(Duration wanted) {
        grace = wanted;
    }

    // --- sockets

    void onOpened(PageLink link) {
        strangers.onOpened(link);
    }

    /// @param left whether the page said good-bye
    void onClosed(PageLink link, boolean left) {
        strangers.forget(link);
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
        if (!strangers.forget(link)) {
            return;
        }
        if (!attendance.admit(user)) {
            link.send(refusal(WebError.BUSY.object("Too many agents are signed in.")));
            link.close(CloseCode.TRY_LATER, "too many agents");
            return;
        }
        Optional<AgentSession> returning = returning(user.name(), hello);
        AgentSession session =
                returning
                        .or(() -> pages.find(user.name(), hello.instance()))
                        .or(() -> another(user, hello.instance()))
                        .orElse(null);
        if (session == null) {
            link.send(refusal(WebError.TOO_MANY_PAGES.object()));
            link.close(CloseCode.TRY_LATER, "too many pages");
            return;
        }
        session.renewed(user);
        session.wishes(hello.available());
        if (session.link().isEmpty()) {
            tellHeld(session, CallEvent.PageBack::new);
        }
        connect(session, link, hello, remaining);
        if (returning.isPresent()) {
            for (PageLeg leg : session.heldLegs()) {
                session.send(leg.resumed());
            }
        }
        ringHere(session);
        try (var _ = LogContext.ofAgent(user.name())) {
            LOG.debug("signed-in calls={}", session.heldCalls().size());
        }
    }

    /// Another page of an agent; empty when there are too many.
    private Optional<AgentSession> another(AgentProfile user, String instance) {
        if (pages.of(user.name()).size() >= limits.socketsPerAgent()) {
            return Optional.empty();
        }
        AgentSession page = new AgentSession(user, instance);
        pages.add(page);
        return Optional.of(page);
    }

    private void connect(
            AgentSession session, PageLink link, ClientMessage.Hello hello, Duration remaining) {
        session.link().ifPresent(this::replace);
        for (PageLeg leg : legs.ofAgent(session.agent())) {
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
        terms.tokenFor(session, remaining);
        heartbeats.begin(session);
        tellElsewhere(session.agent());
    }

    private void tellElsewhere(String agent) {
        elsewhere.tell(pages.of(agent));
    }

    /// The page that was here before it was reloaded; now it goes by the name it says.
    private Optional<AgentSession> returning(String agent, ClientMessage.Hello hello) {
        Optional<AgentSession> found = pages.resumed(agent, hello);
        found.ifPresent(page -> {
            if (page.link().isPresent() && !page.instance().equals(hello.instance())) {
                attendance.left(page);
            }
            pages.rename(page, hello.instance());
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
        terms.tokenFor(session, remaining);
        return true;
    }

    private void replace(PageLink old) {
        byLink.remove(old);
        old.close(CloseCode.REPLACED, "the page connected again");
    }

    private void welcome(AgentSession session, Presence presence) {
        Optional<TurnCredentials.Server> server = terms.turnFor(session);
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

    private void onHeartbeat(AgentSession session) {
        if (session.ping()) {
            terms.renewTurn(session);
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
        for (PageLeg leg : legs.ofAgent(session.agent())) {
            if (leg instanceof WebLeg rung) {
                rung.onRing(session);
            }
        }
    }

    /// Nothing rings any more on a page that would not show it.
    private void stopRinging(AgentSession session) {
        for (PageLeg leg : legs.ofAgent(session.agent())) {
            if (leg instanceof WebLeg rung) {
                rung.onPageAsleep(session);
            }
        }
    }

    private void onTokenExpired(AgentSession session) {
        expire(session, WebError.TOKEN_EXPIRED);
    }

    /// The agent may not sign in any more, or not by what it signed in with: its pages keep the
    /// calls that they hold, and are closed after them.
    void onDismissed(String agent) {
        for (AgentSession page : pages.of(agent)) {
            expire(page, WebError.TOKEN_REVOKED);
        }
    }

    /// A user of the configuration is shown to others otherwise now. Pages whose tokens say who the
    /// agent is go on by them.
    void onRenamed(AgentProfile before, AgentProfile now) {
        for (AgentSession page : pages.of(before.name())) {
            if (!page.isExpired() && page.profile().equals(before)) {
                page.renewed(now);
            }
        }
    }

    private void expire(AgentSession session, WebError why) {
        session.expire();
        session.send(refusal(why.object()));
        attendance.left(session);
        for (PageLeg leg : legs.ofAgent(session.agent())) {
            leg.onPageGone(session, false);
        }
        closeIfExpired(session);
    }

    /// Tokens of the agent count no more: its pages have to sign in anew. Calls that they hold wait
    /// for that as after any lost socket.
    void onRevoked(String agent) {
        for (AgentSession page : pages.of(agent)) {
            page.send(refusal(WebError.TOKEN_REVOKED.object()));
            page.link()
                    .ifPresent(link -> {
                        link.close(CloseCode.NOT_SIGNED_IN, "the token was revoked");
                        onClosed(link, true);
                    });
        }
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
        heartbeats.end(session);
        echoes.onGone(session);
        awake.forget(session);
        elsewhere.forget(session);
        attendance.left(session);
        for (PageLeg leg : legs.ofAgent(session.agent())) {
            leg.onPageGone(session, mayReturn);
        }
        if (session.heldCalls().isEmpty()) {
            forget(session);
        } else {
            Duration patience =
                    session.profile().guest().isEmpty() || grace.compareTo(GUEST_GRACE) < 0
                            ? grace
                            : GUEST_GRACE;
            tellHeld(session, leg -> new CallEvent.PageLost(leg, patience));
            session.graceUntil(owner.schedule(patience.toNanos(), () -> onGraceOver(session)));
        }
    }

    private void onGraceOver(AgentSession session) {
        for (PageLeg leg : session.heldLegs()) {
            leg.onFailed(EndCause.agentLost());
        }
    }

    private void forget(AgentSession session) {
        session.cancelGrace();
        pages.remove(session);
    }

    /// Something that only a signed-in page may send; a stranger's socket is closed.
    void withSession(PageLink link, Consumer<AgentSession> action) {
        AgentSession session = byLink.get(link);
        if (session != null) {
            action.accept(session);
        } else if (strangers.forget(link)) {
            link.close(CloseCode.NOT_SIGNED_IN, "hello comes first");
        }
    }

    /// A call went from one page of its agent to another.
    void onMoved(PageLeg leg, AgentSession from, AgentSession to, EndTexts.Seat seat) {
        to.hold(leg.call(), leg);
        EndCause.By by = seat == EndTexts.Seat.CALLER ? EndCause.By.CALLER : EndCause.By.CALLEE;
        from.sendSurely(new ServerMessage.Ended(leg.call(), CallPull.moved(by), seat));
        onLetGo(from, leg.call());
    }

    static ServerMessage refusal(WebError.ErrorObject error) {
        return new ServerMessage.Refused(error, Optional.empty());
    }

    // --- legs

    void onRing(WebLeg leg) {
        List<AgentSession> reachable = pages.connected(leg.agent());
        if (reachable.isEmpty()) {
            leg.onFailed(WebLeg.offline());
        } else if (!legs.add(leg)) {
            leg.onFailed(EndCause.gateway("busy", 486, 17, "the call rings there already"));
        } else {
            reachable.forEach(leg::onRing);
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
        legs.add(leg);
        session.hold(leg.call(), leg);
        tellElsewhere(session.agent());
    }

    void onLegOver(PageLeg leg) {
        LOG.debug("page-media call={} candidates={}", leg.call(), leg.sheet().candidates());
        legs.remove(leg);
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

    private void onPresence(String agent, AgentStatus status) {
        for (AgentSession page : pages.connected(agent)) {
            page.send(new ServerMessage.PresenceChanged(status.presence(), status.reason()));
        }
    }
}
