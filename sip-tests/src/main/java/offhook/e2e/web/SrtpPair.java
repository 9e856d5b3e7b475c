package offhook.e2e.web;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.srtp.crypto.Aes;
import org.jitsi.utils.ByteArrayBuffer;
import org.jitsi.utils.logging2.LoggerImpl;

/// Both directions of SRTP under one set of keys (RFC 3711, RFC 7714). On the thread of its
/// endpoint.
public final class SrtpPair {
    /// How much longer a packet becomes at most.
    public static final int MAX_OVERHEAD_BYTES = 16;

    private static final int AES_CM_128_HMAC_SHA1_80 = 1;
    private static final int AEAD_AES_128_GCM = 7;

    /// As Chromium offers them: the newer one first.
    static final int[] PROFILES = {AEAD_AES_128_GCM, AES_CM_128_HMAC_SHA1_80};

    /// Kept, for java.util.logging forgets the level of a logger that nobody holds.
    private static final Logger LIBRARY_LOG = Logger.getLogger("org.jitsi");

    static {
        LIBRARY_LOG.setLevel(Level.WARNING);
        // Named before first use, or jitsi-srtp runs a benchmark of all it knows.
        Aes.setFactoryClassName("org.jitsi.srtp.crypto.Aes$OpenSSLCipherFactory");
    }

    private final View view = new View();
    private final Map<Integer, SrtpCryptoContext> receivers = new HashMap<>();
    private final Map<Integer, SrtpCryptoContext> senders = new HashMap<>();
    private final Map<Integer, SrtcpCryptoContext> controllers = new HashMap<>();
    private final SrtpContextFactory sending;
    private final SrtpContextFactory receiving;

    private SrtpPair(SrtpContextFactory sending, SrtpContextFactory receiving) {
        this.sending = sending;
        this.receiving = receiving;
    }

    static int materialBytes(int profile) {
        return 2 * (16 + saltBytes(profile));
    }

    private static int saltBytes(int profile) {
        return profile == AEAD_AES_128_GCM ? 12 : 14;
    }

    /// From what DTLS exports: client key, server key, client salt, server salt (RFC 5764 §4.2).
    static SrtpPair client(int profile, byte[] material) {
        int salt = saltBytes(profile);
        byte[] clientKey = Arrays.copyOfRange(material, 0, 16);
        byte[] serverKey = Arrays.copyOfRange(material, 16, 32);
        byte[] clientSalt = Arrays.copyOfRange(material, 32, 32 + salt);
        byte[] serverSalt = Arrays.copyOfRange(material, 32 + salt, 32 + 2 * salt);
        return new SrtpPair(
                factory(true, clientKey, clientSalt, profile),
                factory(false, serverKey, serverSalt, profile));
    }

    /// Both directions with one key, for measuring.
    public static SrtpPair loopback() {
        byte[] key = new byte[16];
        byte[] salt = new byte[12];
        return new SrtpPair(
                factory(true, key, salt, AEAD_AES_128_GCM),
                factory(false, key, salt, AEAD_AES_128_GCM));
    }

    private static SrtpContextFactory factory(
            boolean sender, byte[] key, byte[] salt, int profile) {
        SrtpPolicy policy =
                profile == AEAD_AES_128_GCM
                        ? new SrtpPolicy(
                                SrtpPolicy.AESGCM_ENCRYPTION,
                                16,
                                SrtpPolicy.NULL_AUTHENTICATION,
                                0,
                                16,
                                12)
                        : new SrtpPolicy(
                                SrtpPolicy.AESCM_ENCRYPTION,
                                16,
                                SrtpPolicy.HMACSHA1_AUTHENTICATION,
                                20,
                                10,
                                14);
        return new SrtpContextFactory(
                sender, key, salt, policy, policy, new LoggerImpl("offhook.e2e.srtp"));
    }

    /// Protects a packet in place; needs 16 bytes of room behind it.
    ///
    /// @return its new length
    public int protect(byte[] packet, int length) {
        try {
            SrtpCryptoContext context = context(senders, sending, packet);
            SrtpErrorStatus status = context.transformPacket(view.at(packet, length));
            if (status != SrtpErrorStatus.OK) {
                throw new IllegalStateException("not protected: " + status);
            }
            return view.getLength();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Protects an RTCP packet in place (RFC 3711 §3.4); needs 20 bytes of room behind it.
    ///
    /// @return its new length
    public int protectControl(byte[] packet, int length) {
        try {
            int ssrc = ByteBuffer.wrap(packet).getInt(4);
            SrtcpCryptoContext context = controllers.get(ssrc);
            if (context == null) {
                context = sending.deriveControlContext(ssrc);
                controllers.put(ssrc, context);
            }
            SrtpErrorStatus status = context.transformPacket(view.at(packet, length));
            if (status != SrtpErrorStatus.OK) {
                throw new IllegalStateException("not protected: " + status);
            }
            return view.getLength();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Opens a packet in place.
    ///
    /// @return its new length, or -1 if it is not authentic
    public int unprotect(byte[] packet, int length) {
        try {
            SrtpCryptoContext context = context(receivers, receiving, packet);
            SrtpErrorStatus status = context.reverseTransformPacket(view.at(packet, length), false);
            return status == SrtpErrorStatus.OK ? view.getLength() : -1;
        } catch (GeneralSecurityException e) {
            return -1;
        }
    }

    private static SrtpCryptoContext context(
            Map<Integer, SrtpCryptoContext> contexts, SrtpContextFactory factory, byte[] packet)
            throws GeneralSecurityException {
        int ssrc = ByteBuffer.wrap(packet).getInt(8);
        SrtpCryptoContext known = contexts.get(ssrc);
        if (known == null) {
            known = factory.deriveContext(ssrc, 0);
            contexts.put(ssrc, known);
        }
        return known;
    }

    /// A packet at the start of an array, as jitsi-srtp wants to see it.
    private static final class View implements ByteArrayBuffer {
        private byte[] bytes = new byte[0];
        private int offset;
        private int length;

        View at(byte[] packet, int packetLength) {
            bytes = packet;
            offset = 0;
            length = packetLength;
            return this;
        }

        @Override
        public byte[] getBuffer() {
            return bytes;
        }

        @Override
        public int getOffset() {
            return offset;
        }

        @Override
        public int getLength() {
            return length;
        }

        @Override
        public void setOffset(int newOffset) {
            offset = newOffset;
        }

        @Override
        public void setLength(int newLength) {
            length = newLength;
        }

        @Override
        public boolean isInvalid() {
            return false;
        }

        @Override
        public void readRegionToBuff(int from, int count, byte[] target) {
            System.arraycopy(bytes, offset + from, target, 0, count);
        }

        @Override
        public void grow(int count) {
            // The arrays have room behind every packet.
        }

        @Override
        public void append(byte[] data, int count) {
            System.arraycopy(data, 0, bytes, offset + length, count);
            length += count;
        }

        @Override
        public void shrink(int count) {
            length -= count;
        }
    }
}
