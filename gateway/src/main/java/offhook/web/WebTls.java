package offhook.web;

import java.security.KeyStore;
import java.time.Instant;
import java.util.List;
import offhook.config.WebConfig;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.tls.KeyMaterial;
import offhook.tls.TlsFileException;
import offhook.tls.Watched;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// What browsers are shown of who we are. The files are looked at now and then: connections that
/// are made after they were exchanged see the new ones, those that are open stay as they are. Made,
/// started and stopped by one thread.
final class WebTls {

    private static final Logger LOG = LogManager.getLogger(WebTls.class);

    private static final long LOOK_NANOS = 10_000_000_000L;
    private static final int COMMANDS = 4;

    private final Watched<KeyMaterial> own;
    private final SslContextFactory.Server context = new SslContextFactory.Server();
    private final Owner files;

    /// Written by the owner, after it was made.
    private volatile KeyMaterial shown;

    /// @throws TlsFileException when the files cannot serve, saying why
    WebTls(WebConfig.Tls from, NanoClock clock) throws TlsFileException {
        this.own =
                new Watched<>(
                        "web.tls",
                        List.of(from.certificate(), from.key()),
                        () -> KeyMaterial.read(from.certificate(), from.key()));
        this.shown = own.current();
        context.setKeyStore(shown.keyStore());
        context.setKeyStorePassword("");
        context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        this.files =
                new Owner(
                        "web-tls-files",
                        clock,
                        COMMANDS,
                        defect -> LOG.error("a defect in looking at files", defect));
    }

    /// For the listeners.
    SslContextFactory.Server context() {
        return context;
    }

    /// When the certificate expires.
    Instant until() {
        return shown.until();
    }

    void start() {
        files.start();
        files.post(this::watch);
    }

    void stop() {
        files.stop();
    }

    /// Looks at the files soon. Any thread.
    void refresh() {
        files.post(this::look);
    }

    private void watch() {
        files.schedule(LOOK_NANOS, this::watch);
        look();
    }

    private void look() {
        KeyMaterial now = own.current();
        if (now.equals(shown)) {
            return;
        }
        KeyStore store = now.keyStore();
        try {
            context.reload(changed -> changed.setKeyStore(store));
            shown = now;
            LOG.info("web.tls: new connections see the certificate until={}", now.until());
        } catch (Exception e) {
            // Jetty declares whatever a key store may throw; what was shown before stays.
            LOG.error("web.tls stays as it was, because {}", e.getMessage(), e);
        }
    }
}
