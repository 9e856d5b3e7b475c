package offhook.e2e.security;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayJmx;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;

/// A gateway with a small heap, a phone, and the agents alice (who rings for any number) and bob
/// (for 300), whose peers say a tone of their own.
record Scene(
        DemoConfig config,
        GatewayProcess gateway,
        GatewayJmx jmx,
        Phone phone,
        Reactor reactor,
        HttpClient client)
        implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(90);
    static final int PHONE_HZ = 440;
    static final int WEB_HZ = 1200;
    static final int EVIL_HZ = 2300;
    private static final String ROUTE = "- {trunk: demo, number: \"*\", to: \"agent:alice\"}";
    private static final PeerIdentity IDENTITY = PeerIdentity.generate();
    private static final FrameLoop WEB_TONE = FrameLoop.opus(FrameLoop.tone(WEB_HZ), false);

    static Scene start(String name) throws Exception {
        return start(name, UnaryOperator.identity());
    }

    /// The same with changes to the configuration.
    static Scene start(String name, UnaryOperator<String> change) throws Exception {
        return start(name, change, "127.0.0.1");
    }

    /// The same with the phone elsewhere, where its trunk has to be, too.
    ///
    /// @param phone any address of the loopback network
    static Scene start(String name, UnaryOperator<String> change, String phone) throws Exception {
        Path work = Files.createDirectories(Path.of("target", "e2e", name)).toAbsolutePath();
        DemoConfig config = DemoConfig.onFreePorts(work, demo -> change.apply(withBob(demo)));
        GatewayProcess gateway =
                GatewayProcess.start(
                        config.file(),
                        work.resolve("gateway.log"),
                        Duration.ofSeconds(60),
                        "-Xmx200m");
        return new Scene(
                config,
                gateway,
                GatewayJmx.attach(gateway),
                Phone.udp(InetAddress.ofLiteral(phone), config.sip(), "5551000", "Maria"),
                new Reactor("web-peers"),
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }

    /// A tone is no speech: with DTX the encoder would fall silent.
    private static String withBob(String demo) {
        String alice =
                demo.lines()
                        .filter(line -> line.contains("{name: alice"))
                        .findFirst()
                        .orElseThrow();
        return demo.replace(
                        ROUTE, "- {trunk: demo, number: \"300\", to: \"agent:bob\"}\n  " + ROUTE)
                .replace(alice, alice + "\n" + alice.replace("alice", "bob"))
                .replace("media:\n", "media:\n  opus: {dtx: false}\n");
    }

    WebMedia.Setup peer() {
        return WebMedia.Setup.of(reactor, IDENTITY, WEB_TONE);
    }

    /// Signs an agent in.
    WebPeer agent(String name, WebMedia.Setup setup, boolean answering) {
        return WebPeer.signIn(client, config.page(), name, "alice", setup, answering);
    }

    /// An agent who offers what no browser would.
    WebPeer agentOffering(UnaryOperator<String> change) {
        return agent("alice", peer().offering(change), true);
    }

    InetSocketAddress browserPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), config.mediaPort());
    }

    static Sound phoneTone() {
        return Sound.tone(PHONE_HZ, 8000);
    }

    @Override
    public void close() {
        phone.close();
        jmx.close();
        gateway.close();
        reactor.close();
        client.shutdownNow();
    }
}
