package offhook.codec.telephony;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A key of the keypad with its event code (RFC 4733 §3.2). The order is that of the codes.
public enum DtmfEvent {
    DIGIT_0('0'),
    DIGIT_1('1'),
    DIGIT_2('2'),
    DIGIT_3('3'),
    DIGIT_4('4'),
    DIGIT_5('5'),
    DIGIT_6('6'),
    DIGIT_7('7'),
    DIGIT_8('8'),
    DIGIT_9('9'),
    STAR('*'),
    POUND('#'),
    A('A'),
    B('B'),
    C('C'),
    D('D');

    /// Ready made, because events are looked up per packet.
    private static final List<Optional<DtmfEvent>> BY_CODE =
            Arrays.stream(values()).map(Optional::of).toList();

    // Row by row and column by column as on the keypad (ITU-T Q.23 §5).
    private static final double[] LOW_HZ = {697, 770, 852, 941};
    private static final double[] HIGH_HZ = {1209, 1336, 1477, 1633};
    private static final String KEYPAD = "123A456B789C*0#D";

    private final char digit;

    DtmfEvent(char digit) {
        this.digit = digit;
    }

    /// As it is printed on the key.
    public char digit() {
        return digit;
    }

    /// 0-15.
    public int code() {
        return ordinal();
    }

    /// The lower of its two tones (ITU-T Q.23 §5).
    public double lowHz() {
        return LOW_HZ[KEYPAD.indexOf(digit) / HIGH_HZ.length];
    }

    /// The higher of its two tones.
    public double highHz() {
        return HIGH_HZ[KEYPAD.indexOf(digit) % HIGH_HZ.length];
    }

    /// The key of an event code; none for tones and signals other than DTMF.
    public static Optional<DtmfEvent> ofCode(int code) {
        return code >= 0 && code < BY_CODE.size() ? BY_CODE.get(code) : Optional.empty();
    }

    /// The key that a character names; letters in either case.
    public static Optional<DtmfEvent> ofDigit(char digit) {
        char upper = digit >= 'a' && digit <= 'd' ? (char) (digit - 'a' + 'A') : digit;
        for (Optional<DtmfEvent> event : BY_CODE) {
            if (event.orElseThrow().digit == upper) {
                return event;
            }
        }
        return Optional.empty();
    }
}
