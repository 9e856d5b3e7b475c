package offhook.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import offhook.e2e.bench.ContentDelay.Quantiles;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayJmx;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.LoopPhone;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.RtpSink;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;

/// A gateway in one mode, its agents signed in, a phone, and the two threads that carry the media
/// of both.
final class BenchRig implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int DELAY_SAMPLES = 5;

    private final List<WebPeer> agents = new ArrayList<>();
    private final Reactor phoneReactor = new Reactor("phones");
    private final Reactor webReactor = new Reactor("web-peers");
    private final ExecutorService clientThreads = Executors.newFixedThreadPool(2);
    private final HttpClient client =
            HttpClient.newBuilder()
                    .executor(clientThreads)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
    private final Mode mode;
    private final FrameLoop phoneLoop;
    private final FrameLoop webLoop;
    private final DemoConfig config;
    private final GatewayProcess gateway;
    private final Phone phone;

    /// A call and both its ends.
    private record Line(PhoneCall call, LoopPhone phone, WebMedia web) {}

    private BenchRig(Mode mode, int most, Pcm callerVoice, Pcm agentVoice, Path work) {
        this.mode = mode;
        this.phoneLoop = mode.phoneSays(callerVoice);
        this.webLoop = mode.webSays(agentVoice);
        this.config = BenchConfig.write(work.resolve(mode.toString()), mode, most);
        this.gateway =
                GatewayProcess.start(
                        config.file(),
                        work.resolve(mode.toString()).resolve("gateway.log"),
                        Duration.ofSeconds(60));
        this.phone = Phone.udp(config.sip(), "5551000");
    }

    /// Starts everything but calls.
    ///
    /// @param most how many agents sign in
    static BenchRig start(Mode mode, int most, Pcm callerVoice, Pcm agentVoice, Path work) {
        var rig = new BenchRig(mode, most, callerVoice, agentVoice, work);
        var setup = WebMedia.Setup.of(rig.webReactor, PeerIdentity.generate(), rig.webLoop);
        for (int i = 0; i < most; i++) {
            rig.agents.add(
                    WebPeer.signIn(
                            rig.client,
                            rig.config.page(),
                            BenchConfig.agent(i),
                            BenchConfig.PASSWORD,
                            setup,
                            true));
        }
        return rig;
    }

    /// Lets the gateway's JVM compile.
    void warmUp(int seconds) {
        List<Line> lines = callAll(agents.size());
        pause(seconds);
        hangUpAll(lines);
    }

    /// Makes `count` calls and measures them.
    Figures measure(int count, int warmUpSeconds, int seconds) {
        long idleHeapKib = heapKib();
        long idleRssKib = gateway.residentKib();
        List<Line> lines = callAll(count);
        pause(warmUpSeconds);
        List<Line> sampled = lines.subList(0, Math.min(DELAY_SAMPLES, count));

        List<Integer> trunkPorts = lines.stream().map(line -> line.phone.remotePort()).toList();
        long droppedBefore = dropped(trunkPorts);
        record(sampled, true);
        RtpSink.Count before = count(lines);
        long startNanos = System.nanoTime();
        long cpuBefore = gateway.cpuTime().toNanos();
        pause(seconds);
        double cpuNanos = gateway.cpuTime().toNanos() - cpuBefore;
        double elapsedSeconds = (System.nanoTime() - startNanos) / 1e9;
        RtpSink.Count received = count(lines).minus(before);
        record(sampled, false);
        long dropped = dropped(trunkPorts) - droppedBefore;
        double rssKib = gateway.residentKib() - idleRssKib;
        double heapKib = heapKib() - idleHeapKib;
        Quantiles toWeb = toWeb(sampled);
        Quantiles toPhone = toPhone(sampled);
        hangUpAll(lines);

        long missing = received.lost() + dropped;
        return new Figures(
                mode,
                count,
                cpuNanos / 1e6 / count / elapsedSeconds,
                new Floor(mode, webLoop, phoneLoop.decoded())
                        .measure(count, warmUpSeconds, seconds),
                toWeb,
                toPhone,
                100.0 * missing / Math.max(1, received.packets() + missing),
                heapKib / count,
                rssKib / count);
    }

    private List<Line> callAll(int count) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            agents.get(i).forget();
            var media = new LoopPhone(phoneReactor, phoneLoop);
            PhoneCall call =
                    phone.invite(BenchConfig.number(i), CallOffer.of(G711.PCMA), media)
                            .awaitAnswer(LIMIT);
            lines.add(new Line(call, media, agents.get(i).awaitMedia(LIMIT)));
        }
        return lines;
    }

    private void hangUpAll(List<Line> lines) {
        for (int i = 0; i < lines.size(); i++) {
            lines.get(i).call.hangUp(LIMIT);
            agents.get(i).await("ended", LIMIT, _ -> true);
            lines.get(i).call.close();
        }
    }

    private void record(List<Line> lines, boolean on) {
        phoneReactor.tell(() -> lines.forEach(line -> line.phone.sink().record(on)));
        phoneReactor.tell(() -> lines.forEach(line -> line.phone.source().record(on)));
        webReactor.tell(() -> lines.forEach(line -> line.web.sink().record(on)));
        webReactor.tell(() -> lines.forEach(line -> line.web.source().record(on)));
    }

    private RtpSink.Count count(List<Line> lines) {
        RtpSink.Count phones =
                phoneReactor.ask(() -> sum(lines.stream().map(l -> l.phone.sink()).toList()));
        RtpSink.Count webs =
                webReactor.ask(() -> sum(lines.stream().map(l -> l.web.sink()).toList()));
        return new RtpSink.Count(phones.packets() + webs.packets(), phones.lost() + webs.lost());
    }

    private static RtpSink.Count sum(List<RtpSink> sinks) {
        long packets = 0;
        long lost = 0;
        for (RtpSink sink : sinks) {
            packets += sink.count().packets();
            lost += sink.count().lost();
        }
        return new RtpSink.Count(packets, lost);
    }

    private Quantiles toWeb(List<Line> lines) {
        List<Double> delays = new ArrayList<>();
        for (Line line : lines) {
            var sent = phoneReactor.ask(() -> line.phone.source().sent());
            var heard = webReactor.ask(() -> line.web.sink().heard());
            delays.addAll(ContentDelay.of(phoneLoop, sent, heard));
        }
        return Quantiles.of(delays);
    }

    private Quantiles toPhone(List<Line> lines) {
        List<Double> delays = new ArrayList<>();
        for (Line line : lines) {
            var sent = webReactor.ask(() -> line.web.source().sent());
            var heard = phoneReactor.ask(() -> line.phone.sink().heard());
            delays.addAll(ContentDelay.of(webLoop, sent, heard));
        }
        return Quantiles.of(delays);
    }

    private long heapKib() {
        try (GatewayJmx jmx = GatewayJmx.attach(gateway)) {
            return jmx.liveHeapKib();
        }
    }

    /// Datagrams that found a socket of the gateway full, by proc(5), `net/udp`.
    private long dropped(List<Integer> trunkPorts) {
        try {
            return Files.readAllLines(Path.of("/proc/net/udp")).stream()
                    .skip(1)
                    .map(line -> line.strip().split("\\s+", -1))
                    .filter(fields -> {
                        String local = fields[1];
                        int port = Integer.parseInt(local.substring(local.indexOf(':') + 1), 16);
                        return port == config.mediaPort() || trunkPorts.contains(port);
                    })
                    .mapToLong(fields -> Long.parseLong(fields[fields.length - 1]))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
        agents.forEach(WebPeer::close);
        phone.close();
        client.shutdownNow();
        clientThreads.shutdownNow();
        gateway.close();
        phoneReactor.close();
        webReactor.close();
    }
}
