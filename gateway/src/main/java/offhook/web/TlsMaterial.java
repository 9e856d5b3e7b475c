package offhook.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.config.WebConfig;

/// The certificate chain and key of an `https` listener, read from PEM files (RFC 7468) into a key
/// store in memory.
final class TlsMaterial {

    private static final Pattern PKCS8 =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private TlsMaterial() {}

    /// Reads both files; the store's password is empty.
    ///
    /// @throws IllegalArgumentException when they cannot serve, saying what to do
    static KeyStore keyStore(WebConfig.Tls tls) {
        try {
            Certificate[] chain = chain(tls.certificate());
            PrivateKey key = key(tls.key(), chain[0].getPublicKey().getAlgorithm());
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, new char[0]);
            store.setKeyEntry("web", key, new char[0], chain);
            return store;
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "web.tls: " + tls.certificate() + " and " + tls.key() + " do not fit: " + e, e);
        }
    }

    private static Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Certificate[] chain =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(in)
                            .toArray(Certificate[]::new);
            if (chain.length == 0) {
                throw new IllegalArgumentException("no certificate in " + file);
            }
            return chain;
        }
    }

    private static PrivateKey key(Path file, String algorithm)
            throws IOException, GeneralSecurityException {
        Matcher pem = PKCS8.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IllegalArgumentException(
                    file
                            + " holds no unencrypted PKCS#8 key (-----BEGIN PRIVATE KEY-----);"
                            + " convert it: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW");
        }
        byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
        if (!List.of("RSA", "EC", "EdDSA").contains(algorithm)) {
            throw new IllegalArgumentException("keys of kind " + algorithm + " are not served");
        }
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }
}
