package offhook.media;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.call.MediaControl;
import offhook.call.MediaProfile;
import offhook.call.Playback;
import offhook.call.TransportObserver;
import offhook.codec.AudioCodec;
import offhook.codec.opus.OpusSettings;
import offhook.config.MediaConfig;
import offhook.config.SipConfig;
import offhook.config.TrunkConfig;
import offhook.dtls.Dtls;
import offhook.dtls.DtlsIdentity;
import offhook.ice.IceCredentials;
import offhook.net.PacketBuffer;
import offhook.rtp.NtpTime;
import offhook.rtp.SourceGate;
import offhook.runtime.NanoClock;
import offhook.runtime.Standstill;
import offhook.runtime.Threads;
import offhook.sdp.Encryption;
import offhook.sdp.OpusParameters;
import offhook.sdp.SessionDescription;
import offhook.srtp.Srtp;
import offhook.telemetry.Counters;
import offhook.trace.HeaderCapture;
import offhook.trace.MediaTap;

/// All media loops, and the door that calls use: each command goes to the loop that owns its call.
/// Any thread.
public final class MediaEngine implements MediaControl {

    private final List<MediaLoop> loops;
    private final List<BrowserPort> browserPorts;
    private final List<LegTable> tables;
    private final List<RtpHosts> hosts;
    private final List<LoopWatch> watches;
    private final MediaWatchers watchers;

    /// Whom to tell when a command cannot be taken; put and removed by the calls' threads.
    private final Map<LegId, CallInbox> calls = new ConcurrentHashMap<>();

    /// The meters of living legs; put and removed by the loops, read by any thread.
    private final Map<LegId, LegMeter> meters;

    private final TrunkProfiles trunkProfiles;

    private final MediaConfig.Opus opus;
    private final Grace grace;

    private MediaEngine(
            List<MediaLoop> loops,
            List<BrowserPort> browserPorts,
            List<LegTable> tables,
            List<RtpHosts> hosts,
            List<LoopWatch> watches,
            Map<LegId, LegMeter> meters,
            TrunkProfiles trunkProfiles,
            MediaConfig.Opus opus,
            Grace grace,
            MediaWatchers watchers) {
        this.watchers = watchers;
        this.loops = loops;
        this.browserPorts = browserPorts;
        this.tables = tables;
        this.hosts = hosts;
        this.watches = watches;
        this.meters = meters;
        this.trunkProfiles = trunkProfiles;
        this.opus = opus;
        this.grace = grace;
    }

    /// Makes ready that calls on these trunks have their media as it is configured now, and wait
    /// for a browser that is gone for this grace time; changes nothing.
    ///
    /// @return has calls that begin, and browsers that go, from then on go by it. Any thread
    public Runnable prepare(List<TrunkConfig> trunks, Duration browsersGrace) {
        Map<String, TrunkProfile> wanted = profiles(trunks, opus);
        return () -> {
            trunkProfiles.become(wanted);
            grace.become(browsersGrace);
        };
    }

    /// Loads and compiles what the first call would otherwise wait for, opens the browser port and
    /// starts the loops.
    ///
    /// @param advertised the addresses that browsers are told to send media to
    /// @param trunkMedia where trunk media is received, for each family that is served
    /// @param grace how long a call waits for a browser that is gone
    /// @throws IOException when the browser port cannot be bound
    public static MediaEngine start(
            MediaConfig media,
            SipConfig sip,
            List<TrunkConfig> trunks,
            List<InetAddress> advertised,
            List<RtpAddress> trunkMedia,
            Duration grace,
            NanoClock clock,
            Counters counters)
            throws IOException {
        int loopCount =
                media.loops() > 0
                        ? media.loops()
                        : Math.min(
                                IceCredentials.MAX_LOOPS,
                                Runtime.getRuntime().availableProcessors());
        SecureRandom random = new SecureRandom();
        NtpTime ntpTime = new NtpTime(System.currentTimeMillis(), clock.nanoTime());
        List<RtpHosts> hosts = RtpHosts.split(trunkMedia, sip.rtpPorts(), loopCount, random);
        List<MediaLoop> loops = new ArrayList<>();
        List<BrowserPort> browserPorts = new ArrayList<>();
        List<LegTable> tables = new ArrayList<>();
        List<LoopWatch> watches = new ArrayList<>();
        Map<LegId, LegMeter> meters = new ConcurrentHashMap<>();
        TieLines lines = new TieLines();
        MediaWatchers watchers = new MediaWatchers();
        TrunkProfiles trunkProfiles = new TrunkProfiles(profiles(trunks, media.opus()));
        Grace browsersGrace = new Grace(grace);
        ThreadFactory handshakeThreads = Threads.virtual("dtls-");
        DtlsIdentity identity = DtlsIdentity.generate();
        CompletableFuture<Void> srtp =
                CompletableFuture.runAsync(
                        Srtp::warmUp, work -> Threads.virtual("warm-up", work).start());
        FutureTask<Sounds> composing = new FutureTask<>(() -> Sounds.of(media.sounds()));
        Threads.virtual("sounds", composing).start();
        Rehearsal.run(opusSettings(media.opus()), clock.nanoTime());
        Dtls.warmUp(identity, handshakeThreads);
        srtp.join();
        Sounds sounds = composed(composing);
        for (int i = 0; i < loopCount; i++) {
            MediaLoop loop = new MediaLoop(i, clock, counters);
            InetSocketAddress listen = media.listen().address();
            BrowserPort browserPort = new BrowserPort(loop, listen, counters);
            BrowserProfile browsers =
                    new BrowserProfile(
                            media.browserCodecs().stream()
                                    .map(codec -> AudioCodec.valueOf(codec.name()))
                                    .toList(),
                            opusParameters(media.opus(), worthHz(trunkProfiles.known())),
                            advertised,
                            browserPort.localAddress().getPort(),
                            identity,
                            handshakeThreads,
                            browsersGrace);
            LoopKit kit =
                    new LoopKit(
                            loop,
                            hosts.get(i),
                            browserPort,
                            new PacketBuffer(),
                            new PacketBuffer(),
                            ntpTime,
                            random,
                            counters,
                            media.jitterMaxMillis());
            loop.schedule(new PortKeeper(hosts.get(i), loop.nowNanos()));
            loops.add(loop);
            browserPorts.add(browserPort);
            PressureGovernor governor = new PressureGovernor(media.opus().complexity());
            LegTable table =
                    new LegTable(
                            kit,
                            trunkProfiles.byName(),
                            browsers,
                            opusSettings(media.opus()),
                            governor,
                            meters,
                            sounds,
                            lines,
                            watchers);
            LoopWatch watch = new LoopWatch(loop, governor, table, hosts.get(i));
            loop.schedule(watch);
            tables.add(table);
            watches.add(watch);
        }
        BrowserPort.introduce(browserPorts);
        loops.forEach(MediaLoop::start);
        return new MediaEngine(
                loops,
                browserPorts,
                tables,
                hosts,
                watches,
                meters,
                trunkProfiles,
                media.opus(),
                browsersGrace,
                watchers);
    }

    private static Sounds composed(FutureTask<Sounds> composing) throws IOException {
        try {
            return composing.get();
        } catch (ExecutionException e) {
            throw new IOException("the sounds of media: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the sounds were made", e);
        }
    }

    /// What is worth hearing of a browser whose trunk is not known yet.
    private static int worthHz(Collection<TrunkProfile> trunks) {
        return trunks.stream().anyMatch(TrunkProfile::isWideband)
                ? Transcoder.WIDEBAND_HZ
                : Transcoder.NARROWBAND_HZ;
    }

    private static OpusParameters opusParameters(MediaConfig.Opus opus, int rateHz) {
        return new OpusParameters(rateHz, opus.bitrate(), opus.fec(), opus.dtx());
    }

    private static Map<String, TrunkProfile> profiles(
            List<TrunkConfig> trunks, MediaConfig.Opus opus) {
        Map<String, TrunkProfile> profiles = new HashMap<>();
        trunks.forEach(trunk -> profiles.put(trunk.name(), trunkProfile(trunk, opus)));
        return profiles;
    }

    private static TrunkProfile trunkProfile(TrunkConfig trunk, MediaConfig.Opus opus) {
        List<offhook.config.Cidr> learnable =
                trunk.mediaAddresses().isEmpty() ? trunk.addresses() : trunk.mediaAddresses();
        return new TrunkProfile(
                trunk.codecs().stream().map(codec -> AudioCodec.valueOf(codec.name())).toList(),
                opusParameters(opus, MediaClock.HZ),
                trunk.dtmf(),
                switch (trunk.media()) {
                    case STRICT -> SourceGate.Mode.STRICT;
                    case NAT -> SourceGate.Mode.NAT;
                    case AUTO -> SourceGate.Mode.AUTO;
                },
                address -> learnable.stream().anyMatch(block -> block.contains(address)),
                switch (trunk.srtp()) {
                    case OFF -> Encryption.Policy.OFF;
                    case OPTIONAL -> Encryption.Policy.OPTIONAL;
                    case REQUIRED -> Encryption.Policy.REQUIRED;
                },
                trunk.uriAddress(),
                trunk.advertised());
    }

    private static OpusSettings opusSettings(MediaConfig.Opus opus) {
        return new OpusSettings(
                Transcoder.NARROWBAND_HZ,
                opus.complexity(),
                opus.bitrate(),
                opus.fec(),
                0,
                opus.dtx());
    }

    /// How a leg sounds, as of the last full second; empty when there is no such leg. Any thread.
    public Optional<LegQuality> quality(LegId leg) {
        return Optional.ofNullable(meters.get(leg)).map(LegMeter::latest);
    }

    /// From now on an observer is told how media finds its way. Before calls come.
    public void tellTransports(TransportObserver observer) {
        watchers.transports(observer);
    }

    /// From now on a tap is shown what passes of media's control, and the headers that are kept.
    /// Before calls come.
    ///
    /// @param mostCalls of how many calls at a time headers are kept
    /// @return what decides of which
    public HeaderCapture record(MediaTap tap, int mostCalls) {
        watchers.tap(tap, Math.ceilDiv(mostCalls, loops.size()));
        return new LoopHeaders(loops, tables, watchers);
    }

    /// Ends all media and the loops.
    public void stop() throws InterruptedException {
        for (int i = 0; i < loops.size(); i++) {
            int index = i;
            loops.get(i)
                    .offer(() -> {
                        tables.get(index).closeAll();
                        browserPorts.get(index).close();
                        hosts.get(index).close();
                    });
            loops.get(i).stop();
        }
    }

    /// How many media loops run.
    public int loops() {
        return loops.size();
    }

    /// How a loop does.
    ///
    /// @param index from 0
    public LoopFigures figures(int index) {
        return watches.get(index).figures();
    }

    /// When the loop that carries a call stood still, the last times, the oldest first. Any thread.
    public List<Standstill> standstills(CallId call) {
        return loops.get(indexOf(call)).standstills();
    }

    @Override
    public boolean hasRoom(CallId call) {
        return !figures(indexOf(call)).full();
    }

    @Override
    public void open(
            LegId leg, MediaProfile profile, Optional<SessionDescription> offer, CallInbox events) {
        calls.put(leg, events);
        command(leg, table -> table.open(leg, profile, offer, events));
    }

    @Override
    public void accept(LegId leg, SessionDescription answer) {
        command(leg, table -> table.accept(leg, answer));
    }

    @Override
    public void update(LegId leg, Optional<SessionDescription> offer) {
        command(leg, table -> table.update(leg, offer));
    }

    @Override
    public void join(LegId one, LegId other) {
        command(one, table -> table.join(one, other));
    }

    @Override
    public void loop(LegId leg) {
        command(leg, table -> table.loop(leg));
    }

    @Override
    public void play(LegId leg, Playback what) {
        command(leg, table -> table.play(leg, what));
    }

    @Override
    public void stopPlaying(LegId leg) {
        command(leg, table -> table.stopPlaying(leg));
    }

    @Override
    public void part(LegId leg) {
        command(leg, table -> table.part(leg));
    }

    @Override
    public void sendDigit(LegId leg, char digit, int durationMillis, boolean signallingTakesIt) {
        command(leg, table -> table.sendDigit(leg, digit, durationMillis, signallingTakesIt));
    }

    @Override
    public void close(LegId leg) {
        calls.remove(leg);
        int index = indexOf(leg);
        LegTable table = tables.get(index);
        loops.get(index).offerEnding(() -> table.close(leg));
    }

    /// Gives a command to the loop of its call; one that cannot be taken ends the call, because it
    /// would go on without what was asked.
    private void command(LegId leg, Consumer<LegTable> command) {
        int index = indexOf(leg);
        LegTable table = tables.get(index);
        if (!loops.get(index).offer(() -> command.accept(table))) {
            CallInbox call = calls.get(leg);
            if (call != null) {
                call.offer(
                        new CallInput.MediaFailed(
                                leg,
                                EndCause.gateway(
                                        "overload", 503, 42, "the media loop is overloaded")));
            }
        }
    }

    /// All legs of a call live on one loop.
    private int indexOf(LegId leg) {
        return indexOf(leg.call());
    }

    private int indexOf(CallId call) {
        return indexOf(call, loops.size());
    }

    /// Which of so many loops carries a call.
    static int indexOf(CallId call, int loops) {
        return Math.floorMod(call.hashCode(), loops);
    }
}
