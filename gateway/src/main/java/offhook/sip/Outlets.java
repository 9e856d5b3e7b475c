package offhook.sip;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import offhook.config.TrunkConfig;

/// The listening points that requests of ours leave by. Any thread.
final class Outlets {

    /// Written once, when the listening points are open.
    private volatile List<Outlet> open = List.of();

    /// What trunks are told instead of what is bound. Exchanged whole.
    private volatile Set<InetAddress> told = Set.of();

    /// These are the trunks from now on, and those that may still have calls.
    void tell(Collection<TrunkConfig> trunks) {
        told =
                trunks.stream()
                        .flatMap(trunk -> trunk.advertised().signalling().stream())
                        .collect(Collectors.toUnmodifiableSet());
    }

    void open(List<Outlet> all) {
        open = List.copyOf(all);
    }

    /// Whether an address and port are ones that we ourselves are reached at.
    boolean isOurs(InetAddress address, int port) {
        return open.stream()
                .map(Outlet::binding)
                .filter(binding -> binding.bound().getPort() == port)
                .anyMatch(binding ->
                        told.contains(address)
                                || binding.advertised().equals(address)
                                || binding.bound().getAddress().equals(address));
    }

    /// The same, of a literal address; a name is never ours.
    boolean isOurs(String host, int port) {
        return open.stream()
                .map(Outlet::binding)
                .anyMatch(binding ->
                        binding.bound().getPort() == port
                                && (binding.advertised().getHostAddress().equals(host)
                                        || told.stream()
                                                .map(InetAddress::getHostAddress)
                                                .anyMatch(host::equals)));
    }

    /// A listening point of the same transport and address family.
    Outlet toward(String transport, InetAddress to) throws IOException {
        return find(transport, to)
                .orElseThrow(() ->
                        new IOException(
                                "sip.listen has no "
                                        + transport
                                        + " listener for the addresses of "
                                        + to.getHostAddress()));
    }

    /// Whether there is one.
    boolean reach(TrunkTarget target) {
        return find(target.transport(), target.address()).isPresent();
    }

    private Optional<Outlet> find(String transport, InetAddress to) {
        return open.stream()
                .filter(outlet -> outlet.binding().transport().equals(transport))
                .filter(outlet ->
                        outlet.binding().advertised() instanceof Inet4Address
                                == to instanceof Inet4Address)
                .findFirst();
    }
}
