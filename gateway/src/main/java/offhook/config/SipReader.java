package offhook.config;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads `sip`.
final class SipReader {

    private static final PortRange DEFAULT_RTP_PORTS = new PortRange(10000, 19999);
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,5})-([0-9]{1,5})");

    private SipReader() {}

    static SipConfig read(Section section, PortPlan plan) {
        List<Listen> listen =
                new ListenReader(plan, "udp", "tcp", "tls")
                        .readAll(section, "sip.listen", "udp://0.0.0.0:5060", "tcp://0.0.0.0:5060");
        Optional<Value> value = section.find("rtp-ports");
        PortRange rtpPorts = value.flatMap(SipReader::range).orElse(DEFAULT_RTP_PORTS);
        plan.rtp("sip.rtp-ports", rtpPorts, value);
        List<InetSocketAddress> dns = DnsServers.read(section);
        section.done();
        return new SipConfig(listen, rtpPorts, dns);
    }

    private static Optional<PortRange> range(Value value) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher matcher = RANGE.matcher(text.get());
        if (!matcher.matches()) {
            value.problem(value.quoted() + " is not a range of ports, first-last");
            return Optional.empty();
        }
        try {
            PortRange range =
                    new PortRange(
                            Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
            if (range.last() == range.first()) {
                value.problem(value.quoted() + " has no room for a pair of ports");
            }
            return Optional.of(range);
        } catch (IllegalArgumentException e) {
            value.problem(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
