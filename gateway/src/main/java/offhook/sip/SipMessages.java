package offhook.sip;

import gov.nist.javax.sip.address.AddressFactoryImpl;
import gov.nist.javax.sip.header.HeaderFactoryImpl;
import gov.nist.javax.sip.header.RSeq;
import gov.nist.javax.sip.message.MessageFactoryImpl;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Optional;
import javax.sip.InvalidArgumentException;
import javax.sip.address.SipURI;
import javax.sip.header.ContactHeader;
import javax.sip.header.ContentTypeHeader;
import javax.sip.header.EventHeader;
import javax.sip.header.HeaderFactory;
import javax.sip.header.ReasonHeader;
import javax.sip.header.RetryAfterHeader;
import javax.sip.header.SubscriptionStateHeader;
import javax.sip.header.ToHeader;
import javax.sip.header.WarningHeader;
import javax.sip.message.Message;
import javax.sip.message.MessageFactory;
import javax.sip.message.Request;
import javax.sip.message.Response;
import offhook.call.EndCause;
import offhook.config.TrunkConfig;
import offhook.sdp.SdpWriter;
import offhook.sdp.SessionDescription;

/// Builds responses for JAIN-SIP to send. Any thread; keeps no state. What it is given are our own
/// words and numbers, so a refusal by JAIN-SIP's setters is a defect of ours.
final class SipMessages {

    /// How long a transfer may take that somebody is told of; longer than anybody waits.
    private static final int REFER_SECONDS = 180;

    private final MessageFactory messages = new MessageFactoryImpl();
    private final HeaderFactory headers = new HeaderFactoryImpl();

    /// A response with nothing but what every response has.
    ///
    /// @param localTag our tag, set where the request's To had none (RFC 3261 §8.2.6.2)
    Response response(Request request, int status, String localTag) {
        try {
            Response response = messages.createResponse(status, request);
            response.setReasonPhrase(ReasonPhrases.of(status));
            ToHeader to = (ToHeader) response.getHeader(ToHeader.NAME);
            if (status > 100 && to.getTag() == null) {
                to.setTag(localTag);
            }
            return response;
        } catch (ParseException e) {
            throw new IllegalStateException("a response that JAIN-SIP refuses", e);
        }
    }

    /// 100 Trying (RFC 3261 §8.2.6.1).
    Response trying(Request request) {
        try {
            Response response = messages.createResponse(Response.TRYING, request);
            response.setReasonPhrase("Trying");
            return response;
        } catch (ParseException e) {
            throw new IllegalStateException("a response that JAIN-SIP refuses", e);
        }
    }

    /// Adds a session description.
    void describe(Message message, SessionDescription description) {
        try {
            message.setContent(
                    SdpWriter.write(description),
                    headers.createContentTypeHeader("application", "sdp"));
        } catch (ParseException e) {
            throw new IllegalStateException("a body that JAIN-SIP refuses", e);
        }
    }

    /// Adds a digit.
    void addDigit(Request info, DtmfInfo digit, DtmfInfo.Form form) {
        try {
            info.setContent(
                    digit.write(form).getBytes(StandardCharsets.US_ASCII),
                    headers.createContentTypeHeader("application", form.subtype()));
        } catch (ParseException e) {
            throw new IllegalStateException("a body that JAIN-SIP refuses", e);
        }
    }

    /// Adds what we serve (RFC 3261 §13.3.1.4): Allow and Supported.
    void addCapabilities(Message message, TrunkConfig trunk) {
        try {
            for (String method : RequestPolicy.allowed(trunk)) {
                message.addHeader(headers.createAllowHeader(method));
            }
            OptionTags.writeServed(message, trunk);
        } catch (ParseException e) {
            throw new IllegalStateException("an Allow that JAIN-SIP refuses", e);
        }
    }

    /// Adds Accept.
    ///
    /// @param digits whether the bodies of INFO are accepted too
    void addAccept(Response response, boolean digits) {
        try {
            response.addHeader(headers.createAcceptHeader("application", "sdp"));
            if (digits) {
                for (DtmfInfo.Form form : DtmfInfo.Form.values()) {
                    response.addHeader(headers.createAcceptHeader("application", form.subtype()));
                }
            }
        } catch (ParseException e) {
            throw new IllegalStateException("an Accept that JAIN-SIP refuses", e);
        }
    }

    /// The same Contact at another host.
    ///
    /// @param host IPv6 in brackets
    static ContactHeader at(ContactHeader contact, String host) {
        ContactHeader copy = (ContactHeader) contact.clone();
        try {
            ((SipURI) copy.getAddress().getURI()).setHost(host);
        } catch (ParseException e) {
            throw new IllegalStateException("an address that JAIN-SIP refuses", e);
        }
        return copy;
    }

    /// The same Contact as a `sips` URI.
    static ContactHeader secured(ContactHeader contact) {
        ContactHeader copy = (ContactHeader) contact.clone();
        ((SipURI) copy.getAddress().getURI()).setSecure(true);
        return copy;
    }

    /// Makes a provisional response one that is confirmed (RFC 3262 §3).
    void number(Response provisional, long number) {
        try {
            OptionTags.require(provisional, OptionTags.RELIABLE);
            RSeq field = new RSeq();
            field.setSeqNumber(number);
            provisional.setHeader(field);
        } catch (InvalidArgumentException e) {
            throw new IllegalStateException("an RSeq that JAIN-SIP refuses", e);
        }
    }

    void addContact(Response response, ContactHeader contact) {
        response.setHeader(contact);
    }

    /// Makes a request one that its receiver call somebody (RFC 3515 §2.1).
    ///
    /// @param target a name-addr
    /// @param by a URI of ours
    void refer(Request refer, String target, String by) {
        try {
            refer.setHeader(
                    headers.createReferToHeader(new AddressFactoryImpl().createAddress(target)));
            refer.setHeader(headers.createHeader("Referred-By", "<" + by + ">"));
        } catch (ParseException e) {
            throw new IllegalStateException("a REFER that JAIN-SIP refuses", e);
        }
    }

    /// Makes a request one that tells how a REFER goes (RFC 3515 §2.4.5, RFC 6665 §4.2.2).
    ///
    /// @param number of the REFER
    /// @param status how it goes
    void tell(Request notify, long number, int status, boolean over) {
        try {
            EventHeader event = headers.createEventHeader("refer");
            event.setEventId(Long.toString(number));
            notify.setHeader(event);
            SubscriptionStateHeader state =
                    headers.createSubscriptionStateHeader(over ? "terminated" : "active");
            if (over) {
                state.setReasonCode("noresource");
            } else {
                state.setExpires(REFER_SECONDS);
            }
            notify.setHeader(state);
            ContentTypeHeader type = headers.createContentTypeHeader("message", "sipfrag");
            type.setParameter("version", "2.0");
            notify.setContent(
                    ("SIP/2.0 " + status + " " + ReasonPhrases.of(status) + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII),
                    type);
        } catch (ParseException | InvalidArgumentException e) {
            throw new IllegalStateException("a NOTIFY that JAIN-SIP refuses", e);
        }
    }

    /// Adds Refer-Sub (RFC 4488 §4).
    void addNoSubscription(Response response) {
        try {
            response.setHeader(headers.createHeader("Refer-Sub", "false"));
        } catch (ParseException e) {
            throw new IllegalStateException("a Refer-Sub that JAIN-SIP refuses", e);
        }
    }

    /// Adds Retry-After.
    void addRetryAfter(Response response, int seconds) {
        try {
            RetryAfterHeader retryAfter = headers.createRetryAfterHeader(seconds);
            response.setHeader(retryAfter);
        } catch (InvalidArgumentException e) {
            throw new IllegalStateException("a Retry-After that JAIN-SIP refuses", e);
        }
    }

    /// Adds a Warning for people (RFC 3261 §20.43); of its text only plain ASCII is kept.
    void addWarning(Response response, String agent, String text) {
        try {
            WarningHeader warning = headers.createWarningHeader(agent, 399, plain(text));
            response.setHeader(warning);
        } catch (InvalidArgumentException | ParseException e) {
            throw new IllegalStateException("a Warning that JAIN-SIP refuses", e);
        }
    }

    /// The Reason of an end (RFC 3326); none when the cause has no Q.850 value.
    Optional<ReasonHeader> reason(EndCause cause) {
        if (cause.q850Cause() < 1 || cause.q850Cause() > 127) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    headers.createReasonHeader("Q.850", cause.q850Cause(), plain(cause.reason())));
        } catch (InvalidArgumentException | ParseException e) {
            throw new IllegalStateException("a Reason that JAIN-SIP refuses", e);
        }
    }

    /// The Reason of a CANCEL. Phones show no missed call when another one answered (RFC 3326
    /// §3.1).
    Optional<ReasonHeader> reasonToCancel(EndCause cause) {
        if (!cause.reason().equals(EndCause.ANSWERED_ELSEWHERE)) {
            return reason(cause);
        }
        try {
            return Optional.of(
                    headers.createReasonHeader("SIP", Response.OK, "Call completed elsewhere"));
        } catch (InvalidArgumentException | ParseException e) {
            throw new IllegalStateException("a Reason that JAIN-SIP refuses", e);
        }
    }

    /// Printable ASCII without quotes, at most 120 characters.
    static String plain(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && out.length() < 120; i++) {
            char c = text.charAt(i);
            out.append(c < ' ' || c > '~' || c == '"' || c == '\\' ? '_' : c);
        }
        return out.isEmpty() ? "-" : out.toString();
    }
}
