package offhook.selftest;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import offhook.config.GatewayConfig;
import offhook.config.Listen;
import offhook.config.PortRange;

/// Whether the ports of the configuration can be had: each is bound for a moment. Those that the
/// running gateway holds are as they should be.
final class PortChecks {

    private static final int FIRST_UNPRIVILEGED = 1024;
    private static final int FEW = 5;
    private static final Path EPHEMERAL = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    private PortChecks() {}

    static List<Finding> of(Subject subject) {
        Findings findings = new Findings("ports");
        SocketTable sockets = new SocketTable();
        listeners(subject.config())
                .forEach(
                        (setting, listen) -> listener(findings, setting, listen, subject, sockets));
        PortRange range = subject.config().sip().rtpPorts();
        if (subject.gateway().isPresent()) {
            findings.ok(
                    "sip.rtp-ports",
                    "%d-%d are the running gateway's".formatted(range.first(), range.last()));
        } else {
            mediaPorts(
                    findings,
                    subject.config().sip().listen().getFirst().address().getAddress(),
                    range,
                    sockets);
        }
        ephemeral(findings, range);
        return findings.all();
    }

    /// Who holds a listener; the first that somebody holds of whom we may know.
    static OptionalLong holder(GatewayConfig config) {
        SocketTable sockets = new SocketTable();
        return listeners(config).values().stream()
                .map(each -> sockets.pidOf(each.scheme().equals("udp"), each.address().getPort()))
                .filter(OptionalLong::isPresent)
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    private static Map<String, Listen> listeners(GatewayConfig config) {
        Map<String, Listen> all = new LinkedHashMap<>();
        int index = 0;
        for (Listen listen : config.sip().listen()) {
            all.put("sip.listen[" + index++ + "]", listen);
        }
        all.put("media.listen", config.media().listen());
        index = 0;
        for (Listen listen : config.web().listen()) {
            all.put("web.listen[" + index++ + "]", listen);
        }
        config.ops().listen().ifPresent(listen -> all.put("ops.listen", listen));
        return all;
    }

    private static void listener(
            Findings findings,
            String setting,
            Listen listen,
            Subject subject,
            SocketTable sockets) {
        boolean udp = listen.scheme().equals("udp");
        InetSocketAddress address = listen.address();
        String where = setting + " " + listen.scheme() + "://" + shown(address);
        Optional<IOException> failure = bind(udp, address);
        if (failure.isEmpty()) {
            if (subject.gateway().isPresent()) {
                findings.problem(
                        where,
                        "nobody listens there although a gateway runs",
                        "Restart the gateway, which was started with another configuration or has"
                                + " lost the port.");
            } else {
                findings.ok(where, "is free");
            }
            return;
        }
        if (subject.gateway().isPresent()
                && subject.gateway().equals(sockets.pidOf(udp, address.getPort()))) {
            findings.ok(where, "is held by the running gateway");
            return;
        }
        refused(
                findings,
                where,
                address,
                String.valueOf(failure.get().getMessage()),
                sockets.holder(udp, address.getPort()));
    }

    private static void refused(
            Findings findings,
            String where,
            InetSocketAddress address,
            String why,
            Optional<String> holder) {
        if (holder.isPresent()) {
            findings.problem(
                    where,
                    "is in use by " + holder.get(),
                    "End that process, or set another port.");
        } else if (address.getPort() < FIRST_UNPRIVILEGED && why.contains("ermission")) {
            findings.problem(
                    where,
                    "may not be bound: ports below " + FIRST_UNPRIVILEGED + " are privileged",
                    "Use a higher port, or give the service CAP_NET_BIND_SERVICE.");
        } else if (why.contains("assign")) {
            findings.problem(
                    where,
                    "is no address of this machine",
                    "Listen on 0.0.0.0, or on one of its addresses.");
        } else {
            findings.problem(
                    where,
                    "cannot be bound: " + why,
                    "See who holds it (ss -lnptu as root), or set another port.");
        }
    }

    private static Optional<IOException> bind(boolean udp, InetSocketAddress address) {
        return udp ? bindUdp(address) : bindTcp(address);
    }

    private static Optional<IOException> bindUdp(InetSocketAddress address) {
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.setReuseAddress(false);
            socket.bind(address);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    private static Optional<IOException> bindTcp(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    private static void mediaPorts(
            Findings findings, InetAddress bound, PortRange range, SocketTable sockets) {
        List<Integer> taken = new ArrayList<>();
        for (int port = range.first(); port <= range.last(); port++) {
            if (bindUdp(new InetSocketAddress(bound, port)).isPresent()) {
                taken.add(port);
            }
        }
        String where = "sip.rtp-ports " + range.first() + "-" + range.last();
        int all = range.last() - range.first() + 1;
        if (taken.isEmpty()) {
            findings.ok(where, "all " + all + " are free");
            return;
        }
        String what =
                "%d of %d are in use: %s%s%s"
                        .formatted(
                                taken.size(),
                                all,
                                String.join(
                                        ", ",
                                        taken.stream().limit(FEW).map(String::valueOf).toList()),
                                taken.size() > FEW ? ", ..." : "",
                                sockets.holder(true, taken.getFirst())
                                        .map(who -> " by " + who)
                                        .orElse(""));
        String remedy = "Set sip.rtp-ports to a range that nothing else uses.";
        if (taken.size() * 2 >= all) {
            findings.problem(where, what, remedy);
        } else {
            findings.warning(where, what, remedy);
        }
    }

    /// What the system gives to sockets without a wish of their own may be one of ours.
    private static void ephemeral(Findings findings, PortRange range) {
        try {
            String[] ends = SystemFile.text(EPHEMERAL).split("\\s+", -1);
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[1]);
            if (first <= range.last() && range.first() <= last) {
                findings.note(
                        "sip.rtp-ports",
                        "overlaps the ports that the system gives to anybody (%d-%d)"
                                .formatted(first, last),
                        "Move the range, or name it in net.ipv4.ip_local_reserved_ports.");
            }
        } catch (IOException | NumberFormatException _) {
            // Not told here.
        }
    }

    static String shown(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
