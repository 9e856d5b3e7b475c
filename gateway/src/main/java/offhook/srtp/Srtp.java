package offhook.srtp;

import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.srtp.crypto.Aes;
import org.jitsi.srtp.crypto.JitsiOpenSslProvider;

/// Prepares jitsi-srtp and makes its contexts.
public final class Srtp {

    private static final String OPENSSL = "org.jitsi.srtp.crypto.Aes$OpenSSLCipherFactory";
    private static final String JDK = "org.jitsi.srtp.crypto.Aes$SunJCECipherFactory";
    private static final int WARM_UP_PACKETS = 1_000;
    private static final int WARM_UP_SSRC = 0x57A2;
    private static final int SHA1_KEY_BYTES = 20;

    private static final boolean NATIVE;

    static {
        // Named before first use, or jitsi-srtp runs a benchmark of all it knows.
        NATIVE = JitsiOpenSslProvider.isLoaded();
        Aes.setFactoryClassName(NATIVE ? OPENSSL : JDK);
    }

    private Srtp() {}

    /// Whether the ciphers are OpenSSL's. Without its native library the JDK's are used: correct,
    /// but slower and with more garbage.
    public static boolean isNative() {
        return NATIVE;
    }

    /// Loads and compiles what the first packets would otherwise wait a second for.
    public static void warmUp() {
        for (SrtpProfile profile : SrtpProfile.DTLS) {
            SrtpMasterKey key =
                    new SrtpMasterKey(
                            profile, new byte[profile.keyBytes()], new byte[profile.saltBytes()]);
            SrtpSender sender = new SrtpSender(key, WARM_UP_SSRC);
            SrtpReceiver receiver = new SrtpReceiver(key);
            byte[] packet = new byte[256];
            for (int i = 0; i < WARM_UP_PACKETS; i++) {
                packet[0] = (byte) 0x80;
                packet[1] = 0;
                packet[2] = (byte) (i >> 8);
                packet[3] = (byte) i;
                packet[10] = (byte) (WARM_UP_SSRC >> 8);
                packet[11] = (byte) WARM_UP_SSRC;
                int length = sender.protectRtp(packet, 0, 172);
                if (receiver.unprotectRtp(packet, 0, length) != SrtpResult.OK) {
                    throw new IllegalStateException("SRTP does not work here: " + profile);
                }
            }
        }
    }

    static SrtpContextFactory contexts(SrtpMasterKey key, boolean sender) {
        return new SrtpContextFactory(
                sender,
                key.key(),
                key.salt(),
                policy(key.profile(), key.profile().rtpOverheadBytes()),
                policy(key.profile(), key.profile().rtcpTagBytes()),
                SilentLogger.INSTANCE);
    }

    private static SrtpPolicy policy(SrtpProfile profile, int tagBytes) {
        return new SrtpPolicy(
                profile.isAead() ? SrtpPolicy.AESGCM_ENCRYPTION : SrtpPolicy.AESCM_ENCRYPTION,
                profile.keyBytes(),
                profile.isAead()
                        ? SrtpPolicy.NULL_AUTHENTICATION
                        : SrtpPolicy.HMACSHA1_AUTHENTICATION,
                profile.isAead() ? 0 : SHA1_KEY_BYTES,
                tagBytes,
                profile.saltBytes());
    }
}
