package offhook.web;

import java.util.Map;
import java.util.regex.Pattern;

/// Header fields that a page wants to go along with a call. Which of them go is decided by the
/// trunk's allow-list; here they are only kept from being anything else than header fields.
public final class DialledHeaders {

    public static final int MAX_FIELDS = 16;
    private static final int MAX_CHARS = 2048;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.!%_+~-]{1,64}");

    /// Printable ASCII: what becomes of anything else on the way to a telephone nobody knows.
    private static final Pattern VALUE = Pattern.compile("[!-~]([ -~]{0,510}[!-~])?");

    private DialledHeaders() {}

    public static boolean areFit(Map<String, String> headers) {
        int chars = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (!NAME.matcher(header.getKey()).matches()
                    || !VALUE.matcher(header.getValue()).matches()) {
                return false;
            }
            chars += header.getKey().length() + header.getValue().length();
        }
        return chars <= MAX_CHARS;
    }
}
