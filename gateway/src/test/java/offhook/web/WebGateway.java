package offhook.web;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.agent.AgentRegistry;
import offhook.call.LegFactory;
import offhook.config.AgentsConfig;
import offhook.config.GuestSite;
import offhook.config.IssuerConfig;
import offhook.config.Listen;
import offhook.config.Secret;
import offhook.config.WebConfig;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.telemetry.AuditLog;
import offhook.telemetry.Counters;

/// A real web server on an ephemeral loopback port, with two agents, for tests.
final class WebGateway implements AutoCloseable {

    static final String SECRET = "0123456789abcdef0123456789abcdef";
    static final String ORIGIN = "https://desk.example.com";
    static final String PASSWORD = "correct horse";
    static final String HASH = BCrypt.withDefaults().hashToString(4, PASSWORD.toCharArray());

    /// One for all: making it hashes a password, slowly.
    static final AgentTokens TOKENS =
            new AgentTokens(
                    agents(Duration.ZERO),
                    new Staff(agents(Duration.ZERO).users()),
                    new Revocations(InstantSource.system()),
                    InstantSource.system());

    final Counters counters = new Counters();
    final ConcurrentLinkedQueue<RuntimeException> defects = new ConcurrentLinkedQueue<>();
    final AgentRegistry registry;
    final LegFactory legs;
    final HttpClient http = HttpClient.newHttpClient();

    /// The calls that pages dialled.
    final RecordingIntake intake = new RecordingIntake();

    /// What the server dates tokens by, from the next look on.
    volatile InstantSource wallClock = InstantSource.system();

    final Owner owner;
    final WebServer server;
    private final int port;

    WebGateway(WebLimits limits, Duration grace) {
        this(limits, agents(grace));
    }

    WebGateway(WebLimits limits, AgentsConfig agents) {
        this(limits, agents, List.of());
    }

    WebGateway(WebLimits limits, AgentsConfig agents, List<GuestSite> guests) {
        this(
                limits,
                agents,
                guests,
                new SocketService() {
                    @Override
                    public SocketPeer opened(SocketLine line) {
                        throw new AssertionError("no phone connects here");
                    }

                    @Override
                    public void revoked(String agent) {}
                });
    }

    /// @param phones takes what comes at `/sip`
    WebGateway(
            WebLimits limits, AgentsConfig agents, List<GuestSite> guests, SocketService phones) {
        owner = new Owner("agents", NanoClock.system(), 1_024, defects::add);
        registry =
                new AgentRegistry(
                        owner,
                        agents.users().stream().map(AgentsConfig.User::name).toList(),
                        List.of(),
                        agents.issuer().map(IssuerConfig::maxAgents).orElse(0));
        server =
                new WebServer(
                        new WebConfig(
                                List.of(
                                        new Listen(
                                                "http",
                                                new InetSocketAddress(
                                                        InetAddress.getLoopbackAddress(), 0))),
                                List.of(ORIGIN),
                                Optional.empty(),
                                guests,
                                Optional.empty()),
                        agents,
                        registry,
                        counters,
                        limits,
                        () -> wallClock.instant(),
                        AuditLog.NONE);
        server.servePhones(phones);
        legs = server.legs();
        owner.start();
        server.start(intake);
        port = server.addresses().getFirst().getPort();
    }

    /// A user with the password of all.
    static AgentsConfig.User user(String name) {
        return new AgentsConfig.User(name, new Secret(HASH), name, Optional.empty(), false, 1);
    }

    static AgentsConfig agents(Duration grace) {
        return new AgentsConfig(
                List.of(
                        new AgentsConfig.User(
                                "alice", new Secret(HASH), "Alice", Optional.empty(), false, 1),
                        new AgentsConfig.User(
                                "bob",
                                new Secret(HASH),
                                "Bob",
                                Optional.of("+34911000002"),
                                false,
                                1),
                        new AgentsConfig.User(
                                "carol",
                                new Secret(HASH),
                                "Carol",
                                Optional.of("+34911000003"),
                                true,
                                1)),
                Duration.ofHours(1),
                Optional.of(new Secret(SECRET)),
                grace,
                Optional.empty());
    }

    /// The limits of production with times that no test reaches, however slow the machine.
    static WebLimits limits() {
        return with(Duration.ofSeconds(60), Duration.ofSeconds(60));
    }

    static WebLimits with(Duration signIn, Duration heartbeat) {
        return with(signIn, heartbeat, Duration.ofSeconds(60));
    }

    static WebLimits with(Duration signIn, Duration heartbeat, Duration requestHead) {
        WebLimits d = WebLimits.defaults();
        return new WebLimits(
                signIn,
                heartbeat,
                d.alive(),
                requestHead,
                d.socketsPerAddress(),
                d.unauthenticatedSockets(),
                d.socketsPerAgent(),
                d.messagesPerSecond(),
                d.messageBurst(),
                d.signInFailures(),
                d.failureWindow());
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    URI socketUri() {
        return URI.create("ws://127.0.0.1:" + port + "/agent");
    }

    URI guestSocketUri() {
        return URI.create("ws://127.0.0.1:" + port + "/guest");
    }

    int port() {
        return port;
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(
                request.timeout(Duration.ofSeconds(30)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> signIn(String name, String password) throws Exception {
        return post("{\"name\":\"" + name + "\",\"password\":\"" + password + "\"}");
    }

    HttpResponse<String> post(String body) throws Exception {
        return send(
                HttpRequest.newBuilder(uri("/api/token"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /// A token as the server would issue it.
    String token(String agent) {
        return TOKENS.issue(user(agent));
    }

    /// A page that is connected and has sent nothing.
    Page connect() {
        return Page.connect(this, ORIGIN);
    }

    /// A page that is signed in; its `welcome` is consumed.
    Page page(String agent, String instance) throws InterruptedException {
        // First, since the first token of all takes its time and an open socket has to say hello.
        String token = token(agent);
        Page page = connect();
        page.hello(token, instance, "available");
        page.expect("welcome");
        return page;
    }

    /// The text of a key, from JSON that is known to be flat.
    static String field(String json, String key) {
        Matcher matcher =
                Pattern.compile("\"" + key + "\":(?:\"([^\"]*)\"|([0-9]+))").matcher(json);
        if (!matcher.find()) {
            throw new AssertionError("no " + key + " in " + json);
        }
        return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    }

    void stopServer() {
        server.stop();
    }

    @Override
    public void close() {
        // First: the server waits a second for connections that a client keeps.
        http.shutdownNow();
        server.stop();
        owner.stop();
        if (!defects.isEmpty()) {
            throw new AssertionError("a defect of the gateway", defects.peek());
        }
    }
}
