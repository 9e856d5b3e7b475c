package offhook.call;

/// User-to-user information (RFC 7433): what the caller's system tells the called one's, passed on
/// as it is.
///
/// @param data as it came, without quotes
/// @param encoding how `data` is to be read, such as `hex`; empty when not said
/// @param content what it means, such as `isdn-uui`; empty when not said
/// @param purpose what for; empty when not said
/// @param text what `data` says to people; empty when that cannot be told
public record UserToUser(
        String data, String encoding, String content, String purpose, String text) {}
