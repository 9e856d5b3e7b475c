package offhook.dns;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import offhook.runtime.NanoClock;

/// The servers of all names that the configuration holds. Names from the wire have no way in here:
/// only who sets up a trunk asks it. Any thread.
public final class ServerDirectory {

    private final Records records;
    private final List<String> transports;
    private final NanoClock clock;
    private final Map<ServerName, LocatedServers> names = new ConcurrentHashMap<>();

    /// @param dnsServers whom to ask; empty: whom this machine asks
    /// @param transports those that we speak, the preferred one first
    public ServerDirectory(
            List<InetSocketAddress> dnsServers, List<String> transports, NanoClock clock) {
        this(new DnsRecords(dnsServers), transports, clock);
    }

    ServerDirectory(Records records, List<String> transports, NanoClock clock) {
        this.records = records;
        this.transports = List.copyOf(transports);
        this.clock = clock;
    }

    /// The servers of a name, looked up from the start on. To be asked for before that.
    public LocatedServers of(ServerName name) {
        return names.computeIfAbsent(
                name,
                added -> new LocatedServers(added, new ServerLocator(records, transports), clock));
    }

    /// Begins to look up; returns at once.
    public void start() {
        names.values().forEach(LocatedServers::start);
    }

    /// Looks up nothing more.
    public void stop() {
        names.values().forEach(LocatedServers::stop);
    }
}
