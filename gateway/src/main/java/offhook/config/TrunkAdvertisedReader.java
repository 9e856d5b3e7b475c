package offhook.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/// Reads what a trunk is told of where we are.
final class TrunkAdvertisedReader {

    private TrunkAdvertisedReader() {}

    /// @param reached the address that the trunk's `uri` names, if it names one
    static TrunkAdvertised read(Section trunk, Optional<InetAddress> reached) {
        Optional<InetAddress> signalling = address(trunk, "advertise", reached);
        return new TrunkAdvertised(
                signalling, address(trunk, "advertise-media", reached).or(() -> signalling));
    }

    private static Optional<InetAddress> address(
            Section trunk, String key, Optional<InetAddress> reached) {
        Optional<Value> value = trunk.find(key);
        Optional<InetAddress> address = value.flatMap(NodeReader::address);
        if (address.isPresent()
                && reached.isPresent()
                && address.get() instanceof Inet4Address != reached.get() instanceof Inet4Address) {
            value.get()
                    .problem(
                            "is not of the family of the address in 'uri', so the trunk cannot"
                                    + " send to it");
            return Optional.empty();
        }
        return address;
    }
}
