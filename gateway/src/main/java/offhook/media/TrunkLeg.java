package offhook.media;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import offhook.call.HoldSign;
import offhook.call.MediaSummary;
import offhook.codec.AudioCodec;
import offhook.net.PacketBuffer;
import offhook.net.PortPair;
import offhook.net.UdpEndpoint;
import offhook.rtp.ExtendedReports;
import offhook.rtp.ReceiverStats;
import offhook.rtp.RtpPacket;
import offhook.rtp.RtpSender;
import offhook.rtp.SourceGate;
import offhook.sdp.Direction;
import offhook.sdp.OfferAnswer;
import offhook.sdp.SdpException;
import offhook.sdp.SessionDescription;
import offhook.sdp.TrunkAnswer;
import offhook.sdp.TrunkCapabilities;
import offhook.sdp.TrunkMedia;
import offhook.telemetry.Counter;
import org.jspecify.annotations.Nullable;

/// The media of a trunk leg: RTP and RTCP on a pair of ports of its own (RFC 3550), plain or
/// protected by SRTP. On its call's loop only.
final class TrunkLeg implements MediaLeg, Timed {

    private static final int PTIME_MILLIS = 20;

    /// Far from its wrap, so that a peer that misses our first packets counts the wraps as we do
    /// (RFC 4568 §6.4).
    private static final int FIRST_SEQUENCE_MASK = 0x7fff;

    private static final long UPKEEP_NANOS = 200_000_000L;

    /// A network that sends music to whom it holds begins at once.
    private static final long QUIET_NANOS = 1_000_000_000L;

    private static final long EVENT_NANOS = 20_000_000L;

    /// So long an event waits for audio whose place it takes.
    private static final long EVENT_WAIT_NANOS = 30_000_000L;

    private final LoopKit kit;
    private final TrunkProfile profile;
    private final InetAddress advertised;

    /// Our ends as the peer knows them.
    private final InetSocketAddress rtpHere;

    private final InetSocketAddress rtcpHere;
    private final LegEvents events;
    private final PortPair ports;
    private final SourceGate gate;
    private final TrunkProtection protection;
    private final RtpSender sender;
    private final ReceiverStats received;
    private final Reports reports;
    private final LegMeter meter;
    private final PacketCutter cutter = new PacketCutter(this::sendPacket);
    private final DigitReports digits;
    private final DigitsOut digitsOut;
    private final DigitsHeard digitsHeard;

    /// Measured as it came, before a digit is taken out.
    private final AudioHook heard;

    private final RtpPacket packet = new RtpPacket();
    private final long sessionId;
    private final List<SelectionKey> keys;

    private Optional<SessionDescription> local = Optional.empty();
    private @Nullable TrunkMedia agreed;
    private PayloadTypes payloadTypes = new PayloadTypes(Map.of(), OptionalInt.empty());
    private AudioCodec sendCodec;
    private AudioPath outlet = AudioPath.NONE;
    private long nextUpkeepNanos;

    /// When the latest packet of the peer came.
    private long heardNanos;

    private boolean quiet;

    /// When an event packet goes out by itself, if no audio comes whose place it takes.
    private long nextEventNanos;

    /// Of the time that the next frame brings, what events that took no frame's place have used.
    private int aheadTicks;

    /// Whether the peer may know our ports: descriptions go out when the call is answered, and legs
    /// are joined just before, or hear something of ours before.
    private boolean announced;

    private boolean closed;

    /// @param ports a pair of the loop's pool
    /// @param advertised the address that our descriptions name
    /// @param peer where its signalling comes from, if that is known
    TrunkLeg(
            LoopKit kit,
            TrunkProfile profile,
            PortPair ports,
            InetAddress advertised,
            Optional<InetAddress> peer,
            LegEvents events,
            LegMeter meter)
            throws IOException {
        this.kit = kit;
        this.profile = profile;
        this.ports = ports;
        this.advertised = advertised;
        this.rtpHere = new InetSocketAddress(advertised, ports.rtp().localAddress().getPort());
        this.rtcpHere = new InetSocketAddress(advertised, ports.rtcp().localAddress().getPort());
        this.events = events;
        this.sendCodec = profile.codecs().getFirst();
        this.gate = new SourceGate(profile.mode(), profile.learnable(), peer.or(profile::reached));
        this.sender =
                new RtpSender(
                        kit.random().nextInt(),
                        sendCodec.rtpClockHz(),
                        kit.random().nextInt() & FIRST_SEQUENCE_MASK,
                        kit.random().nextInt());
        this.protection =
                new TrunkProtection(profile.encryption(), sender.ssrc(), kit.counters(), meter);
        this.received = new ReceiverStats(sendCodec.rtpClockHz());
        this.reports =
                new Reports(kit, Long.toHexString(kit.random().nextLong()), sender, received);
        this.digits = new DigitReports(events, sendCodec.rtpClockHz());
        this.digitsOut = new DigitsOut(profile.dtmf(), sendCodec, events, kit.counters());
        this.digitsHeard = new DigitsHeard(profile.dtmf(), events);
        this.meter = meter;
        this.heard = meter.heard().and(digitsHeard);
        meter.watch(sender, received, reports);
        this.sessionId = kit.random().nextLong(1, Long.MAX_VALUE);
        this.heardNanos = kit.loop().nowNanos();
        this.nextUpkeepNanos = kit.loop().nowNanos() + UPKEEP_NANOS;
        this.keys =
                List.of(
                        kit.loop().watch(ports.rtp(), new Socket(ports.rtp(), this::onRtp)),
                        kit.loop().watch(ports.rtcp(), new Socket(ports.rtcp(), this::onRtcp)));
        kit.loop().schedule(this);
    }

    @Override
    public SessionDescription describe(Optional<SessionDescription> offer) throws SdpException {
        SessionDescription described;
        if (offer.isPresent()) {
            TrunkAnswer answer = OfferAnswer.answerTrunk(offer.get(), capabilities(), local);
            described = answer.local();
            apply(answer.media());
        } else {
            described = OfferAnswer.offerTrunk(capabilities(), local);
        }
        local = Optional.of(described);
        return described;
    }

    @Override
    public void accept(SessionDescription answer) throws SdpException {
        if (local.isPresent()) {
            apply(OfferAnswer.acceptTrunkAnswer(local.get(), answer, capabilities()));
        }
    }

    private TrunkCapabilities capabilities() {
        return new TrunkCapabilities(
                profile.codecs().stream().map(AudioCodec::encodingName).toList(),
                profile.opus(),
                profile.telephoneEvent(),
                Direction.SENDRECV,
                advertised,
                ports.rtp().localAddress().getPort(),
                ports.rtcp().localAddress().getPort(),
                PTIME_MILLIS,
                sessionId,
                protection.encryption());
    }

    private void apply(TrunkMedia media) {
        agreed = media;
        protection.agree(media.keys());
        payloadTypes = new PayloadTypes(media.receive(), media.receiveEvents(), media.noise());
        changeTo(PayloadTypes.codecOf(media.send()));
        cutter.packetMillis(media.remotePtimeMillis());
        digits.clockRate(media.eventsClockHz());
        if (reports.extended() == null && media.extendedReports().isAny()) {
            reports.extend(
                    new ExtendedReports(
                            media.extendedReports().voipMetrics(),
                            media.extendedReports().receiverRoundTrip()));
        }
        gate.expect(media.remoteRtp(), kit.loop().nowNanos());
        digitsHeard.agree(media.receiveEvents().isPresent(), sendCodec);
        digitsOut.agree(media.sendEvents(), media.eventsClockHz(), sendCodec);
    }

    /// Our stream goes on: the same source, numbers and time line, whatever the clock.
    private void changeTo(AudioCodec codec) {
        aheadTicks = 0;
        cutter.changeClock(sendCodec.rtpClockHz(), codec.rtpClockHz());
        sendCodec = codec;
        sender.clockRate(codec.rtpClockHz());
    }

    private void onRtp(PacketBuffer datagram, long nowNanos) {
        if (!open(datagram, false)) {
            return;
        }
        events.tape().rtp(false, datagram, rtpHere, datagram.source(), nowNanos);
        if (packet.wrap(datagram) != RtpPacket.Validity.VALID) {
            kit.counters().increment(Counter.RTP_MALFORMED);
            meter.onMalformed();
            return;
        }
        TrunkMedia media = agreed;
        int payloadType = packet.payloadType();
        if (media == null
                || judge(datagram.source(), payloadTypes.isAgreed(payloadType), nowNanos)
                        == SourceGate.Verdict.REFUSED) {
            kit.counters().increment(Counter.RTP_REFUSED_SOURCE);
            meter.onWrongSource(datagram.source());
            return;
        }
        AudioCodec codec = payloadTypes.codec(payloadType);
        if (codec != null) {
            received.clockRate(codec.rtpClockHz());
        }
        received.onPacket(packet, nowNanos);
        heardNanos = nowNanos;
        if (codec != null) {
            meter.onAudio(codec);
            if (media.direction().receives()) {
                outlet.onPacket(packet, codec, nowNanos);
            }
        } else if (payloadTypes.isEvents(payloadType)) {
            digits.onPacket(packet, nowNanos);
            outlet.onOther(packet, nowNanos);
        } else if (payloadTypes.isNoise(payloadType) && media.direction().receives()) {
            outlet.onComfortNoise(packet, nowNanos);
        }
    }

    /// Opens what is protected; in the clear all is as it came.
    ///
    /// @return false when it is dropped
    private boolean open(PacketBuffer datagram, boolean control) {
        if (protection.isOn()) {
            return control ? protection.openRtcp(datagram) : protection.openRtp(datagram);
        }
        if (agreed == null && protection.awaitsKey()) {
            protection.onEarly();
            return false;
        }
        return true;
    }

    private SourceGate.Verdict judge(
            InetSocketAddress source, boolean expectedPayloadType, long nowNanos) {
        return protection.isOn()
                ? gate.checkAuthentic(source)
                : gate.check(source, packet, expectedPayloadType, nowNanos);
    }

    private void onRtcp(PacketBuffer datagram, long nowNanos) {
        if (!open(datagram, true)) {
            return;
        }
        if (!protection.isOn() && !gate.acceptsRtcp(datagram.source())) {
            kit.counters().increment(Counter.RTP_REFUSED_SOURCE);
        } else if (!reports.read(datagram, nowNanos)) {
            kit.counters().increment(Counter.RTP_MALFORMED);
        } else {
            events.tape().rtcp(false, datagram, rtcpHere, datagram.source(), nowNanos);
        }
    }

    @Override
    public boolean isClocked() {
        return true;
    }

    @Override
    public AudioCodec sendCodec() {
        return sendCodec;
    }

    @Override
    public AudioCodec receiveCodec() {
        return sendCodec;
    }

    /// A re-INVITE may move the trunk to any of its codecs, and a browser is not asked again.
    @Override
    public int worthHz() {
        if (sendCodec == AudioCodec.OPUS) {
            return MediaClock.HZ;
        }
        return profile.isWideband() ? Transcoder.WIDEBAND_HZ : Transcoder.NARROWBAND_HZ;
    }

    @Override
    public int levelOf(RtpPacket received) {
        return 0;
    }

    @Override
    public int expectedLossPercent() {
        return reports.expectedLossPercent();
    }

    @Override
    public boolean isSending() {
        TrunkMedia media = agreed;
        return !closed
                && media != null
                && media.direction().sends()
                && gate.destination().isPresent();
    }

    @Override
    public void send(byte[] payload, int offset, int length, int clockTicks, boolean talkStart) {
        TrunkMedia media = agreed;
        if (closed || media == null || gate.destination().isEmpty()) {
            return;
        }
        PacketBuffer out = kit.outbound();
        long nowNanos = kit.loop().nowNanos();
        int ahead = Math.min(aheadTicks, clockTicks);
        aheadTicks -= ahead;
        int sinceSent = cutter.next(clockTicks - ahead);
        nextEventNanos = nowNanos + EVENT_WAIT_NANOS;
        if (digitsOut.step(out, sender, sinceSent, nowNanos)) {
            cutter.replaced();
            sendRtp(out);
        } else {
            cutter.add(sendCodec, payload, offset, length, talkStart);
        }
        nextEventNanos = nowNanos + EVENT_WAIT_NANOS;
    }

    private void sendPacket(
            byte[] payload, int offset, int length, int clockTicks, boolean talkStart) {
        TrunkMedia media = agreed;
        if (media == null || gate.destination().isEmpty()) {
            return;
        }
        announced = true;
        PacketBuffer out = kit.outbound();
        sender.begin(out, media.send().payloadType(), talkStart, clockTicks, kit.loop().nowNanos());
        System.arraycopy(payload, offset, out.bytes(), out.end(), length);
        sender.end(out, length);
        sendRtp(out);
    }

    private void sendRtp(PacketBuffer out) {
        Optional<InetSocketAddress> to = gate.destination();
        if (to.isPresent()) {
            events.tape().rtp(true, out, rtpHere, to.get(), kit.loop().nowNanos());
        }
        protection.sealRtp(out);
        if (to.isPresent()) {
            ports.rtp().send(out, to.get());
        }
    }

    /// Events take the place of audio. Where there is none, as in the pauses of Opus, they go out
    /// by themselves.
    private void sendEventOnTime(long nowNanos) {
        nextEventNanos = nowNanos + EVENT_NANOS;
        int ticks = sendCodec.rtpClockHz() / 1000 * PTIME_MILLIS;
        PacketBuffer out = kit.outbound();
        aheadTicks += ticks;
        if (digitsOut.step(out, sender, cutter.next(ticks), nowNanos)) {
            cutter.replaced();
            sendRtp(out);
        }
    }

    private long eventDueNanos() {
        return sendCodec == AudioCodec.OPUS && digitsOut.hasEvents() && isSending()
                ? nextEventNanos
                : Long.MAX_VALUE;
    }

    @Override
    public void sendDigit(char digit, int durationMillis, boolean signallingTakesIt) {
        digitsOut.send(digit, durationMillis, signallingTakesIt);
    }

    @Override
    public AudioHook heard() {
        return heard;
    }

    @Override
    public AudioHook outgoing() {
        return digitsOut.tones();
    }

    @Override
    public void outlet(AudioPath path) {
        meter.outlet(path);
        outlet = path;
        announced |= !path.equals(AudioPath.NONE);
        if (agreed != null && !path.equals(AudioPath.NONE)) {
            // The call is answered now, however long it rang: a source may be learned from here.
            gate.expect(agreed.remoteRtp(), kit.loop().nowNanos());
        }
    }

    @Override
    public long dueNanos() {
        long eventDueNanos = eventDueNanos();
        return eventDueNanos == Long.MAX_VALUE || eventDueNanos - nextUpkeepNanos > 0
                ? nextUpkeepNanos
                : eventDueNanos;
    }

    @Override
    public void onDue(long nowNanos) {
        long eventDueNanos = eventDueNanos();
        if (eventDueNanos != Long.MAX_VALUE && nowNanos - eventDueNanos >= 0) {
            sendEventOnTime(nowNanos);
        }
        if (nowNanos - nextUpkeepNanos < 0) {
            return;
        }
        nextUpkeepNanos = nowNanos + UPKEEP_NANOS;
        digits.onTick(nowNanos);
        digitsHeard.onTick();
        lookForMusic(nowNanos);
        TrunkMedia media = agreed;
        meter.onTick(
                sendCodec, media != null && media.direction().receives(), isSending(), nowNanos);
        if (reports.isDue(nowNanos)) {
            reports.write(kit.outbound(), nowNanos);
            sendReport();
        }
    }

    /// Who is held by the peer hears what it sends, or, where it sends nothing, music of ours.
    private void lookForMusic(long nowNanos) {
        TrunkMedia media = agreed;
        boolean isQuiet =
                media != null
                        && media.direction() == Direction.RECVONLY
                        && nowNanos - heardNanos >= QUIET_NANOS;
        if (isQuiet != quiet) {
            quiet = isQuiet;
            events.hold(new HoldSign.Quiet(isQuiet));
        }
    }

    private void sendReport() {
        TrunkMedia media = agreed;
        if (media != null) {
            PacketBuffer out = kit.outbound();
            Optional<InetSocketAddress> to = gate.controlDestination(media.remoteRtcp());
            to.ifPresent(
                    there -> events.tape().rtcp(true, out, rtcpHere, there, kit.loop().nowNanos()));
            protection.sealRtcp(out);
            to.ifPresent(there -> ports.rtcp().send(out, there));
        }
    }

    @Override
    public void onDefect(RuntimeException defect) {
        events.defect(defect);
        close();
    }

    @Override
    public MediaSummary summary() {
        return MediaSummary.of(meter.whole(kit.loop().nowNanos()), 0);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        long nowNanos = kit.loop().nowNanos();
        reports.writeBye(kit.outbound(), nowNanos);
        sendReport();
        outlet = AudioPath.NONE;
        kit.loop().unschedule(this);
        keys.forEach(SelectionKey::cancel);
        if (announced) {
            ports.release(nowNanos);
        } else {
            ports.giveBack();
        }
    }

    /// What is done with a datagram.
    @FunctionalInterface
    private interface OnDatagram {
        void handle(PacketBuffer datagram, long nowNanos);
    }

    /// One of the two sockets.
    private final class Socket implements Watched {
        private final UdpEndpoint endpoint;
        private final OnDatagram handler;

        Socket(UdpEndpoint endpoint, OnDatagram handler) {
            this.endpoint = endpoint;
            this.handler = handler;
        }

        @Override
        public void onReadable(long nowNanos) {
            PacketBuffer inbound = kit.inbound();
            if (endpoint.receive(inbound) >= 0) {
                inbound.arrivalNanos(nowNanos);
                handler.handle(inbound, nowNanos);
            }
        }

        @Override
        public void onDefect(RuntimeException defect) {
            TrunkLeg.this.onDefect(defect);
        }
    }
}
