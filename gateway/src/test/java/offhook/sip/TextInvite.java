package offhook.sip;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;

/// INVITEs made of text, read by the parser that reads those of trunks.
final class TextInvite {

    private TextInvite() {}

    /// @param lines header lines besides those that every request has; a From among them
    static SIPRequest parse(String uri, String... lines) throws ParseException {
        String text =
                "INVITE "
                        + uri
                        + " SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
                        + String.join("\r\n", lines)
                        + "\r\nTo: <sip:200@gw>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n"
                        + "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
        return (SIPRequest)
                new StringMsgParser()
                        .parseSIPMessage(
                                text.getBytes(StandardCharsets.UTF_8),
                                true,
                                false,
                                (e, message, header, line, whole) -> message.addUnparsed(line));
    }

    /// An INVITE of the caller 100 with these lines.
    static SIPRequest with(String... lines) throws ParseException {
        String[] all = new String[lines.length + 1];
        all[0] = "From: \"Ann\" <sip:100@pbx>;tag=1";
        System.arraycopy(lines, 0, all, 1, lines.length);
        return parse("sip:200@gw", all);
    }
}
