package offhook.srtp;

import java.util.Optional;

/// An SRTP protection profile we speak (RFC 5764 §4.1.2, RFC 7714 §14.2).
///
/// In the order of our preference: the AEAD profile is both the stronger and the cheaper one.
public enum SrtpProfile {
    /// AES-128 in Galois/counter mode (RFC 7714).
    AEAD_AES_128_GCM(0x0007, 16, 12, 16, 16),
    /// AES-128 in counter mode with HMAC-SHA1 cut to 80 bits (RFC 3711).
    AES_CM_128_HMAC_SHA1_80(0x0001, 16, 14, 10, 10);

    /// Bytes that SRTCP adds besides the tag: E flag and index (RFC 3711 §3.4).
    static final int SRTCP_INDEX_BYTES = 4;

    private final int code;
    private final int keyBytes;
    private final int saltBytes;
    private final int rtpTagBytes;
    private final int rtcpTagBytes;

    SrtpProfile(int code, int keyBytes, int saltBytes, int rtpTagBytes, int rtcpTagBytes) {
        this.code = code;
        this.keyBytes = keyBytes;
        this.saltBytes = saltBytes;
        this.rtpTagBytes = rtpTagBytes;
        this.rtcpTagBytes = rtcpTagBytes;
    }

    /// The profile of a code point of the `use_srtp` extension, if it is one of ours.
    public static Optional<SrtpProfile> of(int code) {
        for (SrtpProfile profile : values()) {
            if (profile.code == code) {
                return Optional.of(profile);
            }
        }
        return Optional.empty();
    }

    /// Code point in the `use_srtp` extension of DTLS.
    public int code() {
        return code;
    }

    /// Length of a master key.
    public int keyBytes() {
        return keyBytes;
    }

    /// Length of a master salt.
    public int saltBytes() {
        return saltBytes;
    }

    /// What protection adds to an RTP packet.
    public int rtpOverheadBytes() {
        return rtpTagBytes;
    }

    /// What protection adds to an RTCP packet.
    public int rtcpOverheadBytes() {
        return rtcpTagBytes + SRTCP_INDEX_BYTES;
    }

    /// Length of the keying material that DTLS exports: two keys and two salts (RFC 5764 §4.2).
    public int exportBytes() {
        return 2 * (keyBytes + saltBytes);
    }
}
