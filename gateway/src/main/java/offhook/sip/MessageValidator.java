package offhook.sip;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The rules that every message must keep before anybody acts on it (RFC 3261 §8.1.1, §8.2, §18.3,
/// §25.1), on top of a stack that accepts too much: mandatory fields, single fields that stand
/// twice, numbers in range, addresses and Via in their grammar. Pure.
final class MessageValidator {

    /// Most lines before the body.
    static final int MAX_HEADER_LINES = 128;

    /// Most values of one list field; the stack's parser is slower than linear in them.
    static final int MAX_LIST_VALUES = 32;

    /// Most values of fields that each hop may add to: hops are counted down from 70.
    static final int MAX_HOPS = 70;

    private static final Set<String> BY_HOP =
            Set.of("via", "route", "record-route", "history-info");

    private static final int TOO_MANY_HOPS = 483; // RFC 3261 §21.4.21

    static final long MAX_CSEQ = 0x7fff_ffffL; // RFC 3261 §8.1.1.5
    private static final List<String> MANDATORY = List.of("via", "from", "to", "call-id", "cseq");
    private static final List<String> ADDRESS_LISTS = List.of("route", "record-route", "contact");

    private MessageValidator() {}

    /// Checks a message.
    ///
    /// @param stream whether it came over a stream, where nothing but Content-Length ends it
    /// @return how many bytes the message has, body included; what follows is not part of it
    /// @throws SipRequestException what to answer to a request; a response is to be dropped
    static int check(RawMessage message, boolean stream) throws SipRequestException {
        if (message.headerLines() > MAX_HEADER_LINES) {
            throw SipRequestException.tooLarge("more than " + MAX_HEADER_LINES + " header lines");
        }
        checkCounts(message);
        if (message.isResponse()) {
            checkStatusLine(message);
        } else {
            checkRequestLine(message);
        }
        if (!message.headersComplete()) {
            throw SipRequestException.malformed("no empty line after the headers");
        }
        for (String name : MANDATORY) {
            if (message.first(name).isEmpty()) {
                throw SipRequestException.malformed("no " + name);
            }
        }
        checkVias(message);
        checkDialogFields(message);
        checkAddressLists(message);
        checkCSeq(message);
        if (!message.isResponse()) {
            checkMaxForwards(message);
            checkReferTo(message);
        }
        return message.headerLengthBytes() + bodyLengthBytes(message, stream);
    }

    private static void checkCounts(RawMessage message) throws SipRequestException {
        Set<String> seen = new HashSet<>();
        for (HeaderField header : message.headers()) {
            if (!seen.add(header.name()) && HeaderNames.isSingle(header.name())) {
                throw SipRequestException.malformed(header.name() + " stands twice");
            }
        }
        for (String name : seen) {
            if (HeaderNames.isList(name)) {
                checkListLength(message, name);
            }
        }
    }

    private static void checkListLength(RawMessage message, String name)
            throws SipRequestException {
        int max = BY_HOP.contains(name) ? MAX_HOPS : MAX_LIST_VALUES;
        int values = 0;
        for (HeaderField header : message.headers()) {
            if (header.name().equals(name)) {
                values += 1 + (int) header.value().chars().filter(c -> c == ',').count();
            }
        }
        if (values > max && countExactly(message, name) > max) {
            String why = "more than " + max + " values of " + LogText.of(name);
            throw name.equals("via")
                    ? SipRequestException.tooLarge(TOO_MANY_HOPS, why)
                    : SipRequestException.tooLarge(why);
        }
    }

    private static int countExactly(RawMessage message, String name) {
        return message.all(name).stream().mapToInt(v -> SipGrammar.list(v).size()).sum();
    }

    private static void checkRequestLine(RawMessage message) throws SipRequestException {
        String[] parts = message.startLine().split(" ", -1);
        if (parts.length != 3) {
            throw SipRequestException.malformed("a request line that is not of three parts");
        }
        if (!SipGrammar.isToken(parts[0])) {
            throw SipRequestException.malformed("a method that is no token");
        }
        if (!parts[2].equalsIgnoreCase("SIP/2.0")) {
            boolean other = parts[2].matches("(?i)SIP/[0-9]{1,3}\\.[0-9]{1,3}");
            throw SipRequestException.malformed(other ? 505 : 400, "not SIP/2.0");
        }
        UriSyntax.check(parts[1], false);
    }

    private static void checkStatusLine(RawMessage message) throws SipRequestException {
        String line = message.startLine();
        boolean wellFormed =
                line.regionMatches(true, 0, "SIP/2.0 ", 0, 8)
                        && line.length() >= 12
                        && line.charAt(11) == ' ';
        if (!wellFormed) {
            throw SipRequestException.malformed("not a status line");
        }
        if (SipGrammar.number(line.substring(8, 11), 699) < 100) {
            throw SipRequestException.malformed("a status below 100");
        }
    }

    private static void checkVias(RawMessage message) throws SipRequestException {
        boolean top = true;
        int count = 0;
        for (String field : message.all("via")) {
            for (String value : SipGrammar.list(field)) {
                ViaField via = ViaField.read(value);
                if (top && via.isCookieOnly()) {
                    throw SipRequestException.malformed("a branch that identifies nothing");
                }
                top = false;
                count++;
            }
        }
        // RFC 3261 §8.1.3.3: a response with more than one Via was not meant for us.
        if (message.isResponse() && count > 1) {
            throw SipRequestException.malformed("a response for somebody behind us");
        }
    }

    private static void checkDialogFields(RawMessage message) throws SipRequestException {
        if (AddressField.read(message.first("from").orElse("")).tag().isEmpty()) {
            throw SipRequestException.malformed("no tag in From");
        }
        AddressField.read(message.first("to").orElse(""));
        String callId = message.first("call-id").orElse("");
        boolean word = !callId.isEmpty() && callId.chars().allMatch(c -> c > ' ' && c != 0x7f);
        if (!word) {
            throw SipRequestException.malformed("a Call-ID that is none");
        }
    }

    private static void checkAddressLists(RawMessage message) throws SipRequestException {
        for (String name : ADDRESS_LISTS) {
            List<String> fields = message.all(name);
            if (name.equals("contact") && fields.equals(List.of("*"))) {
                continue;
            }
            for (String field : fields) {
                for (String value : SipGrammar.list(field)) {
                    AddressField.read(value);
                }
            }
        }
    }

    private static void checkCSeq(RawMessage message) throws SipRequestException {
        FieldCursor cursor = new FieldCursor(message.first("cseq").orElse(""));
        SipGrammar.number(cursor.until(" \t"), MAX_CSEQ);
        cursor.skipBlanks();
        String method = cursor.token();
        if (!cursor.atEnd()) {
            throw SipRequestException.malformed("more in CSeq than a number and a method");
        }
        if (!message.isResponse() && !method.equals(message.method())) {
            throw SipRequestException.malformed("CSeq and request line name two methods");
        }
    }

    private static void checkMaxForwards(RawMessage message) throws SipRequestException {
        if (message.first("max-forwards").isEmpty()) {
            throw SipRequestException.malformed("no max-forwards");
        }
        SipGrammar.number(message.first("max-forwards").orElse(""), 255);
    }

    /// RFC 3891 §3: one call cannot take the place of two; the stack's parser would keep one of
    /// them.
    private static void checkReferTo(RawMessage message) throws SipRequestException {
        String value = message.first("refer-to").orElse("");
        String uri = value.substring(value.lastIndexOf('<') + 1);
        if (UriHeaders.values(uri, ReplacesField.NAME).size() > 1) {
            throw SipRequestException.malformed("more than one Replaces in Refer-To");
        }
    }

    private static int bodyLengthBytes(RawMessage message, boolean stream)
            throws SipRequestException {
        int available = message.availableBodyBytes();
        if (stream && message.contentLengthBytes().isEmpty()) {
            throw SipRequestException.malformed("no Content-Length on a stream");
        }
        int length = message.contentLengthBytes().orElse(available);
        if (length > available) {
            throw SipRequestException.malformed("a body shorter than its Content-Length");
        }
        return length;
    }
}
