package offhook.dtls;

import java.io.IOException;
import java.util.Hashtable;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.UseSRTPData;

/// A DTLS client of its own making, which sends each record in its own datagram and retransmits as
/// browsers do.
final class TestBrowser implements DatagramTransport {

    private final BlockingQueue<byte[]> inbox = new LinkedBlockingQueue<>();
    private final Consumer<byte[]> outgoing;
    private final int[] profiles;
    private final boolean withCertificate;
    private final DtlsIdentity identity;
    final CompletableFuture<byte[]> exported = new CompletableFuture<>();
    final CompletableFuture<Integer> profile = new CompletableFuture<>();
    final CompletableFuture<Fingerprint> server = new CompletableFuture<>();
    final CompletableFuture<Short> alert = new CompletableFuture<>();
    final CompletableFuture<DTLSTransport> association = new CompletableFuture<>();
    private volatile boolean leaving;

    TestBrowser(
            DtlsIdentity identity,
            boolean withCertificate,
            int[] profiles,
            Consumer<byte[]> outgoing) {
        this.identity = identity;
        this.withCertificate = withCertificate;
        this.profiles = profiles;
        this.outgoing = outgoing;
    }

    void start() {
        Thread.ofVirtual().start(this::run);
    }

    /// A datagram of the server.
    void deliver(byte[] datagram) {
        inbox.add(datagram);
    }

    /// Says close_notify and ends.
    void leave() {
        leaving = true;
        inbox.add(new byte[0]);
    }

    private void run() {
        try {
            DTLSTransport transport = new DTLSClientProtocol().connect(new Client(), this);
            association.complete(transport);
            byte[] buffer = new byte[2048];
            while (!leaving && !alert.isDone()) {
                transport.receive(buffer, 0, buffer.length, 100);
            }
            transport.close();
        } catch (IOException | RuntimeException e) {
            association.completeExceptionally(e);
            exported.completeExceptionally(e);
        }
    }

    @Override
    public int getReceiveLimit() {
        return 2048;
    }

    @Override
    public int getSendLimit() {
        return 1200;
    }

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
        byte[] datagram;
        try {
            datagram = inbox.poll(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        if (datagram == null || datagram.length == 0) {
            return -1;
        }
        System.arraycopy(datagram, 0, buffer, offset, Math.min(length, datagram.length));
        return Math.min(length, datagram.length);
    }

    @Override
    public void send(byte[] bytes, int offset, int length) {
        byte[] datagram = new byte[length];
        System.arraycopy(bytes, offset, datagram, 0, length);
        outgoing.accept(datagram);
    }

    @Override
    public void close() {}

    private final class Client extends DefaultTlsClient {

        Client() {
            super(identity.crypto());
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return new int[] {
                CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
            };
        }

        @Override
        public int getHandshakeResendTimeMillis() {
            return 50;
        }

        @Override
        @SuppressWarnings("rawtypes") // Bouncy Castle's signature
        public Hashtable getClientExtensions() throws IOException {
            Hashtable extensions = super.getClientExtensions();
            if (profiles.length > 0) {
                TlsSRTPUtils.addUseSRTPExtension(
                        extensions, new UseSRTPData(profiles, new byte[0]));
            }
            return extensions;
        }

        @Override
        @SuppressWarnings("rawtypes") // Bouncy Castle's signature
        public void processServerExtensions(Hashtable extensions) throws IOException {
            super.processServerExtensions(extensions);
            UseSRTPData chosen = TlsSRTPUtils.getUseSRTPExtension(extensions);
            profile.complete(chosen == null ? -1 : chosen.getProtectionProfiles()[0]);
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate certificate)
                        throws IOException {
                    server.complete(
                            Fingerprint.of(
                                    certificate.getCertificate().getCertificateAt(0).getEncoded()));
                }

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) {
                    return withCertificate ? identity.signer(context) : null;
                }
            };
        }

        @Override
        public void notifyAlertReceived(short level, short description) {
            alert.complete(description);
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            int length = profile.join() == 0x0007 ? 56 : 60;
            exported.complete(context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, length));
        }
    }
}
