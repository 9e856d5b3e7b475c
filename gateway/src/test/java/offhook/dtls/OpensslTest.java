package offhook.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.srtp.SrtpKeys;
import offhook.srtp.SrtpProfile;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// A handshake with another implementation: the `openssl` command over UDP on loopback.
@Test(groups = "interop")
public class OpensslTest {

    private static final Pattern EXPORTED = Pattern.compile("Keying material: ([0-9A-F]+)");

    @DataProvider
    public Object[][] profiles() {
        return new Object[][] {
            {"SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80", SrtpProfile.AEAD_AES_128_GCM},
            {"SRTP_AES128_CM_SHA1_80", SrtpProfile.AES_CM_128_HMAC_SHA1_80},
        };
    }

    @Test(dataProvider = "profiles")
    public void opensslAsClientHasTheSameKeys(String offered, SrtpProfile agreed) throws Exception {
        shake(DtlsRole.SERVER, offered, agreed);
    }

    @Test(dataProvider = "profiles")
    public void opensslAsServerHasTheSameKeys(String offered, SrtpProfile agreed) throws Exception {
        shake(DtlsRole.CLIENT, offered, agreed);
    }

    private static void shake(DtlsRole role, String offered, SrtpProfile agreed) throws Exception {
        Path folder = Files.createTempDirectory(Path.of("target"), "openssl");
        Path key = folder.resolve("key.pem");
        Path certificate = folder.resolve("certificate.pem");
        Path out = folder.resolve("out");
        run(
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-subj",
                        "/CN=peer",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString()));
        RecordingEvents events = new RecordingEvents();
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            AtomicReference<SocketAddress> peer = new AtomicReference<>();
            List<String> command = new ArrayList<>();
            if (role == DtlsRole.SERVER) {
                command.addAll(List.of("openssl", "s_client", "-connect"));
                command.add("127.0.0.1:" + socket.getLocalPort());
            } else {
                int port = FreePorts.next();
                peer.set(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                command.addAll(List.of("openssl", "s_server", "-Verify", "1", "-accept"));
                command.add("127.0.0.1:" + port);
            }
            command.addAll(
                    List.of(
                            "-dtls1_2",
                            "-cert",
                            certificate.toString(),
                            "-key",
                            key.toString(),
                            "-use_srtp",
                            offered,
                            "-keymatexport",
                            "EXTRACTOR-dtls_srtp",
                            "-keymatexportlen",
                            String.valueOf(agreed.exportBytes())));
            Process openssl =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(out.toFile())
                            .start();
            try {
                DtlsHandshake handshake =
                        DtlsHandshake.start(
                                role,
                                DtlsIdentity.generate(),
                                Fingerprint.of(der(certificate)),
                                datagram -> send(socket, datagram, peer.get()),
                                events,
                                Thread.ofVirtual().factory());
                Thread.ofPlatform().start(() -> read(socket, handshake, peer));

                Object first = events.next();
                assertThat(first).isInstanceOf(SrtpKeys.class);
                if (role == DtlsRole.SERVER) {
                    // End of input makes s_client say close_notify.
                    openssl.getOutputStream().close();
                    assertThat(openssl.waitFor(Await.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                            .isTrue();
                } else {
                    handshake.close();
                }
                assertThat(events.next()).isEqualTo(RecordingEvents.CLOSED);

                SrtpKeys keys = (SrtpKeys) first;
                SrtpKeys theirs = SrtpKeys.fromExporter(agreed, exported(out));
                assertThat(keys.profile()).isEqualTo(agreed);
                assertThat(keys.client().key()).isEqualTo(theirs.client().key());
                assertThat(keys.server().salt()).isEqualTo(theirs.server().salt());
            } finally {
                openssl.destroy();
            }
        }
    }

    /// What openssl says it exported; it may say so a moment after we are done.
    private static byte[] exported(Path out) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Await.PATIENCE_MILLIS);
        while (System.nanoTime() < deadline) {
            Matcher exported = EXPORTED.matcher(Files.readString(out));
            if (exported.find()) {
                return HexFormat.of().parseHex(exported.group(1));
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("openssl exported nothing: " + Files.readString(out));
    }

    private static void read(
            DatagramSocket socket, DtlsHandshake handshake, AtomicReference<SocketAddress> peer) {
        byte[] buffer = new byte[2048];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                peer.set(new InetSocketAddress(packet.getAddress(), packet.getPort()));
                handshake.offer(buffer, 0, packet.getLength());
            }
        } catch (SocketException e) {
            // closed: the test is over
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void send(DatagramSocket socket, byte[] datagram, SocketAddress peer) {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length, peer));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] der(Path certificate) throws IOException {
        String text =
                Files.readString(certificate, StandardCharsets.US_ASCII)
                        .replaceAll("-----[A-Z ]+-----", "");
        return Base64.getMimeDecoder().decode(text.strip());
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            assertThat(process.waitFor(Await.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "openssl is missing; install it: apt-get install openssl", e);
        }
    }
}
