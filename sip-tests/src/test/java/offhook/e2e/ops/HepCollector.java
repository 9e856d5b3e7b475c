package offhook.e2e.ops;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import offhook.e2e.process.Ports;
import offhook.e2e.process.Tool;
import offhook.e2e.web.NpmPackages;

/// Receives HEP version 3 as Homer does: with the library of its makers, `hep-js`, in Node.
public final class HepCollector implements AutoCloseable {
    private static final String SCRIPT = "collector.js";
    private static final Tool NODE = new Tool("node", "nodejs");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final int port;
    private final List<String> collected = new CopyOnWriteArrayList<>();

    private HepCollector(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// On a free port of this machine.
    public static HepCollector start() {
        return start(Ports.freePair());
    }

    private static HepCollector start(int port) {
        NpmPackages packages = NpmPackages.of("hep-collector", SCRIPT);
        try {
            Process process =
                    new ProcessBuilder(
                                    NODE.path().toString(),
                                    packages.folder().resolve(SCRIPT).toString(),
                                    Integer.toString(port))
                            .redirectErrorStream(true)
                            .start();
            BufferedReader lines = process.inputReader();
            String first = lines.readLine();
            if (!"listening".equals(first)) {
                process.destroy();
                throw new IllegalStateException("the collector says " + first);
            }
            HepCollector collector = new HepCollector(process, port);
            Thread.ofVirtual().start(() -> collector.collect(lines));
            return collector;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void collect(BufferedReader lines) {
        try (lines) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                collected.add(line);
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    /// `udp://127.0.0.1:PORT`.
    public String uri() {
        return "udp://127.0.0.1:" + port;
    }

    public int count() {
        return collected.size();
    }

    /// All that came of a kind after so many of any: 1 is SIP, 5 RTCP as JSON.
    ///
    /// @throws IllegalArgumentException if one of them cannot be read
    public List<HepMessage> packets(int kind, int after) {
        return collected.stream()
                .skip(after)
                .map(HepCollector::read)
                .filter(packet -> packet.kind() == kind)
                .toList();
    }

    private static HepMessage read(String line) {
        try {
            return HepMessage.of(JSON.readTree(line));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("not HEP: " + line, e);
        }
    }

    /// Another one on its port, once this one is closed.
    public HepCollector again() {
        return start(port);
    }

    /// Returns when its port is free.
    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
