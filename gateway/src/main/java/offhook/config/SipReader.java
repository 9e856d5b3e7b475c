package offhook.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.config.SipConfig.Tls;

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
        Optional<Value> given = section.find("tls");
        Optional<Tls> tls = given.flatMap(Value::section).flatMap(SipReader::tls);
        if (given.isEmpty() && listen.stream().anyMatch(l -> l.scheme().equals("tls"))) {
            section.find("listen").ifPresent(v -> v.problem("a tls:// address needs 'sip.tls'"));
        }
        section.done();
        return new SipConfig(listen, rtpPorts, dns, tls);
    }

    /// Says of a range that it is the limit of calls, and not the one that is called so. Each trunk
    /// leg takes a pair of ports, so that this is the least that is needed.
    static void warn(
            Section section, PortRange ports, List<TrunkConfig> trunks, LimitsConfig limits) {
        int calls = ports.pairs();
        if (trunks.isEmpty() || calls >= limits.maxCalls()) {
            return;
        }
        String what =
                ("%d-%d has room for %s at once, fewer than the %d of limits.max-calls: each"
                                + " takes two ports, four between two trunks, and they rest 30 s"
                                + " after it. Widen it to %d ports or more, or lower"
                                + " limits.max-calls")
                        .formatted(
                                ports.first(),
                                ports.last(),
                                calls == 1 ? "1 call" : calls + " calls",
                                limits.maxCalls(),
                                2 * limits.maxCalls());
        section.find("rtp-ports")
                .ifPresentOrElse(
                        value -> value.warning(what),
                        () -> section.warning("the default of rtp-ports, " + what));
    }

    private static Optional<Tls> tls(Section section) {
        Optional<Path> certificate = section.require("certificate").flatMap(Value::readableFile);
        Optional<Path> key = section.require("key").flatMap(Value::keyFile);
        Optional<Path> ca = section.find("ca").flatMap(Value::readableFile);
        section.done();
        return certificate.flatMap(c -> key.map(k -> new Tls(c, k, ca)));
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
