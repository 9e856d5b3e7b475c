package offhook.e2e.web;

import java.io.IOException;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;

/// The client's side of DTLS-SRTP (RFC 5764), each on a virtual thread of its own.
public final class DtlsAssociation {
    private static final int SEND_LIMIT = 1200;
    private static final int RECEIVE_LIMIT = 2048;
    private static final int LIMIT_MILLIS = 10_000;
    private static final int WAIT_MILLIS = 1_000;

    /// What becomes of it, told on its own thread.
    public interface Outcome {
        void onKeys(SrtpPair keys);

        void onFailed(String why);
    }

    private final BlockingQueue<byte[]> inbox = new LinkedBlockingQueue<>(64);
    private final PeerIdentity identity;
    private final String expectedFingerprint;
    private final Consumer<byte[]> outgoing;
    private final Outcome outcome;
    private volatile boolean closed; // written by the endpoint, read by the association's thread

    /// @param expectedFingerprint of the server, as its description said it
    /// @param outgoing sends a datagram, from this association's thread
    public DtlsAssociation(
            PeerIdentity identity,
            String expectedFingerprint,
            Consumer<byte[]> outgoing,
            Outcome outcome) {
        this.identity = identity;
        this.expectedFingerprint = expectedFingerprint;
        this.outgoing = outgoing;
        this.outcome = outcome;
    }

    public DtlsAssociation start() {
        Thread.ofVirtual().name("web-dtls").start(this::run);
        return this;
    }

    /// Takes a datagram of the server; when too many wait they are lost, as on any network.
    void offer(byte[] datagram) {
        if (!inbox.offer(datagram)) {
            inbox.clear();
        }
    }

    /// Lets its thread go; nothing is said to the server.
    void close() {
        closed = true;
    }

    private void run() {
        var client = new Client();
        try {
            DTLSTransport transport = new DTLSClientProtocol().connect(client, new Wire());
            outcome.onKeys(client.keys());
            byte[] buffer = new byte[RECEIVE_LIMIT];
            while (!closed) {
                // Nothing is said but alerts; those end it by an exception.
                transport.receive(buffer, 0, buffer.length, WAIT_MILLIS);
            }
        } catch (IOException e) {
            if (!client.complete) {
                outcome.onFailed(String.valueOf(e.getMessage()));
            }
        }
    }

    private final class Wire implements DatagramTransport {
        @Override
        public int getReceiveLimit() {
            return RECEIVE_LIMIT;
        }

        @Override
        public int getSendLimit() {
            return SEND_LIMIT;
        }

        @Override
        public int receive(byte[] buffer, int offset, int length, int waitMillis) {
            try {
                byte[] datagram = inbox.poll(waitMillis, TimeUnit.MILLISECONDS);
                if (datagram == null) {
                    return -1;
                }
                int bytes = Math.min(length, datagram.length);
                System.arraycopy(datagram, 0, buffer, offset, bytes);
                return bytes;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return -1;
            }
        }

        @Override
        public void send(byte[] buffer, int offset, int length) {
            outgoing.accept(Arrays.copyOfRange(buffer, offset, offset + length));
        }

        @Override
        public void close() {
            // The endpoint owns the socket.
        }
    }

    private final class Client extends DefaultTlsClient {
        private int profile;
        private byte[] material = new byte[0];
        private boolean complete;

        Client() {
            super(identity.crypto());
        }

        SrtpPair keys() {
            return SrtpPair.client(profile, material);
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        public int getHandshakeTimeoutMillis() {
            return LIMIT_MILLIS;
        }

        @Override
        public int getHandshakeResendTimeMillis() {
            return 300;
        }

        @Override
        @SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's signature
        public Hashtable getClientExtensions() throws IOException {
            Hashtable extensions = super.getClientExtensions();
            TlsSRTPUtils.addUseSRTPExtension(
                    extensions, new UseSRTPData(SrtpPair.PROFILES.clone(), TlsUtils.EMPTY_BYTES));
            return extensions;
        }

        @Override
        @SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's signature
        public void processServerExtensions(Hashtable extensions) throws IOException {
            super.processServerExtensions(extensions);
            UseSRTPData chosen = TlsSRTPUtils.getUseSRTPExtension(extensions);
            if (chosen == null || chosen.getProtectionProfiles().length != 1) {
                throw new TlsFatalAlert(AlertDescription.handshake_failure);
            }
            profile = chosen.getProtectionProfiles()[0];
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate server)
                        throws IOException {
                    byte[] certificate = server.getCertificate().getCertificateAt(0).getEncoded();
                    if (!PeerIdentity.fingerprintOf(certificate)
                            .equalsIgnoreCase(expectedFingerprint)) {
                        throw new TlsFatalAlert(AlertDescription.bad_certificate);
                    }
                }

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) {
                    return identity.signer(context);
                }
            };
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            material =
                    context.exportKeyingMaterial(
                            ExporterLabel.dtls_srtp, null, SrtpPair.materialBytes(profile));
            complete = true;
        }
    }
}
