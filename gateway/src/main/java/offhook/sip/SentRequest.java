package offhook.sip;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A request that went by a connection.
///
/// @param branch the transaction that it opened
/// @param text the whole of it, one character a byte
/// @param again whether it went by another connection before, which broke
record SentRequest(String method, String branch, String callId, String text, boolean again) {

    /// Reads it from what is written; empty for ACK, which nobody answers.
    static Optional<SentRequest> of(byte[] bytes) {
        try {
            RawMessage message = MessageReader.read(bytes, 0, bytes.length);
            String method = message.method();
            return method.equals("ACK")
                    ? Optional.empty()
                    : Optional.of(
                            new SentRequest(
                                    method,
                                    branch(message),
                                    message.first("call-id").orElse(""),
                                    new String(bytes, StandardCharsets.ISO_8859_1),
                                    false));
        } catch (SipRequestException _) {
            return Optional.empty(); // no message of ours
        }
    }

    /// What a request and the responses to it have in common (RFC 3261 §17.1.3).
    String key() {
        return key(method, branch);
    }

    /// The same of a response; empty for a request.
    static Optional<String> answeredBy(byte[] bytes, int length) {
        try {
            RawMessage message = MessageReader.read(bytes, 0, length);
            String sequence = message.first("cseq").orElse("").strip();
            return message.isResponse()
                    ? Optional.of(
                            key(sequence.substring(sequence.lastIndexOf(' ') + 1), branch(message)))
                    : Optional.empty();
        } catch (SipRequestException _) {
            return Optional.empty(); // the front door has said what is wrong with it
        }
    }

    private static String branch(RawMessage message) throws SipRequestException {
        return ViaField.read(message.first("via").orElse("")).branch();
    }

    private static String key(String method, String branch) {
        return method + " " + branch;
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The same, on its last way.
    SentRequest sentAgain() {
        return new SentRequest(method, branch, callId, text, true);
    }
}
