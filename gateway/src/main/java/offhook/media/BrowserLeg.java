package offhook.media;

import java.util.List;
import java.util.Optional;
import offhook.call.CodecPreference;
import offhook.call.EndCause;
import offhook.call.HoldSign;
import offhook.call.MediaSummary;
import offhook.codec.AudioCodec;
import offhook.fault.Verdict;
import offhook.ice.IceCredentials;
import offhook.net.PacketBuffer;
import offhook.rtp.ReceiverStats;
import offhook.rtp.RtpPacket;
import offhook.rtp.RtpSender;
import offhook.sdp.BrowserCapabilities;
import offhook.sdp.BrowserMedia;
import offhook.sdp.Direction;
import offhook.sdp.SdpException;
import offhook.sdp.SessionDescription;
import offhook.srtp.SrtpProfile;
import offhook.srtp.SrtpResult;
import offhook.telemetry.Counter;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The media of a browser leg: descriptions, RTP and RTCP over a [BrowserConnection] (RFC 8829). On
/// its call's loop only.
///
/// A page that was reloaded, or moved to another network in a way that its browser cannot follow,
/// brings another connection for the same leg. The one in use stays until the other one stands;
/// whoever the browser talks to notices nothing of the change.
final class BrowserLeg implements MediaLeg, Timed {

    private static final Logger LOG = LogManager.getLogger(BrowserLeg.class);
    private static final long UPKEEP_NANOS = 200_000_000L;

    /// Browsers send audio all the time, and checks of consent each few seconds when they do not
    /// (RFC 7675 §5.1). Longer than a network takes to route anew.
    private static final long AWAY_NANOS = 3_000_000_000L;

    private final LoopKit kit;
    private final BrowserProfile profile;
    private final LegEvents events;
    private final LegMeter meter;
    private final CodecChoice choice;

    /// What the browser will hear; null when that is not known.
    private final @Nullable MediaLeg facing;

    private final List<AudioCodec> answerOrder;
    private final RtpPacket packet = new RtpPacket();
    private final String cname;
    private final String msid;
    private final long sessionId;
    private final int ssrc;

    private final BrowserConnection.Leg received = new Received();
    private BrowserConnection connection;

    /// What is to take the place of [#connection] once it stands.
    private @Nullable BrowserConnection coming;

    private @Nullable Streams streams;
    private AudioCodec receiveCodec;

    /// Of the latest packet that was sent.
    private AudioCodec sentCodec;

    private int codecChanges;
    private long peerReports;
    private AudioPath outlet = AudioPath.NONE;
    private long nextUpkeepNanos;

    private final Absence absence;

    private boolean connected;
    private boolean closed;

    /// @param prefer what the audio toward the browser is for
    /// @param facing the leg that the browser will hear, where it is there already
    BrowserLeg(
            LoopKit kit,
            BrowserProfile profile,
            CodecPreference prefer,
            @Nullable MediaLeg facing,
            LegEvents events,
            LegMeter meter) {
        this.kit = kit;
        this.profile = profile;
        this.absence = new Absence(profile.grace());
        this.events = events;
        this.meter = meter;
        this.choice = new CodecChoice(prefer, profile.codecs());
        this.facing = facing;
        this.answerOrder = choice.answerOrder(farCodec());
        this.receiveCodec = answerOrder.getFirst();
        this.sentCodec = receiveCodec;
        this.cname = Long.toHexString(kit.random().nextLong());
        this.msid = "offhook " + events.leg().call() + "-" + events.leg().index();
        this.sessionId = kit.random().nextLong(1, Long.MAX_VALUE);
        this.ssrc = kit.random().nextInt();
        this.connection = new BrowserConnection(kit, profile, ssrc, events, received);
        this.nextUpkeepNanos = kit.loop().nowNanos() + UPKEEP_NANOS;
        kit.loop().schedule(this);
    }

    @Override
    public SessionDescription describe(Optional<SessionDescription> offer) throws SdpException {
        if (offer.isEmpty()) {
            if (agreed() != null) {
                throw new SdpException(Verdict.notAcceptable(), "later offers are the browser's");
            }
            return connection.offer(this::capabilities);
        }
        BrowserConnection described = connectionOf(offer.get());
        SessionDescription answer = described.describe(offer.get(), this::capabilities);
        if (described.equals(connection)) {
            use(connection);
        } else if (!described.equals(coming)) {
            forgetComing();
            coming = described;
        }
        absence.returning(kit.loop().nowNanos());
        return answer;
    }

    private BrowserConnection connectionOf(SessionDescription offer) {
        BrowserConnection next = coming;
        if (connection.isOf(offer)) {
            return connection;
        }
        return next != null && next.isOf(offer)
                ? next
                : new BrowserConnection(kit, profile, ssrc, events, received);
    }

    private void forgetComing() {
        BrowserConnection next = coming;
        if (next != null) {
            next.transport().close();
            coming = null;
        }
    }

    @Override
    public void accept(SessionDescription answer) throws SdpException {
        connection.accept(answer, this::capabilities);
        use(connection);
    }

    private BrowserCapabilities capabilities(IceCredentials ours) {
        String[] fingerprint = profile.identity().fingerprint().toString().split(" ", 2);
        return new BrowserCapabilities(
                answerOrder.stream().map(AudioCodec::encodingName).toList(),
                profile.opus().at(facing == null ? profile.opus().maxRateHz() : facing.worthHz()),
                true,
                Direction.SENDRECV,
                profile.advertised(),
                profile.port(),
                new offhook.sdp.IceCredentials(ours.ufrag(), ours.password()),
                new offhook.sdp.Fingerprint(fingerprint[0], fingerprint[1]),
                Integer.toUnsignedLong(ssrc),
                cname,
                msid,
                sessionId);
    }

    /// Sends and receives as was agreed with this connection from now on.
    private void use(BrowserConnection agreedWith) {
        connection = agreedWith;
        BrowserMedia media = agreed();
        if (media == null) {
            throw new IllegalStateException("nothing was agreed");
        }
        receiveCodec = PayloadTypes.codecOf(media.send());
        choice.agree(
                answerOrder.stream()
                        .filter(codec -> agreedWith.payloadTypes().payloadType(codec) >= 0)
                        .toList());
        Streams ours = streams;
        int digitsHz = agreedWith.eventsClockHz().orElse(receiveCodec.rtpClockHz());
        if (ours == null) {
            streams = new Streams(digitsHz);
        } else {
            ours.digits.clockRate(digitsHz);
        }
    }

    private @Nullable BrowserMedia agreed() {
        return connection.agreed();
    }

    @Override
    public boolean isClocked() {
        return false;
    }

    @Override
    public AudioCodec sendCodec() {
        return choice.codec(farCodec());
    }

    private AudioCodec farCodec() {
        return facing == null ? AudioCodec.OPUS : facing.receiveCodec();
    }

    @Override
    public AudioCodec receiveCodec() {
        return receiveCodec;
    }

    @Override
    public int worthHz() {
        return MediaClock.HZ;
    }

    @Override
    public int levelOf(RtpPacket received) {
        BrowserMedia media = agreed();
        return media == null || media.audioLevelId().isEmpty()
                ? 0
                : Math.max(0, received.audioLevel(media.audioLevelId().getAsInt()));
    }

    @Override
    public int expectedLossPercent() {
        Streams ours = streams;
        return ours == null ? 0 : ours.reports.expectedLossPercent();
    }

    @Override
    public boolean isSending() {
        BrowserMedia media = agreed();
        return media != null && media.direction().sends() && connection.transport().isUp();
    }

    @Override
    public void send(byte[] payload, int offset, int length, int clockTicks, boolean talkStart) {
        BrowserMedia media = agreed();
        Streams ours = streams;
        if (media == null || ours == null || !connection.transport().isUp()) {
            return;
        }
        AudioCodec codec = sendCodec();
        if (codec != sentCodec) {
            changeTo(codec, ours);
        }
        PacketBuffer out = kit.outbound();
        ours.sender.begin(
                out,
                connection.payloadTypes().payloadType(codec),
                talkStart,
                clockTicks,
                kit.loop().nowNanos());
        System.arraycopy(payload, offset, out.bytes(), out.end(), length);
        ours.sender.end(out, length);
        connection.transport().sendRtp(out);
    }

    private void changeTo(AudioCodec codec, Streams ours) {
        if (ours.sender.packets() > 0) {
            codecChanges++;
            LOG.info(
                    "codec to the browser changed leg={} from={} to={} lossy={} lossPercent={}",
                    events.leg(),
                    sentCodec.encodingName(),
                    codec.encodingName(),
                    choice.isLossy(),
                    ours.reports.peerFractionLost() * 100 / 256);
        }
        sentCodec = codec;
        ours.sender.clockRate(codec.rtpClockHz());
    }

    @Override
    public void sendDigit(char digit, int durationMillis, boolean signallingTakesIt) {
        // A browser has no use for events in its media: its page is told by signalling.
    }

    @Override
    public AudioHook heard() {
        return meter.heard();
    }

    @Override
    public void outlet(AudioPath path) {
        meter.outlet(path);
        outlet = path;
    }

    @Override
    public long dueNanos() {
        return nextUpkeepNanos;
    }

    @Override
    public void onDue(long nowNanos) {
        nextUpkeepNanos = nowNanos + UPKEEP_NANOS;
        connection.transport().upkeep(nowNanos);
        noteAway(nowNanos);
        if (closed) {
            return;
        }
        Streams ours = streams;
        BrowserMedia media = agreed();
        meter.onTick(
                sentCodec, media != null && media.direction().receives(), isSending(), nowNanos);
        if (ours != null) {
            ours.digits.onTick(nowNanos);
            if (connection.transport().isUp() && ours.reports.isDue(nowNanos)) {
                ours.reports.write(kit.outbound(), nowNanos);
                connection.transport().sendRtcp(kit.outbound());
            }
        }
    }

    /// Who talks to a browser that is gone hears music; it has the grace time to come back.
    private void noteAway(long nowNanos) {
        boolean away = connection.transport().isAway(AWAY_NANOS, nowNanos);
        if (absence.note(away, nowNanos)) {
            events.hold(new HoldSign.Away(away, connection.transport().heardNanos(nowNanos)));
        } else if (absence.isOver(nowNanos)) {
            received.onFailed(
                    connection,
                    EndCause.CONSENT_LOST,
                    "nothing was heard of the browser for too long");
        }
    }

    @Override
    public void onDefect(RuntimeException defect) {
        events.defect(defect);
        close();
    }

    @Override
    public MediaSummary summary() {
        return MediaSummary.of(meter.whole(kit.loop().nowNanos()), codecChanges);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        outlet = AudioPath.NONE;
        kit.loop().unschedule(this);
        Streams ours = streams;
        if (ours != null && connection.transport().isUp()) {
            ours.reports.writeBye(kit.outbound(), kit.loop().nowNanos());
            connection.transport().sendRtcp(kit.outbound());
        }
        connection.transport().close();
        forgetComing();
    }

    /// What is sent and received, from the first agreement on.
    private final class Streams {
        final RtpSender sender;
        final ReceiverStats received;
        final Reports reports;
        final DigitReports digits;

        Streams(int digitsHz) {
            int clockHz = receiveCodec.rtpClockHz();
            sender =
                    new RtpSender(
                            ssrc,
                            sentCodec.rtpClockHz(),
                            kit.random().nextInt(),
                            kit.random().nextInt());
            received = new ReceiverStats(clockHz);
            reports = new Reports(kit, cname, sender, received);
            reports.feedback();
            meter.watch(sender, received, reports);
            digits = new DigitReports(events, digitsHz);
        }
    }

    /// What connections hand up.
    private final class Received implements BrowserConnection.Leg {

        @Override
        public void onConnected(BrowserConnection by, SrtpProfile suite) {
            meter.protection(suite.name());
            if (by.equals(coming)) {
                coming = null;
                connection.transport().close();
                use(by);
                noteAway(kit.loop().nowNanos());
                connected = false;
            }
            if (!connected) {
                // Also when media moved: whoever pulled the call here waits for that.
                connected = true;
                events.connected();
            }
        }

        @Override
        public void onRefused(SrtpResult why) {
            meter.onRefused(why);
        }

        @Override
        public void onRtp(PacketBuffer datagram, long nowNanos) {
            Streams ours = streams;
            if (ours == null || packet.wrap(datagram) != RtpPacket.Validity.VALID) {
                kit.counters().increment(Counter.RTP_MALFORMED);
                meter.onMalformed();
                return;
            }
            PayloadTypes payloadTypes = connection.payloadTypes();
            int payloadType = packet.payloadType();
            AudioCodec codec = payloadTypes.codec(payloadType);
            if (codec != null) {
                ours.received.clockRate(codec.rtpClockHz());
                ours.received.onPacket(packet, nowNanos);
                measure(codec);
                outlet.onPacket(packet, codec, nowNanos);
            } else if (payloadTypes.isEvents(payloadType)) {
                ours.received.onPacket(packet, nowNanos);
                ours.digits.onPacket(packet, nowNanos);
                outlet.onOther(packet, nowNanos);
            }
        }

        private void measure(AudioCodec codec) {
            meter.onAudio(codec);
            BrowserMedia media = agreed();
            if (media != null && media.audioLevelId().isPresent() && meter.wantsDeclared(codec)) {
                int level = packet.audioLevel(media.audioLevelId().getAsInt());
                if (level >= 0) {
                    meter.onDeclared(level);
                }
            }
        }

        @Override
        public void onRtcp(PacketBuffer datagram, long nowNanos) {
            Streams ours = streams;
            if (ours == null || !ours.reports.read(datagram, nowNanos)) {
                kit.counters().increment(Counter.RTP_MALFORMED);
                return;
            }
            if (ours.reports.peerReports() != peerReports) {
                peerReports = ours.reports.peerReports();
                choice.onReport(ours.reports.peerFractionLost(), nowNanos);
            }
        }

        @Override
        public void onFailed(BrowserConnection which, String reason, String detail) {
            if (which.equals(coming)) {
                // The page sees it too, and tries again.
                forgetComing();
            } else if (coming == null) {
                events.failed(reason, detail);
                close();
            }
        }

        @Override
        public void onDefect(RuntimeException defect) {
            BrowserLeg.this.onDefect(defect);
        }
    }
}
