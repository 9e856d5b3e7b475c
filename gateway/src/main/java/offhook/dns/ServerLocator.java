package offhook.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// RFC 3263 §4: from a name to transports, ports and addresses. Blocks while [Records] are asked;
/// keeps nothing.
final class ServerLocator {

    /// Ranks of one transport, below which all of the next one lie.
    private static final int RANKS = 0x10000;

    /// No answer leads to more servers than these.
    private static final int MAX_SERVERS = 32;

    private static final Map<String, String> TRANSPORT_OF_SERVICE =
            Map.of("SIP+D2U", "udp", "SIP+D2T", "tcp", "SIPS+D2T", "tls");

    private final Records records;
    private final List<String> served;

    /// @param served the transports that we speak, the preferred one first
    ServerLocator(Records records, List<String> served) {
        this.records = records;
        this.served = List.copyOf(served);
    }

    /// Where a name is served.
    ///
    /// @param ttlSeconds how long that holds
    record Located(List<Server> servers, long ttlSeconds) {}

    /// @throws DnsException when DNS does not say
    Located locate(ServerName name) throws DnsException {
        Search search = new Search();
        Optional<InetAddress> literal = name.literal();
        String plain = name.secure() ? "tls" : "udp";
        if (literal.isPresent()) {
            String transport = name.transport().orElse(plain);
            search.add(name.host(), literal.get(), port(name, transport), transport, 0, 0);
        } else if (name.port().isPresent()) {
            String transport = name.transport().orElse(plain);
            search.addHost(name.host(), port(name, transport), transport, 0, 0);
        } else if (name.transport().isPresent()) {
            String transport = name.transport().get();
            if (!search.addServices(serviceName(transport, name.host()), transport, 0)) {
                search.addHost(name.host(), port(name, transport), transport, 0, 0);
            }
        } else if (!search.addByNaptr(name) && !search.addByServices(name)) {
            search.addHost(name.host(), port(name, plain), plain, 0, 0);
        }
        return new Located(List.copyOf(search.found), search.ttlSeconds);
    }

    private static int port(ServerName name, String transport) {
        return name.port().orElse(transport.equals("tls") ? 5061 : 5060);
    }

    /// RFC 3263 §4.1.
    private static String serviceName(String transport, String host) {
        return switch (transport) {
            case "tls" -> "_sips._tcp." + host;
            default -> "_sip._" + transport + "." + host;
        };
    }

    /// One search and what it found so far.
    private final class Search {

        private final List<Server> found = new ArrayList<>();
        private long ttlSeconds = Records.Answer.none().ttlSeconds();

        boolean addByNaptr(ServerName name) throws DnsException {
            Records.Answer<Records.Naptr> answer = heard(records.naptr(name.host()));
            List<Records.Naptr> usable =
                    answer.records().stream()
                            .filter(naptr -> naptr.flags().equalsIgnoreCase("s"))
                            .filter(naptr -> isServed(transportOf(naptr), name.secure()))
                            .sorted(
                                    Comparator.comparingInt(Records.Naptr::order)
                                            .thenComparingInt(Records.Naptr::preference))
                            .toList();
            boolean any = false;
            int wish = 0;
            for (Records.Naptr naptr : usable) {
                any |= addServices(naptr.replacement(), transportOf(naptr), wish++ * RANKS);
            }
            return any;
        }

        /// Without NAPTR: each transport that we speak, in our own order.
        boolean addByServices(ServerName name) throws DnsException {
            boolean any = false;
            int wish = 0;
            for (String transport : served) {
                if (isServed(transport, name.secure())) {
                    String service = serviceName(transport, name.host());
                    any |= addServices(service, transport, wish++ * RANKS);
                }
            }
            return any;
        }

        boolean addServices(String service, String transport, int rank) throws DnsException {
            Records.Answer<Records.Srv> answer = heard(records.srv(service));
            for (Records.Srv srv : answer.records()) {
                if (!srv.target().equals(".") && srv.port() > 0) {
                    addHost(
                            srv.target(),
                            srv.port(),
                            transport,
                            rank + srv.priority(),
                            srv.weight());
                }
            }
            return !answer.records().isEmpty();
        }

        void addHost(String host, int port, String transport, int rank, int weight)
                throws DnsException {
            for (InetAddress address : heard(records.addresses(host)).records()) {
                add(host, address, port, transport, rank, weight);
            }
        }

        void add(
                String host,
                InetAddress address,
                int port,
                String transport,
                int rank,
                int weight) {
            if (found.size() < MAX_SERVERS) {
                found.add(new Server(host, address, port, transport, rank, weight));
            }
        }

        private <T> Records.Answer<T> heard(Records.Answer<T> answer) {
            if (!answer.records().isEmpty()) {
                ttlSeconds = Math.min(ttlSeconds, answer.ttlSeconds());
            }
            return answer;
        }

        private static String transportOf(Records.Naptr naptr) {
            return TRANSPORT_OF_SERVICE.getOrDefault(naptr.service().toUpperCase(Locale.ROOT), "");
        }

        private boolean isServed(String transport, boolean secure) {
            return served.contains(transport) && (!secure || transport.equals("tls"));
        }
    }
}
