package offhook.sip;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A digit in the body of INFO, in the two forms that PBXs send; no RFC has them.
///
/// ```text
/// application/dtmf-relay     application/dtmf
/// Signal=5                   5
/// Duration=160
/// ```
///
/// @param digit one of 0-9 * # A-D
/// @param durationMillis how long, between 40 ms and 5 s
record DtmfInfo(char digit, int durationMillis) {

    /// What the body says.
    enum Form {
        /// `application/dtmf-relay`: digit and duration.
        RELAY("dtmf-relay"),
        /// `application/dtmf`: the digit alone.
        PLAIN("dtmf");

        private final String subtype;

        Form(String subtype) {
            this.subtype = subtype;
        }

        /// Of the media type `application`.
        String subtype() {
            return subtype;
        }

        /// The form that a media type names.
        static Optional<Form> of(String type, String subtype) {
            if (!type.equalsIgnoreCase("application")) {
                return Optional.empty();
            }
            for (Form form : values()) {
                if (form.subtype.equalsIgnoreCase(subtype)) {
                    return Optional.of(form);
                }
            }
            return Optional.empty();
        }
    }

    /// By the codes of RFC 4733 §3.2, which some peers write instead of the letters.
    private static final String DIGITS = "0123456789*#ABCD";

    private static final int MAX_BODY_BYTES = 256;
    private static final int DEFAULT_MILLIS = 160;
    private static final int SHORTEST_MILLIS = 40;
    private static final int LONGEST_MILLIS = 5000;
    private static final Pattern CODE = Pattern.compile("[0-9]{2,3}");
    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,9}");
    private static final Pattern LINE = Pattern.compile("([A-Za-z-]{1,32})[ \t]*=[ \t]*([!-~]*)");

    /// Reads a body.
    ///
    /// @return the digit; none when the body names a signal that is no digit, such as the hook
    ///   flash
    /// @throws SipRequestException when it is not what its type says
    static Optional<DtmfInfo> read(Form form, byte[] body) throws SipRequestException {
        if (body.length > MAX_BODY_BYTES) {
            throw SipRequestException.malformed("a digit does not need so long a body");
        }
        String text = new String(body, StandardCharsets.ISO_8859_1);
        return switch (form) {
            case PLAIN -> digit(text.strip(), DEFAULT_MILLIS);
            case RELAY -> relay(text);
        };
    }

    private static Optional<DtmfInfo> relay(String text) throws SipRequestException {
        String signal = "";
        String duration = "";
        for (String line : text.split("\r\n|\n|\r", -1)) {
            var matcher = LINE.matcher(line.strip());
            if (line.isBlank()) {
                continue;
            }
            if (!matcher.matches()) {
                throw SipRequestException.malformed("not 'Name=value'");
            }
            switch (matcher.group(1).toLowerCase(Locale.ROOT)) {
                case "signal" -> signal = once(signal, matcher.group(2));
                case "duration" -> duration = once(duration, matcher.group(2));
                default -> {
                    // Some add what nobody needs, such as a volume.
                }
            }
        }
        if (!duration.isEmpty() && !MILLIS.matcher(duration).matches()) {
            throw SipRequestException.malformed("Duration is no number of milliseconds");
        }
        return digit(signal, duration.isEmpty() ? DEFAULT_MILLIS : Integer.parseInt(duration));
    }

    private static String once(String before, String value) throws SipRequestException {
        if (!before.isEmpty() || value.isEmpty()) {
            throw SipRequestException.malformed("one Signal and one Duration");
        }
        return value;
    }

    private static Optional<DtmfInfo> digit(String signal, int millis) throws SipRequestException {
        int code;
        if (CODE.matcher(signal).matches()) {
            code = Integer.parseInt(signal);
        } else if (signal.length() == 1) {
            code = DIGITS.indexOf(signal.toUpperCase(Locale.ROOT));
            if (code < 0 && signal.equals("!")) {
                return Optional.empty(); // the hook flash
            }
        } else {
            code = -1;
        }
        if (code < 0) {
            throw SipRequestException.malformed("no digit in the body");
        }
        return code < DIGITS.length()
                ? Optional.of(
                        new DtmfInfo(
                                DIGITS.charAt(code),
                                Math.clamp(millis, SHORTEST_MILLIS, LONGEST_MILLIS)))
                : Optional.empty();
    }

    /// The body.
    String write(Form form) {
        return switch (form) {
            case RELAY -> "Signal=" + digit + "\r\nDuration=" + durationMillis + "\r\n";
            case PLAIN -> digit + "\r\n";
        };
    }

    /// Logs must not show the digit: people type card numbers.
    @Override
    public String toString() {
        return "DtmfInfo[" + durationMillis + " ms]";
    }
}
