package offhook.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.DemoConfig;
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

/// A gateway in one mode, its agents signed in, a phone, and two threads that carry the media of
/// both ends: one for the few calls whose delay is measured, one for all others, which wakes for
/// nobody.
final class BenchRig implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int DELAY_SAMPLES = 5;
    private static final int FLOOR_WARM_UP_SECONDS = 4;

    private final List<WebPeer> agents = new ArrayList<>();
    private final Reactor sampled = new Reactor("sampled");
    private final Reactor others = Reactor.polling("others", Duration.ofMillis(5));
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
    private final PauseLog pauses;
    private final Phone phone;

    /// A call and both its ends.
    private record Line(PhoneCall call, LoopPhone phone, WebMedia web) {}

    /// How much passed the ends so far.
    private record Traffic(
            long fromPhones, long toPhones, long fromWebs, long toWebs, long missing) {
        static final Traffic NONE = new Traffic(0, 0, 0, 0, 0);

        Traffic plus(Traffic o) {
            return new Traffic(
                    fromPhones + o.fromPhones,
                    toPhones + o.toPhones,
                    fromWebs + o.fromWebs,
                    toWebs + o.toWebs,
                    missing + o.missing);
        }

        Traffic minus(Traffic o) {
            return new Traffic(
                    fromPhones - o.fromPhones,
                    toPhones - o.toPhones,
                    fromWebs - o.fromWebs,
                    toWebs - o.toWebs,
                    missing - o.missing);
        }

        long packets() {
            return fromPhones + toPhones + fromWebs + toWebs;
        }

        long received() {
            return toPhones + toWebs;
        }
    }

    private BenchRig(Mode mode, int most, Pcm callerVoice, Pcm agentVoice, Path work) {
        Path folder = work.resolve(mode.toString());
        this.mode = mode;
        this.phoneLoop = mode.phoneSays(callerVoice);
        this.webLoop = mode.webSays(agentVoice);
        this.config = BenchConfig.write(folder, mode, most);
        this.pauses = new PauseLog(folder.resolve("safepoints.log"));
        this.gateway =
                GatewayProcess.start(
                        config.file(),
                        folder.resolve("gateway.log"),
                        Duration.ofSeconds(60),
                        pauses.jvmFlag());
        this.phone = Phone.udp(config.sip(), "5551000");
    }

    /// Starts everything but calls.
    ///
    /// @param most how many agents sign in
    static BenchRig start(Mode mode, int most, Pcm callerVoice, Pcm agentVoice, Path work) {
        var rig = new BenchRig(mode, most, callerVoice, agentVoice, work);
        PeerIdentity identity = PeerIdentity.generate();
        for (int i = 0; i < most; i++) {
            rig.agents.add(
                    WebPeer.signIn(
                            rig.client,
                            rig.config.page(),
                            BenchConfig.agent(i),
                            BenchConfig.PASSWORD,
                            WebMedia.Setup.of(rig.reactorOf(i), identity, rig.webLoop),
                            true));
        }
        return rig;
    }

    private Reactor reactorOf(int call) {
        return call < DELAY_SAMPLES ? sampled : others;
    }

    /// Lets the gateway's JVM compile.
    void warmUp(int seconds) {
        List<Line> lines = callAll(agents.size());
        pause(seconds);
        hangUpAll(lines);
    }

    /// Makes `count` calls and measures them.
    ///
    /// @param recording where the JVM's flight recording of the measured time goes, if anywhere
    Figures measure(int count, int warmUpSeconds, int seconds, Optional<Path> recording) {
        try (Meter meter = new Meter(gateway)) {
            double idleHeapKib = meter.liveHeapKib();
            long idleRssKib = gateway.residentKib();
            List<Line> lines = callAll(count);
            pause(warmUpSeconds);
            List<Line> timed = lines.subList(0, Math.min(DELAY_SAMPLES, count));
            List<Integer> trunkPorts = lines.stream().map(line -> line.phone.remotePort()).toList();

            recording.ifPresent(_ -> meter.startRecording());
            long pauseMark = pauses.mark();
            long droppedBefore = dropped(trunkPorts);
            record(timed, true);
            Traffic before = traffic(lines);
            Meter.Reading start = meter.begin();
            pause(seconds);
            Meter.Reading used = meter.end(start);
            Traffic traffic = traffic(lines).minus(before);
            record(timed, false);
            long missing = traffic.missing() + dropped(trunkPorts) - droppedBefore;
            recording.ifPresent(meter::stopRecording);
            double rssKib = gateway.residentKib() - idleRssKib;
            // Collects, so that there is a pause under calls even where none was due.
            double heapKib = meter.liveHeapKib() - idleHeapKib;
            Quantiles pauseMillis = Quantiles.of(pauses.pausesSince(pauseMark));
            Quantiles toWeb = toWeb(timed);
            Quantiles toPhone = toPhone(timed);
            hangUpAll(lines);

            var floor = new Floor(mode, webLoop, phoneLoop);
            Floor.Allocation srtp = floor.srtpAllocation();
            double srtpBytes =
                    srtp.protect() * traffic.toWebs() + srtp.unprotect() * traffic.fromWebs();
            return new Figures(
                    mode,
                    count,
                    used.cpuNanos() / 1e6 / count / used.seconds(),
                    floor.measure(count, Math.min(warmUpSeconds, FLOOR_WARM_UP_SECONDS), seconds),
                    toWeb,
                    toPhone,
                    100.0 * missing / Math.max(1, traffic.received() + missing),
                    heapKib / count,
                    rssKib / count,
                    (double) used.mediaBytes() / Math.max(1, traffic.packets()),
                    srtpBytes / Math.max(1, traffic.packets()),
                    pauseMillis,
                    used.generatorNanos() / 1e7 / used.seconds(),
                    used.threads(),
                    used.seconds());
        }
    }

    private List<Line> callAll(int count) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            agents.get(i).forget();
            var media = new LoopPhone(reactorOf(i), mode.trunkCodec(), phoneLoop);
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

    private void record(List<Line> timed, boolean on) {
        sampled.tell(() ->
                timed.forEach(line -> {
                    line.phone.sink().record(on);
                    line.phone.source().record(on);
                    line.web.sink().record(on);
                    line.web.source().record(on);
                }));
    }

    private Traffic traffic(List<Line> lines) {
        int few = Math.min(DELAY_SAMPLES, lines.size());
        Traffic some = sampled.ask(() -> sum(lines.subList(0, few)));
        return some.plus(others.ask(() -> sum(lines.subList(few, lines.size()))));
    }

    private static Traffic sum(List<Line> lines) {
        Traffic sum = Traffic.NONE;
        for (Line line : lines) {
            RtpSink.Count atPhone = line.phone.sink().count();
            RtpSink.Count atWeb = line.web.sink().count();
            sum =
                    sum.plus(
                            new Traffic(
                                    line.phone.source().packets(),
                                    atPhone.packets(),
                                    line.web.source().packets(),
                                    atWeb.packets(),
                                    atPhone.lost() + atWeb.lost()));
        }
        return sum;
    }

    private Quantiles toWeb(List<Line> timed) {
        List<Double> delays = new ArrayList<>();
        for (Line line : timed) {
            var sent = sampled.ask(() -> line.phone.source().sent());
            var heard = sampled.ask(() -> line.web.sink().heard());
            delays.addAll(ContentDelay.of(phoneLoop, sent, heard));
        }
        return Quantiles.of(delays);
    }

    private Quantiles toPhone(List<Line> timed) {
        List<Double> delays = new ArrayList<>();
        for (Line line : timed) {
            var sent = sampled.ask(() -> line.web.source().sent());
            var heard = sampled.ask(() -> line.phone.sink().heard());
            delays.addAll(ContentDelay.of(webLoop, sent, heard));
        }
        return Quantiles.of(delays);
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
        sampled.close();
        others.close();
    }
}
