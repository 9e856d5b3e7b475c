package offhook.sdp;

/// What a side proves itself with in connectivity checks (RFC 8839 §5.4).
///
/// @param ufrag user name fragment, 4-256 characters
/// @param password 22-256 characters
public record IceCredentials(String ufrag, String password) {

    /// Without the password.
    @Override
    public String toString() {
        return "IceCredentials[ufrag=" + ufrag + "]";
    }
}
