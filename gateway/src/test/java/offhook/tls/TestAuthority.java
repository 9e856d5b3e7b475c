package offhook.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import offhook.files.OwnFiles;
import offhook.files.OwnFiles.Readers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// An authority for tests, with PEM files of what it issues.
public final class TestAuthority {

    /// A certificate with its key.
    public record Identity(X509Certificate certificate, PrivateKey key) {

        /// Writes the files, each in one piece as certbot does.
        public void write(Path certificateFile, Path keyFile) throws Exception {
            replace(certificateFile, pem("CERTIFICATE", certificate.getEncoded()));
            OwnFiles.replace(
                    keyFile,
                    Readers.NONE,
                    pem("PRIVATE KEY", key.getEncoded()).getBytes(StandardCharsets.US_ASCII));
        }

        /// For a peer that shows this certificate and believes everybody.
        public SSLContext context() throws Exception {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, new char[0]);
            store.setKeyEntry("peer", key, new char[0], new X509Certificate[] {certificate});
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[] {new Believer()}, null);
            return context;
        }
    }

    private static final class Believer implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String how) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String how) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /// For a peer that shows nothing and believes everybody.
    public static SSLContext believer() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Believer()}, null);
        return context;
    }

    private static final Instant NOW = Instant.now();

    private final X500Name name;
    private final KeyPair pair;
    private final X509Certificate certificate;

    public TestAuthority(String commonName) throws Exception {
        this.name = new X500Name("CN=" + commonName);
        this.pair = pair();
        this.certificate = certificate(name, pair, name, pair, NOW.plus(Duration.ofDays(2)), true);
    }

    /// Issues a certificate that names `dns:...`, `uri:...` and `ip:...`.
    public Identity issue(String... names) throws Exception {
        return issue(NOW.plus(Duration.ofDays(1)), names);
    }

    public Identity issue(Instant until, String... names) throws Exception {
        KeyPair own = pair();
        return new Identity(
                certificate(new X500Name("CN=peer"), own, name, pair, until, false, names),
                own.getPrivate());
    }

    /// A certificate that nobody vouches for.
    public static Identity selfSigned(String... names) throws Exception {
        KeyPair own = pair();
        X500Name self = new X500Name("CN=self");
        Instant until = NOW.plus(Duration.ofDays(1));
        return new Identity(
                certificate(self, own, self, own, until, false, names), own.getPrivate());
    }

    public Path write(Path file) throws Exception {
        return replace(file, pem("CERTIFICATE", certificate.getEncoded()));
    }

    public static Path write(Path file, X509Certificate one) throws Exception {
        return replace(file, pem("CERTIFICATE", one.getEncoded()));
    }

    private static Path replace(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, text);
        return Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN "
                + label
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END "
                + label
                + "-----\n";
    }

    private static KeyPair pair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509Certificate certificate(
            X500Name subject,
            KeyPair own,
            X500Name issuer,
            KeyPair signer,
            Instant until,
            boolean authority,
            String... names)
            throws GeneralSecurityException, OperatorCreationException, CertIOException {
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        issuer,
                        BigInteger.valueOf(System.nanoTime()),
                        Date.from(NOW.minus(Duration.ofDays(3))),
                        Date.from(until),
                        subject,
                        own.getPublic());
        if (authority) {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        }
        if (names.length > 0) {
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(
                            Arrays.stream(names)
                                    .map(TestAuthority::general)
                                    .toArray(GeneralName[]::new)));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(signer.getPrivate())));
    }

    private static GeneralName general(String name) {
        int colon = name.indexOf(':');
        int kind =
                switch (name.substring(0, colon)) {
                    case "dns" -> GeneralName.dNSName;
                    case "uri" -> GeneralName.uniformResourceIdentifier;
                    default -> GeneralName.iPAddress;
                };
        return new GeneralName(kind, name.substring(colon + 1));
    }
}
