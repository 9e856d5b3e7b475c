package offhook.sip;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// A digit that came in the body of INFO: `application/dtmf-relay` or `application/dtmf`, the two
/// forms that PBXs send; no RFC has them.
///
/// @param digit one of 0-9 * # A-D
/// @param durationMillis how long, between 40 ms and 5 s
record DtmfInfo(char digit, int durationMillis) {

    private static final String DIGITS = "0123456789*#ABCD";
    private static final int DEFAULT_MILLIS = 160;

    /// Reads a body.
    ///
    /// @param subtype `dtmf-relay` or `dtmf`
    static Optional<DtmfInfo> read(String subtype, byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        if (subtype.equalsIgnoreCase("dtmf")) {
            return digit(text).map(d -> new DtmfInfo(d, DEFAULT_MILLIS));
        }
        String signal = "";
        int millis = DEFAULT_MILLIS;
        for (String line : text.split("\r?\n", 8)) {
            int equals = line.indexOf('=');
            String name = equals < 0 ? "" : line.substring(0, equals).strip();
            String value = line.substring(equals + 1).strip();
            if (name.equalsIgnoreCase("Signal")) {
                signal = value;
            } else if (name.equalsIgnoreCase("Duration") && value.matches("[0-9]{1,5}")) {
                millis = Math.clamp(Integer.parseInt(value), 40, 5000);
            }
        }
        int duration = millis;
        return digit(signal).map(d -> new DtmfInfo(d, duration));
    }

    private static Optional<Character> digit(String text) {
        String signal = text.strip().toUpperCase(Locale.ROOT);
        boolean one = signal.length() == 1 && DIGITS.contains(signal);
        return one ? Optional.of(signal.charAt(0)) : Optional.empty();
    }
}
