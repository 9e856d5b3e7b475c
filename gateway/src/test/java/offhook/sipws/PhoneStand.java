package offhook.sipws;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import offhook.agent.AgentRegistry;
import offhook.agent.Presence;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.CodecPreference;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegFactory;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.Target;
import offhook.config.AgentsConfig;
import offhook.config.Listen;
import offhook.config.Secret;
import offhook.config.WebConfig;
import offhook.runtime.Await;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.telemetry.AuditLog;
import offhook.telemetry.Counters;
import offhook.telemetry.SipTraffic;
import offhook.web.WebLimits;
import offhook.web.WebServer;

/// A real web server on an ephemeral loopback port that serves phones at `/sip`, for tests that
/// play the phones and the calls.
final class PhoneStand implements AutoCloseable {

    static final String ORIGIN = "https://desk.example.com";
    static final String PASSWORD = "a phone's own password";

    final ConcurrentLinkedQueue<RuntimeException> defects = new ConcurrentLinkedQueue<>();
    final HttpClient http = HttpClient.newHttpClient();
    final AgentRegistry registry;
    final WebServer server;
    final PhoneDesk phones;
    final LegFactory legs;

    /// The calls that phones made.
    final LinkedBlockingQueue<Dialled> dialled = new LinkedBlockingQueue<>();

    private final Owner owner;
    private final int port;

    /// A call as its legs see it; the test plays what it wants.
    record Inbox(CallId callId, LinkedBlockingQueue<CallInput> inputs) implements CallInbox {

        @Override
        public boolean offer(CallInput input) {
            return inputs.add(input);
        }

        <T extends CallInput> T expect(Class<T> kind) throws InterruptedException {
            CallInput input = inputs.poll(Await.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            if (!kind.isInstance(input)) {
                throw new AssertionError("expected " + kind.getSimpleName() + ": " + input);
            }
            return kind.cast(input);
        }
    }

    record Dialled(IncomingCall call, Leg leg, Inbox inbox) {}

    PhoneStand(WebLimits limits) {
        this(limits, Duration.ofSeconds(60));
    }

    /// @param connect how long the media of a phone that calls may take after the answer
    PhoneStand(WebLimits limits, Duration connect) {
        AgentsConfig agents = agents();
        owner = new Owner("agents", NanoClock.system(), 1_024, defects::add);
        registry =
                new AgentRegistry(
                        owner, agents.users().stream().map(AgentsConfig.User::name).toList());
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
                                List.of(),
                                Optional.empty()),
                        agents,
                        registry,
                        new Counters(),
                        limits,
                        InstantSource.system(),
                        AuditLog.NONE);
        phones =
                new PhoneDesk(
                        registry, agents, limits, server.signIns(), connect, new SipTraffic());
        phones.openCallsAt((id, call, leg) -> {
            Inbox inbox = new Inbox(id, new LinkedBlockingQueue<>());
            dialled.add(new Dialled(call, leg, inbox));
            return inbox;
        });
        server.servePhones(phones);
        legs = new AgentDevices(List.of(server.legs(), phones.legs()));
        owner.start();
        server.start((_, _, _) -> {
            throw new AssertionError("no page dials here");
        });
        port = server.addresses().getFirst().getPort();
    }

    private static AgentsConfig agents() {
        Secret hash = new Secret(BCrypt.withDefaults().hashToString(4, "alice".toCharArray()));
        return new AgentsConfig(
                List.of(
                        new AgentsConfig.User(
                                "alice",
                                hash,
                                "Alice",
                                Optional.of("+34911000001"),
                                false,
                                1,
                                Optional.of(new Secret(PASSWORD))),
                        new AgentsConfig.User(
                                "bob",
                                hash,
                                "Bob",
                                Optional.empty(),
                                false,
                                1,
                                Optional.of(new Secret(PASSWORD)))),
                Duration.ofHours(1),
                Optional.of(new Secret("0123456789abcdef0123456789abcdef")),
                Duration.ofSeconds(60),
                Optional.empty());
    }

    /// Times that no test reaches, however slow the machine.
    static WebLimits limits() {
        return limits(Duration.ofSeconds(60));
    }

    static WebLimits limits(Duration signIn) {
        WebLimits d = WebLimits.defaults();
        return new WebLimits(
                signIn,
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                d.socketsPerAddress(),
                d.unauthenticatedSockets(),
                d.socketsPerAgent(),
                d.messagesPerSecond(),
                d.messageBurst(),
                d.signInFailures(),
                d.failureWindow());
    }

    URI uri(String path) {
        return URI.create("ws://127.0.0.1:" + port + path);
    }

    int port() {
        return port;
    }

    /// A phone that is connected and has said nothing.
    TextSipPhone connect(String name) {
        return TextSipPhone.connect(this, name, ORIGIN);
    }

    /// A phone of alice that is registered.
    TextSipPhone registered(String instance) throws InterruptedException {
        return registered("alice", instance);
    }

    /// A phone of an agent that is registered.
    TextSipPhone registered(String agent, String instance) throws InterruptedException {
        TextSipPhone phone = connect(agent);
        phone.instance(instance);
        phone.register(PASSWORD);
        return phone;
    }

    /// A call that rings alice.
    Ringing ring() {
        CallId call = CallId.next();
        Inbox inbox = new Inbox(call, new LinkedBlockingQueue<>());
        LegId id = new LegId(call, 1);
        Leg leg =
                legs.ring(
                        id,
                        new Target.Agent("alice"),
                        new IncomingCall(
                                "pbx",
                                new Party("+34600111222", "Ana \"la\" Grande"),
                                new Party("200", ""),
                                new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                                Optional.empty(),
                                "external"),
                        Optional.empty(),
                        inbox);
        return new Ringing(leg, inbox);
    }

    record Ringing(Leg leg, Inbox inbox) {}

    void awaitPresence(Presence presence) {
        Await.until(
                "alice to be " + presence,
                () -> registry.presence("alice").equals(Optional.of(presence)));
    }

    @Override
    public void close() {
        server.stop();
        owner.stop();
        http.shutdownNow();
        if (!defects.isEmpty()) {
            throw new AssertionError("a defect of the gateway", defects.peek());
        }
    }
}
