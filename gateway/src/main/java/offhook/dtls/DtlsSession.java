package offhook.dtls;

import java.util.Locale;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;

/// What a handshake came to, besides keys.
///
/// @param version as `DTLS 1.2`
/// @param cipherSuite by its IANA name
public record DtlsSession(String version, String cipherSuite) {

    static DtlsSession of(SecurityParameters agreed) {
        ProtocolVersion version = agreed.getNegotiatedVersion();
        return new DtlsSession(version.getName(), name(agreed.getCipherSuite()));
    }

    /// Of those we take, see [DtlsTerms#cipherSuites].
    private static String name(int suite) {
        return switch (suite) {
            case CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 ->
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
            case CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 ->
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
            default -> String.format(Locale.ROOT, "0x%04X", suite);
        };
    }
}
