package offhook.media;

import java.util.Optional;
import offhook.net.PacketBuffer;
import offhook.sdp.Crypto;
import offhook.sdp.CryptoPair;
import offhook.sdp.Encryption;
import offhook.srtp.SrtpMasterKey;
import offhook.srtp.SrtpProfile;
import offhook.srtp.SrtpReceiver;
import offhook.srtp.SrtpResult;
import offhook.srtp.SrtpSender;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.jspecify.annotations.Nullable;

/// The SRTP of a trunk leg (RFC 3711), with keys that the descriptions carry (RFC 4568). On the
/// leg's loop only.
///
/// A key that stays over a renegotiation keeps its context, and so its rollover counter and what it
/// has seen; a new one begins anew. What does not open is counted and dropped, and changes nothing.
final class TrunkProtection {

    /// PBXs change the SSRC with each party that they connect, under the same key.
    private static final int MAX_SOURCES = 64;

    private final int ssrc;
    private final Counters counters;
    private final LegMeter meter;
    private final TrunkKeys keys;
    private final boolean offered;

    private @Nullable CryptoPair agreed;
    private @Nullable SrtpSender sender;
    private @Nullable SrtpReceiver receiver;

    /// Opens what was under way when the peer changed its key, until the new one opens a packet.
    private @Nullable SrtpReceiver earlier;

    /// A packet as it came, because a key that does not fit may spoil it.
    private byte[] copy = new byte[0];

    /// @param ssrc what we send with
    TrunkProtection(Encryption.Policy policy, int ssrc, Counters counters, LegMeter meter) {
        this.ssrc = ssrc;
        this.counters = counters;
        this.meter = meter;
        this.keys = new TrunkKeys(policy);
        this.offered = policy != Encryption.Policy.OFF;
    }

    /// For our next description.
    Encryption encryption() {
        return keys.encryption();
    }

    /// The descriptions agree on these keys; empty: on none.
    void agree(Optional<CryptoPair> pair) {
        CryptoPair before = agreed;
        CryptoPair now = pair.orElse(null);
        agreed = now;
        if (before != null && (now == null || !now.ours().sameKey(before.ours()))) {
            keys.renew(before.suite());
            sender = null;
        }
        if (now == null) {
            receiver = null;
            earlier = null;
            meter.protection("");
            return;
        }
        if (sender == null) {
            sender = new SrtpSender(masterKey(now.ours()), ssrc);
        }
        if (before == null || !now.theirs().sameKey(before.theirs())) {
            earlier = receiver;
            copy = earlier == null ? copy : new byte[PacketBuffer.CAPACITY_BYTES];
            receiver = new SrtpReceiver(masterKey(now.theirs()), MAX_SOURCES);
        }
        meter.protection(now.suite().name());
    }

    private static SrtpMasterKey masterKey(Crypto crypto) {
        SrtpProfile profile =
                switch (crypto.suite()) {
                    case AEAD_AES_128_GCM -> SrtpProfile.AEAD_AES_128_GCM;
                    case AEAD_AES_256_GCM -> SrtpProfile.AEAD_AES_256_GCM;
                    case AES_CM_128_HMAC_SHA1_80 -> SrtpProfile.AES_CM_128_HMAC_SHA1_80;
                    case AES_CM_128_HMAC_SHA1_32 -> SrtpProfile.AES_CM_128_HMAC_SHA1_32;
                    case AES_256_CM_HMAC_SHA1_80 -> SrtpProfile.AES_256_CM_HMAC_SHA1_80;
                };
        return new SrtpMasterKey(profile, crypto.key(), crypto.salt());
    }

    /// Whether packets are protected.
    boolean isOn() {
        return receiver != null;
    }

    /// Whether a packet that comes before anything was agreed may be protected with a key that is
    /// still on its way (RFC 4568 §7.1.2).
    boolean awaitsKey() {
        return offered && agreed == null;
    }

    /// A packet came before its key, and is lost.
    void onEarly() {
        counters.increment(Counter.SRTP_EARLY);
    }

    /// Opens an RTP packet in place.
    ///
    /// @return false when it is to be dropped
    boolean openRtp(PacketBuffer packet) {
        return open(packet, false);
    }

    /// Opens an RTCP packet in place.
    ///
    /// @return false when it is to be dropped
    boolean openRtcp(PacketBuffer packet) {
        return open(packet, true);
    }

    private boolean open(PacketBuffer packet, boolean control) {
        SrtpReceiver now = receiver;
        SrtpReceiver before = earlier;
        if (now == null) {
            return false;
        }
        int length = packet.length();
        if (before != null) {
            System.arraycopy(packet.bytes(), packet.offset(), copy, 0, length);
        }
        SrtpResult result = open(now, packet, control);
        if (before != null && result == SrtpResult.OK) {
            earlier = null;
        } else if (before != null && result == SrtpResult.AUTH_FAILED) {
            System.arraycopy(copy, 0, packet.bytes(), packet.offset(), length);
            result = open(before, packet, control);
        }
        if (result != SrtpResult.OK) {
            count(result);
            meter.onRefused(result);
        }
        return result == SrtpResult.OK;
    }

    private static SrtpResult open(SrtpReceiver with, PacketBuffer packet, boolean control) {
        SrtpResult result =
                control
                        ? with.unprotectRtcp(packet.bytes(), packet.offset(), packet.length())
                        : with.unprotectRtp(packet.bytes(), packet.offset(), packet.length());
        if (result == SrtpResult.OK) {
            packet.length(with.lastLength());
        }
        return result;
    }

    private void count(SrtpResult refusal) {
        counters.increment(
                switch (refusal) {
                    case OK -> throw new IllegalArgumentException("no refusal");
                    case AUTH_FAILED -> Counter.SRTP_AUTH_FAILED;
                    case REPLAYED -> Counter.SRTP_REPLAYED;
                    case MALFORMED, TOO_MANY_SOURCES -> Counter.RTP_MALFORMED;
                });
    }

    /// Protects an RTP packet of ours in place, where keys are agreed.
    void sealRtp(PacketBuffer packet) {
        SrtpSender with = sender;
        if (with != null) {
            packet.length(with.protectRtp(packet.bytes(), packet.offset(), packet.length()));
        }
    }

    /// Protects an RTCP packet of ours in place, where keys are agreed.
    void sealRtcp(PacketBuffer packet) {
        SrtpSender with = sender;
        if (with != null) {
            packet.length(with.protectRtcp(packet.bytes(), packet.offset(), packet.length()));
        }
    }
}
