package offhook.ice;

import java.security.SecureRandom;

/// Our username fragment and password of one ICE session (RFC 8445 §5.3).
///
/// The first character of a fragment of ours names the media loop that owns the session, in base
/// 36, so that any loop that reads a check knows whose it is.
///
/// @param ufrag username fragment
/// @param password password; never printed
public record IceCredentials(String ufrag, String password) {

    /// How many loops a fragment can name.
    public static final int MAX_LOOPS = 36;

    /// Length of our fragments: the loop and 42 random bits (RFC 8445 asks for 24).
    static final int UFRAG_CHARS = 8;

    /// Length of our passwords: 144 random bits (RFC 8445 asks for 128).
    static final int PASSWORD_CHARS = 24;

    /// The ice-char set (RFC 8839 §5.4).
    private static final String ICE_CHARS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private static final SecureRandom RANDOM = new SecureRandom();

    /// Makes credentials nobody can guess.
    ///
    /// @param loopIndex the owning loop, below [#MAX_LOOPS]
    public static IceCredentials generate(int loopIndex) {
        if (loopIndex < 0 || loopIndex >= MAX_LOOPS) {
            throw new IllegalArgumentException("no such loop: " + loopIndex);
        }
        return new IceCredentials(
                Character.forDigit(loopIndex, MAX_LOOPS) + randomText(UFRAG_CHARS - 1),
                randomText(PASSWORD_CHARS));
    }

    /// The loop that owns the session of a local fragment; -1 when the fragment is none of ours.
    public static int loopOf(String localUfrag) {
        return localUfrag.length() == UFRAG_CHARS ? loopOf(localUfrag.charAt(0)) : -1;
    }

    static int loopOf(char first) {
        // Digits and lower case only: digit() would also take capitals and other scripts.
        return (first >= '0' && first <= '9') || (first >= 'a' && first <= 'z')
                ? Character.digit(first, MAX_LOOPS)
                : -1;
    }

    private static String randomText(int chars) {
        byte[] random = new byte[chars];
        RANDOM.nextBytes(random);
        StringBuilder text = new StringBuilder(chars);
        for (byte b : random) {
            text.append(ICE_CHARS.charAt(b & 0x3F));
        }
        return text.toString();
    }

    /// The fragment only.
    @Override
    public String toString() {
        return "IceCredentials[ufrag=" + ufrag + ", redacted]";
    }
}
