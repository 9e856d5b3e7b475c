package offhook.dtls;

import java.io.IOException;
import java.util.Optional;
import java.util.Vector;
import offhook.srtp.SrtpKeys;
import offhook.srtp.SrtpProfile;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;

/// What we ask of a handshake in either role, and what it came to. Owned by the handshake's thread.
final class DtlsTerms {

    static final int RESEND_MILLIS = 100;
    static final int MAX_MESSAGE_BYTES = 16 * 1024;

    /// AEAD only: the record filter counts on an explicit nonce and a tag in each record.
    private static final int[] CIPHER_SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    };

    private static final int[] GROUPS = {
        NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1
    };

    private final DtlsIdentity identity;
    private final Fingerprint expected;
    private final int deadlineMillis;
    private Optional<SrtpProfile> profile = Optional.empty();
    private Optional<SrtpKeys> keys = Optional.empty();
    private Optional<DtlsSession> session = Optional.empty();
    private DtlsFailure.@Nullable Reason refusal;

    DtlsTerms(DtlsIdentity identity, Fingerprint expected, int deadlineMillis) {
        this.identity = identity;
        this.expected = expected;
        this.deadlineMillis = deadlineMillis;
    }

    int deadlineMillis() {
        return deadlineMillis;
    }

    DtlsIdentity identity() {
        return identity;
    }

    static int[] cipherSuites() {
        return CIPHER_SUITES.clone();
    }

    static int[] groups() {
        return GROUPS.clone();
    }

    /// What a peer may sign with: browsers use ECDSA P-256, some native clients RSA.
    @SuppressWarnings("JdkObsolete") // Bouncy Castle takes a Vector
    static Vector<SignatureAndHashAlgorithm> signatures() {
        Vector<SignatureAndHashAlgorithm> signatures = new Vector<>();
        for (short hash : new short[] {HashAlgorithm.sha256, HashAlgorithm.sha384}) {
            signatures.add(SignatureAndHashAlgorithm.getInstance(hash, SignatureAlgorithm.ecdsa));
        }
        signatures.add(SignatureAndHashAlgorithm.rsa_pss_rsae_sha256);
        signatures.add(
                SignatureAndHashAlgorithm.getInstance(
                        HashAlgorithm.sha256, SignatureAlgorithm.rsa));
        return signatures;
    }

    /// Agrees on the first profile of ours that the peer names too (RFC 5764 §4.1.1).
    SrtpProfile agree(int[] named) throws TlsFatalAlert {
        for (SrtpProfile candidate : SrtpProfile.DTLS) {
            for (int code : named) {
                if (candidate.code() == code) {
                    profile = Optional.of(candidate);
                    return candidate;
                }
            }
        }
        refusal = DtlsFailure.Reason.NO_SRTP_PROFILE;
        throw new TlsFatalAlert(AlertDescription.handshake_failure);
    }

    /// The peer's certificate must be the one its session description promised (RFC 5763 §5).
    void verify(@Nullable Certificate certificate) throws IOException {
        if (certificate == null || certificate.isEmpty()) {
            refusal = DtlsFailure.Reason.NO_CERTIFICATE;
            throw new TlsFatalAlert(AlertDescription.bad_certificate);
        }
        if (!Fingerprint.of(certificate.getCertificateAt(0).getEncoded()).equals(expected)) {
            refusal = DtlsFailure.Reason.FINGERPRINT_MISMATCH;
            throw new TlsFatalAlert(AlertDescription.bad_certificate);
        }
    }

    /// Exports the SRTP keys (RFC 5764 §4.2), while Bouncy Castle still has the master secret.
    void complete(TlsContext context) {
        session = Optional.of(DtlsSession.of(context.getSecurityParametersConnection()));
        keys =
                profile.map(agreed ->
                        SrtpKeys.fromExporter(
                                agreed,
                                context.exportKeyingMaterial(
                                        ExporterLabel.dtls_srtp, null, agreed.exportBytes())));
    }

    Optional<SrtpKeys> keys() {
        return keys;
    }

    /// What was agreed, once the handshake is done.
    Optional<DtlsSession> session() {
        return session;
    }

    /// Why we refused the peer, if we did.
    Optional<DtlsFailure.Reason> refusal() {
        return Optional.ofNullable(refusal);
    }
}
