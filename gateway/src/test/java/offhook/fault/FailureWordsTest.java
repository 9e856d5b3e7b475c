package offhook.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLHandshakeException;
import offhook.net.FreePorts;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class FailureWordsTest {

    @FunctionalInterface
    private interface Attempt {
        void run() throws Exception;
    }

    private static Throwable failureOf(Attempt attempt) {
        try {
            attempt.run();
        } catch (Exception e) {
            return e;
        }
        throw new AssertionError("it went well");
    }

    @DataProvider
    public static Object[][] made() {
        return new Object[][] {
            {new PortUnreachableException(), "nothing listens there (port unreachable)"},
            {new ConnectException(), "nothing listens there (connection refused)"},
            {new ClosedChannelException(), "the connection was closed"},
            {new SocketTimeoutException(), "no answer came in time"},
            {new UnknownHostException("pbx.example"), "DNS does not know pbx.example"},
            {new IOException(), "input or output failed"},
            {new GeneralSecurityException(), "general security"},
            {new IOException("the disk is wet"), "the disk is wet"},
            {new IOException(new IOException("the disk is wet")), "the disk is wet"},
            {
                new UncheckedIOException(new ConnectException()),
                "nothing listens there (connection refused)"
            },
            {new IOException("java.lang.IllegalStateException: so it is"), "so it is"},
            {
                new SSLHandshakeException(
                        "(certificate_unknown) PKIX path building failed: a.b.CException: unable"),
                "its certificate is signed by no authority that is trusted here"
            },
            {
                new SSLHandshakeException(
                        "(certificate_unknown) \"CN=a\", is not vouched for by ca.pem: PKIX path"
                                + " building failed: a.b.CException: unable"),
                "\"CN=a\", is not vouched for by ca.pem"
            },
            {
                new SSLHandshakeException("(unknown_ca) Received fatal alert: unknown_ca"),
                "it refuses our TLS: unknown ca"
            },
        };
    }

    @Test(dataProvider = "made")
    public void saysWhatWentWrong(Throwable failure, String words) {
        assertThat(FailureWords.of(failure)).isEqualTo(words);
    }

    /// As the JDK and this system make them, whatever messages they have here.
    @Test
    public void failuresOfThisSystemAreWords() throws Exception {
        Path none = Path.of("/none/such");
        Path folder = Files.createTempDirectory("offhook-words");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xFF, 0});

        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(words(() -> Files.readString(none)))
                    .isEqualTo("/none/such: there is no such file or folder");
            assertThat(FailureWords.ofNamed(failureOf(() -> Files.readString(none))))
                    .isEqualTo("there is no such file or folder");
            assertThat(words(() -> Files.readString(binary))).isEqualTo("it is not text in UTF-8");
            assertThat(words(() -> Files.createFile(binary.resolve("in"))))
                    .isEqualTo(binary.resolve("in") + ": Not a directory");
            assertThat(words(() -> bind(taken.getLocalSocketAddress())))
                    .isEqualTo("another program has that port (address already in use)");
            assertThat(words(() -> bind(new InetSocketAddress("192.0.2.77", 0))))
                    .isEqualTo(
                            "it is no address of this machine (cannot assign requested address)");
            assertThat(words(() -> new Socket().connect(FreePorts.nextAddress())))
                    .isEqualTo("nothing listens there (connection refused)");
            assertThat(words(() -> sendTwice(FreePorts.nextAddress())))
                    .isEqualTo("nothing listens there (port unreachable)");
            assertThat(words(() -> fetch("http://127.0.0.1:" + FreePorts.nextAddress().getPort())))
                    .isEqualTo("nothing listens there (connection refused)");
            assertThat(words(() -> fetch("http://nobody.invalid/")))
                    .isEqualTo("DNS does not know the host");
        }
        Files.delete(binary);
        Files.delete(folder);
    }

    private static String words(Attempt attempt) {
        return FailureWords.of(failureOf(attempt));
    }

    private static void bind(java.net.SocketAddress address) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address);
        }
    }

    private static void sendTwice(InetSocketAddress to) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(to);
            socket.setSoTimeout(10_000);
            socket.send(new DatagramPacket(new byte[1], 1));
            socket.receive(new DatagramPacket(new byte[1], 1));
        }
    }

    private static void fetch(String uri) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            http.send(
                    HttpRequest.newBuilder(URI.create(uri)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
