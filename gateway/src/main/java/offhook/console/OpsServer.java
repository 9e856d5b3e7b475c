package offhook.console;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.config.Listen;
import offhook.config.OpsConfig;
import offhook.config.OpsUser;
import offhook.config.Secret;
import offhook.fault.FailureWords;
import offhook.http.SecurityHeaders;
import offhook.http.SlowRequestGuard;
import offhook.ops.Health;
import offhook.ops.Metrics;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The port of those who operate the gateway: health, metrics, the page and its API. A server of
/// its own, so that agents cannot crowd it out, nor it them. Started and stopped by one thread.
public final class OpsServer {

    private static final int REQUEST_HEAD_BYTES = 4_096;

    /// A browser opens up to six, and those who watch health must not wait behind browsers.
    private static final int MAX_CONNECTIONS = 256;

    private static final Duration IDLE = Duration.ofSeconds(75);
    private static final Duration REQUEST_HEAD = Duration.ofSeconds(5);
    private static final Duration STOPPING = Duration.ofSeconds(1);

    private final Server server;
    private final ServerConnector connector;
    private final Listen listen;
    private final Access access;
    private final SignIn signIn;

    /// @param listen where
    public OpsServer(
            Listen listen,
            OpsConfig config,
            Health health,
            Metrics metrics,
            Sights sights,
            Deeds deeds) {
        this(listen, config, health, metrics, sights, deeds, Archive.LONGEST_SEARCH);
    }

    /// @param longestSearch may a search of the call records take
    OpsServer(
            Listen listen,
            OpsConfig config,
            Health health,
            Metrics metrics,
            Sights sights,
            Deeds deeds,
            Duration longestSearch) {
        NanoClock clock = sights.clock();
        this.listen = listen;
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("ops");
        threads.setVirtualThreadsExecutor(Threads.virtualExecutor("ops-request-"));
        this.server = new Server(threads);
        server.setStopTimeout(STOPPING.toMillis());
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(REQUEST_HEAD_BYTES);
        http.setSendServerVersion(false);
        http.setIdleTimeout(IDLE.toMillis());
        // One acceptor and one selector: who watches is few.
        this.connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(listen.address().getHostString());
        connector.setPort(listen.address().getPort());
        // Longer than Prometheus waits from scrape to scrape, so that its connection is kept.
        connector.setIdleTimeout(IDLE.toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
        SlowRequestGuard guard =
                new SlowRequestGuard(server.getScheduler(), clock, REQUEST_HEAD.toNanos());
        server.addBean(guard);
        connector.addBean(guard, false);
        this.access = new Access(config.token(), new Sessions(clock));
        this.signIn =
                new SignIn(
                        listen.address().getAddress().isLoopbackAddress(),
                        access,
                        config.users(),
                        clock,
                        deeds.audit());
        Archive archive =
                new Archive(config.records(), access, deeds.audit(), clock, longestSearch);
        OpsHandler handler =
                new OpsHandler(
                        listen,
                        access,
                        health,
                        metrics,
                        new ApiHandler(sights, deeds, access, signIn, archive));
        server.setErrorHandler(handler::refuse);
        server.setHandler(SecurityHeaders.ofOperators(handler));
    }

    /// Starts to listen.
    ///
    /// @throws IOException when the address cannot be bound, saying why
    public void start() throws IOException {
        try {
            server.start();
        } catch (Exception e) {
            stop();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "ops.listen: " + e.getMessage() + ": " + FailureWords.of(cause), e);
        }
    }

    /// Makes ready who may read, and who may sign in; changes nothing. Takes as long as a
    /// password's check.
    ///
    /// @return has it hold from then on, and signs out whoever is another. Any thread
    public Runnable prepare(Optional<Secret> token, List<OpsUser> users) {
        Runnable admission = signIn.prepare(users);
        return () -> {
            access.open(token);
            admission.run();
        };
    }

    /// Where it listens.
    public InetSocketAddress address() {
        return new InetSocketAddress(listen.address().getAddress(), connector.getLocalPort());
    }

    /// Stops to listen.
    public void stop() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "the operations port cannot stop: " + e.getMessage(), e);
        }
    }
}
