package offhook.media;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.MediaSummary;
import offhook.call.Playback;
import offhook.codec.opus.OpusSettings;
import offhook.sdp.SdpException;
import offhook.sdp.SessionDescription;

/// The legs of one loop and the paths between them; carries out what calls ask of media. On the
/// loop only.
final class LegTable {

    private final LoopKit kit;
    private final LegMaker maker;
    private final OpusSettings opus;
    private final PressureGovernor governor;
    private final Map<LegId, LegMeter> meters;
    private final Sounds sounds;
    private final HeaderKeeper headers;
    private final Map<LegId, Entry> entries = new HashMap<>();

    /// @param trunks by trunk name; safe for any thread
    /// @param meters where the meters of living legs are found by other threads
    /// @param sounds of our own
    /// @param lines by which legs of different calls hear each other
    /// @param watchers who is told of media besides its calls
    LegTable(
            LoopKit kit,
            Map<String, TrunkProfile> trunks,
            BrowserProfile browsers,
            OpusSettings opus,
            PressureGovernor governor,
            Map<LegId, LegMeter> meters,
            Sounds sounds,
            TieLines lines,
            MediaWatchers watchers) {
        this.kit = kit;
        this.maker = new LegMaker(kit, trunks, browsers, lines);
        this.opus = opus;
        this.governor = governor;
        this.meters = meters;
        this.sounds = sounds;
        this.headers = new HeaderKeeper(kit, watchers);
    }

    void open(LegId id, MediaProfile profile, Optional<SessionDescription> offer, CallInbox call) {
        if (entries.containsKey(id)) {
            // Offered first, and then its peer offered something itself.
            update(id, offer);
            return;
        }
        LegEvents events = new LegEvents(id, call, headers.tapeOf(id, profile));
        try {
            Entry entry = new Entry(maker.make(profile, offer, this::leg, events), call);
            entries.put(id, entry);
            meters.put(id, entry.meter);
            describe(id, entry, offer);
            if (!(profile instanceof MediaProfile.Browser)) {
                events.connected();
            }
        } catch (SdpException e) {
            refuse(id, call, e);
            close(id, call);
        } catch (RuntimeException e) {
            events.defect(e);
            close(id, call);
        }
    }

    void update(LegId id, Optional<SessionDescription> offer) {
        withEntry(
                id,
                entry -> {
                    try {
                        describe(id, entry, offer);
                    } catch (SdpException e) {
                        refuse(id, entry.call, e);
                    }
                });
    }

    private Optional<MediaLeg> leg(LegId id) {
        return Optional.ofNullable(entries.get(id)).map(entry -> entry.leg);
    }

    /// A defect in what is done for a leg ends its call and nothing else.
    private void withEntry(LegId id, Consumer<Entry> action) {
        Entry entry = entries.get(id);
        if (entry == null) {
            return;
        }
        try {
            action.accept(entry);
        } catch (RuntimeException e) {
            new LegEvents(id, entry.call).defect(e);
            close(id);
        }
    }

    private static void describe(LegId id, Entry entry, Optional<SessionDescription> offer)
            throws SdpException {
        entry.call.offer(new CallInput.MediaDescribed(id, entry.leg.describe(offer)));
    }

    private static void refuse(LegId id, CallInbox call, SdpException e) {
        int status = e.verdict().sipStatus();
        call.offer(
                new CallInput.MediaRefused(
                        id,
                        EndCause.gateway(
                                "media-refused",
                                status,
                                status == 503 ? 34 : 88,
                                e.explanation())));
    }

    void accept(LegId id, SessionDescription answer) {
        withEntry(
                id,
                entry -> {
                    try {
                        entry.leg.accept(answer);
                    } catch (SdpException e) {
                        entry.call.offer(
                                new CallInput.MediaFailed(
                                        id,
                                        EndCause.gateway(
                                                "media-refused", 488, 88, e.explanation())));
                    }
                });
    }

    void join(LegId oneId, LegId otherId) {
        Entry other = entries.get(otherId);
        if (other != null) {
            withEntry(
                    oneId,
                    one -> {
                        one.part();
                        other.part();
                        one.leg.faces(other.leg);
                        other.leg.faces(one.leg);
                        one.connectTo(other, path(one.leg, other.earpiece));
                        other.connectTo(one, path(other.leg, one.earpiece));
                    });
        }
    }

    void loop(LegId id) {
        withEntry(
                id,
                entry -> {
                    entry.part();
                    entry.connectTo(entry, path(entry.leg, entry.earpiece));
                });
    }

    void part(LegId id) {
        withEntry(id, Entry::part);
    }

    private AudioPath path(MediaLeg source, Earpiece sink) {
        Transcoder transcoder = new Transcoder(sink.encoders());
        sink.handOver();
        if (!sink.isClocked()) {
            return new ArrivalPath(source, sink, transcoder, kit.loop());
        }
        ClockedPath path =
                new ClockedPath(source, sink, transcoder, sink.nextNanos(), kit.jitterMaxMillis());
        kit.loop().schedule(path);
        return path;
    }

    void play(LegId id, Playback what) {
        withEntry(
                id,
                entry -> {
                    entry.meter.playing(true);
                    entry.earpiece.play(sounds.of(what));
                });
    }

    void stopPlaying(LegId id) {
        withEntry(
                id,
                entry -> {
                    entry.meter.playing(false);
                    entry.earpiece.stop();
                });
    }

    void sendDigit(LegId id, char digit, int durationMillis, boolean signallingTakesIt) {
        withEntry(id, entry -> entry.leg.sendDigit(digit, durationMillis, signallingTakesIt));
    }

    void close(LegId id) {
        Entry entry = entries.remove(id);
        if (entry != null) {
            meters.remove(id);
            MediaSummary summary = entry.leg.summary();
            entry.close();
            headers.closed(id);
            entry.call.offer(new CallInput.MediaClosed(id, summary));
        }
    }

    /// Closes a leg that may not have come into being: its call hears of the end all the same.
    private void close(LegId id, CallInbox call) {
        if (entries.containsKey(id)) {
            close(id);
        } else {
            headers.closed(id);
            call.offer(new CallInput.MediaClosed(id, MediaSummary.NONE));
        }
    }

    /// What is kept of packets' headers.
    HeaderKeeper headers() {
        return headers;
    }

    /// How many legs there are.
    int legs() {
        return entries.size();
    }

    /// How many calls these belong to.
    int calls() {
        return (int) entries.keySet().stream().map(LegId::call).distinct().count();
    }

    void closeAll() {
        List<LegId> all = new ArrayList<>(entries.keySet());
        all.forEach(this::close);
    }

    /// A leg, and the paths that begin and end at it.
    private final class Entry {
        final MediaLeg leg;
        final Earpiece earpiece;
        final LegMeter meter;
        final CallInbox call;
        final List<Connection> connections = new ArrayList<>();

        Entry(LegMaker.Made made, CallInbox call) {
            this.leg = made.leg();
            this.earpiece =
                    new Earpiece(
                            leg,
                            new Encoders(
                                    opus,
                                    governor::complexity,
                                    kit.loop().codecs(),
                                    kit.loop().scratch()),
                            kit.loop(),
                            kit.loop()::nowNanos);
            this.meter = made.meter();
            this.call = call;
        }

        void connectTo(Entry sink, AudioPath path) {
            leg.outlet(path);
            meter.facing(sink.meter);
            Connection connection = new Connection(kit.loop(), leg, path);
            connections.add(connection);
            sink.connections.add(connection);
        }

        /// Ends what begins and ends here.
        void part() {
            connections.forEach(Connection::close);
            connections.clear();
        }

        void close() {
            part();
            earpiece.close();
            leg.close();
        }
    }

    /// A path and the leg that feeds it. Ends with either of its legs, so perhaps twice; the second
    /// time the leg may feed another path.
    private static final class Connection {
        private final MediaLoop loop;
        private final MediaLeg source;
        private final AudioPath path;
        private boolean closed;

        Connection(MediaLoop loop, MediaLeg source, AudioPath path) {
            this.loop = loop;
            this.source = source;
            this.path = path;
        }

        void close() {
            if (closed) {
                return;
            }
            closed = true;
            source.outlet(AudioPath.NONE);
            if (path instanceof Timed timed) {
                loop.unschedule(timed);
            }
            path.close();
        }
    }
}
