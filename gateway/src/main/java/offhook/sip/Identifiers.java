package offhook.sip;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Tags, branches and Call-IDs: at least 96 random bits in hex, so that knowing one tells nothing
/// of the next (RFC 3261 §19.3 asks for 32 bits, and for randomness).
public final class Identifiers {

    private static final int MAC_BYTES = 12;

    /// What a branch is made of before its hash: 96 random bits and the visits.
    private static final int STEM_DIGITS = 25;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final SecretKeySpec KEY = new SecretKeySpec(random(32), "HmacSHA256");

    private Identifiers() {}

    /// 128 random bits.
    public static String next() {
        return HexFormat.of().formatHex(random(16));
    }

    /// What random choices are made by.
    static RandomGenerator random() {
        return RANDOM;
    }

    /// A branch as RFC 3261 §8.1.1.7 wants it, that [#isOurBranch] knows again.
    public static String nextBranch() {
        return nextBranch(0);
    }

    /// A branch that says how often its call has left us.
    ///
    /// @param visits 0 to 9
    static String nextBranch(int visits) {
        String stem = HexFormat.of().formatHex(random(12)) + visits;
        return ViaField.MAGIC_COOKIE + stem + keyed(List.of(stem));
    }

    /// A new branch for a request that is sent again.
    static String branchAfter(String branch) {
        return nextBranch(visits(branch));
    }

    /// Whether a branch is one of this process: a response with any other was not asked for.
    public static boolean isOurBranch(String branch) {
        int start = ViaField.MAGIC_COOKIE.length();
        int middle = start + STEM_DIGITS;
        if (branch.length() != middle + 2 * MAC_BYTES) {
            return false;
        }
        return equalInConstantTime(
                branch.substring(middle), keyed(List.of(branch.substring(start, middle))));
    }

    /// How often the call of a branch had left us; 0 when the branch is not ours.
    static int visits(String branch) {
        int last = ViaField.MAGIC_COOKIE.length() + STEM_DIGITS - 1;
        return isOurBranch(branch) ? branch.charAt(last) - '0' : 0;
    }

    /// Compares what somebody might guess, so that the time it takes tells nothing.
    static boolean equalInConstantTime(String given, String right) {
        return MessageDigest.isEqual(
                given.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }

    /// 96 bits that follow from the texts, and that nobody else can foretell.
    static String keyed(List<String> texts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(KEY);
            for (String text : texts) {
                mac.update(text.getBytes(StandardCharsets.ISO_8859_1));
                mac.update((byte) '\n');
            }
            return HexFormat.of().formatHex(Arrays.copyOf(mac.doFinal(), MAC_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static byte[] random(int bytes) {
        byte[] bits = new byte[bytes];
        RANDOM.nextBytes(bits);
        return bits;
    }
}
