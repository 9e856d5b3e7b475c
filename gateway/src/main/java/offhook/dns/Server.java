package offhook.dns;

import java.net.InetAddress;

/// Where a name is served.
///
/// @param transport `udp`, `tcp` or `tls`
/// @param rank the lower one is asked first: the more wanted transport, then the priority of its
///   SRV record
/// @param weight its share among those of the same rank (RFC 2782)
public record Server(
        String host, InetAddress address, int port, String transport, int rank, int weight) {}
