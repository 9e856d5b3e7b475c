package offhook.config;

import java.net.InetAddress;

/// A block of addresses, written `192.0.2.0/24`, `2001:db8::/32` or as a single address.
/// IPv4-mapped IPv6 addresses count as the IPv4 address they carry (RFC 4291 §2.5.5.2).
///
/// @param network the block's address
/// @param prefixLength how many leading bits must agree
public record Cidr(InetAddress network, int prefixLength) {

    /// Whether an address lies in the block.
    public boolean contains(InetAddress address) {
        byte[] a = network.getAddress();
        byte[] b = address.getAddress();
        if (a.length != b.length) {
            return false;
        }
        int full = prefixLength / 8;
        for (int i = 0; i < full; i++) {
            if (a[i] != b[i]) {
                return false;
            }
        }
        int rest = prefixLength % 8;
        return rest == 0 || (((a[full] ^ b[full]) & 0xff) >> (8 - rest)) == 0;
    }
}
