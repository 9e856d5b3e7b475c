package offhook.call;

import java.net.InetSocketAddress;
import java.util.List;

/// Something that became known of the secured way of a leg's media: where both sides can be reached
/// (ICE, RFC 8445), and what protects what goes between them (DTLS-SRTP, RFC 5764). It has
/// addresses, and nothing that is secret.
public sealed interface TransportFact {

    /// A place where a side can be reached.
    ///
    /// @param type `host`, `srflx`, `prflx` or `relay`
    /// @param protocol `udp` or `tcp`
    /// @param address a literal, or a name as of mDNS; nobody resolves it
    record Candidate(String type, String protocol, String address, int port) {}

    /// Descriptions were exchanged.
    ///
    /// @param ours what we offered
    /// @param theirs what the peer did; a page need not name any, because we learn by its checks
    ///   where it is
    record Candidates(List<Candidate> ours, List<Candidate> theirs) implements TransportFact {

        public Candidates {
            ours = List.copyOf(ours);
            theirs = List.copyOf(theirs);
        }
    }

    /// The first authentic check came from an address.
    record Checked(InetSocketAddress from) implements TransportFact {}

    /// The peer nominated a pair: media goes by it from now on.
    record Nominated(InetSocketAddress local, InetSocketAddress remote) implements TransportFact {}

    /// The peer asked for new credentials, as when its network changed (RFC 8445 §9).
    record Restarted() implements TransportFact {}

    /// The first message of a DTLS handshake came.
    record HandshakeBegan() implements TransportFact {}

    /// The handshake is done, and the peer is who its description said.
    ///
    /// @param role ours: `server` or `client`
    /// @param version `DTLS 1.2`
    /// @param cipherSuite of DTLS itself, by its IANA name
    /// @param protection the SRTP profile, by its IANA name without the prefix
    /// @param fingerprintHash by which the certificate was recognised, as `sha-256`
    record Secured(
            String role,
            String version,
            String cipherSuite,
            String protection,
            String fingerprintHash)
            implements TransportFact {}

    /// There will be no keys.
    ///
    /// @param why a sentence
    record HandshakeFailed(String why) implements TransportFact {}
}
