package offhook.e2e.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
    private final Thread pulse = Thread.ofVirtual().name("pulse").unstarted(this::pulse);

    /// @param cpuPercent of a core, of the gateway's process
    /// @param heapMib of reachable objects, against the same without agents
    /// @param residentMib what the process has grown by meanwhile
    /// @param returnMillis until 100 that lost their sockets at once were all welcome again
    record Idle(
            int agents,
            double cpuPercent,
            double heapMib,
            double residentMib,
            double returnMillis,
            double generatorPercent) {

        String toText() {
            return "agents %d: cpu %.2f %% of a core, heap %.1f MiB, RSS %+.1f MiB, %d back in %.0f ms, gen. %.1f %%"
                    .formatted(
                            agents,
                            cpuPercent,
                            heapMib,
                            residentMib,
                            Math.min(RETURNING, agents),
                            returnMillis,
                            generatorPercent);
        }

        ObjectNode toJson() {
            return new ObjectMapper()
                    .createObjectNode()
                    .put("mode", "agents")
                    .put("agents", agents)
                    .put("cpu-percent", cpuPercent)
                    .put("heap-mib", heapMib)
                    .put("rss-mib", residentMib)
                    .put("return-millis", returnMillis)
                    .put("generator-percent", generatorPercent);
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
            double heapBefore = meter.liveHeapKib();
            long residentBefore = gateway.residentKib();
            signInTo(count);
            pulse.start();
            pause(warmUpSeconds);
            recording.ifPresent(_ -> meter.startRecording());
            Meter.Reading start = meter.begin();
            pause(seconds);
            Meter.Reading used = meter.end(start);
            recording.ifPresent(meter::stopRecording);
            double residentMib = (gateway.residentKib() - residentBefore) / 1024.0;
            double heapMib = (meter.liveHeapKib() - heapBefore) / 1024.0;
            return new Idle(
                    count,
                    used.cpuNanos() / 1e7 / used.seconds(),
                    heapMib,
                    residentMib,
                    returnAtOnce(Math.min(RETURNING, count)),
                    used.generatorNanos() / 1e7 / used.seconds());
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
            if (next.agent().aliveDueNanos() <= System.nanoTime()) {
                next.agent().alive();
            }
            due.add(new Due(next.agent().aliveDueNanos(), next.agent()));
        }
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
