package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.telemetry.Counters;
import offhook.tls.TestAuthority;
import offhook.tls.TestAuthority.Identity;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The port of TLS: which connections it takes, and which certificate they are shown.
public class TlsDoorTest {

    private static final String FROM = "<sip:100@pbx>;tag=f";

    private TlsFolder folder;
    private InetSocketAddress gateway;
    private SipEndpoint endpoint;

    @BeforeClass
    public void start() throws Exception {
        folder = new TlsFolder();
        gateway = FreePorts.nextAddress();
        endpoint =
                folder.endpoint(
                        """
                        sip:
                          listen: ["tls://127.0.0.1:%d"]
                          tls: {certificate: own.pem, key: key.pem, ca: ca.pem}
                        trunks:
                          - {name: plain, addresses: [127.0.0.2], codecs: [PCMA]}
                          - {name: roaming, tls: {client-names: ["sip:roam.test"]}}
                        """
                                .formatted(gateway.getPort()),
                        new Counters());
        endpoint.start(new RecordingIntake());
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws IOException {
        endpoint.stop(Duration.ZERO);
        folder.close();
    }

    // ---- connections that are no good

    @Test
    public void plainTextOnTheTlsPortIsClosed() throws Exception {
        try (Socket socket = plain("127.0.0.2")) {
            socket.getOutputStream()
                    .write(
                            "OPTIONS sip:gw SIP/2.0\r\nContent-Length: 0\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));

            byte[] answer = socket.getInputStream().readAllBytes();

            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("SIP/2.0");
        }
    }

    @Test(timeOut = 120_000)
    public void stalledHandshakesAreClosedAndHinderNobody() throws Exception {
        try (Socket silent = plain("127.0.0.2");
                Socket slow = plain("127.0.0.2")) {
            long startNanos = System.nanoTime();
            Thread drip = Thread.ofVirtual().start(() -> drip(slow));
            try (TextTls peer = TextTls.connect("127.0.0.2", gateway, TestAuthority.believer())) {
                peer.send(peer.request("OPTIONS", "sip:gw", "stall", FROM, "<sip:gw>", ""))
                        .expect("SIP/2.0 200 ");
            }

            assertThat(silent.getInputStream().read()).isNegative();
            drip.join();

            assertThat(System.nanoTime() - startNanos)
                    .isGreaterThan(TimeUnit.SECONDS.toNanos(4))
                    .isLessThan(TimeUnit.SECONDS.toNanos(DRIP_BYTES * DRIP_MILLIS / 2 / 1000));
        }
    }

    /// Of a ClientHello that never comes to its end in the test's time.
    private static final int DRIP_BYTES = 512;

    private static final int DRIP_MILLIS = 200;

    /// A ClientHello whose record would take minutes, byte by byte.
    private static void drip(Socket socket) {
        try {
            socket.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
            while (true) {
                Thread.sleep(DRIP_MILLIS);
                socket.getOutputStream().write(0);
            }
        } catch (IOException e) {
            // Closed, as it should be.
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    public void strangersShakeHandsAFewAtATime() throws Exception {
        Socket[] all = new Socket[12];
        int closed = 0;
        for (int i = 0; i < all.length; i++) {
            all[i] = plain("127.0.0.77");
        }
        // They are let in or closed one after the other, and this one is the last of them.
        try (TextTls peer = TextTls.connect("127.0.0.2", gateway, TestAuthority.believer())) {
            peer.send(peer.request("OPTIONS", "sip:gw", "after", FROM, "<sip:gw>", ""))
                    .expect("SIP/2.0 200 ");
        }
        for (Socket socket : all) {
            socket.setSoTimeout(1);
            try {
                closed += socket.getInputStream().read() < 0 ? 1 : 0;
            } catch (SocketTimeoutException e) {
                // Let in.
            } catch (SocketException e) {
                closed++;
            }
        }
        for (Socket socket : all) {
            socket.close();
        }

        assertThat(closed).isBetween(2, 6);
    }

    private Socket plain(String from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(gateway);
        socket.setSoTimeout(Await.PATIENCE_MILLIS);
        return socket;
    }

    // ---- versions

    @DataProvider
    public static Object[][] versions() {
        return new Object[][] {
            {"-tls1_3", true}, {"-tls1_2", true}, {"-tls1_1", false}, {"-tls1", false},
        };
    }

    @Test(dataProvider = "versions")
    public void onlyTheNewVersionsAreSpoken(String version, boolean spoken) throws Exception {
        String said = openssl("", version, "-cipher", "DEFAULT@SECLEVEL=0");

        assertThat(said.contains("Cipher is (NONE)")).isEqualTo(!spoken);
    }

    @Test
    public void renegotiationEndsTheConnection() throws Exception {
        String said = openssl("R\n", "-tls1_2");

        assertThat(said).contains("RENEGOTIATING").containsAnyOf("alert", "errno", "closed");
        assertThat(said).doesNotContain("verify return:1\nread R BLOCK");
    }

    private String openssl(String input, String... options) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "openssl",
                                "s_client",
                                "-connect",
                                "127.0.0.1:" + gateway.getPort(),
                                "-bind",
                                "127.0.0.2"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
        if (input.isEmpty()) {
            process.getOutputStream().close();
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(Await.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        return said;
    }

    // ---- files

    @Test
    public void newCertificateIsShownToNewConnectionsOnly() throws Exception {
        try (TextTls before = TextTls.connect("127.0.0.2", gateway, TestAuthority.believer())) {
            Identity fresh = folder.authority().issue("ip:127.0.0.1", "dns:fresh.test");
            fresh.write(folder.file("own.pem"), folder.file("key.pem"));

            try (TextTls after = TextTls.connect("127.0.0.2", gateway, TestAuthority.believer())) {
                assertThat(shown(after)).isEqualTo(fresh.certificate());
            }
            assertThat(shown(before)).isNotEqualTo(fresh.certificate());
            before.send(before.request("OPTIONS", "sip:gw", "f-1", FROM, "<sip:gw>", ""))
                    .expect("SIP/2.0 200 ");
            assertThat(endpoint.certificateUntil())
                    .contains(fresh.certificate().getNotAfter().toInstant());
        }
    }

    private static X509Certificate shown(TextTls peer) throws Exception {
        return (X509Certificate) peer.socket().getSession().getPeerCertificates()[0];
    }
}
