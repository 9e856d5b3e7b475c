package offhook.sip;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import offhook.config.SipConfig;
import offhook.config.TrunkConfig;
import offhook.tls.CertificateNames;
import offhook.tls.KeyMaterial;
import offhook.tls.TlsFileException;
import offhook.tls.Trust;
import offhook.tls.Watched;

/// Who we are in TLS and whom we believe, as the files say at the moment. Each connection gets a
/// context of its own: what was checked for one connection is never taken for granted in another,
/// as it would be when sessions are resumed. Any thread.
public final class TlsIdentity {

    private final Watched<KeyMaterial> own;
    private final Map<Path, Watched<Trust>> authorities = new ConcurrentHashMap<>();
    private final Optional<Path> everyones;
    private final Trust publicAuthorities = Trust.ofRuntime();

    /// Reads every file.
    ///
    /// @throws TlsFileException when a file cannot serve, saying which and why
    public TlsIdentity(SipConfig.Tls files, List<TrunkConfig> trunks) throws TlsFileException {
        this.own =
                new Watched<>(
                        "sip.tls",
                        List.of(files.certificate(), files.key()),
                        () -> KeyMaterial.read(files.certificate(), files.key()));
        this.everyones = files.ca();
        prepare(trunks).run();
    }

    /// Reads the authorities of trunks; changes nothing.
    ///
    /// @return has them be believed from then on, beside those that are known
    /// @throws TlsFileException when a file cannot serve, saying which and why
    Runnable prepare(List<TrunkConfig> trunks) throws TlsFileException {
        Map<Path, Watched<Trust>> wanted = new HashMap<>();
        if (everyones.isPresent()) {
            wanted.put(everyones.get(), watch("sip.tls.ca", everyones.get()));
        }
        for (TrunkConfig trunk : trunks) {
            if (trunk.tls().ca().isPresent()) {
                Path file = trunk.tls().ca().get();
                wanted.put(file, watch("tls.ca of trunk " + trunk.name(), file));
            }
        }
        return () -> authorities.putAll(wanted);
    }

    /// Forgets the authorities of other trunks than these.
    void retain(Collection<TrunkConfig> known) {
        Set<Path> used =
                Stream.concat(
                                everyones.stream(),
                                known.stream().flatMap(trunk -> trunk.tls().ca().stream()))
                        .collect(Collectors.toUnmodifiableSet());
        authorities.keySet().retainAll(used);
    }

    /// Whether a file is one of those that are looked at for authorities.
    boolean isWatching(Path file) {
        return authorities.containsKey(file);
    }

    private Watched<Trust> watch(String what, Path file) throws TlsFileException {
        Watched<Trust> known = authorities.get(file);
        return known != null ? known : new Watched<>(what, List.of(file), () -> Trust.read(file));
    }

    /// Looks whether files changed.
    void refresh() {
        own.current();
        authorities.values().forEach(Watched::current);
    }

    /// When our certificate expires.
    Instant until() {
        return own.current().until();
    }

    /// For a connection of ours to a trunk.
    public SSLContext toward(TlsAim aim) {
        return context(
                new Judge() {
                    @Override
                    public void checkServerTrusted(X509Certificate[] chain, String how)
                            throws CertificateException {
                        Trust trust = trustOf(aim.trunk());
                        trust.checkServer(chain, how);
                        boolean named =
                                aim.names().stream()
                                        .anyMatch(name ->
                                                CertificateNames.match(
                                                        CertificateNames.of(chain[0]), name));
                        if (!named && !trust.holds(chain[0])) {
                            throw new CertificateException(
                                    Trust.describe(chain[0])
                                            + ", is not that of "
                                            + String.join(" or ", aim.names()));
                        }
                    }
                });
    }

    /// For a connection from one of several trunks, or from none.
    ///
    /// @param strict whether a certificate that is no trunk's ends the handshake
    SSLContext from(List<TrunkConfig> candidates, boolean strict) {
        return context(
                new Judge() {
                    @Override
                    public void checkClientTrusted(X509Certificate[] chain, String how)
                            throws CertificateException {
                        if (strict) {
                            CertificateException why =
                                    new CertificateException("no trunk is known by a certificate");
                            for (TrunkConfig trunk : candidates) {
                                try {
                                    checkClient(trunk, chain, how);
                                    return;
                                } catch (CertificateException e) {
                                    why = e;
                                }
                            }
                            throw why;
                        }
                    }
                });
    }

    /// Whether a chain is that of a trunk which is known by its certificate.
    boolean isClient(TrunkConfig trunk, X509Certificate[] chain) {
        try {
            checkClient(trunk, chain, chain[0].getPublicKey().getAlgorithm());
            return true;
        } catch (CertificateException _) {
            return false;
        }
    }

    private void checkClient(TrunkConfig trunk, X509Certificate[] chain, String how)
            throws CertificateException {
        List<String> wanted = trunk.tls().clientNames();
        trustOf(trunk).checkClient(chain, how);
        List<String> names = CertificateNames.of(chain[0]);
        if (wanted.stream().noneMatch(name -> CertificateNames.match(names, name))) {
            throw new CertificateException(
                    Trust.describe(chain[0])
                            + ", is not that of trunk "
                            + trunk.name()
                            + ", "
                            + String.join(" or ", wanted));
        }
    }

    private Trust trustOf(TrunkConfig trunk) throws CertificateException {
        Optional<Path> file = trunk.tls().ca().or(() -> everyones);
        if (file.isEmpty()) {
            return publicAuthorities;
        }
        Watched<Trust> found = authorities.get(file.get());
        if (found == null) {
            throw new CertificateException("trunk " + trunk.name() + " is configured no more");
        }
        return found.current();
    }

    private SSLContext context(Judge judge) {
        try {
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own.current().keyStore(), new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[] {judge}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no TLS", e);
        }
    }

    /// Believes nobody.
    private abstract static class Judge implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String how)
                throws CertificateException {
            throw new CertificateException("no client is expected");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String how)
                throws CertificateException {
            throw new CertificateException("no server is expected");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
