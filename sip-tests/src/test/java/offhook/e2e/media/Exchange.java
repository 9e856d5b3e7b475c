package offhook.e2e.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import offhook.codec.AudioCodec;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.G711;
import offhook.e2e.wan.Link;
import offhook.e2e.wan.PhoneLink;
import offhook.e2e.wan.Wan;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.LoopPhone;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.RtpSink;
import offhook.e2e.web.RtpSource;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;

/// A gateway with many scripted agents, a phone that calls them, and a link of its own on both
/// sides of each call. Number `1000 + i` rings agent `i`.
public final class Exchange implements AutoCloseable {
    public static final Duration LIMIT = Duration.ofSeconds(90);

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final String PASSWORD = "bench";
    private static final int FIRST_NUMBER = 1000;

    /// Of the password, at bcrypt's least cost.
    private static final String HASH =
            "$2a$04$gLFTDHZHJkiN.45XqIu3ceARwhblZ2hW4TJiHg11vK4Feu6fNN8h2";

    private final List<WebPeer> agents = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final Reactor phoneReactor = new Reactor("phones");
    private final Reactor webReactor = new Reactor("web-peers");
    private final Wan wan = new Wan();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final PeerIdentity identity = PeerIdentity.generate();
    private final DemoConfig config;
    private final GatewayProcess gateway;
    private final Phone phone;

    private Exchange(Path work, int agents, UnaryOperator<String> change) {
        this.config = DemoConfig.onFreePorts(work, _ -> change.apply(text(agents)));
        this.gateway =
                GatewayProcess.start(config.file(), work.resolve("gateway.log"), START_LIMIT);
        this.phone = Phone.udp(config.sip(), "5551000");
    }

    /// Starts a gateway for so many agents, none of whom has signed in.
    ///
    /// @param change of its configuration
    public static Exchange start(Class<?> tests, int agents, UnaryOperator<String> change) {
        return new Exchange(folder(tests), agents, change);
    }

    /// Where the tests of a class keep recordings and logs.
    public static Path folder(Class<?> tests) {
        try {
            return Files.createDirectories(Path.of("target", "e2e", tests.getSimpleName()))
                    .toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(int agents) {
        var routes = new StringBuilder();
        var users = new StringBuilder();
        for (int i = 0; i < agents; i++) {
            routes.append(
                    "  - {trunk: pbx, number: \"%s\", to: \"agent:%s\"}%n"
                            .formatted(FIRST_NUMBER + i, agent(i)));
            users.append("    - {name: %s, password-hash: \"%s\"}%n".formatted(agent(i), HASH));
        }
        return """
        node: {name: exchange, advertise: 127.0.0.1}
        sip:
          listen: ["udp://127.0.0.1:5060"]
          rtp-ports: 10000-19999
        trunks:
          - {name: pbx, addresses: [127.0.0.1/32], codecs: [PCMA, PCMU]}
        routes:
        %sagents:
          users:
        %sweb: {listen: "http://127.0.0.1:8080"}
        media:
          listen: udp://127.0.0.1:7882
        ops: {listen: "http://127.0.0.1:8081"}
        limits: {sip-requests-per-second: 1000}
        """
                .formatted(routes, users);
    }

    private static String agent(int index) {
        return "agent" + index;
    }

    GatewayProcess gateway() {
        return gateway;
    }

    public DemoConfig config() {
        return config;
    }

    Phone phone() {
        return phone;
    }

    /// The number that rings an agent.
    public String numberOf(int agent) {
        return Integer.toString(FIRST_NUMBER + agent);
    }

    /// Signs in the next agent, who answers every call. Any thread.
    ///
    /// @param way changes how it reaches the gateway
    public WebPeer signIn(FrameLoop voice, UnaryOperator<WebMedia.Setup> way) {
        return signIn(voice, way, true);
    }

    /// Signs in an agent who lets it ring.
    WebPeer signInSilently(FrameLoop voice) {
        return signIn(voice, setup -> setup, false);
    }

    private synchronized WebPeer signIn(
            FrameLoop voice, UnaryOperator<WebMedia.Setup> way, boolean answering) {
        var setup = way.apply(WebMedia.Setup.of(webReactor, identity, voice));
        String name = agent(agents.size());
        WebPeer agent = WebPeer.signIn(client, config.page(), name, PASSWORD, setup, answering);
        agents.add(agent);
        return agent;
    }

    /// What carries a phone's sound, over and over.
    LoopPhone phoneMedia(FrameLoop voice) {
        return new LoopPhone(phoneReactor, AudioCodec.PCMA, voice);
    }

    /// A call of a phone with its next agent, both talking; what both hear is kept.
    Line call(String name, Talk phoneSays, Talk webSays) {
        Link browser =
                wan.toward(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), config.mediaPort()));
        WebPeer agent = signIn(webSays.loop(), setup -> setup.through(browser.address()));
        LoopPhone media = phoneMedia(phoneSays.loop());
        PhoneLink trunk = wan.ofPhone();
        PhoneCall call =
                phone.invite(
                                numberOf(lines.size()),
                                CallOffer.of(G711.PCMA),
                                trunk.carry(media, Ports.freePair()))
                        .awaitAnswer(LIMIT);
        WebMedia web = agent.awaitMedia(LIMIT);
        phoneReactor.tell(() -> {
            media.sink().record(true);
            media.source().record(true);
        });
        webReactor.tell(() -> {
            web.sink().record(true);
            web.source().record(true);
        });
        var line =
                new Line(
                        name,
                        call,
                        agent,
                        trunk,
                        browser,
                        () -> way(phoneSays, phoneReactor, media::source, webReactor, web::sink),
                        () -> way(webSays, webReactor, web::source, phoneReactor, media::sink));
        lines.add(line);
        return line;
    }

    private static Way way(
            Talk talk,
            Reactor speaker,
            Supplier<RtpSource> source,
            Reactor listener,
            Supplier<RtpSink> sink) {
        return new Way(
                talk,
                speaker.ask(() -> source.get().sent()),
                listener.ask(() -> sink.get().heard()));
    }

    @Override
    public void close() {
        lines.forEach(Line::close);
        agents.forEach(WebPeer::close);
        phone.close();
        client.shutdownNow();
        gateway.close();
        phoneReactor.close();
        webReactor.close();
        wan.close();
    }
}
