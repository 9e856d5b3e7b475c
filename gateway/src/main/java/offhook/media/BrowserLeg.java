package offhook.media;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import offhook.call.CodecPreference;
import offhook.call.HoldSign;
import offhook.call.MediaSummary;
import offhook.codec.AudioCodec;
import offhook.dtls.Fingerprint;
import offhook.fault.Verdict;
import offhook.ice.IceCredentials;
import offhook.net.PacketBuffer;
import offhook.rtp.ReceiverStats;
import offhook.rtp.RtpPacket;
import offhook.rtp.RtpSender;
import offhook.sdp.BrowserAnswer;
import offhook.sdp.BrowserCapabilities;
import offhook.sdp.BrowserMedia;
import offhook.sdp.Direction;
import offhook.sdp.OfferAnswer;
import offhook.sdp.RtpFormat;
import offhook.sdp.SdpException;
import offhook.sdp.SessionDescription;
import offhook.srtp.SrtpProfile;
import offhook.srtp.SrtpResult;
import offhook.telemetry.Counter;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The media of a browser leg: descriptions, RTP and RTCP over a [BrowserTransport] (RFC 8829). On
/// its call's loop only.
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
    private final BrowserTransport transport;
    private final RtpPacket packet = new RtpPacket();
    private final String cname;
    private final String msid;
    private final long sessionId;
    private final int ssrc;

    private Optional<SessionDescription> local = Optional.empty();
    private @Nullable BrowserMedia agreed;
    private @Nullable Streams streams;
    private PayloadTypes payloadTypes = new PayloadTypes(Map.of(), OptionalInt.empty());
    private AudioCodec receiveCodec;

    /// Of the latest packet that was sent.
    private AudioCodec sentCodec;

    private int codecChanges;
    private long peerReports;
    private AudioPath outlet = AudioPath.NONE;
    private long nextUpkeepNanos;
    private boolean away;
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
        this.transport = new BrowserTransport(kit, profile, ssrc, new Received());
        this.nextUpkeepNanos = kit.loop().nowNanos() + UPKEEP_NANOS;
        kit.loop().schedule(this);
    }

    @Override
    public SessionDescription describe(Optional<SessionDescription> offer) throws SdpException {
        if (offer.isEmpty()) {
            throw new SdpException(Verdict.notAcceptable(), "browsers offer, the gateway answers");
        }
        BrowserAnswer answer = OfferAnswer.answerBrowser(offer.get(), capabilities(), local);
        BrowserMedia before = agreed;
        if (before != null && !before.remoteIce().equals(answer.media().remoteIce())) {
            // New credentials of the browser mean that it restarts ICE (RFC 8839 §4.4.1).
            transport.renewCredentials();
            answer = OfferAnswer.answerBrowser(offer.get(), capabilities(), local);
        }
        apply(answer.media());
        local = Optional.of(answer.local());
        return answer.local();
    }

    @Override
    public void accept(SessionDescription answer) {
        // Never offered: see describe.
    }

    private BrowserCapabilities capabilities() {
        IceCredentials ours = transport.credentials();
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

    private void apply(BrowserMedia media) {
        agreed = media;
        OptionalInt eventsType =
                media.events()
                        .map(format -> OptionalInt.of(format.payloadType()))
                        .orElse(OptionalInt.empty());
        payloadTypes = new PayloadTypes(media.receive(), eventsType);
        receiveCodec = PayloadTypes.codecOf(media.send());
        choice.agree(
                answerOrder.stream()
                        .filter(codec -> payloadTypes.payloadType(codec) >= 0)
                        .toList());
        if (streams == null) {
            streams = new Streams(media);
        }
        transport.agree(media.remoteIce().ufrag(), fingerprintOf(media));
    }

    private static Fingerprint fingerprintOf(BrowserMedia media) {
        return Fingerprint.parse(
                        media.remoteFingerprint().hash() + " " + media.remoteFingerprint().value())
                .orElseThrow(() -> new IllegalStateException("agreed on a bad fingerprint"));
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
        BrowserMedia media = agreed;
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
        BrowserMedia media = agreed;
        return media != null && media.direction().sends() && transport.isUp();
    }

    @Override
    public void send(byte[] payload, int offset, int length, int clockTicks, boolean talkStart) {
        BrowserMedia media = agreed;
        Streams ours = streams;
        if (media == null || ours == null || !transport.isUp()) {
            return;
        }
        AudioCodec codec = sendCodec();
        if (codec != sentCodec) {
            changeTo(codec, ours);
        }
        PacketBuffer out = kit.outbound();
        ours.sender.begin(
                out, payloadTypes.payloadType(codec), talkStart, clockTicks, kit.loop().nowNanos());
        System.arraycopy(payload, offset, out.bytes(), out.end(), length);
        ours.sender.end(out, length);
        transport.sendRtp(out);
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
        transport.upkeep(nowNanos);
        boolean isAway = transport.isAway(AWAY_NANOS, nowNanos);
        if (isAway != away && !closed) {
            away = isAway;
            events.hold(new HoldSign.Away(isAway));
        }
        Streams ours = streams;
        BrowserMedia media = agreed;
        meter.onTick(
                sentCodec, media != null && media.direction().receives(), isSending(), nowNanos);
        if (ours != null && !closed) {
            ours.digits.onTick(nowNanos);
            if (transport.isUp() && ours.reports.isDue(nowNanos)) {
                ours.reports.write(kit.outbound(), nowNanos);
                transport.sendRtcp(kit.outbound());
            }
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
        if (ours != null && transport.isUp()) {
            ours.reports.writeBye(kit.outbound(), kit.loop().nowNanos());
            transport.sendRtcp(kit.outbound());
        }
        transport.close();
    }

    /// What is sent and received, from the first agreement on.
    private final class Streams {
        final RtpSender sender;
        final ReceiverStats received;
        final Reports reports;
        final DigitReports digits;

        Streams(BrowserMedia media) {
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
            digits =
                    new DigitReports(
                            events, media.events().map(RtpFormat::clockRateHz).orElse(clockHz));
        }
    }

    /// What the transport hands up.
    private final class Received implements BrowserTransport.User {

        @Override
        public void onConnected(SrtpProfile suite) {
            meter.protection(suite.name());
            events.connected();
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
            BrowserMedia media = agreed;
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
        public void onFailed(String reason, String detail) {
            events.failed(reason, detail);
            close();
        }

        @Override
        public void onDefect(RuntimeException defect) {
            BrowserLeg.this.onDefect(defect);
        }
    }
}
