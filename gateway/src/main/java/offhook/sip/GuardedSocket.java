package offhook.sip;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import jdk.net.ExtendedSocketOptions;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// A TCP connection whose reader gets only messages that the [FrontDoor] lets pass, and whose
/// writers never wait for the peer. Dead peers are found by TCP's own keep-alive after about 90 s.
///
/// With TLS in between, what is read and written here is what the peer meant:
///
/// ```text
/// TCP -> TLS -> MessageStream -> JAIN-SIP
/// TCP <- TLS <- PatientWriter <- JAIN-SIP
/// ```
final class GuardedSocket extends Socket {

    private static final Logger LOG = LogManager.getLogger(GuardedSocket.class);

    /// How long the end of a TLS connection may take.
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final FrontDoor door;
    private final boolean accepted;
    private final AtomicReference<Runnable> onClose = new AtomicReference<>(() -> {});

    /// Both written once by the thread that connects, before JAIN-SIP gets the socket.
    private volatile @Nullable MessageStream in;

    private volatile @Nullable PatientWriter out;

    private volatile @Nullable SSLSocket secured;

    /// Set while the handshake goes on, and ever after.
    private volatile @Nullable TlsHandshake handshake;

    private final AtomicBoolean parting = new AtomicBoolean();

    private final UnansweredRequests unanswered = new UnansweredRequests(NanoClock.system());

    /// @param accepted whether the peer connected to us
    GuardedSocket(FrontDoor door, boolean accepted) {
        this.door = door;
        this.accepted = accepted;
    }

    /// Prepares the socket for [#open] or [#secure] once it is connected.
    ///
    /// @param whenClosed run once, also when preparing fails and the socket is closed for it
    void opened(Runnable whenClosed) throws IOException {
        onClose.set(whenClosed);
        setTcpNoDelay(true);
        setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 60);
            setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 10);
            setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        }
    }

    /// Lets messages pass without TLS.
    void open() throws IOException {
        guard(super.getInputStream(), super.getOutputStream(), Transport.TCP);
    }

    /// What else is to be done when the socket is closed, before what was named first.
    ///
    /// @throws SocketException when it is closed already
    void alsoWhenClosed(Runnable first) throws SocketException {
        Runnable before = onClose.get();
        Runnable both =
                () -> {
                    first.run();
                    before.run();
                };
        if (isClosed() || !onClose.compareAndSet(before, both)) {
            first.run();
            throw new SocketException("closed meanwhile");
        }
    }

    /// What is to be done when the socket is closed changes; what was to be done is done at once.
    void placedAnew(Runnable whenClosed) throws SocketException {
        Runnable before = onClose.get();
        if (isClosed() || !onClose.compareAndSet(before, whenClosed)) {
            whenClosed.run();
            throw new SocketException("closed meanwhile");
        }
        before.run();
    }

    /// Shakes hands on the calling thread, for 5 s at most.
    ///
    /// @param terms says what is wanted of the peer, before the first byte
    /// @return what was agreed on
    SSLSession secure(SSLContext context, String host, Consumer<SSLSocket> terms, NanoClock clock)
            throws IOException {
        TlsHandshake shaking = new TlsHandshake(this, super.getInputStream(), clock);
        handshake = shaking;
        SSLSocket tls =
                (SSLSocket) context.getSocketFactory().createSocket(this, host, getPort(), true);
        tls.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        terms.accept(tls);
        try {
            tls.startHandshake();
        } catch (IOException e) {
            throw shaking.isLate() ? new IOException("no TLS handshake within 5 s", e) : e;
        }
        shaking.over();
        // Without a new session there is no renegotiation: it would cost us more than the peer.
        tls.setEnableSessionCreation(false);
        secured = tls;
        return tls.getSession();
    }

    /// Lets messages pass, once [#secure] has shown whose they are.
    void trusted() throws IOException {
        SSLSocket tls = connected(secured);
        guard(tls.getInputStream(), tls.getOutputStream(), Transport.TLS);
    }

    private void guard(InputStream from, OutputStream to, Transport transport) {
        InetSocketAddress here = new InetSocketAddress(getLocalAddress(), getLocalPort());
        InetSocketAddress there = new InetSocketAddress(getInetAddress(), getPort());
        PatientWriter output =
                new PatientWriter(
                        this,
                        to,
                        bytes ->
                                door.recording().sent(transport, here, there, bytes, bytes.length));
        out = output;
        output.start();
        in =
                new MessageStream(
                        this,
                        from,
                        output,
                        door,
                        unanswered,
                        transport,
                        accepted,
                        transport == Transport.TLS
                                ? MessageStream.MAX_REST
                                : door.restOf(getInetAddress()));
    }

    @Override
    public InputStream getInputStream() throws IOException {
        TlsHandshake shaking = handshake;
        return shaking != null && in == null ? shaking : connected(in);
    }

    /// The one stream that all writers share, because they lock it.
    @Override
    public OutputStream getOutputStream() throws IOException {
        return handshake != null && out == null ? super.getOutputStream() : connected(out);
    }

    private static <T> T connected(@Nullable T stream) throws SocketException {
        if (stream == null) {
            throw new SocketException("not connected");
        }
        return stream;
    }

    /// What went out by it and waits for a word of the peer.
    UnansweredRequests unanswered() {
        return unanswered;
    }

    /// Whether it is closed, or about to be once the peer was told.
    boolean isParting() {
        return parting.get() || isClosed();
    }

    /// Closes without waiting. A peer of TLS is told that the end is meant (RFC 8446 §6.1), as long
    /// as it listens.
    @Override
    public void close() throws IOException {
        boolean first = parting.compareAndSet(false, true);
        onClose.getAndSet(() -> {}).run();
        PatientWriter output = out;
        if (first && handshake != null && output != null) {
            super.shutdownInput();
            Threads.virtual("sip-tls-parting", () -> part(output)).start();
            return;
        }
        super.close();
        if (output != null) {
            output.close();
        }
    }

    private void part(PatientWriter output) {
        output.finish(LAST_WORDS);
        try {
            super.close();
        } catch (IOException e) {
            LOG.debug("not closed", e);
        }
    }
}
