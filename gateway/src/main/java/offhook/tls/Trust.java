package offhook.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import offhook.fault.FailureWords;
import org.jspecify.annotations.Nullable;

/// Which certificates are believed: those of the authorities of a file, and those that the file
/// itself holds, as self-signed ones do.
public final class Trust {

    private final String source;
    private final Set<X509Certificate> held;
    private final X509TrustManager manager;

    private Trust(String source, Set<X509Certificate> held, X509TrustManager manager) {
        this.source = source;
        this.held = held;
        this.manager = manager;
    }

    /// Trusts the certificates of a PEM file.
    public static Trust read(Path file) throws TlsFileException {
        List<X509Certificate> certificates = PemFiles.certificates(file);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, new char[0]);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("ca" + i, certificates.get(i));
            }
            return new Trust(file.toString(), Set.copyOf(certificates), manager(store));
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsFileException(
                    file + " holds no usable certificates: " + FailureWords.of(e), e);
        }
    }

    /// Trusts the public authorities that the Java runtime knows.
    public static Trust ofRuntime() {
        try {
            return new Trust("the public authorities", Set.of(), manager(null));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no authorities", e);
        }
    }

    @SuppressWarnings("NullAway") // null is how the factory is asked for the runtime's own
    private static X509TrustManager manager(@Nullable KeyStore store)
            throws GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (var manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("no manager for X.509");
    }

    /// Whether the file holds this very certificate, so that it needs no name to be known by.
    public boolean holds(X509Certificate certificate) {
        return held.contains(certificate);
    }

    /// Checks the chain of a peer that we connected to (RFC 5280 §6).
    ///
    /// @throws CertificateException saying what the certificate is and why it is not believed
    public void checkServer(X509Certificate[] chain, String keyExchange)
            throws CertificateException {
        check(chain, () -> manager.checkServerTrusted(chain, keyExchange));
    }

    /// Checks the chain of a peer that connected to us.
    ///
    /// @throws CertificateException saying what the certificate is and why it is not believed
    public void checkClient(X509Certificate[] chain, String keyType) throws CertificateException {
        check(chain, () -> manager.checkClientTrusted(chain, keyType));
    }

    private void check(X509Certificate[] chain, Check check) throws CertificateException {
        Instant now = Instant.now();
        Instant from = chain[0].getNotBefore().toInstant();
        Instant until = chain[0].getNotAfter().toInstant();
        if (now.isAfter(until)) {
            throw new CertificateException(describe(chain[0]) + ", expired on " + until);
        }
        if (now.isBefore(from)) {
            throw new CertificateException(describe(chain[0]) + ", holds from " + from + " only");
        }
        if (holds(chain[0])) {
            return;
        }
        try {
            check.run();
        } catch (CertificateException e) {
            throw new CertificateException(
                    describe(chain[0])
                            + ", issued by \""
                            + chain[0].getIssuerX500Principal()
                            + "\", is not vouched for by "
                            + source
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /// A certificate in the words of a log line.
    public static String describe(X509Certificate certificate) {
        return "the certificate of \""
                + certificate.getSubjectX500Principal()
                + "\", which names "
                + Optional.of(CertificateNames.of(certificate))
                        .filter(names -> !names.isEmpty())
                        .map(names -> String.join(", ", names))
                        .orElse("nobody");
    }

    /// One of the two checks.
    private interface Check {
        void run() throws CertificateException;
    }
}
