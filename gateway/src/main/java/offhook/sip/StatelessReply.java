package offhook.sip;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Answers requests without a transaction (RFC 3261 §8.2.7): the same request gets the same answer,
/// tag included, and nothing is remembered. An answer repeats Via, From, To, Call-ID and CSeq and
/// no other text of the request; where these cannot be read, there is no answer.
final class StatelessReply {

    /// The answer to a request.
    ///
    /// @param source where the request came from and the answer will go
    /// @return empty when no proper answer can be made
    Optional<byte[]> answer(
            RawMessage request,
            int status,
            List<HeaderField> more,
            InetAddress source,
            int sourcePort) {
        StringBuilder out = new StringBuilder(400);
        out.append("SIP/2.0 ").append(status).append(' ').append(ReasonPhrases.of(status)).append("\r\n");
        try {
            appendVias(out, request, source, sourcePort);
            String from = single(request, "from");
            out.append("From: ").append(from).append("\r\n");
            String to = single(request, "to");
            out.append("To: ").append(to);
            if (!to.contains("tag")) {
                out.append(";tag=").append(tag(request));
            }
            out.append("\r\nCall-ID: ").append(single(request, "call-id"));
            out.append("\r\nCSeq: ").append(single(request, "cseq")).append("\r\n");
        } catch (SipRequestException e) {
            return Optional.empty();
        }
        for (HeaderField header : more) {
            out.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        out.append("Content-Length: 0\r\n\r\n");
        return Optional.of(out.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void appendVias(
            StringBuilder out, RawMessage request, InetAddress source, int sourcePort)
            throws SipRequestException {
        boolean top = true;
        for (String field : request.all("via")) {
            for (String value : SipGrammar.list(field)) {
                if (top) {
                    appendTopVia(out, value, source, sourcePort);
                    top = false;
                } else if (!value.isEmpty()) {
                    ViaField.read(value);
                    out.append("Via: ").append(value).append("\r\n");
                }
            }
        }
        if (top) {
            throw SipRequestException.malformed("no via");
        }
    }

    /// The topmost Via made anew of what could be read of it, with where it really came from (RFC
    /// 3261 §18.2.1, RFC 3581 §4).
    private static void appendTopVia(
            StringBuilder out, String value, InetAddress source, int sourcePort)
            throws SipRequestException {
        String branch = "";
        ViaField via;
        try {
            via = ViaField.read(value);
            branch = via.branch();
        } catch (SipRequestException e) {
            via = ViaField.readSentBy(value);
        }
        out.append("Via: ").append(via.protocol()).append(' ').append(via.sentBy());
        if (!branch.isEmpty()) {
            out.append(";branch=").append(branch);
        }
        out.append(";received=").append(source.getHostAddress());
        out.append(";rport=").append(sourcePort).append("\r\n");
    }

    private static String single(RawMessage request, String name) throws SipRequestException {
        List<String> values = request.all(name);
        if (values.isEmpty()) {
            throw SipRequestException.malformed("no " + name);
        }
        String value = values.getFirst();
        switch (name) {
            case "from", "to" -> AddressField.read(value);
            case "cseq" -> {
                FieldCursor cursor = new FieldCursor(value);
                SipGrammar.digits(cursor.until(" \t"));
                cursor.skipBlanks();
                cursor.token();
            }
            default -> {
                if (value.isEmpty() || value.indexOf(' ') >= 0) {
                    throw SipRequestException.malformed("a Call-ID that is none");
                }
            }
        }
        return value;
    }

    /// RFC 3261 §8.2.7: the tag is a function of the request, and one that nobody can foretell.
    private static String tag(RawMessage request) {
        return Identifiers.keyed(
                Stream.of("call-id", "from", "cseq", "via")
                        .map(name -> request.first(name).orElse(""))
                        .toList());
    }
}
