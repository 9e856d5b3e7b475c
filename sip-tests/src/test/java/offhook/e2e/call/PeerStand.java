package offhook.e2e.call;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;

/// The gateway of [CallStand] without a browser: its agents are scripted, and each says a tone of
/// its own.
final class PeerStand {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final PeerIdentity identity = PeerIdentity.generate();
    private final Path folder;
    private final DemoConfig config;
    private final GatewayProcess gateway;
    private final Reactor reactor;
    private final HttpClient client;

    private PeerStand(Path folder, DemoConfig config) {
        this.folder = folder;
        this.config = config;
        this.gateway =
                keep(
                        GatewayProcess.start(
                                config.file(), folder.resolve("gateway.log"), START_LIMIT));
        this.reactor = keep(new Reactor("web-peers"));
        this.client = keep(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }

    /// A stand of its own for the tests of a class, with changes to the configuration.
    static PeerStand start(Class<?> tests, UnaryOperator<String> change) {
        Path folder = CallStand.workOf(tests);
        return new PeerStand(folder, CallStand.configure(folder, change));
    }

    /// Signs in an agent who answers every call at once.
    WebPeer signIn(String name, double hertz) {
        return signIn(name, hertz, UnaryOperator.identity());
    }

    /// The same of one that is not like the others.
    WebPeer signIn(String name, double hertz, UnaryOperator<WebMedia.Setup> change) {
        FrameLoop voice = FrameLoop.opus(FrameLoop.tone((int) hertz), false);
        return keep(
                WebPeer.signIn(
                        client,
                        config.page(),
                        name,
                        "alice",
                        change.apply(WebMedia.Setup.of(reactor, identity, voice)),
                        true));
    }

    /// What carries many peers.
    Reactor reactor() {
        return reactor;
    }

    /// Closes this, too, when the tests are over, before what was there already.
    <T extends AutoCloseable> T keep(T opened) {
        open.push(opened);
        return opened;
    }

    DemoConfig config() {
        return config;
    }

    GatewayProcess gateway() {
        return gateway;
    }

    /// What the gateway has logged.
    String log() {
        try {
            return Files.readString(gateway.log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where the tests of the class keep their files.
    Path folder() {
        return folder;
    }

    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
