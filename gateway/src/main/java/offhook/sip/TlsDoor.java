package offhook.sip;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import offhook.telemetry.LogBudget;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Lets TLS connections in and out, and finds out whose they are (RFC 5922 §7). Any thread; a
/// handshake goes on the thread that asks for it.
///
/// Addresses are looked at before the first byte is. Only where a trunk is known by its certificate
/// alone, strangers may begin a handshake: few of them at one time, and few a second from each
/// address.
final class TlsDoor implements StreamDoor {

    private static final Logger LOG = LogManager.getLogger(TlsDoor.class);

    /// Handshakes that strangers may have going on at one time; 8 of them from one address.
    static final int MAX_STRANGERS = 32;

    /// Handshakes a second that a stranger's address may begin; twice that in a burst.
    static final int STRANGERS_PER_SECOND = 5;

    private final TlsIdentity identity;
    private final SipTrunks trunks;
    private final FrontDoor door;
    private final Counters counters;
    private final NanoClock clock;
    private final ConnectionCount inbound = new ConnectionCount(MAX_CONNECTIONS);
    private final ConnectionCount outbound = new ConnectionCount(MAX_CONNECTIONS);
    private final ConnectionCount strangers = new ConnectionCount(MAX_STRANGERS);

    /// Apart from that of the trunks, which forgets what it knows when it meets too many.
    private final SourceLimiter strangersLimiter;

    private final LogBudget failures;

    TlsDoor(
            TlsIdentity identity,
            SipTrunks trunks,
            FrontDoor door,
            Counters counters,
            NanoClock clock) {
        this.identity = identity;
        this.trunks = trunks;
        this.door = door;
        this.counters = counters;
        this.clock = clock;
        this.strangersLimiter = new SourceLimiter(clock, STRANGERS_PER_SECOND);
        this.failures = new LogBudget(clock.nanoTime());
    }

    @Override
    public FrontDoor door() {
        return door;
    }

    boolean isOpen(InetAddress address, int port) {
        return trunks.secured().isOpen(address, port);
    }

    @Override
    public Optional<Runnable> admit(InetAddress source) {
        Optional<TrunkConfig> owner = trunks.owner(source);
        if (owner.isPresent()) {
            String name = owner.get().name();
            return inbound.take(name)
                    ? Optional.of(() -> inbound.giveBack(name))
                    : Optional.empty();
        }
        if (trunks.knownByCertificate().isEmpty() || strangersLimiter.isNoisy(source)) {
            counters.increment(Counter.SIP_DROPPED_STRANGER);
            return Optional.empty();
        }
        String address = source.getHostAddress();
        if (!strangersLimiter.admitOpening(source) || !strangers.take(address)) {
            counters.increment(Counter.SIP_DROPPED_RATE);
            return Optional.empty();
        }
        return Optional.of(() -> strangers.giveBack(address));
    }

    /// Shakes hands first.
    @Override
    public void accept(GuardedSocket socket) throws IOException {
        InetAddress source = socket.getInetAddress();
        try {
            TrunkConfig trunk = identify(socket, source);
            enter(socket, trunk, mayCall(trunk, source, true));
        } catch (IOException e) {
            counters.increment(Counter.SIP_TLS_FAILED);
            if (trunks.owner(source).isEmpty()) {
                strangersLimiter.countMalformed(source);
            }
            failures.spend(clock.nanoTime())
                    .ifPresent(left ->
                            LOG.warn(
                                    "no tls with source={} because=\"{}\" left-out={}",
                                    source.getHostAddress(),
                                    reason(e),
                                    left));
            socket.close();
            throw e;
        }
    }

    private TrunkConfig identify(GuardedSocket socket, InetAddress source) throws IOException {
        Optional<TrunkConfig> owner = trunks.owner(source);
        List<TrunkConfig> byCertificate = trunks.knownByCertificate();
        boolean needed = owner.filter(SipTrunks::isKnownByAddress).isEmpty();
        List<TrunkConfig> candidates =
                owner.filter(trunk -> !SipTrunks.isKnownByAddress(trunk)).isPresent()
                        ? List.of(owner.get())
                        : byCertificate;
        SSLSession session =
                socket.secure(
                        identity.from(candidates, needed),
                        source.getHostAddress(),
                        tls -> ask(tls, needed, !candidates.isEmpty()),
                        clock);
        X509Certificate[] chain = chain(session);
        if (chain.length > 0) {
            for (TrunkConfig trunk : candidates) {
                if (identity.isClient(trunk, chain)) {
                    if (owner.isEmpty()) {
                        leaveStrangers(socket, trunk);
                    }
                    return trunk;
                }
            }
        }
        return owner.filter(_ -> !needed)
                .orElseThrow(() -> new IOException("the certificate is that of no trunk"));
    }

    private static void ask(SSLSocket tls, boolean needed, boolean wanted) {
        tls.setUseClientMode(false);
        if (needed) {
            tls.setNeedClientAuth(true);
        } else {
            tls.setWantClientAuth(wanted);
        }
    }

    private static X509Certificate[] chain(SSLSession session) {
        try {
            return (X509Certificate[]) session.getPeerCertificates();
        } catch (SSLPeerUnverifiedException _) {
            return new X509Certificate[0];
        }
    }

    /// A stranger that turned out to be a trunk is counted as that.
    private void leaveStrangers(GuardedSocket socket, TrunkConfig trunk) throws IOException {
        if (!inbound.take(trunk.name())) {
            throw new IOException("too many connections of trunk " + trunk.name());
        }
        socket.placedAnew(() -> inbound.giveBack(trunk.name()));
    }

    /// Shakes hands too.
    @Override
    public GuardedSocket connect(InetAddress address, int port) throws IOException {
        TlsAim aim =
                trunks.secured()
                        .aimAt(address, port)
                        .or(() -> trunks.owner(address).map(trunk -> aimOf(trunk, address)))
                        .orElseThrow(() -> new ConnectException("the address is of no trunk"));
        String name = aim.trunk().name();
        if (!outbound.take(name)) {
            throw new ConnectException("too many connections to the trunk");
        }
        GuardedSocket socket = new GuardedSocket(door, false);
        boolean placed = false;
        try {
            socket.connect(new InetSocketAddress(address, port), CONNECT_TIMEOUT_MILLIS);
            placed = true;
            socket.opened(() -> outbound.giveBack(name));
            SSLSession session =
                    socket.secure(
                            identity.toward(aim),
                            aim.host(),
                            tls -> tls.setUseClientMode(true),
                            clock);
            boolean shown =
                    SipTrunks.isKnownByAddress(aim.trunk())
                            || identity.isClient(aim.trunk(), chain(session));
            enter(socket, aim.trunk(), mayCall(aim.trunk(), address, shown));
            return socket;
        } catch (IOException e) {
            counters.increment(Counter.SIP_TLS_FAILED);
            socket.close();
            if (!placed) {
                outbound.giveBack(name);
            }
            throw new IOException(
                    "TLS to " + address.getHostAddress() + ":" + port + ": " + reason(e), e);
        }
    }

    /// Never: a peer without a connection may have no certificate for one of ours.
    @Override
    public boolean answersElsewhere() {
        return false;
    }

    /// Whom to expect at an address of a trunk that only a message named.
    private static TlsAim aimOf(TrunkConfig trunk, InetAddress address) {
        String host =
                trunk.uri().map(uri -> TrunkUri.parse(uri).host()).orElse(address.getHostAddress());
        return new TlsAim(trunk, host);
    }

    /// All that identifies a trunk has to be there.
    private boolean mayCall(TrunkConfig trunk, InetAddress address, boolean certificateShown) {
        boolean byCertificate = !SipTrunks.isKnownByAddress(trunk);
        boolean byAddress = !trunk.addresses().isEmpty();
        boolean addressFits =
                trunks.holder(address)
                        .filter(holder -> holder.name().equals(trunk.name()))
                        .isPresent();
        return (byCertificate || byAddress)
                && (!byCertificate || certificateShown)
                && (!byAddress || addressFits);
    }

    private void enter(GuardedSocket socket, TrunkConfig trunk, boolean mayCall)
            throws IOException {
        InetAddress address = socket.getInetAddress();
        int port = socket.getPort();
        trunks.secured().opened(address, port, trunk, mayCall);
        socket.alsoWhenClosed(() -> trunks.secured().closed(address, port));
        socket.trusted();
        counters.increment(Counter.SIP_TLS_HANDSHAKES);
        LOG.info(
                "tls trunk={} peer={}:{} may-call={}",
                trunk.name(),
                address.getHostAddress(),
                port,
                mayCall);
    }

    private static String reason(IOException e) {
        return LogText.of(String.valueOf(e.getMessage()));
    }
}
