package offhook.selftest;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import offhook.config.ConfigException;
import offhook.config.ConfigLoader;
import offhook.config.LoadedConfig;
import offhook.files.OwnFiles;
import offhook.files.OwnFiles.Readers;
import offhook.net.FreePorts;

/// A configuration with nothing wrong, on ports that are free, and what a test breaks of it.
final class Stand {

    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    final Path folder = Files.createTempDirectory("selftest");
    final int sip = FreePorts.next();
    final int media = FreePorts.next();
    final int web = FreePorts.next();
    final int rtp = FreePorts.next() & ~1;

    Stand() throws IOException {}

    /// @param more further lines of the file
    /// @param sipMore what `sip` has besides listeners and ports
    /// @param webMore what `web` has besides a listener
    Subject subject(String more, String sipMore, String webMore)
            throws IOException, ConfigException {
        return subject(
                """
                node: {name: test, advertise: 127.0.0.1}
                sip:
                  listen: ["udp://127.0.0.1:%d"]
                  rtp-ports: %d-%d
                %s
                media: {listen: "udp://127.0.0.1:%d"}
                web:
                  listen: "http://127.0.0.1:%d"
                %s
                ops: {listen: "off", records: "off"}
                %s
                """
                        .formatted(sip, rtp, rtp + 1, sipMore, media, web, webMore, more));
    }

    Subject subject(String text) throws IOException, ConfigException {
        Path file = folder.resolve("gateway.yaml");
        OwnFiles.replace(file, Readers.NONE, text.getBytes(StandardCharsets.UTF_8));
        LoadedConfig loaded = ConfigLoader.load(file);
        InetAddress told = loaded.config().node().advertise().orElse(LOOPBACK);
        return new Subject(
                file,
                loaded.config(),
                loaded.warnings(),
                told,
                List.of(told),
                OptionalLong.empty());
    }

    /// Answers one request over UDP, by this status.
    static DatagramSocket answering(String status) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, LOOPBACK);
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    byte[] bytes = new byte[4096];
                    DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                    try {
                        socket.receive(packet);
                        String request =
                                new String(bytes, 0, packet.getLength(), StandardCharsets.US_ASCII);
                        String answer = request.replaceFirst("OPTIONS [^\r]*", "SIP/2.0 " + status);
                        for (String each : List.of("OPTIONS sip:gw SIP/2.0\r\n\r\n", answer)) {
                            byte[] out = each.getBytes(StandardCharsets.US_ASCII);
                            socket.send(
                                    new DatagramPacket(out, out.length, packet.getSocketAddress()));
                        }
                    } catch (IOException _) {
                        // The test is over.
                    }
                });
        return socket;
    }
}
