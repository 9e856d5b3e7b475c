package offhook.sdp;

import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the value of `a=crypto` (RFC 4568 §9.1, §9.2), strictly. A line that is not well-formed,
/// or asks for what we do not do, is no reason to refuse the lines beside it. What it says of a
/// line never shows the key.
final class CryptoReader {

    private static final Pattern LINE =
            Pattern.compile("([0-9]{1,9}) +([A-Za-z0-9_]{1,64}) +([^ ]+)((?: +[^ ]+)*)");

    /// RFC 4568 §6.1: key and salt, lifetime, master key identifier.
    private static final Pattern KEY =
            Pattern.compile(
                    "(?i:inline):([A-Za-z0-9+/]{1,256}={0,2})(?:\\|(2\\^[0-9]{1,3}|[0-9]{1,16}))?"
                            + "(\\|[0-9]{1,64}:[0-9]{1,3})?");

    private static final Pattern WINDOW = Pattern.compile("WSH=([0-9]{2,4})");

    /// RFC 3711 §9.2, RFC 7714 §14.2: no key protects more RTP packets.
    private static final int MAX_LIFETIME_BITS = 48;

    /// RFC 4568 §6.3.7
    private static final int MIN_WINDOW = 64;

    private CryptoReader() {}

    static CryptoLine read(String value) {
        Matcher line = LINE.matcher(value);
        if (!line.matches()) {
            return new CryptoLine.Unusable("a line that is not of the form 'tag suite inline:key'");
        }
        String name = line.group(1) + " " + line.group(2);
        Optional<CryptoSuite> suite = CryptoSuite.named(line.group(2));
        if (suite.isEmpty()) {
            return new CryptoLine.Unusable(name + " (unknown suite)");
        }
        String parameter = unserved(line.group(4).strip());
        if (!parameter.isEmpty()) {
            return new CryptoLine.Unusable(
                    name + " (" + SdpLine.quote(parameter) + " is not served)");
        }
        return key(Integer.parseInt(line.group(1)), name, suite.get(), line.group(3));
    }

    private static CryptoLine key(int tag, String name, CryptoSuite suite, String text) {
        if (text.indexOf(';') >= 0) {
            return new CryptoLine.Unusable(name + " (more than one key is not served)");
        }
        Matcher key = KEY.matcher(text);
        if (!key.matches()) {
            return new CryptoLine.Unusable(name + " (its key is not of the form 'inline:Base64')");
        }
        if (key.group(3) != null) {
            return new CryptoLine.Unusable(name + " (a master key identifier, MKI, is not served)");
        }
        if (key.group(2) != null && !isLifetime(key.group(2))) {
            return new CryptoLine.Unusable(name + " (its lifetime is not within 1-2^48 packets)");
        }
        byte[] keySalt;
        try {
            keySalt = Base64.getDecoder().decode(key.group(1));
        } catch (IllegalArgumentException e) {
            return new CryptoLine.Unusable(name + " (its key is not Base64)");
        }
        int wanted = suite.keyBytes() + suite.saltBytes();
        return keySalt.length == wanted
                ? new CryptoLine.Usable(Crypto.of(tag, suite, keySalt))
                : new CryptoLine.Unusable(
                        "%s (its key and salt have %d bytes, not %d)"
                                .formatted(name, keySalt.length, wanted));
    }

    /// How long a key of the peer's serves is the peer's to heed: it changes it in time.
    private static boolean isLifetime(String text) {
        if (text.startsWith("2^")) {
            int bits = Integer.parseInt(text.substring(2));
            return bits <= MAX_LIFETIME_BITS;
        }
        long packets = Long.parseLong(text);
        return packets >= 1 && packets <= 1L << MAX_LIFETIME_BITS;
    }

    /// The first session parameter that we cannot go along with (RFC 4568 §6.3); empty: none. A
    /// window's size is only a hint, and what begins with '-' may be ignored.
    private static String unserved(String parameters) {
        for (String parameter : parameters.split(" +", -1)) {
            Matcher window = WINDOW.matcher(parameter.toUpperCase(Locale.ROOT));
            boolean harmless =
                    parameter.isEmpty()
                            || parameter.startsWith("-")
                            || (window.matches()
                                    && Integer.parseInt(window.group(1)) >= MIN_WINDOW);
            if (!harmless) {
                return parameter;
            }
        }
        return "";
    }
}
