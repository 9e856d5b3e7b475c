package offhook.media;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.codec.AudioCodec;
import offhook.dtls.DtlsEvents;
import offhook.dtls.DtlsFailure;
import offhook.dtls.DtlsHandshake;
import offhook.dtls.DtlsRole;
import offhook.dtls.Fingerprint;
import offhook.fault.Verdict;
import offhook.ice.IceCredentials;
import offhook.ice.IceLiteAgent;
import offhook.ice.IceResult;
import offhook.net.FirstByte;
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
import offhook.srtp.SrtpKeys;
import offhook.srtp.SrtpReceiver;
import offhook.srtp.SrtpResult;
import offhook.srtp.SrtpSender;
import offhook.telemetry.Counter;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The media of a browser leg: ICE-lite, DTLS, SRTP, RTCP, all on one 5-tuple (RFC 8829, RFC 7983).
/// On its call's loop only; the DTLS handshake runs elsewhere and reports by commands to the loop.
///
/// Nothing but a connectivity check is looked at from an address that has not passed one.
final class BrowserLeg implements MediaLeg, Timed {

    private static final Logger LOG = LogManager.getLogger(BrowserLeg.class);
    private static final long UPKEEP_NANOS = 200_000_000L;

    /// A browser that closes its side says so by DTLS before its page says so by signalling; the
    /// better reason is waited for.
    private static final long CLOSED_GRACE_NANOS = 2_000_000_000L;

    private final LegId id;
    private final LoopKit kit;
    private final BrowserProfile profile;
    private final CallInbox call;
    private final RtpPacket packet = new RtpPacket();
    private final List<BrowserSocket> sockets = new ArrayList<>();
    private final List<String> ufrags = new ArrayList<>();
    private final String cname;
    private final String msid;
    private final long sessionId;
    private final int ssrc;

    private Optional<SessionDescription> local = Optional.empty();
    private @Nullable BrowserMedia agreed;
    private IceCredentials credentials;
    private @Nullable IceLiteAgent ice;
    private @Nullable BrowserSocket nominated;
    private @Nullable DtlsHandshake handshake;
    private @Nullable SrtpSender srtpSender;
    private @Nullable SrtpReceiver srtpReceiver;
    private PayloadTypes payloadTypes = new PayloadTypes(Map.of(), OptionalInt.empty());
    private AudioCodec sendCodec = AudioCodec.OPUS;
    private @Nullable RtpSender sender;
    private ReceiverStats received = new ReceiverStats(AudioCodec.OPUS.rtpClockHz());
    private @Nullable Reports reports;
    private @Nullable DigitReports digits;
    private AudioPath outlet = AudioPath.NONE;
    private long nextUpkeepNanos;
    private long peerClosedAtNanos = Long.MAX_VALUE;
    private boolean closed;

    BrowserLeg(LegId id, LoopKit kit, BrowserProfile profile, CallInbox call) {
        this.id = id;
        this.kit = kit;
        this.profile = profile;
        this.call = call;
        this.cname = Long.toHexString(kit.random().nextLong());
        this.msid = "offhook " + id.call() + "-" + id.index();
        this.sessionId = kit.random().nextLong(1, Long.MAX_VALUE);
        this.ssrc = kit.random().nextInt();
        this.credentials = IceCredentials.generate(kit.loop().index());
        this.nextUpkeepNanos = kit.loop().nowNanos() + UPKEEP_NANOS;
        kit.loop().schedule(this);
    }

    @Override
    public SessionDescription describe(Optional<SessionDescription> offer) throws SdpException {
        if (offer.isEmpty()) {
            throw new SdpException(Verdict.notAcceptable(), "browsers offer, the gateway answers");
        }
        BrowserAnswer answer =
                OfferAnswer.answerBrowser(offer.get(), capabilities(credentials), local);
        BrowserMedia before = agreed;
        if (before != null && !before.remoteIce().equals(answer.media().remoteIce())) {
            // New credentials of the browser mean that it restarts ICE (RFC 8839 §4.4.1).
            credentials = IceCredentials.generate(kit.loop().index());
            answer = OfferAnswer.answerBrowser(offer.get(), capabilities(credentials), local);
        }
        apply(answer.media());
        local = Optional.of(answer.local());
        return answer.local();
    }

    @Override
    public void accept(SessionDescription answer) {
        // Never offered: see describe.
    }

    private BrowserCapabilities capabilities(IceCredentials ours) {
        return new BrowserCapabilities(
                profile.codecs().stream().map(AudioCodec::encodingName).toList(),
                profile.opus(),
                true,
                Direction.SENDRECV,
                profile.advertised(),
                profile.port(),
                new offhook.sdp.IceCredentials(ours.ufrag(), ours.password()),
                sdpFingerprint(profile.identity().fingerprint()),
                Integer.toUnsignedLong(ssrc),
                cname,
                msid,
                sessionId);
    }

    private static offhook.sdp.Fingerprint sdpFingerprint(Fingerprint fingerprint) {
        String[] parts = fingerprint.toString().split(" ", 2);
        return new offhook.sdp.Fingerprint(parts[0], parts[1]);
    }

    private void apply(BrowserMedia media) {
        long nowNanos = kit.loop().nowNanos();
        agreed = media;
        payloadTypes =
                new PayloadTypes(
                        media.receive(),
                        media.events()
                                .map(events -> OptionalInt.of(events.payloadType()))
                                .orElse(OptionalInt.empty()));
        sendCodec = codecOf(media.send());
        if (sender == null) {
            sender =
                    new RtpSender(
                            ssrc,
                            sendCodec.rtpClockHz(),
                            kit.random().nextInt(),
                            kit.random().nextInt());
            received = new ReceiverStats(sendCodec.rtpClockHz());
            reports = new Reports(kit, cname, sender, received);
            int eventClockHz =
                    media.events().map(RtpFormat::clockRateHz).orElse(sendCodec.rtpClockHz());
            digits = new DigitReports(id, call, eventClockHz);
        }
        if (ice == null) {
            ice = new IceLiteAgent(credentials, media.remoteIce().ufrag(), nowNanos);
        } else if (!ufrags.contains(credentials.ufrag())) {
            ice.restart(credentials, media.remoteIce().ufrag());
        }
        if (!ufrags.contains(credentials.ufrag())) {
            ufrags.add(credentials.ufrag());
            kit.browserPort().add(credentials.ufrag(), this);
        }
    }

    private static AudioCodec codecOf(RtpFormat format) {
        return AudioCodec.ofEncodingName(format.encodingName())
                .orElseThrow(() -> new IllegalStateException("agreed on " + format.encodingName()));
    }

    /// Takes a datagram that is the browser's, or claims to be.
    void onDatagram(FirstByte kind, PacketBuffer datagram, long nowNanos) {
        IceLiteAgent agent = ice;
        if (closed || agent == null) {
            return;
        }
        switch (kind) {
            case STUN -> onStun(agent, datagram, nowNanos);
            case DTLS -> onDtls(agent, datagram);
            case RTP -> onSrtp(agent, datagram, nowNanos);
            case RTCP -> onSrtcp(agent, datagram, nowNanos);
            case TURN, ZRTP, UNKNOWN -> kit.counters().increment(Counter.MEDIA_UNKNOWN);
        }
    }

    private void onStun(IceLiteAgent agent, PacketBuffer datagram, long nowNanos) {
        InetSocketAddress source = datagram.source();
        IceResult result =
                agent.onStun(
                        datagram.bytes(), datagram.offset(), datagram.length(), source, nowNanos);
        switch (result) {
            case REFUSED -> kit.counters().increment(Counter.STUN_REFUSED);
            case IGNORED -> {
                // Harmless, and asks for nothing.
            }
            case RESPOND, RESPOND_AND_NOMINATED -> {
                BrowserSocket socket = socketOf(source);
                if (socket == null) {
                    return;
                }
                PacketBuffer out = kit.outbound().clear();
                out.append(agent.responseBytes(), 0, agent.responseLength());
                socket.send(out);
                if (result == IceResult.RESPOND_AND_NOMINATED) {
                    nominated = socket;
                }
            }
        }
    }

    /// The socket of an address that passed a check; makes it if it is new. Null when the system
    /// has none left, and then the browser checks again.
    private @Nullable BrowserSocket socketOf(InetSocketAddress source) {
        for (BrowserSocket socket : sockets) {
            if (socket.remote().equals(source)) {
                return socket;
            }
        }
        sockets.removeIf(this::isForgotten);
        try {
            BrowserSocket socket =
                    new BrowserSocket(
                            this,
                            source,
                            kit.browserPort().connected(source),
                            kit.inbound(),
                            kit.loop());
            sockets.add(socket);
            kit.browserPort().add(source, this);
            return socket;
        } catch (IOException e) {
            LOG.warn("no socket for a browser leg={} cause={}", id, e.getMessage());
            return null;
        }
    }

    /// Whether the agent no longer knows a socket's address, so that the socket can go.
    private boolean isForgotten(BrowserSocket socket) {
        IceLiteAgent agent = ice;
        if (agent == null || socket == nominated || agent.isValidated(socket.remote())) {
            return false;
        }
        kit.browserPort().remove(socket.remote());
        socket.close();
        return true;
    }

    private void onDtls(IceLiteAgent agent, PacketBuffer datagram) {
        BrowserMedia media = agreed;
        if (media == null || !agent.isValidated(datagram.source())) {
            kit.counters().increment(Counter.DTLS_REFUSED);
            return;
        }
        DtlsHandshake running = handshake;
        if (running == null) {
            running = startHandshake(media);
            handshake = running;
        }
        if (!running.offer(datagram.bytes(), datagram.offset(), datagram.length())) {
            kit.counters().increment(Counter.DTLS_REFUSED);
        }
    }

    private DtlsHandshake startHandshake(BrowserMedia media) {
        Fingerprint expected =
                Fingerprint.parse(
                                media.remoteFingerprint().hash()
                                        + " "
                                        + media.remoteFingerprint().value())
                        .orElseThrow(
                                () -> new IllegalStateException("agreed on a bad fingerprint"));
        MediaLoop loop = kit.loop();
        return DtlsHandshake.start(
                DtlsRole.SERVER,
                profile.identity(),
                expected,
                datagram -> loop.offer(() -> sendDtls(datagram)),
                new DtlsEvents() {
                    @Override
                    public void onKeys(SrtpKeys keys, DtlsRole role) {
                        loop.offer(() -> keysArrived(keys, role));
                    }

                    @Override
                    public void onFailed(DtlsFailure failure) {
                        loop.offer(() -> handshakeFailed(failure));
                    }

                    @Override
                    public void onClosed() {
                        loop.offer(() -> peerClosedAtNanos = loop.nowNanos());
                    }
                },
                profile.handshakeThreads());
    }

    private void sendDtls(byte[] datagram) {
        // Before a pair is nominated the handshake answers on the one that it came from.
        BrowserSocket socket =
                nominated != null || sockets.isEmpty() ? nominated : sockets.getLast();
        if (!closed && socket != null) {
            socket.send(kit.outbound().clear().append(datagram, 0, datagram.length));
        }
    }

    private void keysArrived(SrtpKeys keys, DtlsRole role) {
        if (closed) {
            return;
        }
        boolean server = role == DtlsRole.SERVER;
        srtpSender = new SrtpSender(server ? keys.server() : keys.client(), ssrc);
        srtpReceiver = new SrtpReceiver(server ? keys.client() : keys.server());
        LOG.debug("browser media connected leg={} profile={}", id, keys.profile());
        call.offer(new CallInput.MediaConnected(id));
    }

    private void handshakeFailed(DtlsFailure failure) {
        if (closed) {
            return;
        }
        kit.counters().increment(Counter.DTLS_FAILED);
        fail("dtls-failed", "DTLS with the browser failed: " + failure.detail());
    }

    private void fail(String reason, String detail) {
        call.offer(new CallInput.MediaFailed(id, EndCause.gateway(reason, 480, 41, detail)));
        close();
    }

    private void onSrtp(IceLiteAgent agent, PacketBuffer datagram, long nowNanos) {
        SrtpReceiver receiver = srtpReceiver;
        if (receiver == null
                || !opened(
                        receiver.unprotectRtp(
                                datagram.bytes(), datagram.offset(), datagram.length()))) {
            return;
        }
        datagram.length(receiver.lastLength());
        agent.onAuthenticPacket(nowNanos);
        if (packet.wrap(datagram) != RtpPacket.Validity.VALID) {
            kit.counters().increment(Counter.RTP_MALFORMED);
            return;
        }
        int payloadType = packet.payloadType();
        AudioCodec codec = payloadTypes.codec(payloadType);
        if (codec != null) {
            received.onPacket(packet, nowNanos);
            outlet.onPacket(packet, codec, nowNanos);
        } else if (payloadTypes.isEvents(payloadType) && digits != null) {
            received.onPacket(packet, nowNanos);
            digits.onPacket(packet, nowNanos);
        }
    }

    private void onSrtcp(IceLiteAgent agent, PacketBuffer datagram, long nowNanos) {
        SrtpReceiver receiver = srtpReceiver;
        Reports ours = reports;
        if (receiver == null
                || ours == null
                || !opened(
                        receiver.unprotectRtcp(
                                datagram.bytes(), datagram.offset(), datagram.length()))) {
            return;
        }
        datagram.length(receiver.lastLength());
        agent.onAuthenticPacket(nowNanos);
        if (!ours.read(datagram, nowNanos)) {
            kit.counters().increment(Counter.RTP_MALFORMED);
        }
    }

    private boolean opened(SrtpResult result) {
        switch (result) {
            case OK -> {
                return true;
            }
            case AUTH_FAILED -> kit.counters().increment(Counter.SRTP_AUTH_FAILED);
            case REPLAYED -> kit.counters().increment(Counter.SRTP_REPLAYED);
            case MALFORMED, TOO_MANY_SOURCES -> kit.counters().increment(Counter.RTP_MALFORMED);
        }
        return false;
    }

    @Override
    public boolean isClocked() {
        return false;
    }

    @Override
    public AudioCodec sendCodec() {
        return sendCodec;
    }

    @Override
    public AudioCodec receiveCodec() {
        return sendCodec;
    }

    @Override
    public int levelOf(RtpPacket received) {
        BrowserMedia media = agreed;
        return media == null || media.audioLevelId().isEmpty()
                ? 0
                : Math.max(0, received.audioLevel(media.audioLevelId().getAsInt()));
    }

    @Override
    public boolean isSending() {
        BrowserMedia media = agreed;
        return media != null
                && media.direction().sends()
                && nominated != null
                && srtpSender != null;
    }

    @Override
    public void send(byte[] payload, int offset, int length, int clockTicks, boolean talkStart) {
        BrowserMedia media = agreed;
        RtpSender stream = sender;
        SrtpSender protection = srtpSender;
        BrowserSocket socket = nominated;
        if (media == null || stream == null || protection == null || socket == null) {
            return;
        }
        PacketBuffer out = kit.outbound();
        stream.begin(out, media.send().payloadType(), talkStart, clockTicks, kit.loop().nowNanos());
        System.arraycopy(payload, offset, out.bytes(), out.end(), length);
        stream.end(out, length);
        out.length(protection.protectRtp(out.bytes(), out.offset(), out.length()));
        socket.send(out);
    }

    @Override
    public void sendDigit(char digit, int durationMillis) {
        // A browser has no use for events in its media: its page is told by signalling.
    }

    @Override
    public void outlet(AudioPath path) {
        outlet = path;
    }

    @Override
    public long dueNanos() {
        return nextUpkeepNanos;
    }

    @Override
    public void onDue(long nowNanos) {
        nextUpkeepNanos = nowNanos + UPKEEP_NANOS;
        IceLiteAgent agent = ice;
        if (agent == null) {
            return;
        }
        if (srtpSender != null && agent.isExpired(nowNanos)) {
            fail("consent-lost", "nothing was heard of the agent's browser for 30 s");
            return;
        }
        if (peerClosedAtNanos != Long.MAX_VALUE
                && nowNanos - peerClosedAtNanos >= CLOSED_GRACE_NANOS) {
            fail("browser-closed", "the agent's browser closed its media");
            return;
        }
        if (digits != null) {
            digits.onTick(nowNanos);
        }
        Reports ours = reports;
        if (ours != null && ours.isDue(nowNanos)) {
            ours.write(kit.outbound(), nowNanos);
            sendReport();
        }
    }

    private void sendReport() {
        SrtpSender protection = srtpSender;
        BrowserSocket socket = nominated;
        if (protection != null && socket != null) {
            PacketBuffer out = kit.outbound();
            out.length(protection.protectRtcp(out.bytes(), out.offset(), out.length()));
            socket.send(out);
        }
    }

    @Override
    public void onDefect(RuntimeException defect) {
        LOG.error("media of leg {} ended by a defect of the gateway", id, defect);
        call.offer(
                new CallInput.MediaFailed(
                        id, EndCause.gateway("internal-error", 500, 41, "internal error")));
        close();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        outlet = AudioPath.NONE;
        kit.loop().unschedule(this);
        Reports ours = reports;
        if (ours != null && srtpSender != null) {
            ours.writeBye(kit.outbound(), kit.loop().nowNanos());
            sendReport();
        }
        if (handshake != null) {
            handshake.close();
        }
        ufrags.forEach(kit.browserPort()::remove);
        sockets.forEach(socket -> {
            kit.browserPort().remove(socket.remote());
            socket.close();
        });
        LOG.debug(
                "browser media closed leg={} codec={} sent={} received={} lost={} jitterMillis={}",
                id,
                sendCodec,
                sender == null ? 0 : sender.packets(),
                received.received(),
                received.lost(),
                received.jitterMillis());
    }
}
