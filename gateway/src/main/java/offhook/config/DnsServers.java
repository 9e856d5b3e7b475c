package offhook.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads `sip.dns`.
final class DnsServers {

    private static final int PORT = 53;
    private static final Pattern ADDRESS =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([0-9.]+))(?::([0-9]{1,5}))?");

    private DnsServers() {}

    static List<InetSocketAddress> read(Section sip) {
        return sip.find("dns").map(v -> Lists.distinct(v, DnsServers::server)).orElse(List.of());
    }

    private static Optional<InetSocketAddress> server(Value value) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher matcher = ADDRESS.matcher(text.get());
        try {
            if (matcher.matches()) {
                String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                int port = matcher.group(3) == null ? PORT : Integer.parseInt(matcher.group(3));
                return Optional.of(new InetSocketAddress(InetAddress.ofLiteral(host), port));
            }
        } catch (IllegalArgumentException _) {
            // Said below.
        }
        value.problem(value.quoted() + " is no address of a DNS server, 192.0.2.53 or [::1]:5353");
        return Optional.empty();
    }
}
