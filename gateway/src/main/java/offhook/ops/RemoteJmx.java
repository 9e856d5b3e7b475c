package offhook.ops;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.rmi.NoSuchObjectException;
import java.rmi.NotBoundException;
import java.rmi.Remote;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.rmi.RMIConnectorServer;
import javax.management.remote.rmi.RMIJRMPServerImpl;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.rmi.ssl.SslRMIClientSocketFactory;
import offhook.config.JmxConfig;
import offhook.fault.FailureWords;
import offhook.runtime.NanoClock;
import offhook.telemetry.AuditLog;
import offhook.tls.KeyMaterial;
import offhook.tls.TlsFileException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The port on which consoles of other machines reach the beans: registry and connector on one
/// address and port, TLS, a password, two roles. Started and stopped by one thread.
public final class RemoteJmx implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger(RemoteJmx.class);
    private static final String NAME = "jmxrmi";

    /// Credentials are two words, and nothing else is made of what comes before them.
    private static final String CREDENTIALS =
            "maxdepth=2;maxarray=2;maxrefs=8;maxbytes=4096;java.lang.String;!*";

    /// What arguments may be made of: the open types, and the questions of JMX itself.
    private static final String ARGUMENTS =
            "maxdepth=32;maxarray=10000;maxrefs=20000;maxbytes=1048576;"
                    + "java.lang.String;java.lang.Boolean;java.lang.Byte;java.lang.Character;"
                    + "java.lang.Short;java.lang.Integer;java.lang.Long;java.lang.Float;"
                    + "java.lang.Double;java.lang.Number;java.lang.Object;"
                    + "java.math.BigInteger;java.math.BigDecimal;java.util.Date;"
                    + "java.util.ArrayList;java.util.Vector;java.util.HashMap;"
                    + "java.util.LinkedHashMap;java.util.TreeMap;java.util.Map$Entry;"
                    + "java.rmi.MarshalledObject;"
                    + "javax.management.openmbean.*;"
                    + "javax.management.ObjectName;javax.management.Attribute;"
                    + "javax.management.AttributeList;javax.management.QueryEval;"
                    + "javax.management.AndQueryExp;javax.management.OrQueryExp;"
                    + "javax.management.NotQueryExp;javax.management.BinaryRelQueryExp;"
                    + "javax.management.BinaryOpValueExp;javax.management.BetweenQueryExp;"
                    + "javax.management.InQueryExp;javax.management.InstanceOfQueryExp;"
                    + "javax.management.MatchQueryExp;javax.management.AttributeValueExp;"
                    + "javax.management.ClassAttributeValueExp;"
                    + "javax.management.QualifiedAttributeValueExp;"
                    + "javax.management.BooleanValueExp;javax.management.NumericValueExp;"
                    + "javax.management.StringValueExp;"
                    + "javax.management.NotificationFilterSupport;"
                    + "javax.management.AttributeChangeNotificationFilter;"
                    + "javax.management.relation.MBeanServerNotificationFilter;"
                    + "!*";

    private final JMXConnectorServer connector;
    private final Registry registry;
    private final Instant certificateUntil;

    private RemoteJmx(JMXConnectorServer connector, Registry registry, Instant certificateUntil) {
        this.certificateUntil = certificateUntil;
        this.connector = connector;
        this.registry = registry;
    }

    /// Opens the port.
    ///
    /// @param audit keeps who signed in, and what was done
    /// @throws IOException when it cannot be opened, saying why
    public static RemoteJmx start(JmxConfig config, NanoClock clock, AuditLog audit)
            throws IOException {
        prepare(config.listen());
        KeyMaterial own;
        try {
            own = KeyMaterial.read(config.tls().certificate(), config.tls().key());
        } catch (TlsFileException e) {
            throw new IOException("ops.jmx.tls: " + e.getMessage(), e);
        }
        int port = config.listen().getPort();
        JmxSockets sockets = new JmxSockets(config.listen().getAddress(), context(own));
        SslRMIClientSocketFactory toClients = new SslRMIClientSocketFactory();
        Map<String, Object> terms = new HashMap<>();
        terms.put(JMXConnectorServer.AUTHENTICATOR, new JmxSignIn(config, clock, audit));
        terms.put(RMIConnectorServer.CREDENTIALS_FILTER_PATTERN, CREDENTIALS);
        terms.put(RMIConnectorServer.SERIAL_FILTER_PATTERN, ARGUMENTS);
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        RMIJRMPServerImpl server = new RMIJRMPServerImpl(port, toClients, sockets, terms);
        RMIConnectorServer connector =
                new RMIConnectorServer(
                        new JMXServiceURL(
                                "rmi", config.listen().getAddress().getHostAddress(), port),
                        terms,
                        server,
                        beans);
        connector.setMBeanServerForwarder(JmxAccess.before(beans, new OperationAudit(audit)));
        try {
            Registry registry = LocateRegistry.createRegistry(port, toClients, sockets);
            connector.start();
            registry.rebind(NAME, server.toStub());
            LOG.info("remote JMX listens on {}", config.listen());
            return new RemoteJmx(connector, registry, own.until());
        } catch (IOException e) {
            throw new IOException(
                    "ops.jmx.listen: " + config.listen() + ": " + FailureWords.of(e), e);
        }
    }

    /// Until when the certificate holds that consoles are shown.
    public Instant certificateUntil() {
        return certificateUntil;
    }

    /// What RMI reads once, before its first use.
    private static void prepare(InetSocketAddress listen) {
        // The address that clients are told to connect to.
        System.setProperty("java.rmi.server.hostname", listen.getAddress().getHostAddress());
        // Nobody puts another object into the registry: it is asked for names only, which are no
        // objects. Processes of this machine could otherwise, by RMI's own rules.
        System.setProperty("sun.rmi.registry.registryFilter", "!*");
        System.setProperty("sun.rmi.transport.tcp.handshakeTimeout", "10000");
        // Of a connection that says nothing, in milliseconds; without it, two hours. Clients give
        // theirs up sooner when they have nothing to ask.
        System.setProperty("sun.rmi.transport.tcp.readTimeout", "60000");
    }

    private static SSLContext context(KeyMaterial own) {
        try {
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own.keyStore(), new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS with a key that was read", e);
        }
    }

    @Override
    public void close() {
        try {
            registry.unbind(NAME);
        } catch (IOException | NotBoundException e) {
            LOG.warn("the registry of remote JMX: {}", e.toString());
        }
        try {
            connector.stop();
            unexport(registry);
        } catch (IOException e) {
            LOG.warn("remote JMX does not stop: {}", e.toString());
        }
    }

    private static void unexport(Remote object) throws NoSuchObjectException {
        UnicastRemoteObject.unexportObject(object, true);
    }
}
