package offhook.media;

import java.net.InetSocketAddress;
import offhook.call.LegQuality;
import offhook.call.LegQuality.Inbound;
import offhook.call.LegQuality.Opinion;
import offhook.call.LegQuality.Outbound;
import offhook.call.LegQuality.Speech;
import offhook.codec.AudioCodec;
import offhook.codec.dsp.Level;
import offhook.codec.quality.CodecImpairment;
import offhook.codec.quality.EModel;
import offhook.codec.quality.SpeechMeter;
import offhook.rtp.ExtendedReports;
import offhook.rtp.ReceiverStats;
import offhook.rtp.RtpSender;
import offhook.srtp.SrtpResult;
import org.jspecify.annotations.Nullable;

/// Measures one leg and publishes its figures once a second. On the leg's loop only, save
/// [#latest]. What it does per packet is a few additions; what it makes, once a second, is the
/// record that it publishes.
final class LegMeter {

    private static final long INTERVAL_NANOS = 1_000_000_000L;
    private static final double NANOS_PER_MILLI = 1e6;

    /// What is spoken must be collected before it can be sent.
    private static final double PACKET_MILLIS = 20;

    /// A buffer that adapts holds back about so many times the jitter it sees.
    private static final double BUFFER_OF_JITTER = 2;

    /// Losses are taken to come by chance (G.107 §7.5).
    private static final double BY_CHANCE = 1;

    private final SpeechMeter decoded = new SpeechMeter();
    private final SpeechMeter declared = new SpeechMeter();
    private final AudioHook heard = new Heard();
    private final PathFigures earlierPaths = new PathFigures();
    private final PathFigures figures = new PathFigures();
    private final LossWindow network = new LossWindow();
    private final LossWindow played = new LossWindow();
    private final MeanDelay buffer = new MeanDelay();
    private final OneWayWatch watch;

    private AudioPath outlet = AudioPath.NONE;
    private @Nullable LegMeter facing;
    private @Nullable AudioCodec facingCodec;
    private boolean facingSends;
    private boolean playing;
    private @Nullable RtpSender sender;
    private @Nullable ReceiverStats received;
    private @Nullable Reports reports;
    private @Nullable AudioCodec codecIn;
    private AudioCodec codecOut;
    private long malformed;
    private long wrongSource;
    private @Nullable InetSocketAddress strayFrom;
    private long notAuthentic;
    private long replayed;
    private String protection = "";
    private long nextNanos;

    // What a second brought, for the watch.
    private long packetsBefore;
    private long audibleBefore;
    private long measuredBefore;
    private long speakingBefore;
    private boolean speaking;

    /// Written by the loop, read by anybody who looks.
    private volatile LegQuality latest;

    LegMeter(AudioCodec codecOut, long nowNanos) {
        this.codecOut = codecOut;
        this.watch = new OneWayWatch(nowNanos);
        this.nextNanos = nowNanos + INTERVAL_NANOS;
        this.latest = LegQuality.unmeasured(codecOut.encodingName());
    }

    /// The figures of the last full second. Any thread.
    LegQuality latest() {
        return latest;
    }

    /// What it measures, from when there is something to measure.
    void watch(RtpSender ourStream, ReceiverStats theirStream, Reports control) {
        sender = ourStream;
        received = theirStream;
        reports = control;
    }

    /// The leg whose peer hears this one's.
    void facing(LegMeter other) {
        facing = other;
        facingCodec = other.codecOut;
    }

    /// Whether the leg's peer hears a sound of ours in place of the facing leg.
    void playing(boolean instead) {
        playing = instead;
    }

    /// Sees what came from the leg, decoded.
    AudioHook heard() {
        return heard;
    }

    /// Where the leg's packets go from now on.
    void outlet(AudioPath path) {
        earlierPaths.startFrom(count());
        outlet = path;
        if (path.equals(AudioPath.NONE)) {
            facing = null;
        }
    }

    private PathFigures count() {
        figures.startFrom(earlierPaths);
        outlet.figures(figures);
        return figures;
    }

    /// A packet of audio came.
    void onAudio(AudioCodec codec) {
        codecIn = codec;
    }

    /// Whether the level that a sender declares of a packet is all that can be known of it.
    boolean wantsDeclared(AudioCodec codec) {
        return !heard.wants(codec);
    }

    /// A packet came whose sender says how loud it is, in -dBov (RFC 6464).
    void onDeclared(int minusDbov) {
        declared.addDeclared(minusDbov);
    }

    /// A packet came that could not be read.
    void onMalformed() {
        malformed++;
    }

    /// A packet came from somebody else.
    void onWrongSource(InetSocketAddress source) {
        wrongSource++;
        strayFrom = source;
    }

    /// An SRTP packet was dropped.
    void onRefused(SrtpResult why) {
        switch (why) {
            case OK -> throw new IllegalArgumentException("a good packet is not dropped");
            case AUTH_FAILED -> notAuthentic++;
            case REPLAYED -> replayed++;
            case MALFORMED, TOO_MANY_SOURCES -> malformed++;
        }
    }

    /// What both directions are protected with; empty: nothing.
    void protection(String suite) {
        protection = suite;
    }

    /// Publishes once a second; to be called more often.
    ///
    /// @param codecToPeer what we send
    /// @param receives whether the peer's audio is wanted
    /// @param sends whether the peer wants to hear us
    void onTick(AudioCodec codecToPeer, boolean receives, boolean sends, long nowNanos) {
        codecOut = codecToPeer;
        LegMeter other = facing;
        if (other != null) {
            other.facingCodec = codecToPeer;
            other.facingSends = sends && !playing;
        }
        if (nowNanos - nextNanos < 0) {
            return;
        }
        nextNanos += INTERVAL_NANOS;
        if (nowNanos - nextNanos >= 0) {
            nextNanos = nowNanos + INTERVAL_NANOS;
        }
        ReceiverStats in = received;
        Reports control = reports;
        if (in == null || control == null) {
            return;
        }
        boolean came = in.received() > packetsBefore;
        listen(in, receives, nowNanos);
        if (count().buffered && came) {
            buffer.note(figures.delayNanos);
        }
        network.note(in.expected(), in.lost());
        played.note(in.expected(), unplayed(in));
        latest =
                figures(
                        network.percent(),
                        played.percent(),
                        control.peerLossPercent(nowNanos),
                        buffered(figures.delayNanos),
                        nowNanos);
        tellPeer(control.extended(), latest);
    }

    private static void tellPeer(@Nullable ExtendedReports extended, LegQuality figures) {
        if (extended != null) {
            Opinion heard = figures.inbound().opinion();
            // R and MOS-CQ are of the delay, too (RFC 3611 §4.7.5): without it they are unknown.
            boolean delayKnown = figures.isDelayKnown();
            extended.ours()
                    .opinion(
                            figures.speech().levelDbov() - Level.DBM0_IN_DBOV,
                            delayKnown ? heard.rating() : Double.NaN,
                            heard.listeningMos(),
                            delayKnown ? heard.mos() : Double.NaN);
        }
    }

    private void listen(ReceiverStats in, boolean receives, long nowNanos) {
        long speakingFrames = decoded.speakingFrames() + declared.speakingFrames();
        long audibleFrames = decoded.audibleFrames() + declared.audibleFrames();
        long measuredFrames = decoded.frames() + declared.frames();
        boolean packets = in.received() > packetsBefore;
        // What passes unseen is taken for audio.
        boolean unseen = packets && measuredFrames == measuredBefore;
        speaking = speakingFrames > speakingBefore;
        LegMeter other = facing;
        watch.onSecond(
                other != null && receives && facingSends,
                packets,
                unseen || audibleFrames > audibleBefore,
                other != null && other.speaking,
                nowNanos);
        speakingBefore = speakingFrames;
        audibleBefore = audibleFrames;
        measuredBefore = measuredFrames;
        packetsBefore = in.received();
    }

    /// The figures of the call from its beginning on; its buffer's delay is the mean of seconds.
    LegQuality whole(long nowNanos) {
        ReceiverStats in = received;
        RtpSender out = sender;
        Reports control = reports;
        if (in == null || out == null || control == null) {
            return latest;
        }
        count();
        return figures(
                LossWindow.percent(in.expected(), in.lost()),
                LossWindow.percent(in.expected(), unplayed(in)),
                control.peerReports() > 0
                        ? LossWindow.percent(out.packets(), control.peerLost())
                        : Double.NaN,
                buffer.millis(),
                nowNanos);
    }

    /// Where a buffer waits for late packets it knows which it waited for in vain.
    private long unplayed(ReceiverStats in) {
        return figures.unplayedKnown ? figures.unplayed : in.lost() + figures.late;
    }

    private LegQuality figures(
            double lossPercent,
            double unplayedPercent,
            double peerLossPercent,
            double bufferMillis,
            long nowNanos) {
        RtpSender out = sender;
        ReceiverStats in = received;
        Reports control = reports;
        if (out == null || in == null || control == null) {
            return latest;
        }
        double roundTrip =
                control.roundTripNanos() < 0
                        ? Double.NaN
                        : control.roundTripNanos() / NANOS_PER_MILLI;
        double network = Double.isNaN(roundTrip) ? 0 : roundTrip / 2;
        double target = figures.buffered ? figures.targetNanos / NANOS_PER_MILLI : 0;
        AudioCodec codec = codecIn;
        return new LegQuality(
                codec == null ? "" : codec.encodingName(),
                codecOut.encodingName(),
                protection,
                new Inbound(
                        in.received(),
                        in.octets(),
                        in.lost(),
                        lossPercent,
                        unplayed(in),
                        unplayedPercent,
                        figures.late,
                        Math.round(figures.concealedMillis),
                        figures.fecRecovered,
                        in.duplicates(),
                        in.reordered(),
                        malformed,
                        wrongSource,
                        stray(),
                        notAuthentic,
                        replayed,
                        in.received() == 0 ? Double.NaN : in.jitterMillis(),
                        bufferMillis,
                        buffered(figures.targetNanos),
                        buffered(figures.lateness95Nanos),
                        codec == null
                                ? Opinion.UNKNOWN
                                : opinion(
                                        CodecImpairment.concealed(codec),
                                        unplayedPercent,
                                        network + PACKET_MILLIS + target)),
                new Outbound(
                        out.packets(),
                        out.octets(),
                        control.peerLost(),
                        peerLossPercent,
                        control.peerJitterMillis(),
                        opinion(
                                atPeer(control.extended()),
                                peerLossPercent,
                                network + PACKET_MILLIS + peerBufferMillis(control)),
                        peerOpinion(control.extended())),
                roundTrip,
                speech(),
                watch.state(),
                (nowNanos - watch.sinceNanos()) / 1_000_000);
    }

    /// What our codec takes at the peer, which may tell that it does not conceal.
    private CodecImpairment atPeer(@Nullable ExtendedReports said) {
        CodecImpairment concealed = CodecImpairment.concealed(codecOut);
        return said == null || !said.anyOfTheirs() || said.theirs().isConcealing()
                ? concealed
                : new CodecImpairment(concealed.ie(), CodecImpairment.G711_SILENT.bpl());
    }

    private static double peerBufferMillis(Reports control) {
        ExtendedReports said = control.extended();
        double told =
                said == null || !said.anyOfTheirs() ? Double.NaN : said.theirs().bufferMillis();
        return Double.isNaN(told) ? BUFFER_OF_JITTER * control.peerJitterMillis() : told;
    }

    private static Opinion peerOpinion(@Nullable ExtendedReports said) {
        return said == null || !said.anyOfTheirs()
                ? Opinion.UNKNOWN
                : new Opinion(
                        said.theirs().rating(), said.theirs().mos(), said.theirs().listeningMos());
    }

    /// In words, once a second at most.
    private String stray() {
        InetSocketAddress from = strayFrom;
        return from == null ? "" : from.getAddress().getHostAddress() + ":" + from.getPort();
    }

    private double buffered(long nanos) {
        return figures.buffered ? nanos / NANOS_PER_MILLI : Double.NaN;
    }

    /// Nobody has an opinion of packets that nobody counted.
    ///
    /// @param delayMillis as far as it is known
    private static Opinion opinion(CodecImpairment codec, double lossPercent, double delayMillis) {
        if (Double.isNaN(lossPercent)) {
            return Opinion.UNKNOWN;
        }
        double listening = EModel.mos(EModel.rating(0, codec, lossPercent, BY_CHANCE));
        double rating = EModel.rating(delayMillis, codec, lossPercent, BY_CHANCE);
        return new Opinion(rating, EModel.mos(rating), listening);
    }

    private Speech speech() {
        SpeechMeter meter = decoded.frames() >= declared.frames() ? decoded : declared;
        return meter.frames() == 0
                ? Speech.UNKNOWN
                : new Speech(meter.activeLevelDbov(), meter.clippedShare(), meter.silentShare());
    }

    /// Looks at what is decoded anyway or cheaply; Opus is relayed where both sides speak it, and
    /// stays encoded then.
    private final class Heard implements AudioHook {

        @Override
        public boolean wants(AudioCodec codec) {
            return codec != AudioCodec.OPUS
                    || (facingCodec != null && facingCodec != AudioCodec.OPUS);
        }

        @Override
        public void onAudio(short[] pcm, int offset, int samples, int sampleRateHz) {
            decoded.add(pcm, offset, samples, sampleRateHz);
        }
    }
}
