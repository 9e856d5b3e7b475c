package offhook.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// RFC 3263 against a real DNS server.
public class ServerLocatorTest {

    private DnsStand dns;
    private DnsRecords records;

    @BeforeClass
    public void start() throws IOException {
        dns = new DnsStand();
        dns.naptr("full.test", 300, 20, "SIP+D2U", "_sip._udp.full.test")
                .naptr("full.test", 300, 10, "SIP+D2T", "_sip._tcp.full.test")
                .naptr("full.test", 300, 5, "SIPS+D2T", "_sips._tcp.full.test")
                .naptr("full.test", 300, 1, "E2U+sip", "_sip._udp.elsewhere.test")
                .srv("_sip._udp.full.test", 60, 10, 0, 5070, "a.full.test")
                .srv("_sip._tcp.full.test", 60, 10, 5, 5080, "a.full.test")
                .srv("_sip._tcp.full.test", 60, 20, 5, 5090, "b.full.test")
                .srv("_sips._tcp.full.test", 60, 1, 1, 5061, "s.full.test")
                .a("a.full.test", 30, "192.0.2.1")
                .a("b.full.test", 90, "192.0.2.2")
                .a("s.full.test", 90, "192.0.2.3")
                .a("full.test", 90, "192.0.2.9");
        dns.srv("_sip._udp.srv.test", 60, 0, 0, 5062, "host.srv.test")
                .a("host.srv.test", 20, "192.0.2.4", "192.0.2.5")
                .aaaa("host.srv.test", 10, "2001:db8::4");
        dns.a("plain.test", 7, "192.0.2.6");
        dns.srv("_sip._udp.closed.test", 60, 0, 0, 5060, ".").a("closed.test", 60, "192.0.2.7");
        records = new DnsRecords(List.of(dns.address()));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        dns.close();
    }

    @DataProvider
    public static Object[][] names() {
        return new Object[][] {
            // An address needs no DNS.
            {"192.0.2.8", 0, "", false, "udp 192.0.2.8:5060"},
            {"192.0.2.8", 5066, "tcp", false, "tcp 192.0.2.8:5066"},
            {"2001:db8::8", 0, "", true, "tls 2001:db8::8:5061"},
            // A port: addresses only, UDP unless said otherwise.
            {"full.test", 5077, "", false, "udp 192.0.2.9:5077"},
            {"full.test", 5077, "tcp", false, "tcp 192.0.2.9:5077"},
            // A transport: SRV of that one.
            {"full.test", 0, "udp", false, "udp 192.0.2.1:5070"},
            {"plain.test", 0, "tcp", false, "tcp 192.0.2.6:5060"},
            // Neither: NAPTR by its order, of what we speak; what is not SIP is left out.
            {
                "full.test",
                0,
                "",
                false,
                "tcp 192.0.2.1:5080, tcp 192.0.2.2:5090, udp 192.0.2.1:5070"
            },
            // No NAPTR: SRV of each transport; IPv4 before IPv6.
            {
                "srv.test",
                0,
                "",
                false,
                "udp 192.0.2.4:5062, udp 192.0.2.5:5062, udp 2001:db8::4:5062"
            },
            // Neither NAPTR nor SRV.
            {"plain.test", 0, "", false, "udp 192.0.2.6:5060"},
            // RFC 2782: decidedly not there.
            {"closed.test", 0, "udp", false, ""},
            {"nobody.test", 0, "", false, ""},
        };
    }

    @Test(dataProvider = "names")
    public void nameLeadsToServers(
            String host, int port, String transport, boolean secure, String expected)
            throws Exception {
        ServerName name =
                new ServerName(
                        host,
                        port == 0 ? OptionalInt.empty() : OptionalInt.of(port),
                        Optional.of(transport).filter(t -> !t.isEmpty()),
                        secure);

        List<String> found =
                new ServerLocator(records, List.of("udp", "tcp"))
                        .locate(name).servers().stream()
                                .sorted(Comparator.comparingInt(Server::rank))
                                .map(s ->
                                        s.transport()
                                                + " "
                                                + s.address()
                                                        .getHostAddress()
                                                        .replaceAll("(:0)+:", "::")
                                                + ":"
                                                + s.port())
                                .toList();

        assertThat(String.join(", ", found)).isEqualTo(expected);
    }

    @Test
    public void shortestTtlCounts() throws Exception {
        ServerName name =
                new ServerName("srv.test", OptionalInt.empty(), Optional.of("udp"), false);

        assertThat(new ServerLocator(records, List.of("udp")).locate(name).ttlSeconds())
                .isEqualTo(10);
    }

    @Test
    public void serverInTroubleIsNoAnswer() {
        ServerName name =
                new ServerName("broken.test", OptionalInt.of(5060), Optional.empty(), false);

        assertThatThrownBy(() -> new ServerLocator(records, List.of("udp")).locate(name))
                .isInstanceOf(DnsException.class)
                .hasMessageContaining("A broken.test");
    }
}
