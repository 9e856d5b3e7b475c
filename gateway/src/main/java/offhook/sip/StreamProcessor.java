package offhook.sip;

import gov.nist.core.HostPort;
import gov.nist.javax.sip.stack.ConnectionOrientedMessageChannel;
import gov.nist.javax.sip.stack.ConnectionOrientedMessageProcessor;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.function.BiConsumer;
import offhook.runtime.Threads;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// TCP or TLS for JAIN-SIP (RFC 3261 §18, §26.2.1), instead of its own transports: that of TLS
/// counts a failed handshake as a connection for ever, and checks nobody's name; that of TCP may
/// close a connection that was just opened in place of one that broke. Neither says that a request
/// was lost with its connection.
///
/// A connection is found by the peer's address and port, whoever opened it, so what one side opened
/// serves both.
final class StreamProcessor extends ConnectionOrientedMessageProcessor {

    private static final Logger LOG = LogManager.getLogger(StreamProcessor.class);

    private final InetSocketAddress bind;
    private final Transport kind;
    private final StreamDoor gate;
    private final BiConsumer<SentRequest, IOException> lost;
    private volatile @Nullable GuardedServerSocket server;

    /// @param advertised by which address JAIN-SIP knows the listening point
    /// @param bind where it is
    /// @param lost is told of requests that went down with their connections
    StreamProcessor(
            SIPTransactionStack stack,
            InetAddress advertised,
            InetSocketAddress bind,
            Transport transport,
            StreamDoor gate,
            BiConsumer<SentRequest, IOException> lost) {
        super(advertised, bind.getPort(), transport.name().toLowerCase(Locale.ROOT), stack);
        this.bind = bind;
        this.kind = transport;
        this.gate = gate;
        this.lost = lost;
    }

    StreamDoor gate() {
        return gate;
    }

    /// TCP or TLS.
    Transport transport() {
        return kind;
    }

    /// A request went down with its connection, and with the one that it was sent by again.
    void lost(SentRequest request, IOException why) {
        try {
            lost.accept(request, why);
        } catch (RuntimeException defect) {
            // Others that went down with the same connection are told all the same.
            LOG.error("defect while a lost {} was told of", request.method(), defect);
        }
    }

    boolean isStopped() {
        return server == null;
    }

    @Override
    public void start() throws IOException {
        GuardedServerSocket listening =
                new GuardedServerSocket(getTransport(), bind, gate.door(), gate::admit);
        server = listening;
        Threads.virtual("sip-" + getTransport() + "-accept-" + getPort(), () -> accept(listening))
                .start();
    }

    private void accept(GuardedServerSocket listening) {
        try {
            while (true) {
                GuardedSocket socket = listening.accept();
                Threads.virtual("sip-" + getTransport() + "-handshake", () -> shakeHands(socket))
                        .start();
            }
        } catch (IOException e) {
            LOG.debug("no more connections port={}", getPort(), e);
        }
    }

    private void shakeHands(GuardedSocket socket) {
        try {
            gate.accept(socket);
            serve(new StreamChannel(this, socket));
        } catch (IOException e) {
            LOG.debug("no connection", e);
        } catch (RuntimeException defect) {
            LOG.error("defect while a connection was opened", defect);
            close(socket);
        }
    }

    private void close(GuardedSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("not closed port={}", getPort(), e);
        }
    }

    private void serve(StreamChannel channel) throws IOException {
        if (isStopped()) {
            channel.close(); // stopped meanwhile
            return;
        }
        messageChannels.put(channel.getKey(), channel);
        try {
            channel.read();
        } catch (IOException e) {
            channel.close();
            throw e;
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
        return channel(address, port);
    }

    /// The same, as what it is.
    StreamChannel channel(InetAddress address, int port) {
        String key = MessageChannel.getKey(address, port, kind.name());
        return (StreamChannel)
                messageChannels.compute(
                        key,
                        (_, known) ->
                                known instanceof StreamChannel open && open.isUsable()
                                        ? open
                                        : new StreamChannel(this, address, port));
    }

    /// The connection is over.
    void forget(ConnectionOrientedMessageChannel channel) {
        messageChannels.remove(channel.getKey(), channel);
    }

    @Override
    public int getDefaultTargetPort() {
        return Transport.defaultPort(getTransport());
    }

    @Override
    public boolean isSecure() {
        return kind == Transport.TLS;
    }
}
