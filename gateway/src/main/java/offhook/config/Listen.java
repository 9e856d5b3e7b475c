package offhook.config;

import java.net.InetSocketAddress;

/// Where a server listens, written `scheme://host:port`.
///
/// @param scheme `udp`, `tcp`, `tls`, `http` or `https`
/// @param address the address that is bound
public record Listen(String scheme, InetSocketAddress address) {}
