package offhook.dtls;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Looks at the headers of a DTLS 1.2 datagram (RFC 6347 §4.1, §4.2.2) before Bouncy Castle may.
/// Owned by the thread that offers datagrams to the handshake.
///
/// Bouncy Castle allocates what the header of a handshake fragment claims, up to 16 MiB for each of
/// 16 messages, before it knows the peer: 205 bytes could cost 256 MiB. Here a claim must be
/// plausible to pass, and all claims of one handshake together are bounded. Refused too is what
/// could only do harm: alerts in the clear, which anyone could forge, and records of content types,
/// epochs and lengths that this handshake never has.
///
/// A datagram passes whole or not at all, and one that is refused changes nothing here.
///
/// When the handshake is complete, records in the clear may only repeat messages of it: a peer that
/// lost our last flight sends its own again and must be answered (RFC 6347 §4.2.4). New ones, a
/// foreign ClientHello above all, are refused.
final class RecordFilter {

    /// How many messages a peer sends in one handshake at most: a server's flight with
    /// HelloVerifyRequest, CertificateStatus and NewSessionTicket.
    static final int MAX_MESSAGES = 9;

    static final int MAX_MESSAGE_BYTES = DtlsTerms.MAX_MESSAGE_BYTES;

    /// What the messages of one handshake may claim together.
    static final int MAX_CLAIMED_BYTES = 64 * 1024;

    /// What a peer may send in the whole life of an association, retransmissions included. A
    /// handshake takes about 3 KiB; what comes after this is not worth the decryption.
    static final int MAX_RECEIVED_BYTES = 64 * 1024;

    /// How many fragments a peer may cut its messages into, retransmissions included.
    static final int MAX_FRAGMENTS = 512;

    private static final int RECORD_HEADER_BYTES = 13;
    private static final int FRAGMENT_HEADER_BYTES = 12;

    /// Explicit nonce and tag of AES-GCM (RFC 5288 §3), and a byte of content: shorter ones make
    /// Bouncy Castle end the association instead of ignoring them.
    private static final int MIN_PROTECTED_BYTES = 8 + 16 + 1;

    /// Protected are only Finished and alerts; the former is the longer, with 48.
    private static final int MAX_PROTECTED_BYTES = 128;

    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;

    // Message types (RFC 5246 §7.4, RFC 6347 §4.3.2, RFC 6066 §8, RFC 5077 §3.3) in the clear. In
    // both directions Finished is protected.
    private static final long FROM_CLIENT = bits(1, 11, 15, 16);
    private static final long FROM_SERVER = bits(2, 3, 4, 11, 12, 13, 14, 22);
    private static final int CLIENT_HELLO = 1;

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private final long allowedTypes;

    // What is known of the handshake: each message's first claim binds its later fragments.
    private final int[] types = new int[MAX_MESSAGES];
    private final int[] lengths = new int[MAX_MESSAGES];
    private int claimedBytes;
    private int receivedBytes;
    private int fragments;
    private int alertInClear = -1;

    // The same, for the datagram being looked at.
    private final int[] newTypes = new int[MAX_MESSAGES];
    private final int[] newLengths = new int[MAX_MESSAGES];
    private int newClaimedBytes;
    private int newFragments;

    /// @param role our own role
    RecordFilter(DtlsRole role) {
        allowedTypes = role == DtlsRole.SERVER ? FROM_CLIENT : FROM_SERVER;
    }

    /// Whether a datagram may go to Bouncy Castle.
    ///
    /// @param established whether the handshake is complete
    boolean pass(byte[] bytes, int offset, int length, boolean established) {
        if (length < RECORD_HEADER_BYTES
                || length > QueueTransport.RECEIVE_LIMIT
                || length > MAX_RECEIVED_BYTES - receivedBytes) {
            return false;
        }
        System.arraycopy(types, 0, newTypes, 0, MAX_MESSAGES);
        System.arraycopy(lengths, 0, newLengths, 0, MAX_MESSAGES);
        newClaimedBytes = claimedBytes;
        newFragments = fragments;
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (end - at < RECORD_HEADER_BYTES) {
                return false;
            }
            int recordBytes = uint16(bytes, at + 11);
            if (recordBytes == 0
                    || recordBytes > end - at - RECORD_HEADER_BYTES
                    || !isVersion(bytes, at + 1)) {
                return false;
            }
            int epoch = uint16(bytes, at + 3);
            int content = at + RECORD_HEADER_BYTES;
            boolean good =
                    switch (epoch) {
                        case 0 -> isGoodInClear(bytes, at, content, recordBytes, established);
                        case 1 -> isGoodProtected(bytes[at], recordBytes);
                        default -> false; // no renegotiation
                    };
            if (!good) {
                return false;
            }
            at = content + recordBytes;
        }
        System.arraycopy(newTypes, 0, types, 0, MAX_MESSAGES);
        System.arraycopy(newLengths, 0, lengths, 0, MAX_MESSAGES);
        claimedBytes = newClaimedBytes;
        fragments = newFragments;
        receivedBytes += length;
        return true;
    }

    /// The last alert that was refused because it came in the clear, -1 if none did. Not to be
    /// believed, but it may explain a handshake that comes to nothing.
    int alertInClear() {
        return alertInClear;
    }

    private boolean isGoodInClear(
            byte[] bytes, int at, int content, int recordBytes, boolean established) {
        return switch (bytes[at]) {
            case HANDSHAKE -> areGoodFragments(bytes, content, recordBytes, established);
            case CHANGE_CIPHER_SPEC -> recordBytes == 1 && bytes[content] == 1;
            case ALERT -> {
                alertInClear = recordBytes == 2 ? bytes[content + 1] & 0xFF : alertInClear;
                yield false;
            }
            default -> false;
        };
    }

    /// What is in it only Bouncy Castle can tell; it ignores what does not authenticate.
    private static boolean isGoodProtected(byte contentType, int recordBytes) {
        return (contentType == HANDSHAKE || contentType == ALERT)
                && recordBytes >= MIN_PROTECTED_BYTES
                && recordBytes <= MAX_PROTECTED_BYTES;
    }

    private boolean areGoodFragments(
            byte[] bytes, int content, int recordBytes, boolean established) {
        int at = content;
        int end = content + recordBytes;
        while (at < end) {
            if (end - at < FRAGMENT_HEADER_BYTES) {
                return false;
            }
            int type = bytes[at] & 0xFF;
            int messageBytes = uint24(bytes, at + 1);
            int sequence = uint16(bytes, at + 4);
            int fragmentOffset = uint24(bytes, at + 6);
            int fragmentBytes = uint24(bytes, at + 9);
            if (fragmentBytes > end - at - FRAGMENT_HEADER_BYTES
                    || messageBytes > MAX_MESSAGE_BYTES
                    || fragmentOffset + fragmentBytes > messageBytes
                    || (fragmentBytes == 0 && messageBytes > 0)
                    || sequence >= MAX_MESSAGES
                    || !isAllowed(type, sequence)
                    || ++newFragments > MAX_FRAGMENTS
                    || !claim(sequence, type, messageBytes, established)) {
                return false;
            }
            at += FRAGMENT_HEADER_BYTES + fragmentBytes;
        }
        return true;
    }

    private boolean isAllowed(int type, int sequence) {
        return type < Long.SIZE
                && (allowedTypes >>> type & 1) != 0
                // We ask for no cookie, so a ClientHello is the first message and only that.
                && (allowedTypes != FROM_CLIENT || (type == CLIENT_HELLO) == (sequence == 0));
    }

    private boolean claim(int sequence, int type, int messageBytes, boolean established) {
        if (newTypes[sequence] == 0) {
            if (established || messageBytes > MAX_CLAIMED_BYTES - newClaimedBytes) {
                return false;
            }
            newTypes[sequence] = type;
            newLengths[sequence] = messageBytes;
            newClaimedBytes += messageBytes;
            return true;
        }
        // A complete handshake has nothing more to say to a ClientHello, even the same one.
        return newTypes[sequence] == type
                && newLengths[sequence] == messageBytes
                && !(established && type == CLIENT_HELLO);
    }

    /// DTLS 1.2, or 1.0 as the first ClientHello's record may say (RFC 6347 §4.1).
    private static boolean isVersion(byte[] bytes, int at) {
        return bytes[at] == (byte) 0xFE
                && (bytes[at + 1] == (byte) 0xFD || bytes[at + 1] == (byte) 0xFF);
    }

    private static int uint16(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at) & 0xFFFF;
    }

    private static int uint24(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 16 | uint16(bytes, at + 1);
    }

    private static long bits(int... types) {
        long bits = 0;
        for (int type : types) {
            bits |= 1L << type;
        }
        return bits;
    }
}
