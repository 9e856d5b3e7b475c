package offhook.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// A block of addresses, written `192.0.2.0/24`, `2001:db8::/32` or as a single address.
/// IPv4-mapped IPv6 addresses count as the IPv4 address they carry (RFC 4291 §2.5.5.2).
///
/// @param network the block's address
/// @param prefixLength how many leading bits must agree
public record Cidr(InetAddress network, int prefixLength) {

    private static final int MAPPED_PREFIX_LENGTH = 96;

    public Cidr {
        int bits = network.getAddress().length * 8;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException("prefix is not within 0-" + bits);
        }
    }

    /// Reads a block.
    ///
    /// @throws IllegalArgumentException when the text is none, or has bits beyond its prefix
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        InetAddress address =
                Addresses.parse(literal)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "'"
                                                + text
                                                + "' is no IP address, nor a block of them such"
                                                + " as 192.0.2.0/24"));
        int bits = address.getAddress().length * 8;
        int length = slash < 0 ? bits : prefixLength(text, slash, address, literal);
        Cidr block = new Cidr(masked(address, length), length);
        if (!block.network().equals(address)) {
            throw new IllegalArgumentException(
                    "'" + text + "' has bits beyond its prefix; the block is " + block);
        }
        return block;
    }

    private static int prefixLength(String text, int slash, InetAddress address, String literal) {
        boolean mapped = address instanceof Inet4Address && literal.indexOf(':') >= 0;
        int bits = mapped ? 128 : address.getAddress().length * 8;
        int min = mapped ? MAPPED_PREFIX_LENGTH : 0;
        String digits = text.substring(slash + 1);
        if (!digits.matches("[0-9]{1,3}")
                || Integer.parseInt(digits) < min
                || Integer.parseInt(digits) > bits) {
            throw new IllegalArgumentException(
                    "the prefix of '" + text + "' is not within " + min + "-" + bits);
        }
        return Integer.parseInt(digits) - min;
    }

    private static InetAddress masked(InetAddress address, int prefixLength) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(prefixLength - i * 8L, 0, 8);
            bytes[i] = (byte) (bytes[i] & (0xff << (8 - kept)));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("length is that of an address", e);
        }
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixLength;
    }

    /// Whether some address lies in both blocks.
    public boolean overlaps(Cidr other) {
        return contains(other.network) || other.contains(network); // one within the other
    }

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
