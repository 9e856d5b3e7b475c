package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import offhook.agent.AgentRegistry;
import offhook.config.AgentsConfig;
import offhook.config.Listen;
import offhook.config.Secret;
import offhook.config.WebConfig;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.telemetry.AuditLog;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// HTTPS listeners, and configurations that cannot be served.
public class TlsTest {

    private static final String STORE_PASSWORD = "changeit";

    private Path folder;
    private KeyStore made;
    private WebConfig.Tls pem;

    /// A certificate of this very test, by the JDK's own keytool.
    @BeforeClass
    public void makeCertificate() throws Exception {
        folder = Files.createTempDirectory("offhook-tls");
        made = make("store.p12");
        pem = pem(made);
    }

    private WebConfig.Tls pem(KeyStore of) throws Exception {
        return new WebConfig.Tls(
                pem("certificate.pem", "CERTIFICATE", of.getCertificate("web").getEncoded()),
                pem(
                        "key.pem",
                        "PRIVATE KEY",
                        of.getKey("web", STORE_PASSWORD.toCharArray()).getEncoded()));
    }

    private KeyStore make(String name) throws Exception {
        Path store = folder.resolve(name);
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "web",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "SAN=dns:localhost,ip:127.0.0.1",
                                "-validity",
                                "2",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                STORE_PASSWORD)
                        .redirectErrorStream(true)
                        .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE_PASSWORD.toCharArray());
        }
        return keys;
    }

    @AfterClass(alwaysRun = true)
    public void removeFiles() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Test
    public void pageIsServedUnderTheCertificateOfThePemFiles() throws Exception {
        WebServer server = server("https", Optional.of(pem), Optional.empty());
        server.start(new RecordingIntake());
        try {
            int port = server.addresses().getFirst().getPort();
            HttpClient client =
                    HttpClient.newBuilder().sslContext(trustingTheCertificate()).build();

            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create("https://localhost:" + port + "/probe.html"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        } finally {
            server.stop();
        }
    }

    /// As on a reload; files are looked at every 10 s besides.
    @Test
    public void newConnectionsSeeTheCertificateThatCame() throws Exception {
        WebConfig.Tls files = pem(make("first.p12"));
        KeyStore second = make("second.p12");
        WebServer server = server("https", Optional.of(files), Optional.empty());
        server.start(new RecordingIntake());
        try {
            Certificate before = shown(server);
            assertThat(before).isNotEqualTo(second.getCertificate("web"));

            pem(second);
            server.refreshCertificate();

            long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!shown(server).equals(second.getCertificate("web"))) {
                assertThat(System.nanoTime()).isLessThan(until);
            }
        } finally {
            server.stop();
            pem(made);
        }
    }

    /// What whoever connects now is shown, and does not judge.
    private static Certificate shown(WebServer server) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Gullible()}, null);
        try (SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        InetAddress.getLoopbackAddress(),
                                        server.addresses().getFirst().getPort())) {
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    /// Believes everybody.
    private static final class Gullible extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String how, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String how, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String how, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String how, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String how) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String how) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /// Each answer is read after the socket was watched anew, inside the same TLS.
    @Test
    public void webSocketsAreReadOverTls() throws Exception {
        WebServer server = server("https", Optional.of(pem), Optional.empty());
        server.start(new RecordingIntake());
        try {
            int port = server.addresses().getFirst().getPort();
            BlockingQueue<String> answers = new LinkedBlockingQueue<>();
            WebSocket socket =
                    HttpClient.newBuilder()
                            .sslContext(trustingTheCertificate())
                            .build()
                            .newWebSocketBuilder()
                            .header("Origin", "https://localhost:" + port)
                            .buildAsync(
                                    URI.create("wss://localhost:" + port + "/agent"),
                                    new WebSocket.Listener() {
                                        @Override
                                        public CompletionStage<?> onPong(
                                                WebSocket from, ByteBuffer payload) {
                                            answers.add("pong " + payload.get());
                                            from.request(1);
                                            return null;
                                        }
                                    })
                            .join();

            for (byte i = 0; i < 20; i++) {
                socket.sendPing(ByteBuffer.wrap(new byte[] {i})).join();
                assertThat(answers.poll(30, TimeUnit.SECONDS)).isEqualTo("pong " + i);
            }
            socket.abort();
        } finally {
            server.stop();
        }
    }

    @Test
    public void httpsWithoutCertificateIsRefusedAtTheStart() {
        assertThatThrownBy(() -> server("https", Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("web.tls");
    }

    @Test
    public void keyOfAnotherFormatIsRefusedWithTheCommandThatConvertsIt() throws Exception {
        Path ec = pem("ec.pem", "EC PRIVATE KEY", new byte[] {1, 2, 3});

        assertThatThrownBy(() ->
                        server(
                                "https",
                                Optional.of(new WebConfig.Tls(pem.certificate(), ec)),
                                Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("openssl pkcs8 -topk8");
    }

    @Test
    public void missingFileIsNamed() {
        Path nowhere = folder.resolve("nowhere.pem");

        assertThatThrownBy(() ->
                        server(
                                "https",
                                Optional.of(new WebConfig.Tls(nowhere, pem.key())),
                                Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere.pem");
    }

    @Test
    public void schemeThatIsNotHttpIsRefused() {
        assertThatThrownBy(() -> server("udp", Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("udp");
    }

    @Test
    public void shortTokenSecretIsRefusedAndNotPrinted() {
        assertThatThrownBy(() -> server("http", Optional.empty(), Optional.of(new Secret("short"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32")
                .hasMessageNotContaining("short");
    }

    private static WebServer server(
            String scheme, Optional<WebConfig.Tls> tls, Optional<Secret> secret) {
        Owner owner = new Owner("agents", NanoClock.system(), 16, _ -> {});
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new WebServer(
                new WebConfig(
                        List.of(new Listen(scheme, address)),
                        List.of(),
                        tls,
                        List.of(),
                        Optional.empty()),
                new AgentsConfig(
                        List.of(),
                        Duration.ofHours(1),
                        secret,
                        Duration.ofSeconds(30),
                        Optional.empty()),
                new AgentRegistry(owner, List.of()),
                new Counters(),
                WebLimits.defaults(),
                InstantSource.system(),
                AuditLog.NONE);
    }

    private SSLContext trustingTheCertificate() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("web", made.getCertificate("web"));
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private Path pem(String name, String label, byte[] der) throws IOException {
        return Files.writeString(
                folder.resolve(name),
                "-----BEGIN "
                        + label
                        + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                        + "\n-----END "
                        + label
                        + "-----\n");
    }
}
