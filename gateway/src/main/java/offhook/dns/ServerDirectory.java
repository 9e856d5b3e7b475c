package offhook.dns;

import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import offhook.runtime.NanoClock;

/// The servers of all names that the configuration holds. Names from the wire have no way in here:
/// only who sets up a trunk asks it. Any thread.
public final class ServerDirectory {

    private final Records records;
    private final List<String> transports;
    private final NanoClock clock;

    /// Guarded by this object.
    private final Map<ServerName, LocatedServers> names = new HashMap<>();

    /// Guarded by this object.
    private boolean started;

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

    /// The servers of a name, looked up from the start on, or from now on when that was before.
    public synchronized LocatedServers of(ServerName name) {
        LocatedServers known = names.get(name);
        if (known == null) {
            known = new LocatedServers(name, new ServerLocator(records, transports), clock);
            names.put(name, known);
            if (started) {
                known.start();
            }
        }
        return known;
    }

    /// Looks up no other names any more.
    public synchronized void retain(Collection<ServerName> wanted) {
        names.forEach((name, servers) -> {
            if (!wanted.contains(name)) {
                servers.stop();
            }
        });
        names.keySet().retainAll(wanted);
    }

    /// Begins to look up; returns at once.
    public synchronized void start() {
        started = true;
        names.values().forEach(LocatedServers::start);
    }

    /// Looks up nothing more.
    public synchronized void stop() {
        started = false;
        names.values().forEach(LocatedServers::stop);
    }
}
