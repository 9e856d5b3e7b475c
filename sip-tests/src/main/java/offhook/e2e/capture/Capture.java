package offhook.e2e.capture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import offhook.e2e.process.Await;
import offhook.e2e.process.Tool;

/// A running capture of UDP on the loopback interface.
public final class Capture implements AutoCloseable {
    /// A capture that nobody ends ends by itself.
    private static final int LONGEST_SECONDS = 900;

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Process process;
    private final Path file;

    private Capture(Process process, Path file) {
        this.process = process;
        this.file = file;
    }

    /// Starts capturing and returns when packets are seen.
    ///
    /// @param file the pcap file
    /// @param filter as `udp port 7882 or udp portrange 10000-19999`
    public static Capture start(Path file, String filter) {
        Path log = file.resolveSibling(file.getFileName() + ".log");
        Process process =
                Tool.DUMPCAP.start(
                        log,
                        "-a",
                        "duration:" + LONGEST_SECONDS,
                        "-q",
                        "-P",
                        "-i",
                        "lo",
                        "-B",
                        16,
                        "-f",
                        filter,
                        "-w",
                        file);
        var capture = new Capture(process, file);
        if (!Await.within(LIMIT, () -> text(log).contains("File: ") || !process.isAlive())
                || !process.isAlive()) {
            capture.close();
            throw new IllegalStateException(
                    "cannot capture on lo (root or group wireshark may): " + text(log));
        }
        return capture;
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends the capture and reads it.
    public List<Datagram> stop() {
        process.destroy();
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("dumpcap does not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return PcapFile.read(file);
    }

    /// Ends the capture when all that has passed until now is in the file, and reads it.
    ///
    /// @param mark a port that is in the filter, and where nobody listens
    public List<Datagram> stopAfterAll(int mark) {
        byte[] nothing = new byte[1];
        InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), mark);
        try (DatagramSocket marker = new DatagramSocket()) {
            Await.until(
                    "the capture has all",
                    LIMIT,
                    () -> {
                        send(marker, new DatagramPacket(nothing, nothing.length, to));
                        return PcapFile.read(file).stream()
                                .anyMatch(datagram -> datagram.destinationPort() == mark);
                    });
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        return stop();
    }

    private static void send(DatagramSocket from, DatagramPacket packet) {
        try {
            from.send(packet);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
