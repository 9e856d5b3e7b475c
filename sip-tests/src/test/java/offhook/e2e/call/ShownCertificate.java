package offhook.e2e.call;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// A connection by TLS of one who believes everybody, to see which certificate is shown.
final class ShownCertificate implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final SSLSocket socket;

    private ShownCertificate(SSLSocket socket) {
        this.socket = socket;
    }

    /// Connects to a port of 127.0.0.1, and shakes hands.
    static ShownCertificate at(int port) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Believing()}, null);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.connect(new InetSocketAddress("127.0.0.1", port), (int) LIMIT.toMillis());
            socket.startHandshake();
            return new ShownCertificate(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What tells it from any other.
    String serial() {
        try {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber()
                    .toString(16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Says something, and returns the first bytes that come back.
    String ask(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            byte[] answer = new byte[4096];
            int length = socket.getInputStream().read(answer);
            return new String(answer, 0, Math.max(0, length), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Believing implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String how) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String how) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
