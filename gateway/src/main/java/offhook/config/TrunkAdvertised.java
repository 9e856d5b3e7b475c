package offhook.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/// What a trunk is told of where we are, instead of what all are told: the outer address of a NAT
/// toward one trunk, the inner one toward another. An address counts for calls of its family.
///
/// @param signalling host of Via and Contact
/// @param media address of `c=`
public record TrunkAdvertised(Optional<InetAddress> signalling, Optional<InetAddress> media) {

    /// What holds where the file says nothing.
    public static final TrunkAdvertised DEFAULT =
            new TrunkAdvertised(Optional.empty(), Optional.empty());

    /// What Via and Contact name, where all are told `ours`.
    public InetAddress signalling(InetAddress ours) {
        return told(signalling, ours);
    }

    /// What SDP names, where all are told `ours`.
    public InetAddress media(InetAddress ours) {
        return told(media, ours);
    }

    private static InetAddress told(Optional<InetAddress> own, InetAddress ours) {
        return own.filter(
                        address -> address instanceof Inet4Address == ours instanceof Inet4Address)
                .orElse(ours);
    }
}
