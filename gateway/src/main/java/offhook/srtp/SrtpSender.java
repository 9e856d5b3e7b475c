package offhook.srtp;

import java.security.GeneralSecurityException;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;

/// Protects the RTP and RTCP of one SSRC of ours, in place. Owned by the media loop of its leg.
///
/// Misuse is a defect of ours and throws: no tail room, a foreign SSRC, a sequence number that was
/// used before (the same key stream twice would reveal both packets).
public final class SrtpSender {

    private final SrtpProfile profile;
    private final int ssrc;
    private final SrtpCryptoContext rtp;
    private final SrtcpCryptoContext rtcp;
    private final PacketView view = new PacketView();

    /// @param key key of our direction
    /// @param ssrc the SSRC we send with
    public SrtpSender(SrtpMasterKey key, int ssrc) {
        this.profile = key.profile();
        this.ssrc = ssrc;
        SrtpContextFactory factory = Srtp.contexts(key, true);
        try {
            this.rtp = factory.deriveContext(ssrc, 0);
            this.rtcp = factory.deriveControlContext(ssrc);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no cipher for " + profile, e);
        } finally {
            factory.close();
        }
    }

    /// Protects an RTP packet; needs [SrtpProfile#rtpOverheadBytes] of room behind it.
    ///
    /// @return the new length
    public int protectRtp(byte[] bytes, int offset, int length) {
        requireRoom(bytes, offset, length, profile.rtpOverheadBytes());
        if (!Packets.isRtp(bytes, offset, length) || Packets.ssrcOfRtp(bytes, offset) != ssrc) {
            throw new IllegalArgumentException("not an RTP packet of ours");
        }
        return seal(bytes, offset, length, false);
    }

    /// Protects a compound RTCP packet; needs [SrtpProfile#rtcpOverheadBytes] of room behind it.
    ///
    /// @return the new length
    public int protectRtcp(byte[] bytes, int offset, int length) {
        requireRoom(bytes, offset, length, profile.rtcpOverheadBytes());
        if (!Packets.isRtcp(bytes, offset, length) || Packets.ssrcOfRtcp(bytes, offset) != ssrc) {
            throw new IllegalArgumentException("not an RTCP packet of ours");
        }
        return seal(bytes, offset, length, true);
    }

    private int seal(byte[] bytes, int offset, int length, boolean control) {
        view.at(bytes, offset, length);
        try {
            SrtpErrorStatus status =
                    control ? rtcp.transformPacket(view) : rtp.transformPacket(view);
            if (status != SrtpErrorStatus.OK) {
                throw new IllegalStateException("not protected: " + status.desc);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("not protected", e);
        }
        return view.getLength();
    }

    private static void requireRoom(byte[] bytes, int offset, int length, int overhead) {
        if (offset < 0 || length < 0 || length > bytes.length - offset - overhead) {
            throw new IllegalArgumentException("no room for " + overhead + " bytes of protection");
        }
    }
}
