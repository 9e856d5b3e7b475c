package offhook.hep;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import offhook.config.HepConfig;
import offhook.config.Secret;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import offhook.trace.Passed;
import offhook.trace.PassedReport;
import offhook.trace.Recorded;
import offhook.trace.TraceRecorder;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Sends each SIP message, and each report of audio, to the collector. Nobody waits for it: what
/// finds its queue full, or the collector away, is dropped and counted. All but [#recorded] and
/// [#reported] belongs to the owner `hep`.
public final class HepExporter implements TraceRecorder.Listener {

    private static final Logger LOG = LogManager.getLogger(HepExporter.class);

    private static final int MAX_WAITING = 2048;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /// That nobody has the collector's port is told after a message, and refuses the next: every
    /// other one seems to go. So long none must be refused until the collector counts as back.
    private static final long BACK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final HepConfig config;
    private final Counters counters;
    private final Owner owner;
    private @Nullable DatagramSocket socket;
    private long triedNanos;
    private boolean away;

    /// Whether the latest message was not refused, and since which one that is so.
    private boolean taken;

    private long takenSinceNanos;

    public HepExporter(HepConfig config, Counters counters, NanoClock clock) {
        this.config = config;
        this.counters = counters;
        this.owner =
                new Owner(
                        "hep",
                        clock,
                        MAX_WAITING,
                        defect -> LOG.error("a defect in sending to the collector", defect));
        this.triedNanos = clock.nanoTime() - RETRY_NANOS;
    }

    /// Starts the thread.
    public void start() {
        owner.start();
    }

    /// Ends the thread.
    public void stop() {
        owner.postEnding(this::close);
        owner.stop();
    }

    @Override
    public void recorded(Recorded message, String correlation) {
        boolean known =
                message.kind() == Passed.Kind.SIP
                        && message.remote().getAddress() != null
                        && message.local().getAddress() != null;
        if (known && !owner.post(() -> send(message, correlation))) {
            counters.increment(Counter.HEP_DROPPED);
        }
    }

    @Override
    public boolean wantsReports() {
        return config.reports();
    }

    @Override
    public void reported(PassedReport report, String correlation) {
        if (report.local().getAddress() != null
                && report.remote().getAddress() != null
                && !owner.post(() -> send(report, correlation))) {
            counters.increment(Counter.HEP_DROPPED);
        }
    }

    private void send(PassedReport report, String correlation) {
        RtcpJson.of(report.bytes())
                .ifPresent(json ->
                        send(HepPacket.of(report, json, correlation, config.id(), password())));
    }

    private void send(Recorded message, String correlation) {
        send(HepPacket.of(message, correlation, config.id(), password()));
    }

    private Optional<String> password() {
        return config.password().map(Secret::value);
    }

    private void send(byte[] packet) {
        Optional<DatagramSocket> way = open();
        if (way.isEmpty()) {
            counters.increment(Counter.HEP_DROPPED);
            return;
        }
        try {
            way.get().send(new DatagramPacket(packet, packet.length));
            counters.increment(Counter.HEP_SENT);
            onTaken();
        } catch (IOException e) {
            taken = false;
            counters.increment(Counter.HEP_DROPPED);
            tellOnce(e);
        }
    }

    private void onTaken() {
        long now = owner.clock().nanoTime();
        if (!taken) {
            taken = true;
            takenSinceNanos = now;
        } else if (away && now - takenSinceNanos >= BACK_NANOS) {
            away = false;
            LOG.info("the HEP collector {}:{} takes messages again", config.host(), config.port());
        }
    }

    /// The socket toward the collector. A name is looked up when there is none, now and then.
    private Optional<DatagramSocket> open() {
        long now = owner.clock().nanoTime();
        if (socket == null && now - triedNanos >= RETRY_NANOS) {
            triedNanos = now;
            DatagramSocket fresh = null;
            try {
                fresh = new DatagramSocket();
                fresh.connect(
                        new InetSocketAddress(InetAddress.getByName(config.host()), config.port()));
                socket = fresh;
            } catch (IOException e) {
                if (fresh != null) {
                    fresh.close();
                }
                tellOnce(e);
            }
        }
        return Optional.ofNullable(socket);
    }

    private void tellOnce(IOException because) {
        if (!away) {
            away = true;
            LOG.warn(
                    "the HEP collector {}:{} cannot be reached: {}; of further messages nothing is"
                            + " said until it can",
                    config.host(),
                    config.port(),
                    because.toString());
        }
    }

    private void close() {
        DatagramSocket open = socket;
        if (open != null) {
            open.close();
        }
    }
}
