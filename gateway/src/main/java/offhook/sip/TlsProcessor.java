package offhook.sip;

import gov.nist.core.HostPort;
import gov.nist.javax.sip.stack.ConnectionOrientedMessageChannel;
import gov.nist.javax.sip.stack.ConnectionOrientedMessageProcessor;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import offhook.runtime.Threads;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The TLS transport of JAIN-SIP (RFC 3261 §26.2.1), instead of its own: that one counts a failed
/// handshake as a connection for ever, and checks nobody's name.
///
/// A connection is found by the peer's address and port, whoever opened it, so what one side opened
/// serves both.
final class TlsProcessor extends ConnectionOrientedMessageProcessor {

    private static final Logger LOG = LogManager.getLogger(TlsProcessor.class);

    private final InetSocketAddress bind;
    private final TlsDoor gate;
    private volatile @Nullable GuardedServerSocket server;

    /// @param advertised by which address JAIN-SIP knows the listening point
    /// @param bind where it is
    TlsProcessor(
            SIPTransactionStack stack,
            InetAddress advertised,
            InetSocketAddress bind,
            TlsDoor gate) {
        super(advertised, bind.getPort(), "tls", stack);
        this.bind = bind;
        this.gate = gate;
    }

    TlsDoor gate() {
        return gate;
    }

    @Override
    public void start() throws IOException {
        GuardedServerSocket listening =
                new GuardedServerSocket(bind, gate.door(), gate::admit, GuardedSocket::opened);
        server = listening;
        Threads.virtual("sip-tls-accept-" + getPort(), () -> accept(listening)).start();
    }

    private void accept(GuardedServerSocket listening) {
        try {
            while (true) {
                GuardedSocket socket = listening.accept();
                Threads.virtual("sip-tls-handshake", () -> shakeHands(socket)).start();
            }
        } catch (IOException e) {
            LOG.debug("no more connections port={}", getPort(), e);
        }
    }

    private void shakeHands(GuardedSocket socket) {
        try {
            gate.accept(socket);
            TlsChannel channel = new TlsChannel(this, socket);
            if (server == null) {
                channel.close(); // stopped meanwhile
                return;
            }
            messageChannels.put(channel.getKey(), channel);
            channel.read();
        } catch (IOException e) {
            LOG.debug("no connection", e);
        }
    }

    /// Closes what listens and all connections.
    @Override
    public void stop() {
        GuardedServerSocket listening = server;
        server = null;
        try {
            if (listening != null) {
                listening.close();
            }
        } catch (IOException e) {
            LOG.debug("not closed port={}", getPort(), e);
        }
        messageChannels.values().forEach(MessageChannel::close);
    }

    @Override
    public MessageChannel createMessageChannel(HostPort target) throws IOException {
        return createMessageChannel(target.getInetAddress(), target.getPort());
    }

    /// The open connection to a peer, or one that is opened with the first message.
    @Override
    public MessageChannel createMessageChannel(InetAddress address, int port) {
        String key = MessageChannel.getKey(address, port, "TLS");
        return messageChannels.compute(
                key,
                (_, known) ->
                        known instanceof TlsChannel open && open.isUsable()
                                ? open
                                : new TlsChannel(this, address, port));
    }

    /// The connection is over.
    void forget(ConnectionOrientedMessageChannel channel) {
        messageChannels.remove(channel.getKey(), channel);
    }

    @Override
    public int getDefaultTargetPort() {
        return Transport.defaultPort("tls");
    }

    @Override
    public boolean isSecure() {
        return true;
    }
}
