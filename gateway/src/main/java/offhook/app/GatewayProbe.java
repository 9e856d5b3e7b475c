package offhook.app;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import offhook.call.CallRegistry;
import offhook.config.GatewayConfig;
import offhook.config.Listen;
import offhook.ops.ProbeControl;
import offhook.ops.ProbeReport;
import offhook.probe.ProbeCall;
import offhook.probe.ProbeLegs;
import offhook.probe.ProbeResult;
import offhook.probe.Stage;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.sip.SipEndpoint;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Has the gateway call itself, when asked and at intervals, and keeps what came of it. Calls at
/// intervals are made by the thread of its owner, one after the other.
final class GatewayProbe implements ProbeControl {

    private static final Logger LOG = LogManager.getLogger(GatewayProbe.class);

    /// A failure is looked at again so soon: one alone may be an accident.
    private static final Duration AGAIN = Duration.ofSeconds(5);

    /// So many failures in a row are no accident.
    private static final int SURE = 2;

    private static final int COMMANDS = 4;
    private static final String SKIPPED = "skipped";

    private final Function<BooleanSupplier, ProbeResult> call;
    private final BooleanSupplier busy;
    private final BooleanSupplier refusing;
    private final InstantSource wallClock;
    private final Owner owner;
    private final AtomicLong runs = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicInteger inARow = new AtomicInteger();

    /// Exchanged whole by who probes, read by any thread.
    private volatile ProbeReport last = ProbeReport.NONE;

    /// Written by who stops the gateway, read by who probes.
    private volatile boolean stopped;

    /// @param busy whether the CPU is so busy that a call would be refused
    GatewayProbe(
            GatewayConfig config,
            SipEndpoint sip,
            CallRegistry calls,
            ProbeLegs legs,
            BooleanSupplier busy,
            NanoClock clock,
            InstantSource wallClock) {
        this(
                new ProbeCall(
                                new ProbeCall.Ways(
                                        firstUdp(config),
                                        config.media().listen().address(),
                                        sip::admitProbe),
                                legs,
                                clock)
                        ::run,
                busy,
                calls::isDraining,
                new Owner(
                        "probe",
                        clock,
                        COMMANDS,
                        defect -> LOG.error("a defect in the probe", defect)),
                wallClock);
    }

    /// @param call makes one, given what to ask whether to give it up
    /// @param refusing whether the gateway takes no calls
    GatewayProbe(
            Function<BooleanSupplier, ProbeResult> call,
            BooleanSupplier busy,
            BooleanSupplier refusing,
            Owner owner,
            InstantSource wallClock) {
        this.call = call;
        this.busy = busy;
        this.refusing = refusing;
        this.owner = owner;
        this.wallClock = wallClock;
    }

    private static Optional<InetSocketAddress> firstUdp(GatewayConfig config) {
        return config.sip().listen().stream()
                .filter(listen -> listen.scheme().equals("udp"))
                .map(Listen::address)
                .findFirst();
    }

    /// Calls at intervals from now on.
    void every(Duration interval) {
        plan(interval);
        owner.start();
    }

    /// Has the owner call at intervals, once it runs.
    void plan(Duration interval) {
        owner.post(() -> again(interval, AGAIN));
    }

    private void again(Duration interval, Duration next) {
        owner.schedule(
                next.toNanos(),
                () -> {
                    int before = inARow.get();
                    try {
                        run();
                    } finally {
                        // A defect is told by the owner, and is no reason to look no more.
                        again(interval, inARow.get() > before ? AGAIN : interval);
                    }
                });
    }

    /// No more calls.
    void stop() {
        stopped = true;
        owner.stop();
    }

    @Override
    public ProbeReport run() {
        if (stopped || refusing.getAsBoolean()) {
            return skipped("the gateway takes no calls now");
        }
        if (busy.getAsBoolean()) {
            return skipped("the CPU is fully used by the calls that live");
        }
        ProbeResult result = call.apply(() -> stopped || refusing.getAsBoolean());
        if (!result.succeeded() && (stopped || refusing.getAsBoolean() || busy.getAsBoolean())) {
            return skipped("given up, as the gateway has no room for it: " + result.text());
        }
        runs.incrementAndGet();
        if (result.succeeded()) {
            inARow.set(0);
            LOG.debug("probe {}", result.text());
        } else {
            failures.incrementAndGet();
            inARow.incrementAndGet();
            LOG.warn(
                    "probe failed stage={} because=\"{}\"",
                    result.failed().map(Stage::key).orElse(""),
                    result.text());
        }
        last = report(result);
        return last;
    }

    private ProbeReport skipped(String why) {
        return ProbeReport.notMade(wallClock.instant().toString(), SKIPPED, why);
    }

    private ProbeReport report(ProbeResult result) {
        return new ProbeReport(
                wallClock.instant().toString(),
                result.succeeded(),
                result.failed().map(Stage::key).orElse(""),
                result.text(),
                result.setUpSeconds(),
                result.browser().delayMillis() / 1000,
                result.phone().delayMillis() / 1000,
                result.browser().levelChangeDb(),
                result.phone().levelChangeDb(),
                result.browser().purityDb(),
                result.phone().purityDb(),
                result.browser().lossPercent(),
                result.phone().lossPercent());
    }

    /// What an alarm says; nothing while all is well.
    Map<String, String> trouble() {
        return inARow.get() >= SURE ? Map.of(last.stage(), last.text()) : Map.of();
    }

    @Override
    public ProbeReport last() {
        return last;
    }

    @Override
    public long runs() {
        return runs.get();
    }

    @Override
    public long failures() {
        return failures.get();
    }

    @Override
    public int failuresInARow() {
        return inARow.get();
    }
}
