package offhook.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import offhook.e2e.process.Await;

/// What a counter of the gateway must say of datagrams that are sent to one of its ports, each of
/// which it counts when it has read it. What a machine that stalls lets the kernel throw away
/// before that is known from the kernel (proc(5), `net/udp`).
final class Counted {
    private final Scene scene;
    private final String counter;
    private final int port;
    private final long countBefore;
    private final long unreadBefore;

    private Counted(Scene scene, String counter, int port) {
        this.scene = scene;
        this.counter = counter;
        this.port = port;
        this.unreadBefore = unread();
        this.countBefore = scene.jmx().counter(counter);
    }

    /// From now on.
    static Counted by(Scene scene, String counter, int port) {
        return new Counted(scene, counter, port);
    }

    private long counted() {
        return scene.jmx().counter(counter) - countBefore;
    }

    /// Waits until so many are counted, or were never read.
    void awaitAtLeast(long least) {
        Await.until(
                "%s counts %d at port %d".formatted(counter, least, port),
                Scene.LIMIT,
                () -> counted() + unread() - unreadBefore >= least);
    }

    /// Waits until so many were read and counted: of a flood the kernel may throw some away, but
    /// not most of it.
    void awaitRead(long least) {
        Await.until(
                "%s counts %d that were read at port %d".formatted(counter, least, port),
                Scene.LIMIT,
                () -> counted() >= least);
    }

    /// As many as were sent, and no more.
    void awaitExactly(long all) {
        awaitAtLeast(all);
        assertThat(counted()).as(counter).isLessThanOrEqualTo(all);
    }

    /// Of all sockets at the port so far.
    private long unread() {
        String local = ":%04X".formatted(port);
        Path net = Path.of("/proc", Long.toString(scene.gateway().pid()), "net");
        return Stream.of("udp", "udp6")
                .map(net::resolve)
                .flatMap(Counted::lines)
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > 12 && fields[1].endsWith(local))
                .mapToLong(fields -> Long.parseLong(fields[12]))
                .sum();
    }

    private static Stream<String> lines(Path table) {
        try {
            return Files.exists(table) ? Files.readAllLines(table).stream().skip(1) : Stream.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
