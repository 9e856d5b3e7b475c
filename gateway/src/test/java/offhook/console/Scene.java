package offhook.console;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import offhook.agent.AgentRegistry;
import offhook.call.CallDetails;
import offhook.call.CallDirection;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.CallSnapshot;
import offhook.call.CallSnapshot.LegKind;
import offhook.call.ClaimToken;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.call.Party;
import offhook.config.QueueConfig;
import offhook.config.QueueLine;
import offhook.media.LoopFigures;
import offhook.ops.Alarms;
import offhook.ops.CallStories;
import offhook.ops.GatewayControl;
import offhook.ops.GatewayView;
import offhook.ops.Health;
import offhook.ops.NoProbe;
import offhook.ops.NoRecordings;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.sip.TrunkStatus;
import offhook.telemetry.Counters;
import offhook.telemetry.Deed;

/// What the page of a gateway has to show, as a test wants it.
final class Scene implements GatewayControl, Deeds.Queues {

    static final CallId CALL = new CallId("0123456789abcdef01234567");

    final List<CallSnapshot> calls = new CopyOnWriteArrayList<>();
    final List<String> done = new CopyOnWriteArrayList<>();
    final List<String> audited = new CopyOnWriteArrayList<>();
    final TrunkStatus trunk = new TrunkStatus("pbx");
    private final Owner owner = new Owner("agents", NanoClock.system(), 16, _ -> {});
    final AgentRegistry agents =
            new AgentRegistry(
                    owner,
                    List.of("alice", "bob"),
                    List.of(
                            new QueueConfig(
                                    "desk",
                                    List.of("alice"),
                                    QueueConfig.Strategy.LINEAR,
                                    Duration.ofSeconds(20),
                                    new QueueLine(
                                            Duration.ofSeconds(60),
                                            2,
                                            true,
                                            true,
                                            Duration.ofSeconds(5),
                                            2,
                                            Optional.empty()))),
                    0);
    private boolean draining;

    /// Of a gateway without calls.
    static Sights idle() {
        return new Scene().sights();
    }

    Sights sights() {
        CallStories stories =
                new CallStories(
                        id -> Optional.of("{\"id\":\"" + id + "\"}").filter(_ -> id.equals(CALL)),
                        most -> "[]");
        GatewayView gateway =
                new GatewayView(
                        new GatewayView.Sources(
                                calls::size,
                                () -> 0,
                                Map::of,
                                Optional::empty,
                                new Counters(),
                                Map::of,
                                new Health(),
                                new Alarms(owner, Clock.systemUTC()),
                                stories,
                                () -> "",
                                new NoRecordings(),
                                new NoProbe()),
                        this,
                        () -> "",
                        NanoClock.system(),
                        "1");
        return new Sights(
                "gw1",
                gateway,
                stories,
                () -> new ArrayList<>(calls),
                _ -> Optional.of(LegQuality.unmeasured("PCMA")),
                () -> List.of(trunk),
                agents,
                _ ->
                        new LoopFigures(
                                0.25,
                                0,
                                0,
                                1,
                                2,
                                5,
                                0,
                                0,
                                false,
                                7,
                                8,
                                1,
                                100,
                                0,
                                LoopFigures.Work.NONE),
                1,
                NanoClock.system(),
                Clock.systemUTC());
    }

    Deeds deeds() {
        return new Deeds(
                this,
                id -> calls.removeIf(call -> call.id().equals(id)),
                Scene::box,
                Scene::signedOut,
                this,
                (who, what, subject, outcome) ->
                        audited.add(String.join(" ", who, what, subject, outcome)));
    }

    private static Optional<Deed> signedOut(String name) {
        return switch (name) {
            case "alice" -> Optional.of(new Deed("alice was signed out.", Optional.empty()));
            case "bob" ->
                    Optional.of(
                            new Deed(
                                    "bob was signed out, for now only.",
                                    Optional.of("for now only")));
            default -> Optional.empty();
        };
    }

    private static byte[] box(CallId id) {
        if (!id.equals(CALL)) {
            throw new IllegalArgumentException("nothing is recorded of it");
        }
        return "PK".getBytes(StandardCharsets.US_ASCII);
    }

    /// Lets a call live.
    void call(CallId id, String name) {
        long now = NanoClock.system().nanoTime();
        calls.add(
                new CallSnapshot(
                        id,
                        CallDirection.IN,
                        "pbx",
                        "",
                        new Party("600100200", name),
                        new Party("200", ""),
                        "alice",
                        "active",
                        now,
                        now,
                        OptionalLong.empty(),
                        OptionalLong.of(now),
                        List.of(new LegKind(new LegId(id, 0), "trunk", "pbx")),
                        CallDetails.NONE));
    }

    /// Lets it wait in the queue `desk`.
    void waits(CallId id) {
        agents.enter(
                "desk",
                new ClaimToken(id, 0),
                Duration.ofMinutes(1),
                new CallInbox() {
                    @Override
                    public CallId callId() {
                        return id;
                    }

                    @Override
                    public boolean offer(CallInput input) {
                        return true;
                    }
                });
        owner.runPending();
    }

    @Override
    public boolean close(String queue, boolean wanted) {
        done.add((wanted ? "close " : "open ") + queue);
        return agents.queueNames().contains(queue);
    }

    @Override
    public boolean sendOn(CallId call) {
        done.add("send on " + call);
        return agents.queue("desk").callers().stream().anyMatch(each -> each.call().equals(call));
    }

    @Override
    public void drain(boolean wanted) {
        draining = wanted;
        done.add(wanted ? "drain" : "undrain");
    }

    @Override
    public boolean isDraining() {
        return draining;
    }

    @Override
    public List<String> reload() {
        done.add("reload");
        return List.of("changed: routes");
    }

    @Override
    public String logLevel() {
        return "info";
    }

    @Override
    public void logLevel(String level) {
        throw new IllegalArgumentException(level);
    }
}
