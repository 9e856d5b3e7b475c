package offhook.e2e.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;

/// Agents who are signed in, say that they are awake as pages do, and wait for calls that never
/// come; and what it is when many of them come back at one moment.
final class IdleAgents implements AutoCloseable {
    private static final Duration FIRST_TURN = Duration.ofSeconds(3);
    private static final int RETURNING = 100;
    private static final int REHEARSAL = 50;

    /// How much sooner than they need to pages say that they are awake while the JVM warms up: what
    /// is compiled once is no matter of an hour of waiting.
    private static final int HURRY = 8;

    private static final int WINDOWS = 5;
    private static final int SETTLE_SECONDS = 2;
    private static final int MAX_SETTLING = 30;
    private static final double SETTLED_PERCENT = 0.5;

    /// Addresses that they come from: of one, the gateway lets in 20 at a time that it does not
    /// know.
    private static final int OFFICES = 10;

    private final List<WebPeer> agents = new ArrayList<>();
    private final Reactor reactor = new Reactor("idle");
    private final ExecutorService clientThreads = Executors.newFixedThreadPool(2);
    private final List<HttpClient> offices =
            IntStream.rangeClosed(1, OFFICES).mapToObj(this::office).toList();
    private final WebMedia.Setup setup;
    private final DemoConfig config;
    private final GatewayProcess gateway;

    private volatile boolean closed; // written by whoever closes, read by the pulse
    private volatile int hurry = HURRY; // written by whoever measures, read by the pulse
    private final Thread pulse = Thread.ofVirtual().name("pulse").unstarted(this::pulse);

    /// @param cpu of the gateway's process
    /// @param baseline the same before any agent came
    /// @param heapMib of reachable objects, against the same without agents
    /// @param residentMib what the process has grown by meanwhile
    /// @param returnMillis until 100 that lost their sockets at once were all welcome again
    /// @param load of the machine, at the end
    record Idle(
            int agents,
            Share cpu,
            Share baseline,
            double heapMib,
            double residentMib,
            double returnMillis,
            double generatorPercent,
            double load) {

        String toText() {
            return "agents %d: cpu %s, without agents %s, heap %.1f MiB, RSS %+.1f MiB, %d back in %.0f ms, gen. %.1f %%, load %.1f"
                    .formatted(
                            agents,
                            cpu.toText(),
                            baseline.toText(),
                            heapMib,
                            residentMib,
                            Math.min(RETURNING, agents),
                            returnMillis,
                            generatorPercent,
                            load);
        }

        ObjectNode toJson() {
            ObjectNode json =
                    new ObjectMapper()
                            .createObjectNode()
                            .put("mode", "agents")
                            .put("agents", agents);
            cpu.into(json, "cpu");
            baseline.into(json, "baseline");
            return json.put("heap-mib", heapMib)
                    .put("rss-mib", residentMib)
                    .put("return-millis", returnMillis)
                    .put("generator-percent", generatorPercent)
                    .put("load", load);
        }
    }

    /// CPU in percent of a core, of several windows of the same length.
    ///
    /// @param compilers what the JVM's compilers have of the median one
    record Share(double median, double least, double most, double compilers) {

        static Share of(List<Meter.Reading> windows) {
            List<Meter.Reading> sorted =
                    windows.stream().sorted(Comparator.comparingDouble(Share::percent)).toList();
            Meter.Reading middle = sorted.get(sorted.size() / 2);
            return new Share(
                    percent(middle),
                    percent(sorted.getFirst()),
                    percent(sorted.getLast()),
                    compilersPercent(middle));
        }

        private static double percent(Meter.Reading window) {
            return window.cpuNanos() / 1e7 / window.seconds();
        }

        /// By the names of threads, of which Linux keeps 15 characters.
        static double compilersPercent(Meter.Reading window) {
            Duration used =
                    window.threads().entrySet().stream()
                            .filter(each -> each.getKey().matches("C[12] Compiler.*"))
                            .map(Map.Entry::getValue)
                            .reduce(Duration.ZERO, Duration::plus);
            return used.toNanos() / 1e7 / window.seconds();
        }

        String toText() {
            return "%.2f %% of a core (%.2f-%.2f, compilers %.2f)"
                    .formatted(median, least, most, compilers);
        }

        void into(ObjectNode json, String name) {
            json.put(name + "-percent", median)
                    .put(name + "-percent-least", least)
                    .put(name + "-percent-most", most)
                    .put(name + "-compilers-percent", compilers);
        }
    }

    IdleAgents(int count, Path work) {
        Path folder = work.resolve("agents");
        config = BenchConfig.writeIdle(folder, count);
        setup =
                WebMedia.Setup.of(
                        reactor,
                        PeerIdentity.generate(),
                        FrameLoop.opus(new Pcm(8_000, new short[8_000]), true));
        gateway =
                GatewayProcess.start(
                        config.file(), folder.resolve("gateway.log"), Duration.ofSeconds(60));
    }

    private HttpClient office(int number) {
        return HttpClient.newBuilder()
                .executor(clientThreads)
                .localAddress(InetAddress.ofLiteral("127.0.1." + number))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /// @param recording where a flight recording of the measured time goes, if any is wanted
    Idle measure(int count, int warmUpSeconds, int seconds, Optional<Path> recording) {
        // What is loaded and compiled once is no matter of how many agents there are.
        signInTo(Math.min(REHEARSAL, count));
        agents.forEach(WebPeer::alive);
        agents.forEach(WebPeer::close);
        agents.clear();
        try (Meter meter = new Meter(gateway)) {
            settle(meter);
            Share baseline = Share.of(windows(meter, seconds));
            double heapBefore = meter.liveHeapKib();
            long residentBefore = gateway.residentKib();
            signInTo(count);
            pulse.start();
            pause(warmUpSeconds);
            hurry = 1;
            settle(meter);
            recording.ifPresent(_ -> meter.startRecording());
            List<Meter.Reading> windows = windows(meter, seconds);
            recording.ifPresent(meter::stopRecording);
            double residentMib = (gateway.residentKib() - residentBefore) / 1024.0;
            double heapMib = (meter.liveHeapKib() - heapBefore) / 1024.0;
            Meter.Reading last = windows.getLast();
            return new Idle(
                    count,
                    Share.of(windows),
                    baseline,
                    heapMib,
                    residentMib,
                    returnAtOnce(Math.min(RETURNING, count)),
                    last.generatorNanos() / 1e7 / last.seconds(),
                    ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        }
    }

    private static List<Meter.Reading> windows(Meter meter, int seconds) {
        List<Meter.Reading> all = new ArrayList<>();
        for (int i = 0; i < WINDOWS; i++) {
            Meter.Reading start = meter.begin();
            pause(seconds);
            all.add(meter.end(start));
        }
        return all;
    }

    /// Waits until the compilers have nothing to do, for a while at most.
    private static void settle(Meter meter) {
        for (int i = 0; i < MAX_SETTLING; i++) {
            Meter.Reading start = meter.begin();
            pause(SETTLE_SECONDS);
            if (Share.compilersPercent(meter.end(start)) < SETTLED_PERCENT) {
                return;
            }
        }
    }

    private void signInTo(int count) {
        for (int i = agents.size(); i < count; i++) {
            agents.add(
                    WebPeer.signIn(
                            offices.get(i % OFFICES),
                            config.page(),
                            BenchConfig.agent(i),
                            BenchConfig.PASSWORD,
                            setup,
                            false));
        }
    }

    private double returnAtOnce(int count) {
        List<WebPeer> lost = agents.subList(0, count);
        closed = true; // the pulse would meet sockets that are gone
        join();
        lost.forEach(WebPeer::drop);
        pause(1);
        long begin = System.nanoTime();
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(
                            lost.stream()
                                    .map(peer -> CompletableFuture.runAsync(peer::reconnect, each))
                                    .toArray(CompletableFuture[]::new))
                    .join();
        }
        return (System.nanoTime() - begin) / 1e6;
    }

    /// Each agent says that it is awake when it is due, as pages do: not when it answered a ping
    /// meanwhile.
    private void pulse() {
        var due = new PriorityQueue<Due>(Comparator.comparingLong(Due::atNanos));
        long now = System.nanoTime();
        for (int i = 0; i < agents.size(); i++) {
            // Spread, as people who come to work are.
            due.add(new Due(now + FIRST_TURN.toNanos() * i / agents.size(), agents.get(i)));
        }
        while (!closed) {
            Due next = due.remove();
            LockSupport.parkNanos(next.atNanos() - System.nanoTime());
            WebPeer agent = next.agent();
            if (dueNanos(agent) <= System.nanoTime()) {
                agent.alive();
            }
            due.add(new Due(dueNanos(agent), agent));
        }
    }

    private long dueNanos(WebPeer agent) {
        return agent.aliveDueNanos(hurry);
    }

    private record Due(long atNanos, WebPeer agent) {}

    private void join() {
        try {
            pulse.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause(int seconds) {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (pulse.isAlive()) {
            join();
        }
        agents.forEach(WebPeer::close);
        offices.forEach(HttpClient::shutdownNow);
        clientThreads.shutdownNow();
        gateway.close();
        reactor.close();
    }
}
