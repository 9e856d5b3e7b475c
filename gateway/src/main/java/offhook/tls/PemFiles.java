package offhook.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.fault.FailureWords;

/// Reads PEM files (RFC 7468). What cannot serve is a [TlsFileException] that says what to do.
final class PemFiles {

    private static final Pattern PKCS8 =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private PemFiles() {}

    /// All certificates of a file, in its order; at least one.
    static List<X509Certificate> certificates(Path file) throws TlsFileException {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (all.isEmpty()) {
                throw new TlsFileException("no certificate in " + file);
            }
            return all;
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (GeneralSecurityException e) {
            throw new TlsFileException("no certificate in " + file + ": " + FailureWords.of(e), e);
        }
    }

    /// The unencrypted private key of a file.
    ///
    /// @param algorithm of the public key that it belongs to
    static PrivateKey key(Path file, String algorithm) throws TlsFileException {
        try {
            Matcher pem = PKCS8.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            if (!pem.find()) {
                throw new TlsFileException(
                        file
                                + " holds no unencrypted PKCS#8 key (-----BEGIN PRIVATE KEY-----);"
                                + " convert it: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW");
            }
            if (!List.of("RSA", "EC", "EdDSA").contains(algorithm)) {
                throw new TlsFileException("keys of kind " + algorithm + " are not served");
            }
            byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new TlsFileException(
                    "the key in " + file + " does not fit: " + FailureWords.of(e), e);
        }
    }

    private static TlsFileException unreadable(Path file, IOException e) {
        return new TlsFileException("cannot read " + file + ": " + FailureWords.ofNamed(e), e);
    }
}
