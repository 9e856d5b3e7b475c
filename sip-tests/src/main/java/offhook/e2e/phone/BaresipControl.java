package offhook.e2e.phone;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import offhook.e2e.process.Await;

/// The keys and the display of a baresip: JSON in netstrings over its module `ctrl_tcp`. Commands
/// are the test's, a thread of its own writes down what comes back.
final class BaresipControl implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Socket socket;

    private BaresipControl(Socket socket) {
        this.socket = socket;
    }

    /// Connects as soon as baresip listens.
    ///
    /// @param events where what comes is written down
    static BaresipControl connect(int port, Path events, Duration limit) {
        try {
            Files.createFile(events);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Socket[] socket = new Socket[1];
        Await.until("the control port of baresip", limit, () -> connected(port, socket));
        Thread.ofPlatform().daemon().name("baresip-events").start(() -> read(socket[0], events));
        return new BaresipControl(socket[0]);
    }

    private static boolean connected(int port, Socket[] into) {
        try {
            into[0] = new Socket(InetAddress.getLoopbackAddress(), port);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void read(Socket socket, Path events) {
        try (OutputStream out = Files.newOutputStream(events)) {
            socket.getInputStream().transferTo(out);
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    /// Types a command with its parameters.
    void tell(String command) {
        String[] parts = command.split(" ", 2);
        var message = JSON.createObjectNode().put("command", parts[0]);
        Optional.of(parts).filter(p -> p.length > 1).ifPresent(p -> message.put("params", p[1]));
        byte[] json = message.toString().getBytes(StandardCharsets.UTF_8);
        try {
            OutputStream out = socket.getOutputStream();
            out.write((json.length + ":").getBytes(StandardCharsets.US_ASCII));
            out.write(json);
            out.write(',');
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
