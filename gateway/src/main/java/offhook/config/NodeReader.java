package offhook.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/// Reads `node`.
final class NodeReader {

    private NodeReader() {}

    static NodeConfig read(Section section) {
        String name = section.find("name").flatMap(Names::read).orElse("offhook");
        Optional<InetAddress> advertise = section.find("advertise").flatMap(NodeReader::address);
        Duration drain = section.seconds("drain-seconds", 0, 86_400, Duration.ZERO);
        section.done();
        return new NodeConfig(name, advertise, drain);
    }

    /// A literal address that others can send to.
    static Optional<InetAddress> address(Value value) {
        Optional<String> text = value.text();
        Optional<InetAddress> address =
                text.flatMap(Addresses::parse)
                        .filter(a -> !a.isAnyLocalAddress() && !a.isMulticastAddress());
        if (text.isPresent() && address.isEmpty()) {
            value.problem(value.quoted() + " is no address that others can send to");
        }
        return address;
    }
}
