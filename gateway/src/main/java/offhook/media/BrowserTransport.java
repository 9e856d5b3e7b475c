package offhook.media;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import offhook.call.TransportFact;
import offhook.dtls.Fingerprint;
import offhook.ice.IceCredentials;
import offhook.ice.IceLiteAgent;
import offhook.ice.IceResult;
import offhook.net.FirstByte;
import offhook.net.PacketBuffer;
import offhook.srtp.SrtpProfile;
import offhook.srtp.SrtpReceiver;
import offhook.srtp.SrtpResult;
import offhook.srtp.SrtpSender;
import offhook.telemetry.Counter;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The secured way to one browser: ICE-lite, DTLS and SRTP on one 5-tuple (RFC 7983). On its call's
/// loop only; the DTLS handshake runs elsewhere and reports by commands to the loop.
///
/// ```
/// datagram -> STUN: IceLiteAgent answers | DTLS: handshake | RTP, RTCP: opened, then the user
/// ```
///
/// Nothing but a connectivity check is looked at from an address that has not passed one.
final class BrowserTransport implements Guarded {

    private static final Logger LOG = LogManager.getLogger(BrowserTransport.class);

    /// A browser that closes its side says so by DTLS before its page says by signalling what it
    /// means: usually the end of the call.
    private static final long CLOSED_NANOS = 500_000_000L;

    private static final long FAREWELL_NANOS = 200_000_000L;

    /// So long after the answer keys must be there. A moment less than a call waits for media, so
    /// that what is said of it is what is known here: whether checks ever came.
    private static final long KEYS_NANOS = 11_500_000_000L;

    /// A browser checks as soon as it has our answer. Where its first check comes later than this,
    /// so did the answer: a phone that calls is sent it when somebody takes the call.
    private static final long AT_ONCE_NANOS = 2_000_000_000L;

    private final LoopKit kit;
    private final BrowserProfile profile;
    private final LegEvents events;
    private final User user;
    private final int ssrc;
    private final BrowserHandshake.Outcome shaken = new Shaken();
    private final List<BrowserSocket> sockets = new ArrayList<>();
    private final List<String> ufrags = new ArrayList<>();

    private IceCredentials credentials;
    private @Nullable Fingerprint expected;
    private @Nullable IceLiteAgent ice;
    private @Nullable BrowserSocket nominated;
    private @Nullable BrowserHandshake handshake;
    private @Nullable SrtpSender srtpSender;
    private @Nullable SrtpReceiver srtpReceiver;
    private long agreedNanos;
    private long keysDueNanos;
    private long peerClosedAtNanos = Long.MAX_VALUE;
    private boolean consented = true;
    private boolean failed;
    private boolean closed;

    /// Who sends and receives through it. Called on the loop.
    interface User extends Guarded {

        /// Keys are there: media can flow.
        ///
        /// @param suite what they are for
        void onConnected(SrtpProfile suite);

        /// A packet was dropped that is no authentic new one.
        void onRefused(SrtpResult why);

        /// An authentic RTP packet, in the clear.
        void onRtp(PacketBuffer packet, long nowNanos);

        /// An authentic RTCP packet, in the clear.
        void onRtcp(PacketBuffer packet, long nowNanos);

        /// The way cannot be made.
        ///
        /// @param reason a stable key
        /// @param detail a sentence for people
        void onFailed(String reason, String detail);
    }

    /// @param ssrc what its user sends with
    BrowserTransport(LoopKit kit, BrowserProfile profile, int ssrc, LegEvents events, User user) {
        this.kit = kit;
        this.profile = profile;
        this.events = events;
        this.ssrc = ssrc;
        this.user = user;
        this.credentials = IceCredentials.generate(kit.loop().index());
    }

    /// Our credentials, for our description.
    IceCredentials credentials() {
        return credentials;
    }

    /// New credentials, because the browser restarts ICE (RFC 8839 §4.4.1); in force with the next
    /// [#agree].
    void renewCredentials() {
        credentials = IceCredentials.generate(kit.loop().index());
    }

    /// The browser's description was answered: its checks are expected from now on.
    ///
    /// @param fingerprint what its certificate must hash to
    void agree(String remoteUfrag, Fingerprint fingerprint) {
        expected = fingerprint;
        boolean known = ufrags.contains(credentials.ufrag());
        IceLiteAgent agent = ice;
        if (agent == null) {
            agreedNanos = kit.loop().nowNanos();
            ice = new IceLiteAgent(credentials, remoteUfrag, agreedNanos);
        } else if (!known) {
            agent.restart(credentials, remoteUfrag);
            events.tape().note(new TransportFact.Restarted(), kit.loop().nowNanos());
        }
        if (!known) {
            ufrags.add(credentials.ufrag());
            kit.browserPort().add(credentials.ufrag(), this);
        }
    }

    /// Whether media can be sent: there are keys, and the browser is there and wants it.
    boolean isUp() {
        return nominated != null
                && srtpSender != null
                && consented
                && peerClosedAtNanos == Long.MAX_VALUE;
    }

    /// Protects and sends an RTP packet; nothing happens while [#isUp] is false.
    void sendRtp(PacketBuffer packet) {
        SrtpSender protection = srtpSender;
        BrowserSocket socket = nominated;
        if (protection != null && socket != null && isUp()) {
            events.tape().rtp(true, packet, socket.local(), socket.remote(), kit.loop().nowNanos());
            packet.length(protection.protectRtp(packet.bytes(), packet.offset(), packet.length()));
            socket.send(packet);
        }
    }

    /// Protects and sends an RTCP packet; nothing happens while [#isUp] is false.
    void sendRtcp(PacketBuffer packet) {
        SrtpSender protection = srtpSender;
        BrowserSocket socket = nominated;
        if (protection != null && socket != null && isUp()) {
            events.tape()
                    .rtcp(true, packet, socket.local(), socket.remote(), kit.loop().nowNanos());
            packet.length(protection.protectRtcp(packet.bytes(), packet.offset(), packet.length()));
            socket.send(packet);
        }
    }

    /// Whether the browser is gone: it closed its side, or nothing at all has come from it for so
    /// long, though media could flow. From a browser that lives something comes all the time:
    /// audio, reports, checks of consent.
    boolean isAway(long nanos, long nowNanos) {
        IceLiteAgent agent = ice;
        return agent != null
                && srtpSender != null
                && (nowNanos - agent.lastSignNanos() >= nanos
                        || (peerClosedAtNanos != Long.MAX_VALUE
                                && nowNanos - peerClosedAtNanos >= CLOSED_NANOS));
    }

    /// When anything came from the browser last; before anything could, now.
    long heardNanos(long nowNanos) {
        IceLiteAgent agent = ice;
        return agent == null ? nowNanos : agent.lastSignNanos();
    }

    /// Looks whether the browser still consents to what is sent (RFC 7675 §5.1), and whether keys
    /// are overdue. To be called a few times a second.
    void upkeep(long nowNanos) {
        IceLiteAgent agent = ice;
        consented = agent == null || !agent.isExpired(nowNanos);
        boolean overdue = !sockets.isEmpty() && nowNanos - keysDueNanos >= 0;
        if (overdue && srtpSender == null && !failed && !closed) {
            String why =
                    handshake == null
                            ? "the browser's connectivity checks came, but no DTLS packet of it"
                            : "the browser did not finish the DTLS handshake in time";
            events.tape().note(new TransportFact.HandshakeFailed(why), nowNanos);
            shaken.onHandshakeFailed(why);
        }
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
                BrowserSocket socket = socketOf(source, nowNanos);
                if (socket == null) {
                    return;
                }
                PacketBuffer out = kit.outbound().clear();
                out.append(agent.responseBytes(), 0, agent.responseLength());
                socket.send(out);
                if (result == IceResult.RESPOND_AND_NOMINATED) {
                    nominated = socket;
                    events.tape()
                            .note(
                                    new TransportFact.Nominated(socket.local(), socket.remote()),
                                    nowNanos);
                }
            }
        }
    }

    /// The socket of an address that passed a check; makes it if it is new. Null when the system
    /// has none left, and then the browser checks again.
    private @Nullable BrowserSocket socketOf(InetSocketAddress source, long nowNanos) {
        for (BrowserSocket socket : sockets) {
            if (socket.remote().equals(source)) {
                return socket;
            }
        }
        boolean first = sockets.isEmpty();
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
            if (first) {
                answered(nowNanos);
            }
            events.tape().note(new TransportFact.Checked(source), nowNanos);
            return socket;
        } catch (IOException e) {
            LOG.warn("no socket for a browser cause={}", e.getMessage());
            return null;
        }
    }

    /// The browser has our answer: it checks.
    private void answered(long nowNanos) {
        boolean atOnce = nowNanos - agreedNanos < AT_ONCE_NANOS;
        keysDueNanos = (atOnce ? agreedNanos : nowNanos) + KEYS_NANOS;
    }

    /// Whether the agent no longer knows a socket's address, so that the socket can go.
    private boolean isForgotten(BrowserSocket socket) {
        IceLiteAgent agent = ice;
        if (agent == null || socket == nominated || agent.isValidated(socket.remote())) {
            return false;
        }
        kit.browserPort().remove(socket.remote(), this);
        socket.close();
        return true;
    }

    private void onDtls(IceLiteAgent agent, PacketBuffer datagram) {
        if (!agent.isValidated(datagram.source())) {
            kit.counters().increment(Counter.DTLS_REFUSED);
            return;
        }
        BrowserHandshake running = handshake;
        if (running == null) {
            running = startHandshake();
            handshake = running;
        }
        if (!running.offer(datagram)) {
            kit.counters().increment(Counter.DTLS_REFUSED);
        }
    }

    private BrowserHandshake startHandshake() {
        Fingerprint fingerprint = expected;
        if (fingerprint == null) {
            throw new IllegalStateException("checks are answered before a fingerprint is agreed");
        }
        return new BrowserHandshake(kit, profile, fingerprint, ssrc, events, shaken);
    }

    private void onSrtp(IceLiteAgent agent, PacketBuffer datagram, long nowNanos) {
        SrtpReceiver receiver = srtpReceiver;
        if (receiver != null
                && opened(
                        receiver.unprotectRtp(
                                datagram.bytes(), datagram.offset(), datagram.length()))) {
            datagram.length(receiver.lastLength());
            agent.onAuthenticPacket(nowNanos);
            events.tape().rtp(false, datagram, here(), datagram.source(), nowNanos);
            user.onRtp(datagram, nowNanos);
        }
    }

    private void onSrtcp(IceLiteAgent agent, PacketBuffer datagram, long nowNanos) {
        SrtpReceiver receiver = srtpReceiver;
        if (receiver != null
                && opened(
                        receiver.unprotectRtcp(
                                datagram.bytes(), datagram.offset(), datagram.length()))) {
            datagram.length(receiver.lastLength());
            agent.onAuthenticPacket(nowNanos);
            events.tape().rtcp(false, datagram, here(), datagram.source(), nowNanos);
            user.onRtcp(datagram, nowNanos);
        }
    }

    private InetSocketAddress here() {
        BrowserSocket socket = nominated;
        return socket == null ? kit.browserPort().localAddress() : socket.local();
    }

    private boolean opened(SrtpResult result) {
        if (result != SrtpResult.OK) {
            user.onRefused(result);
        }
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
    public void onDefect(RuntimeException defect) {
        user.onDefect(defect);
    }

    /// Says good-bye by DTLS and forgets the browser; its sockets stay a moment for that last word.
    /// Idempotent.
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        ufrags.forEach(kit.browserPort()::remove);
        if (handshake != null) {
            handshake.close();
        }
        kit.loop().schedule(new Farewell(kit.loop().nowNanos() + FAREWELL_NANOS));
    }

    /// What the handshake comes to.
    private final class Shaken implements BrowserHandshake.Outcome {

        @Override
        public void send(byte[] datagram) {
            // Before a pair is nominated the handshake answers on the one that it came from.
            BrowserSocket socket =
                    nominated != null || sockets.isEmpty() ? nominated : sockets.getLast();
            if (socket != null && consented) {
                socket.send(kit.outbound().clear().append(datagram, 0, datagram.length));
            }
        }

        @Override
        public void onProtection(SrtpSender sender, SrtpReceiver receiver, SrtpProfile suite) {
            if (!closed) {
                srtpSender = sender;
                srtpReceiver = receiver;
                user.onConnected(suite);
            }
        }

        @Override
        public void onHandshakeFailed(String why) {
            if (!closed && !failed) {
                failed = true;
                kit.counters().increment(Counter.DTLS_FAILED);
                user.onFailed("dtls-failed", why);
            }
        }

        @Override
        public void onHandshakeClosed() {
            peerClosedAtNanos = kit.loop().nowNanos();
        }
    }

    /// Closes the sockets when the last word is out.
    private final class Farewell implements Timed {
        private final long atNanos;

        Farewell(long atNanos) {
            this.atNanos = atNanos;
        }

        @Override
        public long dueNanos() {
            return atNanos;
        }

        @Override
        public void onDue(long nowNanos) {
            kit.loop().unschedule(this);
            sockets.forEach(socket -> {
                kit.browserPort().remove(socket.remote(), BrowserTransport.this);
                socket.close();
            });
            sockets.clear();
        }

        @Override
        public void onDefect(RuntimeException defect) {
            LOG.error("a browser's sockets could not be closed", defect);
        }
    }
}
