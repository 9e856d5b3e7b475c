package offhook.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// Reads `media.advertise`, the addresses that browsers try.
final class BrowserAddressReader {

    /// Browsers try them all, each with each of their own.
    private static final int MOST = 8;

    private BrowserAddressReader() {}

    static List<InetAddress> read(Section media, Listen listen) {
        Optional<Value> value = media.find("advertise");
        if (value.isEmpty()) {
            return List.of();
        }
        boolean onlyFour = listen.address().getAddress() instanceof Inet4Address;
        List<InetAddress> found =
                value.get().isList()
                        ? Lists.distinct(value.get(), one -> address(one, onlyFour))
                        : address(value.get(), onlyFour).map(List::of).orElse(List.of());
        if (found.size() > MOST) {
            value.get().problem("more than " + MOST + " addresses keep browsers waiting");
        }
        return found;
    }

    private static Optional<InetAddress> address(Value value, boolean onlyFour) {
        Optional<InetAddress> address = NodeReader.address(value);
        if (address.isPresent() && onlyFour && !(address.get() instanceof Inet4Address)) {
            value.problem(
                    value.quoted() + " needs an IPv6 address in media.listen, as udp://[::]:7882");
        }
        return address;
    }
}
