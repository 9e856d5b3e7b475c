package offhook.trace;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import offhook.trace.Passed.Kind;

/// A message as it is kept: without secrets.
///
/// @param at when it passed
/// @param sent whether we sent it
/// @param kind of which protocol
/// @param transport `udp`, `tcp`, `tls`, `ws` or `wss`
/// @param local our end
/// @param remote the peer's end
/// @param peer the trunk or agent there; empty when unknown
/// @param name what names the conversation; of SIP the Call-ID
/// @param text the message; of SIP one character a byte
public record Recorded(
        Instant at,
        boolean sent,
        Kind kind,
        String transport,
        InetSocketAddress local,
        InetSocketAddress remote,
        String peer,
        String name,
        String text) {

    /// Takes out what is secret.
    static Recorded of(Passed message) {
        boolean sip = message.kind() == Kind.SIP;
        String text =
                new String(
                        message.bytes(),
                        sip ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        return new Recorded(
                message.at(),
                message.sent(),
                message.kind(),
                message.transport(),
                message.local(),
                message.remote(),
                message.peer(),
                sip ? SipText.header(text, "call-id", "i") : message.name(),
                sip ? Redaction.ofSip(text) : Redaction.ofPage(text));
    }

    /// As bytes of the wire.
    public byte[] bytes() {
        return text.getBytes(
                kind == Kind.SIP ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    /// What a drawing says of it: method or status, or the type of a page's message, and whether it
    /// describes media.
    public String label() {
        String what = kind == Kind.SIP ? SipText.label(text) : PageText.type(text);
        return SessionText.of(this).isEmpty() ? what : what + " (SDP)";
    }

    /// How much memory it takes, about.
    int weightBytes() {
        return 256 + text.length();
    }
}
