package offhook.srtp;

import java.util.List;

/// An SRTP protection profile we speak (RFC 5764 §4.1.2, RFC 7714 §14.2), or a crypto suite of RFC
/// 4568 and RFC 6188.
public enum SrtpProfile {
    /// AES-128 in Galois/counter mode (RFC 7714).
    AEAD_AES_128_GCM(0x0007, 16, 12, 16, 16),
    /// AES-256 in Galois/counter mode (RFC 7714).
    AEAD_AES_256_GCM(0x0008, 32, 12, 16, 16),
    /// AES-128 in counter mode with HMAC-SHA1 cut to 80 bits (RFC 3711).
    AES_CM_128_HMAC_SHA1_80(0x0001, 16, 14, 10, 10),
    /// As that, with HMAC-SHA1 cut to 32 bits for RTP; never for RTCP (RFC 4568 §6.2.2).
    AES_CM_128_HMAC_SHA1_32(0x0002, 16, 14, 4, 10),
    /// AES-256 in counter mode with HMAC-SHA1 cut to 80 bits (RFC 6188); DTLS has no number for it.
    AES_256_CM_HMAC_SHA1_80(0, 32, 14, 10, 10);

    /// Those that DTLS negotiates, the preferred one first: the AEAD profile is both the stronger
    /// and the cheaper one.
    public static final List<SrtpProfile> DTLS = List.of(AEAD_AES_128_GCM, AES_CM_128_HMAC_SHA1_80);

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

    /// Code point in the `use_srtp` extension of DTLS.
    public int code() {
        return code;
    }

    /// Whether encryption authenticates, too.
    boolean isAead() {
        return this == AEAD_AES_128_GCM || this == AEAD_AES_256_GCM;
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

    int rtcpTagBytes() {
        return rtcpTagBytes;
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
