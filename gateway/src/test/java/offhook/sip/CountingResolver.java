package offhook.sip;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The resolver of this JVM: it answers as the system's does, remembers each name it was asked for,
/// and asks nobody for those that end with `.poison.test`.
public final class CountingResolver extends InetAddressResolverProvider {

    static final String POISON = ".poison.test";

    private static final Set<String> ASKED = ConcurrentHashMap.newKeySet();

    /// The poisoned names that anybody looked up.
    static Set<String> poisoned() {
        return Set.copyOf(ASKED);
    }

    @Override
    public String name() {
        return "counting";
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver system = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
                    throws UnknownHostException {
                if (host.endsWith(POISON)) {
                    ASKED.add(host);
                    throw new UnknownHostException(host);
                }
                return system.lookupByName(host, policy);
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                return system.lookupByAddress(address);
            }
        };
    }
}
