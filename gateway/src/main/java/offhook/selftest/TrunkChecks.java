package offhook.selftest;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import offhook.config.Listen;
import offhook.config.TrunkConfig;
import offhook.dns.LocatedServers;
import offhook.dns.Server;
import offhook.dns.ServerDirectory;
import offhook.dns.ServerName;
import offhook.runtime.NanoClock;
import offhook.sip.TlsAim;
import offhook.sip.TlsIdentity;
import offhook.sip.TrunkUri;
import offhook.tls.TlsFileException;

/// Whether the places that the configuration names for trunks are found by DNS, as the gateway
/// itself looks for them, and answer.
final class TrunkChecks {

    private static final long DNS_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long SLOW_DNS_MILLIS = 1000;
    private static final double SLOW_REPLY_MILLIS = 300;

    private final Subject subject;
    private final NanoClock clock;
    private final Findings findings = new Findings("trunks");
    private final Set<String> asked = new LinkedHashSet<>();

    private TrunkChecks(Subject subject, NanoClock clock) {
        this.subject = subject;
        this.clock = clock;
    }

    static List<Finding> of(Subject subject, NanoClock clock) {
        return new TrunkChecks(subject, clock).all();
    }

    private List<Finding> all() {
        for (TrunkConfig trunk : subject.config().trunks()) {
            ways(trunk).forEach((uri, what) -> way(trunk, uri, what));
            if (trunk.uri().isEmpty()) {
                findings.note(
                        "trunk " + trunk.name(),
                        "has no uri: it only calls in, whether it can is not to be seen from here",
                        "Call a number of its routes.");
            }
        }
        return findings.all();
    }

    /// Where requests go, and what for.
    private static Map<String, String> ways(TrunkConfig trunk) {
        Map<String, String> ways = new LinkedHashMap<>();
        if (trunk.outboundProxy().isPresent()) {
            ways.put(trunk.outboundProxy().get(), "outbound-proxy");
        } else {
            trunk.uri().ifPresent(uri -> ways.put(uri, "uri"));
            trunk.reach().moreUris().forEach(uri -> ways.putIfAbsent(uri, "uri"));
        }
        trunk.register().stream()
                .flatMap(terms -> terms.registrars().stream())
                .flatMap(each -> each.outboundProxy().or(each::uri).stream())
                .forEach(uri -> ways.putIfAbsent(uri, "registrar"));
        return ways;
    }

    private void way(TrunkConfig trunk, String uri, String what) {
        TrunkUri way = TrunkUri.parse(uri);
        String where = "trunk " + trunk.name() + " " + what + " " + uri;
        for (Server server : located(way.serverName(), where)) {
            String place = server.transport() + " " + PortChecks.shown(at(server));
            if (asked.add(trunk.name() + " " + place)) {
                ask(trunk, way, server, where + " (" + place + ")");
            }
        }
    }

    private static InetSocketAddress at(Server server) {
        return new InetSocketAddress(server.address(), server.port());
    }

    private List<Server> located(ServerName name, String where) {
        ServerDirectory directory =
                new ServerDirectory(subject.config().sip().dns(), transports(), clock);
        LocatedServers located = directory.of(name);
        long began = clock.nanoTime();
        directory.start();
        LocatedServers.Known known = located.await(DNS_PATIENCE_NANOS);
        long millis = TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - began);
        directory.stop();
        if (known.servers().isEmpty()) {
            findings.problem(
                    where,
                    known.lastError().isEmpty()
                            ? "DNS said nothing within %d ms".formatted(millis)
                            : "is not found: " + known.lastError(),
                    "Correct the name, or set sip.dns to a server that knows it.");
        } else if (millis > SLOW_DNS_MILLIS) {
            findings.warning(
                    where,
                    "DNS took %d ms".formatted(millis),
                    "Have a resolver near this machine (sip.dns).");
        }
        return known.servers();
    }

    private List<String> transports() {
        return subject.config().sip().listen().stream().map(Listen::scheme).distinct().toList();
    }

    private void ask(TrunkConfig trunk, TrunkUri way, Server server, String where) {
        Optional<SSLContext> tls = Optional.empty();
        if (server.transport().equals("tls")) {
            tls = identity(trunk, way, where);
            if (tls.isEmpty()) {
                return;
            }
        }
        OptionsPing.Reply reply =
                new OptionsPing(clock).ask(server, from(server.address()), subject.told(), tls);
        if (reply.status() == 0) {
            silent(trunk, where, reply, server.transport());
        } else if (reply.millis() > SLOW_REPLY_MILLIS) {
            findings.warning(
                    where,
                    "answers %d, but only after %.0f ms".formatted(reply.status(), reply.millis()),
                    "See what makes the way to it so slow: callers wait as long.");
        } else {
            findings.ok(
                    where,
                    "answers OPTIONS by %d within %.1f ms%s"
                            .formatted(
                                    reply.status(),
                                    reply.millis(),
                                    tls.isPresent() ? ", its certificate is believed" : ""));
        }
    }

    private void silent(
            TrunkConfig trunk, String where, OptionsPing.Reply reply, String transport) {
        String what = "does not answer OPTIONS: " + reply.why();
        if (transport.equals("tls") && reply.refused()) {
            findings.problem(
                    where,
                    what,
                    "Check address and port, and tls.ca and tls.server-names of the trunk.");
        } else if (reply.refused()) {
            findings.problem(
                    where,
                    what,
                    "Start SIP there, or correct address, port and transport of the trunk.");
        } else if (trunk.reach().ping().isPresent()) {
            findings.problem(
                    where,
                    what,
                    "Check address, port and transport, that nothing filters between, and that the"
                            + " PBX knows our address.");
        } else {
            findings.warning(
                    where, what, "If the PBX never answers OPTIONS this is no fault: call out.");
        }
    }

    private Optional<SSLContext> identity(TrunkConfig trunk, TrunkUri way, String where) {
        if (subject.config().sip().tls().isEmpty()) {
            findings.problem(where, "is reached over TLS, and sip.tls is not set", "Set sip.tls.");
            return Optional.empty();
        }
        try {
            TlsIdentity own =
                    new TlsIdentity(
                            subject.config().sip().tls().get(), new ArrayList<>(List.of(trunk)));
            return Optional.of(own.toward(new TlsAim(trunk, way.host())));
        } catch (TlsFileException _) {
            return Optional.empty(); // told of by the check of certificates
        }
    }

    private Optional<InetSocketAddress> from(InetAddress to) {
        return subject.gateway().isPresent()
                ? Optional.empty()
                : subject.config().sip().listen().stream()
                        .filter(listen -> listen.scheme().equals("udp"))
                        .map(Listen::address)
                        .filter(address -> address.getAddress().getClass().equals(to.getClass()))
                        .findFirst();
    }
}
