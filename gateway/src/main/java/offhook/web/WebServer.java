package offhook.web;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import offhook.agent.AgentRegistry;
import offhook.call.BrowserView;
import offhook.call.CallId;
import offhook.call.CallIntake;
import offhook.call.CallRemarks;
import offhook.call.CallWatcher;
import offhook.call.LegFactory;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.call.MediaControl;
import offhook.config.AgentsConfig;
import offhook.config.GuestSite;
import offhook.config.Listen;
import offhook.config.WebConfig;
import offhook.fault.FailureWords;
import offhook.guard.SignInGuard;
import offhook.http.SecurityHeaders;
import offhook.http.SlowRequestGuard;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import offhook.telemetry.AuditLog;
import offhook.telemetry.Counters;
import offhook.telemetry.Deed;
import offhook.tls.TlsFileException;
import offhook.trace.MessageTap;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/// The server of the browser side: pages, `POST /api/token` and the agents' WebSockets. Made,
/// started and stopped by one thread; all that happens in between is done by Jetty's virtual
/// threads and the registry's owner.
public final class WebServer {

    private static final int REQUEST_HEAD_BYTES = 8_192;
    private static final Duration HTTP_IDLE = Duration.ofSeconds(10);

    /// Heartbeats end silent sockets long before. A clock of Jetty's watches each socket for it,
    /// and wakes once in that time for each.
    private static final Duration WEB_SOCKET_IDLE = Duration.ofMinutes(10);

    private static final Duration STOPPING = Duration.ofSeconds(2);
    private static final int MAX_CONNECTIONS = 5_000;
    private static final int GUEST_SOCKETS_BESIDES = 50;
    private static final int MAX_OUTGOING_FRAMES = 256;

    private final WebConfig config;
    private final Origins origins;
    private final Server server;
    private final List<ServerConnector> connectors = new ArrayList<>();
    private final AgentDesk desk;
    private final Optional<IssuerKeys> issuerKeys;
    private final SipUpgrade phones;
    private final SignIns signIns;
    private final SocketRecording recording;
    private final Revocations revocations;
    private final Staff staff;

    private final Optional<WebTls> tls;

    /// @param config where to listen and whose pages may connect
    /// @param agents who may sign in
    /// @param registry the agents' presence; its owner is started and stopped by whoever made it
    /// @param counters of what is refused
    /// @param limits usually [WebLimits#defaults()]
    /// @param wallClock that tokens are dated by
    /// @param audit keeps who signed in, and who was refused
    /// @throws IllegalArgumentException when the configuration cannot be served, saying why
    public WebServer(
            WebConfig config,
            AgentsConfig agents,
            AgentRegistry registry,
            Counters counters,
            WebLimits limits,
            InstantSource wallClock,
            AuditLog audit) {
        this.config = config;
        this.origins = new Origins(config.allowedOrigins());
        this.recording = new SocketRecording(wallClock);
        this.desk = new AgentDesk(registry, agents, limits);
        this.revocations = new Revocations(wallClock);
        desk.useTurn(new TurnCredentials(config.turn(), wallClock));
        NanoClock clock = registry.owner().clock();
        this.issuerKeys = agents.issuer().map(i -> new IssuerKeys(KeySource.of(i.jwks()), clock));
        this.tls = tls(config, clock);
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("web");
        threads.setVirtualThreadsExecutor(Threads.virtualExecutor("web-request-"));
        this.server = new Server(threads);
        server.setStopTimeout(STOPPING.toMillis());
        for (Listen listen : config.listen()) {
            connectors.add(connector(listen));
        }
        connectors.forEach(server::addConnector);
        server.addBean(
                new NetworkConnectionLimit(
                        MAX_CONNECTIONS, connectors.toArray(ServerConnector[]::new)));
        SlowRequestGuard guard =
                new SlowRequestGuard(server.getScheduler(), clock, limits.requestHead().toNanos());
        server.addBean(guard);
        connectors.forEach(c -> c.addBean(guard, false));
        server.setErrorHandler(new PlainErrors());
        this.staff = new Staff(agents.users());
        AgentTokens tokens = new AgentTokens(agents, staff, revocations, wallClock);
        RefusalLog refusals = new RefusalLog(clock, audit);
        SocketRoom room =
                new SocketRoom(
                        desk,
                        signInTokens(agents, tokens, wallClock),
                        new SocketCount(
                                limits.unauthenticatedSockets(), limits.socketsPerAddress()),
                        false,
                        limits,
                        clock,
                        refusals,
                        counters,
                        recording);
        SignInGuard guessing =
                new SignInGuard(limits.signInFailures(), limits.failureWindow().toNanos(), clock);
        this.phones = new SipUpgrade(room, origins);
        this.signIns = new SignIns(room.tokens(), staff, guessing, refusals, counters);
        server.setHandler(
                handlers(
                        room,
                        new TokenHandler(staff, tokens, origins, guessing, refusals, counters),
                        new GuestTokens(config.guests(), wallClock)));
    }

    /// Rings agents.
    public LegFactory legs() {
        return new WebLegs(desk);
    }

    /// Shows a recorder what passes. Before [#start].
    public void record(MessageTap recorder) {
        recording.showTo(recorder);
    }

    /// Where our own view of a leg is to be had, which pages are told in turn.
    public void measureBy(Function<LegId, Optional<LegQuality>> quality) {
        desk.views().measuredBy(quality);
    }

    /// Who says what is wrong with a call now, without waiting; pages of agents are told.
    public void explainBy(Function<CallId, Optional<String>> troubles) {
        desk.views().explainedBy(troubles);
    }

    /// Who is told what pages say of calls. Before [#start].
    public void tellRemarks(CallRemarks remarks) {
        desk.tellRemarks(remarks);
    }

    /// Who is told of pages that hold calls and are lost for a while. Before [#start].
    public void tellPages(CallWatcher watcher) {
        desk.tellPages(watcher);
    }

    /// What carries the test calls of pages. Before [#start].
    public void echoThrough(MediaControl media) {
        desk.echoes().through(media);
    }

    /// How a leg sounds at the page that holds it, or last sounded at the page that held it, as the
    /// page says; known until a minute after the end of the call, when [#callOver] is told of it.
    /// Any thread.
    public Optional<BrowserView> browserView(LegId leg) {
        return desk.views().of(leg);
    }

    /// A call is over, and its legs are given back. Any thread.
    public void callOver(CallId call) {
        desk.views().onCallOver(call);
    }

    /// How agents prove who they are.
    public SignIns signIns() {
        return signIns;
    }

    /// Serves the phones that connect to `/sip`. Before [#start]; without it there are none.
    public void servePhones(SocketService by) {
        phones.serve(by);
    }

    /// Starts to listen.
    ///
    /// @param calls where the calls begin that agents make
    /// @throws IllegalStateException when a listener cannot be bound
    public void start(CallIntake calls) {
        desk.calls().openCallsAt(calls);
        issuerKeys.ifPresent(IssuerKeys::readInBackground);
        try {
            server.start();
        } catch (Exception e) {
            stop();
            throw new IllegalStateException(
                    "web.listen: " + e.getMessage() + (e.getCause() == null ? "" : ": " + why(e)),
                    e);
        }
        tls.ifPresent(WebTls::start);
        for (int i = 0; i < connectors.size(); i++) {
            origins.addOwn(config.listen().get(i), connectors.get(i).getLocalPort());
        }
    }

    /// What Jetty wraps: "Failed to bind" says where, its cause says why.
    private static String why(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return FailureWords.of(cause);
    }

    /// Stops to listen and closes the WebSockets. Calls are for whoever calls this to end before.
    public void stop() {
        issuerKeys.ifPresent(IssuerKeys::close);
        tls.ifPresent(WebTls::stop);
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the web server cannot stop: " + e.getMessage(), e);
        }
    }

    /// When the certificate expires that browsers are shown; empty without TLS.
    public Optional<Instant> certificateUntil() {
        return tls.map(WebTls::until);
    }

    /// Looks soon whether the certificate was exchanged. Any thread.
    public void refreshCertificate() {
        tls.ifPresent(WebTls::refresh);
    }

    /// Tells every page whether new calls are refused because the gateway is to stop soon.
    public void tellDraining(boolean draining) {
        desk.owner().post(() -> desk.tellDraining(draining));
    }

    /// The addresses that are bound, in the order of the configuration.
    public List<InetSocketAddress> addresses() {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (int i = 0; i < connectors.size(); i++) {
            addresses.add(
                    new InetSocketAddress(
                            config.listen().get(i).address().getAddress(),
                            connectors.get(i).getLocalPort()));
        }
        return addresses;
    }

    private ServerConnector connector(Listen listen) {
        ServerConnector connector =
                switch (listen.scheme()) {
                    case "http" -> new SocketConnector(server, http(false));
                    case "https" ->
                            new SocketConnector(server, tls.orElseThrow().context(), http(true));
                    default ->
                            throw new IllegalArgumentException(
                                    "web.listen: '" + listen.scheme() + "' is not http or https");
                };
        connector.setHost(listen.address().getHostString());
        connector.setPort(listen.address().getPort());
        connector.setIdleTimeout(HTTP_IDLE.toMillis());
        return connector;
    }

    private static Optional<WebTls> tls(WebConfig config, NanoClock clock) {
        if (config.listen().stream().noneMatch(listen -> listen.scheme().equals("https"))) {
            return Optional.empty();
        }
        WebConfig.Tls files =
                config.tls()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "web.listen: https needs web.tls with certificate"
                                                + " and key"));
        try {
            return Optional.of(new WebTls(files, clock));
        } catch (TlsFileException e) {
            throw new IllegalArgumentException("web.tls: " + e.getMessage(), e);
        }
    }

    private static HttpConnectionFactory http(boolean secure) {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(REQUEST_HEAD_BYTES);
        // A cache of 100 KiB for each connection, of which a WebSocket's request is the last.
        http.setHeaderCacheSize(0);
        http.setSendServerVersion(false);
        http.setIdleTimeout(HTTP_IDLE.toMillis());
        if (secure) {
            // Which names lead here is the operator's matter; the Origin is checked all the same.
            http.addCustomizer(new SecureRequestCustomizer(false));
        }
        return new HttpConnectionFactory(http);
    }

    private Handler handlers(SocketRoom room, TokenHandler tokens, GuestTokens guests) {
        WebSocketUpgradeHandler sockets =
                WebSocketUpgradeHandler.from(
                        server,
                        container -> {
                            configure(container);
                            container.addMapping(
                                    AgentUpgrade.PATH, AgentUpgrade.ofAgents(room, origins));
                            container.addMapping(
                                    AgentUpgrade.GUEST_PATH,
                                    AgentUpgrade.ofGuests(guestRoom(room), guests));
                            container.addMapping(SipUpgrade.PATH, phones);
                        });
        sockets.setHandler(
                new Handler.Sequence(
                        tokens,
                        new GuestHandler(guests, room.clock(), room.refusals(), room.counters()),
                        new PageHandler()));
        return SecurityHeaders.ofAgents(sockets);
    }

    /// Has revocations outlast a restart. Before [#start].
    ///
    /// @throws IOException when what was kept in the file cannot be read; the message says what to
    ///   do
    public void keepRevocationsIn(Path file) throws IOException {
        revocations.keepIn(file);
    }

    /// Lets no token of an agent count that was issued until now, and closes its pages and phones.
    /// For threads that may wait for a disk.
    ///
    /// @return what was done; it lacks something when it counts until the restart only
    public Deed revokeTokens(String agent) {
        revocations.note(List.of(agent));
        // What waits at the desk was let in before. Before the disk is waited for, or whoever signs
        // in meanwhile is sent away with those.
        desk.owner().postEnding(() -> desk.onRevoked(agent));
        phones.revoked(agent);
        Optional<String> lost =
                revocations.keep().map(why -> "until the gateway restarts only: " + why);
        return new Deed(
                agent + " was signed out" + lost.map(why -> ", " + why).orElse("") + '.', lost);
    }

    /// Makes ready that these are the users; changes nothing. One thread at a time.
    public StaffChange prepare(List<AgentsConfig.User> users) {
        return new StaffChange(staff, revocations, desk, users);
    }

    /// Has calls wait as long for pages that lose their sockets from now on. On the owner of the
    /// agents.
    public void callsOutlive(Duration grace) {
        desk.onGrace(grace);
    }

    private SignInTokens signInTokens(
            AgentsConfig agents, AgentTokens own, InstantSource wallClock) {
        return new SignInTokens(
                own,
                agents.issuer()
                        .flatMap(issuer ->
                                issuerKeys.map(keys ->
                                        new IssuerTokens(
                                                issuer,
                                                keys,
                                                new IssuerClaims(issuer.claims(), staff),
                                                wallClock))),
                staff,
                revocations);
    }

    /// Visitors' sockets are counted as long as they are open: anybody can be a visitor.
    private SocketRoom guestRoom(SocketRoom room) {
        int calls = config.guests().stream().mapToInt(GuestSite::maxCalls).sum();
        return room.countingAll(
                new SocketCount(
                        GUEST_SOCKETS_BESIDES + 2 * calls, room.limits().socketsPerAddress()));
    }

    private static void configure(ServerWebSocketContainer container) {
        container.setMaxTextMessageSize(WebLimits.MAX_MESSAGE_BYTES);
        container.setMaxBinaryMessageSize(WebLimits.MAX_MESSAGE_BYTES);
        container.setMaxFrameSize(WebLimits.MAX_MESSAGE_BYTES);
        container.setMaxOutgoingFrames(MAX_OUTGOING_FRAMES);
        container.setIdleTimeout(WEB_SOCKET_IDLE);
    }
}
