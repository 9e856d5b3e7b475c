package offhook.dtls;

/// stub
public final class DtlsIdentity {
    private DtlsIdentity() {}

    /// Makes a key and a certificate.
    public static DtlsIdentity generate() {
        return new DtlsIdentity();
    }

    /// For our `a=fingerprint`.
    public Fingerprint fingerprint() {
        return Fingerprint.of(new byte[0]);
    }
}
