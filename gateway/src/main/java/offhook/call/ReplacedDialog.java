package offhook.call;

/// A dialog whose place a call is to take, as the one who is called names it (RFC 3891 §6.1). All
/// words of SIP's grammar, so that they may stand in a header field as they are.
///
/// @param callId its Call-ID
/// @param toTag the tag of the one who is called
/// @param fromTag the tag of the other side, which is to be replaced
/// @param earlyOnly whether only a dialog may be replaced that is not answered yet
public record ReplacedDialog(String callId, String toTag, String fromTag, boolean earlyOnly) {}
