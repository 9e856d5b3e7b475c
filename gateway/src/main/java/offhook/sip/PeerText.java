package offhook.sip;

/// Text of a peer made fit to be handed on: bounded, without control characters and without halves
/// of characters. Whoever shows it still has to escape it.
final class PeerText {

    private PeerText() {}

    static String of(String text, int maxChars) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), maxChars));
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (out.length() + Character.charCount(c) > maxChars) {
                break;
            }
            boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            if (!half && !Character.isISOControl(c) && c != 0x2028 && c != 0x2029) {
                out.appendCodePoint(c);
            }
        }
        return out.toString();
    }
}
