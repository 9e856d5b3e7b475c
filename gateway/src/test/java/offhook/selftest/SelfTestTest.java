package offhook.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import offhook.dns.DnsStand;
import offhook.net.FreePorts;
import offhook.runtime.NanoClock;
import offhook.tls.TestAuthority;
import org.testng.annotations.Test;

/// Each check meets the fault that it is there for.
public class SelfTestTest {

    /// It stands still: a slow machine is not to be taken for a slow trunk.
    private static final NanoClock CLOCK = () -> 0;

    @Test
    public void nothingIsWrongWithFreePorts() throws Exception {
        Subject subject = new Stand().subject("", "", "");

        assertThat(worst(PortChecks.of(subject))).isLessThan(Severity.WARNING);
        assertThat(worst(OriginChecks.of(subject))).isEqualTo(Severity.OK);
        assertThat(worst(AddressChecks.of(subject))).isEqualTo(Severity.OK);
        assertThat(SoundChecks.all()).extracting(Finding::where).contains("opus", "srtp");
        assertThat(worst(SoundChecks.all())).isLessThan(Severity.WARNING);
    }

    @Test
    public void takenPortsNameWhoHasThem() throws Exception {
        Stand stand = new Stand();
        Subject subject = stand.subject("", "", "");
        try (DatagramSocket _ = new DatagramSocket(stand.sip, Stand.LOOPBACK);
                ServerSocket _ = new ServerSocket(stand.web, 1, Stand.LOOPBACK);
                DatagramSocket _ = new DatagramSocket(stand.rtp, Stand.LOOPBACK)) {
            List<Finding> findings = PortChecks.of(subject);

            String us = "process " + ProcessHandle.current().pid();
            assertThat(problems(findings)).hasSize(3).allMatch(each -> each.contains(us));
            assertThat(problems(findings).get(0)).contains("sip.listen[0]", ":" + stand.sip);
            assertThat(problems(findings).get(1)).contains("web.listen[0]", ":" + stand.web);
            assertThat(problems(findings).get(2)).contains("1 of 2 are in use: " + stand.rtp);
            assertThat(SelfTest.holderOfPorts(subject.config()))
                    .hasValue(ProcessHandle.current().pid());
        }
    }

    @Test
    public void addressThatThisMachineHasNotCannotBeBound() throws Exception {
        Stand stand = new Stand();
        Subject subject =
                stand.subject(
                        """
                        node: {advertise: 127.0.0.1}
                        sip: {listen: ["udp://192.0.2.77:5060"], rtp-ports: %d-%d}
                        media: {listen: "udp://127.0.0.1:%d"}
                        web: {listen: "http://127.0.0.1:%d"}
                        """
                                .formatted(stand.rtp, stand.rtp + 1, stand.media, stand.web));

        assertThat(problems(PortChecks.of(subject)).getFirst())
                .contains("192.0.2.77:5060", "no address of this machine");
    }

    @Test
    public void hashThatEverybodyReadsAndSecretThatEverybodyChangesAreNamed() throws Exception {
        Stand stand = new Stand();
        Path hash = Files.writeString(stand.folder.resolve("hash.txt"), "$2b$10$" + "a".repeat(53));
        Path changed = Files.writeString(stand.folder.resolve("changed.txt"), "swordfish\n");
        Path kept = Files.writeString(stand.folder.resolve("kept.txt"), "swordfish\n");
        Files.setPosixFilePermissions(hash, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(changed, PosixFilePermissions.fromString("rw-----w-"));
        Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rw-------"));
        Subject subject =
                stand.subject(
                        """
                        agents: {users: [{name: alice, password-hash: "${file:hash.txt}"}]}
                        trunks:
                          - {name: a, uri: "sip:192.0.2.1", addresses: [192.0.2.1/32],
                             auth: {username: u, password: "${file:changed.txt}"}}
                          - {name: b, uri: "sip:192.0.2.2", addresses: [192.0.2.2/32],
                             auth: {username: u, password: "${file:kept.txt}"}}
                        """,
                        "",
                        "");

        List<Finding> findings = FileChecks.of(subject);

        assertThat(at(findings, hash.toString()).severity()).isEqualTo(Severity.WARNING);
        assertThat(at(findings, hash.toString()).what()).contains("rw-r--r--");
        assertThat(at(findings, changed.toString()).severity()).isEqualTo(Severity.WARNING);
        assertThat(at(findings, kept.toString()).severity()).isEqualTo(Severity.OK);
    }

    @Test
    public void portsForFewerCallsThanAreAllowedAreTold() throws Exception {
        Subject subject =
                new Stand().subject("trunks: [{name: t, uri: \"sip:192.0.2.1\"}]", "", "");

        assertThat(FileChecks.of(subject))
                .anyMatch(each ->
                        each.severity() == Severity.WARNING
                                && each.what().contains("has room for 1 call at once"));
    }

    @Test
    public void addressBehindNatIsAskedFor() throws Exception {
        Stand stand = new Stand();
        Subject subject = stand.subject("trunks: [{name: far, uri: \"sip:203.0.113.9\"}]", "", "");
        InetAddress inside = InetAddress.ofLiteral("192.168.7.2");
        Subject found =
                new Subject(
                        subject.file(),
                        new Stand()
                                .subject(
                                        """
                                        sip: {listen: ["udp://0.0.0.0:5060"]}
                                        trunks: [{name: far, uri: "sip:203.0.113.9"}]
                                        """)
                                .config(),
                        List.of(),
                        inside,
                        List.of(inside),
                        subject.gateway());

        assertThat(AddressChecks.of(found, List.of(inside)).getFirst().severity())
                .isEqualTo(Severity.WARNING);
        assertThat(AddressChecks.of(found, List.of(inside)).getFirst().remedy())
                .contains("node.advertise");
        assertThat(AddressChecks.isPrivate(InetAddress.ofLiteral("100.65.0.1"))).isTrue();
        assertThat(AddressChecks.isPrivate(InetAddress.ofLiteral("100.128.0.1"))).isFalse();
        assertThat(AddressChecks.isPrivate(InetAddress.ofLiteral("fd00::1"))).isTrue();
    }

    @Test
    public void loopbackIsNotReachedAtAnAdvertisedAddress() throws Exception {
        InetAddress outside = InetAddress.ofLiteral("10.9.9.9");
        Stand stand = new Stand();
        Subject here = stand.subject("", "", "");
        Subject subject =
                new Subject(
                        here.file(),
                        here.config(),
                        List.of(),
                        outside,
                        List.of(outside),
                        here.gateway());

        List<Finding> findings = AddressChecks.of(subject, List.of(outside));

        for (String where : List.of("sip.listen", "media.listen")) {
            assertThat(at(findings, where).severity()).isEqualTo(Severity.WARNING);
            assertThat(at(findings, where).what()).contains("loopback", "10.9.9.9");
            assertThat(at(findings, where).remedy()).contains(where, "0.0.0.0");
        }
    }

    @Test
    public void certificateThatExpiredOrNamesOthersIsTold() throws Exception {
        Stand stand = new Stand();
        TestAuthority authority = new TestAuthority("test");
        write(stand, authority.issue("dns:gw.example.com"));
        Subject subject = withWebTls(stand);

        assertThat(certificates(subject, Duration.ZERO))
                .anyMatch(each -> each.contains("expires on"))
                .anyMatch(each -> each.contains("pages come from https://desk.example.com"));
        assertThat(problems(CertificateChecks.of(subject, Instant.now()))).isEmpty();
        assertThat(certificates(subject, Duration.ofDays(3)))
                .anyMatch(each -> each.contains("expired on"));
        assertThat(problems(CertificateChecks.of(subject, Instant.now().plus(Duration.ofDays(3)))))
                .hasSize(1);
    }

    @Test
    public void keyOfAnotherCertificateIsTold() throws Exception {
        Stand stand = new Stand();
        TestAuthority authority = new TestAuthority("test");
        write(stand, authority.issue("dns:desk.example.com"));
        authority
                .issue("dns:desk.example.com")
                .write(stand.folder.resolve("other.pem"), stand.folder.resolve("key.pem"));

        assertThat(problems(CertificateChecks.of(withWebTls(stand), Instant.now())).getFirst())
                .contains("do not fit");
    }

    @Test
    public void wildcardCoversOneLabel() {
        assertThat(CertificateChecks.covers("*.example.com", "Desk.example.com")).isTrue();
        assertThat(CertificateChecks.covers("*.example.com", "a.b.example.com")).isFalse();
        assertThat(CertificateChecks.covers("*.example.com", "example.com")).isFalse();
    }

    @Test
    public void pageOfPlainHttpHasNoMicrophone() throws Exception {
        Subject subject =
                new Stand().subject("", "", "  allowed-origins: [\"http://desk.example.com\"]");

        assertThat(OriginChecks.of(subject))
                .anyMatch(each ->
                        each.severity() == Severity.WARNING
                                && each.what().contains("no microphone"));
    }

    @Test
    public void trunkAnswersOrIsClosedOrUnknown() throws Exception {
        Stand stand = new Stand();
        try (DatagramSocket alive = Stand.answering("200 OK");
                DnsStand dns = new DnsStand()) {
            dns.a("alive.test", 60, "127.0.0.1");
            Subject subject =
                    stand.subject(
                            """
                            trunks:
                              - {name: alive, uri: "sip:alive.test:%d;transport=udp"}
                              - {name: closed, uri: "sip:127.0.0.1:%d;transport=udp"}
                              - {name: deaf, uri: "sip:127.0.0.1:%d;transport=tcp"}
                              - {name: nowhere, uri: "sip:nowhere.test;transport=udp"}
                            """
                                    .formatted(
                                            alive.getLocalPort(),
                                            FreePorts.next(),
                                            FreePorts.next()),
                            "  dns: [\"127.0.0.1:%d\"]".formatted(dns.address().getPort()),
                            "");

            List<Finding> findings = TrunkChecks.of(subject, CLOCK);

            assertThat(at(findings, "trunk alive").severity()).isEqualTo(Severity.OK);
            assertThat(at(findings, "trunk alive").what()).contains("by 200 within");
            assertThat(at(findings, "trunk closed").severity()).isEqualTo(Severity.PROBLEM);
            assertThat(at(findings, "trunk closed").what())
                    .isEqualTo("does not answer OPTIONS: nothing listens there (port unreachable)");
            assertThat(at(findings, "trunk closed").remedy()).startsWith("Start SIP there");
            assertThat(at(findings, "trunk deaf").what())
                    .isEqualTo(
                            "does not answer OPTIONS: nothing listens there (connection refused)");
            assertThat(at(findings, "trunk nowhere").what())
                    .contains("DNS knows no server of nowhere.test");
        }
    }

    @Test
    public void trunkWithAnothersCertificateIsNotBelieved() throws Exception {
        Stand stand = new Stand();
        TestAuthority authority = new TestAuthority("test");
        write(stand, authority.issue("dns:gw.example.com"));
        authority.write(stand.folder.resolve("ca.pem"));
        TestAuthority.Identity stranger = authority.issue("dns:stranger.example.com");
        try (SSLServerSocket server =
                (SSLServerSocket)
                        stranger.context()
                                .getServerSocketFactory()
                                .createServerSocket(0, 1, Stand.LOOPBACK)) {
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> {
                        try (SSLSocket socket = (SSLSocket) server.accept()) {
                            socket.startHandshake();
                        } catch (Exception _) {
                            // It is refused.
                        }
                    });
            Subject subject =
                    stand.subject(
                            """
                            node: {advertise: 127.0.0.1}
                            sip:
                              listen: ["tls://127.0.0.1:%d"]
                              tls: {certificate: cert.pem, key: key.pem, ca: ca.pem}
                            trunks: [{name: sec, uri: "sip:127.0.0.1:%d;transport=tls"}]
                            """
                                    .formatted(FreePorts.next(), server.getLocalPort()));

            Finding finding = at(TrunkChecks.of(subject, CLOCK), "trunk sec");

            assertThat(finding.severity()).isEqualTo(Severity.PROBLEM);
            assertThat(finding.what()).contains("stranger.example.com", "is not that of 127.0.0.1");
        }
    }

    @Test
    public void deadTurnServerAndIssuerAreTold() throws Exception {
        Subject subject =
                new Stand()
                        .subject(
                                """
                                agents:
                                  tokens: {jwks: "http://127.0.0.1:%d/keys", issuer: i, audience: a}
                                """
                                        .formatted(FreePorts.next()),
                                "",
                                """
                                  turn: {urls: ["turn:127.0.0.1:%d"], secret: swordfish-swordfish}
                                """
                                        .formatted(FreePorts.next()));

        List<Finding> findings = ServiceChecks.of(subject, CLOCK);

        assertThat(problems(findings)).hasSize(2);
        assertThat(problems(findings).get(0))
                .contains("web.turn", "does not answer: nothing listens there");
        assertThat(problems(findings).get(1))
                .contains("agents.tokens.jwks", "cannot be read: nothing listens there");
    }

    @Test
    public void folderThatCannotBeWrittenIsTold() throws Exception {
        Stand stand = new Stand();
        Path file = Files.writeString(stand.folder.resolve("full"), "");
        Subject subject =
                stand.subject(
                        """
                        node: {advertise: 127.0.0.1}
                        sip: {listen: ["udp://127.0.0.1:%d"]}
                        ops: {listen: "off", records: {folder: "%s/records"}}
                        """
                                .formatted(stand.sip, file));

        assertThat(problems(StorageChecks.of(subject)).getFirst()).contains("is no folder");
    }

    @Test
    public void databaseThatIsGoneIsTold() throws Exception {
        Stand stand = new Stand();
        Subject subject =
                stand.subject(
                        """
                        node: {advertise: 127.0.0.1}
                        sip: {listen: ["udp://127.0.0.1:%d"]}
                        ops:
                          listen: "off"
                          records:
                            folder: "%s"
                            url: postgresql://127.0.0.1:%d/offhook
                            user: offhook
                            password: swordfish
                        """
                                .formatted(stand.sip, stand.folder, FreePorts.next()));

        assertThat(problems(StorageChecks.of(subject)).getFirst())
                .contains("postgresql://", "cannot be reached");
    }

    private static Subject withWebTls(Stand stand) throws Exception {
        return stand.subject(
                "",
                "",
                """
                  tls: {certificate: cert.pem, key: key.pem}
                  allowed-origins: ["https://desk.example.com"]
                """);
    }

    private static void write(Stand stand, TestAuthority.Identity identity) throws Exception {
        identity.write(stand.folder.resolve("cert.pem"), stand.folder.resolve("key.pem"));
    }

    private static List<String> certificates(Subject subject, Duration later) {
        return CertificateChecks.of(subject, Instant.now().plus(later)).stream()
                .map(Finding::what)
                .toList();
    }

    private static Severity worst(List<Finding> findings) {
        return findings.stream().map(Finding::severity).max(Severity::compareTo).orElseThrow();
    }

    private static Finding at(List<Finding> findings, String where) {
        return findings.stream()
                .filter(each -> each.where().startsWith(where))
                .findFirst()
                .orElseThrow(() -> new AssertionError(where + " not in " + findings));
    }

    /// Every one comes with a remedy.
    private static List<String> problems(List<Finding> findings) {
        assertThat(findings)
                .filteredOn(each -> each.severity() != Severity.OK)
                .allMatch(each -> !each.remedy().isEmpty());
        return findings.stream()
                .filter(each -> each.severity() == Severity.PROBLEM)
                .map(each -> each.where() + ": " + each.what())
                .toList();
    }
}
