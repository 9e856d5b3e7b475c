package offhook.sip;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.stack.ConnectionOrientedMessageChannel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketException;
import java.text.ParseException;
import java.util.concurrent.locks.ReentrantLock;
import offhook.runtime.Threads;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// One TLS connection as JAIN-SIP sees it. What JAIN-SIP writes comes from any thread; one virtual
/// thread reads. A channel lives once: when its connection is over, the next message gets another.
final class TlsChannel extends ConnectionOrientedMessageChannel {

    private static final Logger LOG = LogManager.getLogger(TlsChannel.class);

    private final TlsProcessor processor;

    /// Guards connecting: all that is sent meanwhile waits for the same connection.
    private final ReentrantLock connecting = new ReentrantLock();

    /// Absent until we have connected.
    private volatile @Nullable GuardedSocket socket;

    private volatile boolean over;

    /// Why we did not get a connection.
    private volatile @Nullable IOException failure;

    /// A channel to a peer, which nobody has connected to yet.
    TlsChannel(TlsProcessor processor, InetAddress address, int port) {
        super(processor.getSIPStack());
        this.processor = processor;
        this.messageProcessor = processor;
        this.peerAddress = address;
        this.peerPort = port;
        this.peerProtocol = "TLS";
        this.myAddress = processor.getIpAddress().getHostAddress();
        this.myPort = processor.getPort();
        this.key = getKey(address, port, "TLS");
        this.isCached = true; // or JAIN-SIP would keep it in its own tables too
    }

    /// A channel of a peer that connected and is known.
    TlsChannel(TlsProcessor processor, GuardedSocket accepted) {
        this(processor, accepted.getInetAddress(), accepted.getPort());
        this.socket = accepted;
    }

    /// Whether messages can be sent, connecting first if need be.
    boolean isUsable() {
        GuardedSocket open = socket;
        return !over && (open == null || !open.isParting());
    }

    /// Begins to read.
    void read() throws IOException {
        GuardedSocket open = socket;
        if (open == null) {
            throw new SocketException("not connected");
        }
        mySock = open;
        myClientInputStream = open.getInputStream();
        Threads.virtual("sip-tls-reader", this).start();
    }

    @Override
    public void run() {
        try {
            super.run();
        } finally {
            close();
        }
    }

    /// A request that meets a connection which is just over goes by another.
    @Override
    protected void sendMessage(byte[] message, boolean request) throws IOException {
        boolean fresh = socket == null;
        try {
            write(message);
        } catch (IOException e) {
            close();
            if (!request
                    || fresh
                    || !(processor.createMessageChannel(peerAddress, peerPort)
                            instanceof TlsChannel next)) {
                throw e;
            }
            next.write(message);
        }
    }

    /// A connection leads to one peer only, so what JAIN-SIP says of where to is known.
    @Override
    protected void sendMessage(byte[] message, InetAddress to, int port, boolean request)
            throws IOException {
        sendMessage(message, request);
    }

    private void write(byte[] message) throws IOException {
        OutputStream out = connected().getOutputStream();
        // Answers of the front door come between whole messages only; nobody waits under it.
        synchronized (out) {
            out.write(message);
        }
    }

    private GuardedSocket connected() throws IOException {
        GuardedSocket open = socket;
        if (open != null) {
            return open;
        }
        connecting.lock();
        try {
            open = socket;
            if (open == null) {
                open = connect();
            }
            return open;
        } finally {
            connecting.unlock();
        }
    }

    private GuardedSocket connect() throws IOException {
        IOException before = failure;
        if (before != null) {
            throw new IOException(before.getMessage(), before); // for all who waited
        }
        if (over) {
            throw new SocketException("the connection is closed");
        }
        try {
            GuardedSocket open = processor.gate().connect(peerAddress, peerPort);
            socket = open;
            read();
            return open;
        } catch (IOException e) {
            failure = e;
            close();
            throw e;
        }
    }

    @Override
    protected void close(boolean removeSocket, boolean stopKeepAliveTask) {
        over = true;
        isRunning = false;
        processor.forget(this);
        try {
            GuardedSocket open = socket;
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            LOG.debug("not closed peer={}", key, e);
        }
    }

    @Override
    public String getTransport() {
        return "TLS";
    }

    @Override
    public boolean isSecure() {
        return true;
    }

    /// Never answers: the front door has answered what can be.
    @Override
    @SuppressWarnings("rawtypes") // as JAIN-SIP declares it
    public void handleException(
            ParseException defect,
            SIPMessage message,
            Class headerClass,
            String header,
            String messageText)
            throws ParseException {
        throw defect;
    }
}
