package offhook.dtls;

import offhook.srtp.SrtpKeys;

/// What a handshake tells its starter, on the handshake's own thread: either [#onFailed], or
/// [#onClosed], perhaps after [#onKeys]. Exactly one of the first two, and nothing after it.
public interface DtlsEvents {

    /// The peer has proved its fingerprint; media may flow.
    ///
    /// @param keys the keys of both directions
    /// @param role our role, which tells whose key is ours
    /// @param session what was agreed
    void onKeys(SrtpKeys keys, DtlsRole role, DtlsSession session);

    /// The handshake has failed; there will be no keys.
    void onFailed(DtlsFailure failure);

    /// The peer or we have closed the association.
    void onClosed();
}
