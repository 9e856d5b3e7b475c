package offhook.srtp;

/// Master key and master salt of one direction (RFC 3711 §3.2.1). Never printed.
///
/// The arrays are not copied: whoever makes one gives them away.
///
/// @param profile what the key is for
/// @param key the master key
/// @param salt the master salt
@SuppressWarnings("ArrayRecordComponent") // never compared, handed over once
public record SrtpMasterKey(SrtpProfile profile, byte[] key, byte[] salt) {

    public SrtpMasterKey {
        if (key.length != profile.keyBytes() || salt.length != profile.saltBytes()) {
            throw new IllegalArgumentException("wrong key or salt length for " + profile);
        }
    }

    /// The profile only.
    @Override
    public String toString() {
        return "SrtpMasterKey[" + profile + ", redacted]";
    }
}
