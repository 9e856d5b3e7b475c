package offhook.app;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import offhook.agent.AgentRegistry;
import offhook.agent.Presence;
import offhook.call.CallRegistry;
import offhook.config.OpsConfig;
import offhook.media.MediaEngine;
import offhook.ops.AgentViews;
import offhook.ops.CallBeans;
import offhook.ops.GatewayView;
import offhook.ops.Health;
import offhook.ops.JmxRegistration;
import offhook.ops.LiveAudio;
import offhook.ops.MediaLoopView;
import offhook.ops.Metrics;
import offhook.ops.OpsServer;
import offhook.ops.TrunkHealth;
import offhook.ops.TrunkView;
import offhook.runtime.NanoClock;
import offhook.sip.SipEndpoint;
import offhook.telemetry.Counters;
import offhook.web.WebServer;

/// What operations see: beans, metrics and health of the rooms that run. Made before calls come,
/// opened when the rooms run, closed before they stop.
final class OperationsSide {

    /// A loop tells of itself once a second; one that is silent so long hangs.
    private static final long HANGING_NANOS = 5_000_000_000L;

    private final Rooms rooms;
    private final Metrics metrics;
    private final Deque<Runnable> open = new ArrayDeque<>();

    /// What there is to see.
    record Rooms(
            MediaEngine media,
            AgentRegistry agents,
            WebServer web,
            SipEndpoint sip,
            CallRegistry calls,
            Counters counters,
            NanoClock clock,
            InstantSource wallClock) {}

    OperationsSide(Rooms rooms) {
        this.rooms = rooms;
        this.metrics =
                new Metrics(
                        rooms.counters(),
                        new LiveAudio(rooms.calls()::snapshots, rooms.media()::quality));
        rooms.calls()
                .observe(
                        new CallBeans(
                                rooms.media()::quality, rooms.web()::browserView, rooms.clock()));
        rooms.calls().observe(metrics.calls());
    }

    /// Shows everything.
    ///
    /// @throws IOException when the operations port cannot be bound
    void open(OpsConfig config) throws IOException {
        open.push(metrics::close);
        metrics.addAgents(rooms.agents());
        rooms.sip().trunks().forEach(metrics::addTrunk);
        for (int i = 0; i < rooms.media().loops(); i++) {
            int index = i;
            metrics.addLoop(index, () -> rooms.media().figures(index));
        }
        metrics.addGauge(
                "offhook.draining",
                "1 while new calls are refused",
                () -> rooms.calls().isDraining() ? 1 : 0);
        openBeans();
        if (config.listen().isPresent()) {
            OpsServer server =
                    new OpsServer(config.listen().get(), config, health(), metrics, rooms.clock());
            server.start();
            open.push(server::stop);
        }
    }

    private void openBeans() {
        JmxRegistration jmx =
                new JmxRegistration(
                        new GatewayView(
                                rooms.calls()::active,
                                this::online,
                                rooms.sip()::certificateUntil,
                                rooms.counters(),
                                metrics::samples,
                                rooms.clock(),
                                Version.current()));
        open.push(jmx::close);
        for (int i = 0; i < rooms.media().loops(); i++) {
            int index = i;
            jmx.addLoop(index, new MediaLoopView(() -> rooms.media().figures(index)));
        }
        rooms.sip().trunks().forEach(trunk -> jmx.addTrunk(trunk.name(), new TrunkView(trunk)));
        AgentViews.register(jmx, rooms.agents(), rooms.clock());
    }

    private int online() {
        return (int)
                rooms.agents().statuses().values().stream()
                        .filter(status -> status.presence() != Presence.OFFLINE)
                        .count();
    }

    private Health health() {
        Health health = new Health();
        health.addLife("media", this::hangingLoops);
        health.addLife(
                "sip",
                () ->
                        rooms.sip().deafListeners().stream()
                                .map(at -> "nobody reads " + at)
                                .toList());
        health.addReadiness(
                "draining",
                () ->
                        rooms.calls().isDraining()
                                ? List.of("the gateway is being drained")
                                : List.of());
        health.addReadiness("pressure", this::pressure);
        health.addReadiness("trunks", () -> TrunkHealth.unreachable(rooms.sip().trunks()));
        health.addReadiness("certificates", () -> certificates(0));
        return health;
    }

    private List<String> hangingLoops() {
        long now = rooms.clock().nanoTime();
        return IntStream.range(0, rooms.media().loops())
                .filter(i -> now - rooms.media().figures(i).atNanos() > HANGING_NANOS)
                .mapToObj(i -> "media loop " + i + " does not move")
                .toList();
    }

    private List<String> pressure() {
        boolean full =
                IntStream.range(0, rooms.media().loops())
                        .allMatch(i -> rooms.media().figures(i).full());
        return full
                ? List.of("every media loop refuses new calls: the CPU is fully used")
                : List.of();
    }

    /// Certificates that hold for so many days more at most.
    private List<String> certificates(int days) {
        List<String> near = new ArrayList<>();
        Instant limit = rooms.wallClock().instant().plus(days, ChronoUnit.DAYS);
        near("sip.tls", rooms.sip()::certificateUntil, limit).ifPresent(near::add);
        near("web.tls", rooms.web()::certificateUntil, limit).ifPresent(near::add);
        return near;
    }

    private static Optional<String> near(
            String what, Supplier<Optional<Instant>> until, Instant limit) {
        return until.get()
                .filter(end -> end.isBefore(limit))
                .map(end -> "the certificate of " + what + " holds until " + end);
    }

    void close() {
        while (!open.isEmpty()) {
            open.pop().run();
        }
    }
}
