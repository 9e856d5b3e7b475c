package offhook.dtls;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import offhook.runtime.Mailbox;
import offhook.srtp.SrtpKeys;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsTimeoutException;

/// One DTLS association: the handshake, and what is left to do after it: answer a peer that lost
/// our last flight, and say and hear close_notify.
///
/// Bouncy Castle blocks, so each has a thread of its own, which should be virtual. [#offer] belongs
/// to one other thread, the media loop that reads the socket; [#close] is for any.
public final class DtlsHandshake {

    /// How many datagrams may wait; a flight of the peer has one to three.
    private static final int INBOX_DATAGRAMS = 16;

    private static final int WAIT_MILLIS = 60_000;

    private static final int DEADLINE_MILLIS = 10_000;

    private final Mailbox<byte[]> inbox = new Mailbox<>(INBOX_DATAGRAMS, 1);
    private final DtlsRole role;
    private final DtlsTerms terms;
    private final DtlsEvents events;
    private final QueueTransport transport;
    // Owned by the offering thread.
    private final RecordFilter filter;
    // Written by the handshake's thread, read by the offering one.
    private volatile boolean established;
    // Written by the offering thread, read by the handshake's; -1 if there was none.
    private volatile int alertInClear = -1;

    private DtlsHandshake(
            DtlsRole role, DtlsTerms terms, Consumer<byte[]> outgoing, DtlsEvents events) {
        this.role = role;
        this.terms = terms;
        this.events = events;
        this.transport = new QueueTransport(inbox, outgoing);
        this.filter = new RecordFilter(role);
    }

    /// Starts a handshake on a thread of its own. It fails when it is not complete in 10 s.
    ///
    /// @param role our role
    /// @param identity our certificate
    /// @param expected the fingerprint that the peer's certificate must have
    /// @param outgoing sends a datagram to the peer; called on the handshake's thread, must not
    ///   block for long
    /// @param events told what becomes of it, on the handshake's thread
    /// @param threads makes the thread
    public static DtlsHandshake start(
            DtlsRole role,
            DtlsIdentity identity,
            Fingerprint expected,
            Consumer<byte[]> outgoing,
            DtlsEvents events,
            ThreadFactory threads) {
        return start(
                role,
                new DtlsTerms(identity, expected, DEADLINE_MILLIS),
                outgoing,
                events,
                threads);
    }

    static DtlsHandshake start(
            DtlsRole role,
            DtlsTerms terms,
            Consumer<byte[]> outgoing,
            DtlsEvents events,
            ThreadFactory threads) {
        DtlsHandshake handshake = new DtlsHandshake(role, terms, outgoing, events);
        threads.newThread(handshake::run).start();
        return handshake;
    }

    /// Takes a datagram from the peer's address. Never blocks; keeps a copy only of what passes the
    /// filter.
    ///
    /// @return false when it was refused, by the filter or because too many wait
    public boolean offer(byte[] bytes, int offset, int length) {
        if (!filter.pass(bytes, offset, length, established)) {
            alertInClear = filter.alertInClear();
            return false;
        }
        return inbox.offer(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    /// Ends the association: with a close_notify, or an alert while the handshake goes on.
    public void close() {
        // Refused only when an earlier close has taken the slot.
        inbox.offerEnding(QueueTransport.CLOSE);
    }

    private void run() {
        Optional<DtlsFailure> failure = Optional.of(internal("defect"));
        try {
            DTLSTransport association = shake();
            failure = Optional.empty();
            established = true;
            transport.flush();
            events.onKeys(keys(), role, session());
            linger(association);
        } catch (IOException e) {
            failure = established ? Optional.empty() : failure(e);
        } finally {
            failure.ifPresentOrElse(events::onFailed, events::onClosed);
        }
    }

    private DTLSTransport shake() throws IOException {
        return switch (role) {
            case SERVER -> new DTLSServerProtocol().accept(new ServerPeer(terms), transport);
            case CLIENT -> new DTLSClientProtocol().connect(new ClientPeer(terms), transport);
        };
    }

    private SrtpKeys keys() {
        return terms.keys().orElseThrow(() -> new IllegalStateException("no keys exported"));
    }

    private DtlsSession session() {
        return terms.session().orElseThrow(() -> new IllegalStateException("nothing agreed"));
    }

    /// Goes on receiving until either side closes: without it a peer that lost our last flight
    /// would ask in vain.
    private static void linger(DTLSTransport association) throws IOException {
        byte[] buffer = new byte[QueueTransport.RECEIVE_LIMIT];
        try {
            while (true) {
                association.receive(buffer, 0, buffer.length, WAIT_MILLIS);
            }
        } finally {
            association.close();
        }
    }

    /// Empty when it was we who closed.
    private Optional<DtlsFailure> failure(IOException e) {
        if (transport.isClosedByOwner()) {
            return Optional.empty();
        }
        if (terms.refusal().isPresent()) {
            return Optional.of(new DtlsFailure(terms.refusal().get(), "refused by us"));
        }
        return Optional.of(
                switch (e) {
                    case TlsTimeoutException _ -> timeout();
                    case TlsFatalAlertReceived received ->
                            new DtlsFailure(
                                    DtlsFailure.Reason.REFUSED_BY_PEER,
                                    AlertDescription.getText(received.getAlertDescription()));
                    case TlsFatalAlert raised ->
                            internal(AlertDescription.getText(raised.getAlertDescription()));
                    default -> internal(e.getClass().getSimpleName());
                });
    }

    private DtlsFailure timeout() {
        int alert = alertInClear;
        return alert < 0
                ? new DtlsFailure(DtlsFailure.Reason.TIMEOUT, "no answer in time")
                : new DtlsFailure(
                        DtlsFailure.Reason.REFUSED_BY_PEER,
                        "not complete in time, after alert in the clear: "
                                + AlertDescription.getText((short) alert));
    }

    private static DtlsFailure internal(String detail) {
        return new DtlsFailure(DtlsFailure.Reason.PROTOCOL, detail);
    }
}
