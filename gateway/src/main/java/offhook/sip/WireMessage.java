package offhook.sip;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.sip.message.Request;
import offhook.call.EndCause;
import offhook.call.ReplacedDialog;
import offhook.fault.PeerException;

/// A SIP message that came whole and over no port of a trunk: one frame of a WebSocket (RFC 7118
/// §5.2). Cut and checked within the same bounds, and by the same rules, as what comes from trunks;
/// JAIN-SIP never sees it. Header fields have one character a byte.
public final class WireMessage {

    /// Longest message, body included.
    public static final int MAX_BYTES = MessageReader.MAX_STREAM_BYTES;

    private final RawMessage raw;
    private final String body;
    private final AddressField from;
    private final AddressField to;
    private final ViaField via;
    private final long number;
    private final String numbered;

    private WireMessage(
            RawMessage raw,
            String body,
            AddressField from,
            AddressField to,
            ViaField via,
            long number,
            String numbered) {
        this.raw = raw;
        this.body = body;
        this.from = from;
        this.to = to;
        this.via = via;
        this.number = number;
        this.numbered = numbered;
    }

    /// Where a peer is reached.
    ///
    /// @param uri as written, checked
    /// @param parameters of the field, by lower-case name
    public record Contact(String uri, Map<String, String> parameters) {}

    /// A key that was pressed.
    ///
    /// @param digit one of 0-9 * # A-D
    public record Digit(char digit, int durationMillis) {}

    /// What a REFER asks for.
    ///
    /// @param number whom to call: a number, or the user that stands in its place; may be empty
    ///   where a dialog is named
    /// @param replaced the dialog whose place is to be taken (RFC 3891)
    public record Refer(String number, Optional<ReplacedDialog> replaced) {}

    /// Reads a message.
    ///
    /// @throws PeerException when it breaks a rule that every message must keep
    public static WireMessage read(byte[] bytes) throws PeerException {
        if (bytes.length > MAX_BYTES) {
            throw SipRequestException.tooLarge("more than " + MAX_BYTES + " bytes");
        }
        RawMessage raw = MessageReader.read(bytes, 0, bytes.length);
        int end = MessageValidator.check(raw, false);
        FieldCursor cseq = new FieldCursor(raw.first("cseq").orElse(""));
        long number = SipGrammar.number(cseq.until(" \t"), MessageValidator.MAX_CSEQ);
        cseq.skipBlanks();
        return new WireMessage(
                raw,
                new String(
                        Arrays.copyOfRange(bytes, raw.headerLengthBytes(), end),
                        StandardCharsets.UTF_8),
                AddressField.read(raw.first("from").orElse("")),
                AddressField.read(raw.first("to").orElse("")),
                ViaField.read(SipGrammar.list(raw.first("via").orElse("")).getFirst()),
                number,
                cseq.token());
    }

    /// Whether it is a response.
    public boolean isResponse() {
        return raw.isResponse();
    }

    /// The method of a request; of a response, the method that it answers.
    public String method() {
        return numbered;
    }

    /// The status of a response.
    public int status() {
        return Integer.parseInt(raw.startLine().substring(8, 11));
    }

    /// The Request-URI.
    public String requestUri() {
        return raw.startLine().split(" ", -1)[1];
    }

    /// Whom the Request-URI names: a number, or the user that stands in its place.
    ///
    /// @throws PeerException when that cannot be dialled
    public String calledNumber() throws PeerException {
        String scheme = UriSyntax.scheme(requestUri());
        if (!List.of("sip", "sips", "tel").contains(scheme)) {
            throw SipRequestException.refused(416, "URI scheme not served");
        }
        return PartyReader.number(requestUri());
    }

    /// The user of the From URI, unescaped.
    public String fromUser() throws PeerException {
        return PartyReader.number(from.uri());
    }

    /// The user of the To URI, unescaped.
    public String toUser() throws PeerException {
        return PartyReader.number(to.uri());
    }

    /// The host of the From URI, with what follows it cut off.
    public String fromHost() {
        String rest = from.uri().substring(from.uri().lastIndexOf('@') + 1);
        return rest.substring(rest.startsWith("sip:") ? 4 : 0).split("[;?]", 2)[0];
    }

    /// The tag of From; never empty.
    public String fromTag() {
        return from.tag();
    }

    /// The tag of To; empty when there is none yet.
    public String toTag() {
        return to.tag();
    }

    /// The Call-ID.
    public String callId() {
        return raw.first("call-id").orElse("");
    }

    /// The number of CSeq.
    public long number() {
        return number;
    }

    /// The branch of the topmost Via: the transaction's name.
    public String branch() {
        return via.branch();
    }

    /// The transport that the topmost Via names, in upper case.
    public String transport() {
        return via.protocol()
                .substring(via.protocol().lastIndexOf('/') + 1)
                .toUpperCase(Locale.ROOT);
    }

    /// The first field of a name.
    ///
    /// @param name lower-case long form
    public Optional<String> header(String name) {
        return raw.first(name);
    }

    /// All fields of a name, in order.
    ///
    /// @param name lower-case long form
    public List<String> headers(String name) {
        return raw.all(name);
    }

    /// The names of all fields, lower-case long forms, in order.
    public List<String> names() {
        return raw.headers().stream().map(HeaderField::name).toList();
    }

    /// The values of the list that all fields of a name make.
    public List<String> values(String name) {
        return raw.all(name).stream()
                .flatMap(field -> SipGrammar.list(field).stream())
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /// The body as text; may be empty.
    public String body() {
        return body;
    }

    /// The media type of the body, in lower case and without parameters; empty when not said.
    public String bodyType() {
        return raw.first("content-type")
                .map(type -> type.split(";", 2)[0].replaceAll("[ \t]", "").toLowerCase(Locale.ROOT))
                .orElse("");
    }

    /// The only value of Contact; empty when there is none, or not exactly one.
    ///
    /// @throws PeerException when it is none that can be read
    public Optional<Contact> contact() throws PeerException {
        List<String> contacts = values("contact");
        if (contacts.size() != 1 || contacts.getFirst().equals("*")) {
            return Optional.empty();
        }
        String value = contacts.getFirst();
        String uri = AddressField.read(value).uri();
        FieldCursor cursor = new FieldCursor(value.substring(value.indexOf(uri) + uri.length()));
        cursor.take('>');
        return Optional.of(new Contact(uri, cursor.parameters()));
    }

    /// The key that an INFO tells of; empty when its signal is none, such as the hook flash.
    ///
    /// @throws PeerException when the body is no digit at all
    public Optional<Digit> digit() throws PeerException {
        String[] type = bodyType().split("/", 2);
        Optional<DtmfInfo.Form> form =
                type.length < 2 ? Optional.empty() : DtmfInfo.Form.of(type[0], type[1]);
        if (form.isEmpty()) {
            throw SipRequestException.refused(415, "the body is no digit");
        }
        return DtmfInfo.read(form.get(), body.getBytes(StandardCharsets.ISO_8859_1))
                .map(digit -> new Digit(digit.digit(), digit.durationMillis()));
    }

    /// The type and the body of an INFO with a digit.
    public static String digitBody(Digit digit) {
        return new DtmfInfo(digit.digit(), digit.durationMillis()).write(DtmfInfo.Form.RELAY);
    }

    /// What a REFER asks for (RFC 3515 §2.1).
    ///
    /// @throws PeerException when it is not exactly one call to a number
    public Refer refer() throws PeerException {
        List<String> fields = values("refer-to");
        if (fields.size() != 1 || !method().equals(Request.REFER)) {
            throw SipRequestException.malformed("a REFER has exactly one Refer-To");
        }
        String uri = AddressField.read(fields.getFirst()).uri();
        if (!List.of("sip", "sips", "tel").contains(UriSyntax.scheme(uri))) {
            throw SipRequestException.refused(416, "URI scheme not served");
        }
        List<String> replaced = UriHeaders.values(uri, ReplacesField.NAME);
        String number = PartyReader.number(uri);
        if (number.isEmpty() && replaced.isEmpty()) {
            throw SipRequestException.refused(404, "Refer-To names nobody");
        }
        return new Refer(
                number,
                replaced.isEmpty()
                        ? Optional.empty()
                        : Optional.of(ReplacesField.read(replaced.getFirst())));
    }

    /// The reason phrase of a status; our own words.
    public static String phrase(int status) {
        return ReasonPhrases.of(status);
    }

    /// The status with which an INVITE is refused for a cause.
    public static int status(EndCause cause) {
        return SipCauses.status(cause);
    }

    /// The Q.850 value that a status stands for.
    public static int q850(int status) {
        return SipCauses.q850(status);
    }
}
