package offhook.media;

import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import offhook.config.PortRange;
import offhook.net.PortPool;
import offhook.net.UdpEndpoint;

/// Where one loop receives trunk media, by address family. On its loop only.
final class RtpHosts {

    private final Map<StandardProtocolFamily, RtpHost> hosts;

    private RtpHosts(Map<StandardProtocolFamily, RtpHost> hosts) {
        this.hosts = hosts;
    }

    /// Of one family.
    static RtpHosts of(PortPool ports, InetAddress told) {
        Map<StandardProtocolFamily, RtpHost> hosts = new EnumMap<>(StandardProtocolFamily.class);
        hosts.put(RtpAddress.familyOf(told), new RtpHost(ports, told));
        return new RtpHosts(hosts);
    }

    /// For each loop its own part of the ports. Families that are bound together share their ports.
    ///
    /// @param addresses one of each family that is served
    static List<RtpHosts> split(
            List<RtpAddress> addresses, PortRange ports, int loops, RandomGenerator random) {
        Map<InetAddress, List<PortPool>> pools = new HashMap<>();
        List<RtpHosts> all = new ArrayList<>(loops);
        for (int i = 0; i < loops; i++) {
            Map<StandardProtocolFamily, RtpHost> hosts =
                    new EnumMap<>(StandardProtocolFamily.class);
            for (RtpAddress address : addresses) {
                PortPool pool =
                        pools.computeIfAbsent(
                                        address.bound(),
                                        bound ->
                                                new PortPool(
                                                                bound,
                                                                ports.first(),
                                                                ports.last(),
                                                                UdpEndpoint.Options.PLAIN,
                                                                random)
                                                        .split(loops))
                                .get(i);
                hosts.put(address.family(), new RtpHost(pool, address.told()));
            }
            all.add(new RtpHosts(hosts));
        }
        return all;
    }

    /// Where media of a family is received; empty where it is not.
    Optional<RtpHost> of(StandardProtocolFamily family) {
        return Optional.ofNullable(hosts.get(family));
    }

    /// The family of a call that says nothing of it: IPv4 where that is served.
    StandardProtocolFamily usual() {
        return hosts.containsKey(StandardProtocolFamily.INET)
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
    }

    /// Gives ports back that have rested.
    void tend(long nowNanos) {
        pools().forEach(ports -> ports.tend(nowNanos));
    }

    /// Pairs of ports that are in use or at rest.
    int portsUsed() {
        return pools().stream().mapToInt(PortPool::used).sum();
    }

    /// Pairs of ports there are.
    int ports() {
        return pools().stream().mapToInt(PortPool::size).sum();
    }

    /// At the end of the loop.
    void close() {
        pools().forEach(PortPool::close);
    }

    private Collection<PortPool> pools() {
        return hosts.values().stream().map(RtpHost::ports).distinct().toList();
    }
}
