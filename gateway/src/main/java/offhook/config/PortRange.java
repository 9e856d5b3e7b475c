package offhook.config;

/// A range of ports, written `10000-19999`, both ends included.
public record PortRange(int first, int last) {

    public PortRange {
        if (first < 1 || last > 65535 || first > last) {
            throw new IllegalArgumentException(
                    "'" + first + "-" + last + "' is not a range of ports within 1-65535");
        }
    }

    /// How many pairs of an even port and the odd one above it there are (RFC 3550 §11).
    public int pairs() {
        return (last + 1) / 2 - (first + 1) / 2;
    }
}
