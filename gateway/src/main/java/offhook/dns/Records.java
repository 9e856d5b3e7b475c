package offhook.dns;

import java.net.InetAddress;
import java.util.List;

/// What DNS says of a name. Blocks until it does.
interface Records {

    /// Records of one kind and for how long they hold; none when the name has none.
    record Answer<T>(List<T> records, long ttlSeconds) {

        /// How long an answer of no records is believed.
        private static final long NONE_TTL_SECONDS = 3600;

        static <T> Answer<T> none() {
            return new Answer<>(List.of(), NONE_TTL_SECONDS);
        }
    }

    /// A NAPTR record (RFC 2915).
    ///
    /// @param service such as `SIP+D2U`
    record Naptr(int order, int preference, String flags, String service, String replacement) {}

    /// An SRV record (RFC 2782).
    ///
    /// @param target `.` when the service is decidedly not there
    record Srv(int priority, int weight, int port, String target) {}

    /// Ordered as DNS gives them.
    Answer<Naptr> naptr(String name) throws DnsException;

    Answer<Srv> srv(String name) throws DnsException;

    /// IPv4 before IPv6.
    Answer<InetAddress> addresses(String host) throws DnsException;
}
