package offhook.sip;

/// What a request that was read says of the dialog that it belongs to, or would open (RFC 3261
/// §12.2.2). Pure.
final class DialogFields {

    private DialogFields() {}

    /// The tag of To; empty where the request opens a dialog or belongs to none.
    static String toTag(RawMessage request) throws SipRequestException {
        return AddressField.read(request.first("to").orElse("")).tag();
    }

    /// The Call-ID and the peer's tag that a request names.
    static Dialogs.Key key(RawMessage request) throws SipRequestException {
        String remoteTag = AddressField.read(request.first("from").orElse("")).tag();
        return new Dialogs.Key(request.first("call-id").orElse(""), remoteTag);
    }

    /// Whether a request of that key belongs to the dialog of a leg or to the INVITE that opened
    /// it.
    static boolean isOf(RawMessage request, SipDialogLeg leg) throws SipRequestException {
        String toTag = toTag(request);
        if (!toTag.isEmpty()) {
            return leg.isLocalTag(toTag);
        }
        String via = SipGrammar.list(request.first("via").orElse("")).getFirst();
        FieldCursor cseq = new FieldCursor(request.first("cseq").orElse(""));
        long number = SipGrammar.number(cseq.until(" \t"), MessageValidator.MAX_CSEQ);
        return leg.isOfInvite(ViaField.read(via).branch(), number);
    }

    /// Whether a request of a trunk would begin a call.
    static boolean opensCall(RawMessage request) {
        try {
            return request.method().equals("INVITE") && toTag(request).isEmpty();
        } catch (SipRequestException _) {
            return false;
        }
    }
}
