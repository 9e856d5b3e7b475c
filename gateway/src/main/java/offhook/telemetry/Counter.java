package offhook.telemetry;

/// Every counter of the gateway: its name as operations see it, and what it counts.
public enum Counter {
    SIP_DATAGRAMS("sip.datagrams", "SIP datagrams and stream messages that reached the front door"),
    SIP_DROPPED_STRANGER("sip.dropped.stranger", "dropped: source in no trunk's addresses"),
    SIP_DROPPED_SIZE("sip.dropped.size", "dropped: message too long, or too many headers"),
    SIP_DROPPED_RATE("sip.dropped.rate", "dropped: source over its rate"),
    SIP_DROPPED_BLOCKED("sip.dropped.blocked", "dropped: source blocked for wrong passwords"),
    SIP_DROPPED_MALFORMED("sip.dropped.malformed", "dropped: not SIP, or refused by validation"),
    SIP_PARSER_ERRORS("sip.parser.errors", "errors of the parser that were contained"),
    SIP_DROPPED_FOREIGN("sip.dropped.foreign", "dropped: request for a dialog of another trunk"),
    SIP_DROPPED_STRAY("sip.dropped.stray", "dropped: response to no request of ours"),
    SIP_TLS_HANDSHAKES("sip.tls.handshakes", "TLS connections with trunks that were set up"),
    SIP_TLS_FAILED("sip.tls.failed", "TLS handshakes with or by trunks that failed"),
    SIP_REFUSED("sip.refused", "well-formed requests that are not served, answered with an error"),
    SIP_LOOPS("sip.loops", "calls refused because they had left this gateway and came back"),
    SIP_CHALLENGED("sip.challenged", "requests whose sender was asked for its password, with 401"),
    SIP_AUTH_FAILED("sip.auth.failed", "credentials of callers that were wrong"),
    SIP_AUTH_REPLAYED("sip.auth.replayed", "credentials of callers that were used before"),
    SIP_OUT_OF_DIALOG("sip.out-of-dialog", "requests that matched no dialog"),
    CALLS_STARTED("calls.started", "calls that reached routing"),
    CALLS_ANSWERED("calls.answered", "calls that were answered"),
    CALLS_REFUSED("calls.refused", "calls that ended before they were answered"),
    CALLS_OVERLOAD("calls.overload", "calls refused because the CPU was fully used"),
    CALL_INPUTS_IGNORED("call.inputs.ignored", "inputs that meant nothing in the call's state"),
    CALL_INPUTS_REFUSED("call.inputs.refused", "inputs refused because a call's mailbox was full"),
    CALL_BUGS("call.bugs", "calls ended by a defect of the gateway"),
    DIGITS_TAKEN("digits.taken", "digits that peers sent, each press once"),
    DIGITS_DOUBLE("digits.double", "digits ignored: told a second time in another way"),
    DIGITS_FLOOD("digits.flood", "digits ignored: more than 20 within a second"),
    DIGITS_UNSENT("digits.unsent", "digits that could not be sent: no way was agreed, or all full"),
    WEB_REFUSED_ORIGIN("web.refused.origin", "WebSocket upgrades refused for their Origin"),
    WEB_REFUSED_TOKEN("web.refused.token", "sign-ins refused"),
    WEB_REFUSED_MESSAGE("web.refused.message", "messages refused: too long, malformed, too many"),
    STUN_REFUSED("stun.refused", "STUN messages without valid integrity or for no session"),
    DTLS_REFUSED("dtls.refused", "DTLS records refused by the header filter or from a stranger"),
    DTLS_FAILED("dtls.failed", "DTLS handshakes that failed"),
    SRTP_AUTH_FAILED("srtp.auth-failed", "SRTP packets that failed authentication"),
    SRTP_REPLAYED("srtp.replayed", "SRTP packets refused as replays"),
    SRTP_EARLY("srtp.early", "packets of trunks dropped: they came before the key of the answer"),
    RTP_REFUSED_SOURCE("rtp.refused.source", "trunk RTP packets from a source that is not learned"),
    RTP_MALFORMED("rtp.malformed", "RTP or RTCP packets that could not be read"),
    MEDIA_UNKNOWN("media.unknown", "datagrams of no known class or for no session"),
    MEDIA_LOOP_LATE("media.loop.late", "turns of a media loop that came more than 10 ms late"),
    MEDIA_HANDED_OVER("media.handed-over", "datagrams handed from one media loop to another"),
    MEDIA_TIE_FULL("media.tie.full", "frames between two joined calls that found no room"),
    TRACE_DROPPED("trace.dropped", "messages that were not recorded: too many came at once"),
    HEADERS_REFUSED(
            "trace.headers.refused",
            "calls of which no headers of RTP were kept: too many others are kept"),
    BOXES_WRITTEN("boxes.written", "black boxes of calls that were written"),
    BOXES_FAILED("boxes.failed", "black boxes of calls that could not be written"),
    HEP_SENT("hep.sent", "messages and RTCP reports that were sent to the HEP collector"),
    HEP_DROPPED("hep.dropped", "those that were not: too many at once, or it cannot be reached");

    private final String id;
    private final String label;

    Counter(String id, String label) {
        this.id = id;
        this.label = label;
    }

    /// The name that operations see.
    public String id() {
        return id;
    }

    /// What it counts.
    public String label() {
        return label;
    }
}
