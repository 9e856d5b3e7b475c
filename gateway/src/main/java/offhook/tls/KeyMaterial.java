package offhook.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import offhook.fault.FailureWords;

/// Who we are in TLS: a certificate, the chain above it, and the key that belongs to it.
///
/// @param chain our own certificate first
public record KeyMaterial(List<X509Certificate> chain, PrivateKey key) {

    private static final String ALIAS = "own";

    /// Reads both files and makes sure that they belong together, which they do not while only one
    /// of them has been exchanged.
    public static KeyMaterial read(Path certificate, Path key) throws TlsFileException {
        List<X509Certificate> chain = PemFiles.certificates(certificate);
        PublicKey publicKey = chain.getFirst().getPublicKey();
        PrivateKey privateKey = PemFiles.key(key, publicKey.getAlgorithm());
        try {
            if (!fit(privateKey, publicKey)) {
                throw new TlsFileException(
                        certificate + " and " + key + " do not fit: the key is of another");
            }
        } catch (GeneralSecurityException e) {
            throw new TlsFileException(
                    certificate + " and " + key + " do not fit: " + FailureWords.of(e), e);
        }
        return new KeyMaterial(List.copyOf(chain), privateKey);
    }

    private static boolean fit(PrivateKey privateKey, PublicKey publicKey)
            throws GeneralSecurityException {
        String algorithm =
                switch (publicKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> "EdDSA";
                };
        byte[] probe = {1, 2, 3, 4};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(privateKey);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(probe);
        return signature.verify(signed);
    }

    /// Both in a store in memory whose password is empty.
    public KeyStore keyStore() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, new char[0]);
            store.setKeyEntry(ALIAS, key, new char[0], chain.toArray(X509Certificate[]::new));
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no key store in memory", e);
        }
    }

    /// When our own certificate expires.
    public Instant until() {
        return chain.getFirst().getNotAfter().toInstant();
    }
}
