package offhook.sip;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.stack.ConnectionOrientedMessageChannel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketException;
import java.text.ParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import offhook.runtime.Threads;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// One connection as JAIN-SIP sees it. What JAIN-SIP writes comes from any thread; one virtual
/// thread reads. A channel lives once: when its connection is over, the next message gets another,
/// and so does, once, each request of which the peer has said nothing: whoever has it already takes
/// the second for a repetition, because the branch is the same (RFC 3261 §17.2.3).
final class StreamChannel extends ConnectionOrientedMessageChannel {

    private static final Logger LOG = LogManager.getLogger(StreamChannel.class);

    private final StreamProcessor processor;

    /// Guards connecting: all that is sent meanwhile waits for the same connection.
    private final ReentrantLock connecting = new ReentrantLock();

    /// Absent until we have connected.
    private volatile @Nullable GuardedSocket socket;

    private volatile boolean over;

    /// Why we did not get a connection.
    private volatile @Nullable IOException failure;

    /// A channel to a peer, which nobody has connected to yet.
    StreamChannel(StreamProcessor processor, InetAddress address, int port) {
        super(processor.getSIPStack());
        this.processor = processor;
        this.messageProcessor = processor;
        this.peerAddress = address;
        this.peerPort = port;
        this.peerProtocol = processor.transport().name();
        this.myAddress = processor.getIpAddress().getHostAddress();
        this.myPort = processor.getPort();
        this.key = getKey(address, port, processor.transport().name());
        this.isCached = true; // or JAIN-SIP would keep it in its own tables too
    }

    /// A channel of a peer that connected and is known.
    StreamChannel(StreamProcessor processor, GuardedSocket accepted) {
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
        GuardedSocket open = open();
        mySock = open;
        myClientInputStream = open.getInputStream();
        Threads.virtual("sip-" + processor.getTransport() + "-reader", this).start();
    }

    private GuardedSocket open() {
        return Objects.requireNonNull(socket, "not connected");
    }

    @Override
    public void run() {
        try {
            super.run();
        } finally {
            close();
            sendAgain(open().unanswered().takeAll());
        }
    }

    /// The connection broke before the peer said a word to these requests. All that may go once
    /// more go by one and the same connection: where nobody answers, all of them wait for one
    /// attempt together, and not each for its own after those of the others.
    void sendAgain(List<SentRequest> requests) {
        StreamChannel another = null;
        for (SentRequest request : requests) {
            if (processor.isStopped()) {
                return;
            }
            if (request.again()) {
                processor.lost(request, new SocketException("the connection broke twice"));
                continue;
            }
            if (another == null || another.brokeOnceConnected()) {
                another = next();
            }
            another.sendOnceMore(request);
        }
    }

    /// A peer that takes nobody is asked once; one that took us and left may take us again.
    private boolean brokeOnceConnected() {
        return over && failure == null;
    }

    private void sendOnceMore(SentRequest request) {
        try {
            write(request.bytes(), Optional.of(request.sentAgain()));
            LOG.debug("sent again method={} peer={}", request.method(), key);
        } catch (IOException e) {
            processor.lost(request, e);
        } catch (RuntimeException defect) {
            LOG.error("defect while a lost {} was sent again", request.method(), defect);
            processor.lost(request, new IOException("a defect of the gateway", defect));
        }
    }

    private StreamChannel next() {
        return processor.channel(peerAddress, peerPort);
    }

    /// What meets a connection which is just over goes by another.
    @Override
    protected void sendMessage(byte[] message, boolean request) throws IOException {
        boolean fresh = socket == null;
        Optional<SentRequest> sent = request ? SentRequest.of(message) : Optional.empty();
        try {
            write(message, sent);
        } catch (IOException e) {
            close();
            if (request && !fresh) {
                next().write(message, sent.map(SentRequest::sentAgain));
            } else if (!request && answersAt() > 0) {
                processor.channel(peerAddress, answersAt()).write(message, Optional.empty());
            } else {
                throw e;
            }
        }
    }

    /// Where a response goes whose connection is over: the port that the request names; 0: nowhere.
    private int answersAt() {
        return processor.gate().answersElsewhere() && peerPortAdvertisedInHeaders != peerPort
                ? Math.max(0, peerPortAdvertisedInHeaders)
                : 0;
    }

    /// A connection leads to one peer only, so what JAIN-SIP says of where to is known.
    @Override
    protected void sendMessage(byte[] message, InetAddress to, int port, boolean request)
            throws IOException {
        sendMessage(message, request);
    }

    /// @param request what is to be answered, if anything
    private void write(byte[] message, Optional<SentRequest> request) throws IOException {
        GuardedSocket open = connected();
        OutputStream out = open.getOutputStream();
        boolean kept = request.isPresent() && open.unanswered().add(request.get());
        try {
            // Answers of the front door come between whole messages only; nobody waits under it.
            synchronized (out) {
                out.write(message);
            }
        } catch (IOException e) {
            if (!kept || open.unanswered().remove(request.orElseThrow().key())) {
                throw e;
            }
            return; // Who reads saw the end as well, and cares for it already.
        }
        // Who reads may have looked for what is unanswered just before: one of us cares for it.
        if (over && kept && open.unanswered().remove(request.orElseThrow().key())) {
            throw new SocketException("the connection is closed");
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
        return processor.transport().name();
    }

    @Override
    public boolean isSecure() {
        return processor.isSecure();
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
