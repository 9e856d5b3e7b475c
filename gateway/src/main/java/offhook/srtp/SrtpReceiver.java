package offhook.srtp;

import java.security.GeneralSecurityException;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;

/// Opens the SRTP and SRTCP that a leg receives, in place. Owned by the media loop of its leg.
///
/// Each remote SSRC has its own replay window and rollover counter (RFC 3711 §3.2.3), for at most a
/// bounded number of them. Session keys do not depend on the SSRC, so a packet of an unknown one is
/// tried on a spare context that no packet has changed yet; only when it opens does the spare
/// become that source's own. A stranger thus costs one failed check, and can fill nothing.
///
/// A packet that fails may be overwritten, but changes no state.
public final class SrtpReceiver {

    /// How many SSRCs a leg may usually receive from, counted for RTP and for RTCP.
    public static final int MAX_SOURCES = 6;

    private final SrtpProfile profile;
    private final SrtpContextFactory factory;
    private final PacketView view = new PacketView();

    // The context at [count] is the spare, as long as there is one.
    private final int maxSources;
    private final int[] rtpSources;
    private final SrtpCryptoContext[] rtpContexts;
    private int rtpCount;
    private final int[] rtcpSources;
    private final SrtcpCryptoContext[] rtcpContexts;
    private int rtcpCount;

    private int lastLength;

    /// @param key key of the peer's direction
    public SrtpReceiver(SrtpMasterKey key) {
        this(key, MAX_SOURCES);
    }

    /// @param key key of the peer's direction
    /// @param maxSources how many SSRCs it may use over the life of the key
    public SrtpReceiver(SrtpMasterKey key, int maxSources) {
        this.maxSources = maxSources;
        this.rtpSources = new int[maxSources];
        this.rtpContexts = new SrtpCryptoContext[maxSources];
        this.rtcpSources = new int[maxSources];
        this.rtcpContexts = new SrtcpCryptoContext[maxSources];
        this.profile = key.profile();
        this.factory = Srtp.contexts(key, false);
        addRtpSpare();
        addRtcpSpare();
    }

    /// Opens an SRTP packet.
    public SrtpResult unprotectRtp(byte[] bytes, int offset, int length) {
        if (!within(bytes, offset, length)
                || !Packets.isRtp(bytes, offset, length - profile.rtpOverheadBytes())) {
            return SrtpResult.MALFORMED;
        }
        int ssrc = Packets.ssrcOfRtp(bytes, offset);
        int source = indexOf(rtpSources, rtpCount, ssrc);
        if (source == maxSources) {
            return SrtpResult.TOO_MANY_SOURCES;
        }
        SrtpErrorStatus status;
        try {
            status =
                    rtpContexts[source].reverseTransformPacket(
                            view.at(bytes, offset, length), false);
        } catch (GeneralSecurityException e) {
            return SrtpResult.AUTH_FAILED;
        }
        if (status == SrtpErrorStatus.OK) {
            lastLength = view.getLength();
            if (source == rtpCount) {
                rtpSources[rtpCount++] = ssrc;
                addRtpSpare();
            }
        }
        return result(status);
    }

    /// Opens an SRTCP packet.
    public SrtpResult unprotectRtcp(byte[] bytes, int offset, int length) {
        if (!within(bytes, offset, length)
                || !Packets.isRtcp(bytes, offset, length - profile.rtcpOverheadBytes())
                || !isEncrypted(bytes, offset, length)) {
            return SrtpResult.MALFORMED;
        }
        int ssrc = Packets.ssrcOfRtcp(bytes, offset);
        int source = indexOf(rtcpSources, rtcpCount, ssrc);
        if (source == maxSources) {
            return SrtpResult.TOO_MANY_SOURCES;
        }
        SrtpErrorStatus status;
        try {
            status = rtcpContexts[source].reverseTransformPacket(view.at(bytes, offset, length));
        } catch (GeneralSecurityException e) {
            return SrtpResult.AUTH_FAILED;
        }
        if (status == SrtpErrorStatus.OK) {
            lastLength = view.getLength();
            if (source == rtcpCount) {
                rtcpSources[rtcpCount++] = ssrc;
                addRtcpSpare();
            }
        }
        return result(status);
    }

    /// Length of the packet that was opened last.
    public int lastLength() {
        return lastLength;
    }

    /// The E flag (RFC 3711 §3.4): RTCP is always encrypted here, so a packet that says otherwise
    /// is not one of our peer's. The index is the last word with AEAD (RFC 7714 §9.2), else it
    /// stands before the tag.
    private boolean isEncrypted(byte[] bytes, int offset, int length) {
        int behind = profile.isAead() ? SrtpProfile.SRTCP_INDEX_BYTES : profile.rtcpOverheadBytes();
        return bytes[offset + length - behind] < 0;
    }

    private void addRtpSpare() {
        if (rtpCount < maxSources) {
            try {
                rtpContexts[rtpCount] = factory.deriveContext(0, 0);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("no cipher for " + profile, e);
            }
        }
    }

    private void addRtcpSpare() {
        if (rtcpCount < maxSources) {
            try {
                rtcpContexts[rtcpCount] = factory.deriveControlContext(0);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("no cipher for " + profile, e);
            }
        }
    }

    /// The place of a known source; the spare's, which is `count`, for an unknown one.
    private static int indexOf(int[] sources, int count, int ssrc) {
        for (int i = 0; i < count; i++) {
            if (sources[i] == ssrc) {
                return i;
            }
        }
        return count;
    }

    private static boolean within(byte[] bytes, int offset, int length) {
        return offset >= 0 && length >= 0 && length <= bytes.length - offset;
    }

    private static SrtpResult result(SrtpErrorStatus status) {
        return switch (status) {
            case OK -> SrtpResult.OK;
            case AUTH_FAIL, FAIL -> SrtpResult.AUTH_FAILED;
            case REPLAY_FAIL, REPLAY_OLD -> SrtpResult.REPLAYED;
            case INVALID_PACKET -> SrtpResult.MALFORMED;
        };
    }
}
