package offhook.dtls;

/// Which side of the handshake we are (RFC 5763 §5).
public enum DtlsRole {
    /// We wait for the ClientHello: `a=setup:passive`, our normal role.
    SERVER,
    /// We send the ClientHello: `a=setup:active`, towards peers that are passive.
    CLIENT
}
