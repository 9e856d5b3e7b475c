package offhook.e2e.ops;

import java.io.Serializable;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.Attribute;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import javax.rmi.ssl.SslRMIClientSocketFactory;

/// A JMX console in a process of its own, which trusts what its trust store says: tries one thing
/// after the other and prints what came of each, `NAME: VALUE` or `NAME: EXCEPTION message`.
@SuppressWarnings("BanJNDI") // The address is that of our own child process.
public final class RemoteConsole {

    private static final ObjectName GATEWAY = name("offhook:type=Gateway");
    private static final Object[] NONE = {};
    private static final String[] NO_TYPES = {};

    private final InetSocketAddress at;

    private RemoteConsole(InetSocketAddress at) {
        this.at = at;
    }

    private static ObjectName name(String text) {
        try {
            return new ObjectName(text);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// @param arguments port, passwords of `viewer` and of `operator`, the gateway's configuration
    public static void main(String[] arguments) throws Exception {
        var console =
                new RemoteConsole(
                        new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])));
        console.strangers();
        console.viewer(arguments[1]);
        console.operator(arguments[2]);
        console.listener(arguments[1], arguments[2], Path.of(arguments[3]));
        console.guess(arguments[1]);
        System.exit(0);
    }

    private static void say(String what, Callable<Object> attempt) {
        String result;
        try {
            Object came = attempt.call();
            result =
                    came instanceof Object[] several
                            ? List.of(several).toString()
                            : String.valueOf(came);
        } catch (Exception | LinkageError e) {
            StringBuilder causes = new StringBuilder();
            for (Throwable each = e; each != null; each = each.getCause()) {
                causes.append(each.getClass().getSimpleName())
                        .append(' ')
                        .append(each.getMessage())
                        .append("; ");
            }
            result = causes.toString();
        }
        System.out.println(what + ": " + result.replace('\n', ' '));
    }

    private JMXConnector connect(boolean tls, Object credentials) throws Exception {
        Map<String, Object> terms = new HashMap<>();
        if (tls) {
            terms.put("com.sun.jndi.rmi.factory.socket", new SslRMIClientSocketFactory());
        }
        if (credentials != null) {
            terms.put(JMXConnector.CREDENTIALS, credentials);
        }
        return JMXConnectorFactory.connect(
                new JMXServiceURL(
                        "service:jmx:rmi:///jndi/rmi://127.0.0.1:" + at.getPort() + "/jmxrmi"),
                terms);
    }

    private static String[] of(String user, String password) {
        return new String[] {user, password};
    }

    private void strangers() {
        say("no password", () -> connect(true, null));
        say("wrong password", () -> connect(true, of("viewer", "wrong")));
        say("unknown user", () -> connect(true, of("nobody", "wrong")));
        say("no tls", () -> connect(false, of("viewer", "wrong")));
        say("foreign credentials", () -> connect(true, new AtomicInteger(1)));
        say(
                "rebind",
                () -> {
                    Registry registry =
                            LocateRegistry.getRegistry(
                                    "127.0.0.1", at.getPort(), new SslRMIClientSocketFactory());
                    Remote mine = UnicastRemoteObject.exportObject(new Mine(), 0);
                    registry.rebind("jmxrmi", mine);
                    return "done";
                });
    }

    private void viewer(String password) throws Exception {
        try (JMXConnector connector = connect(true, of("viewer", password))) {
            MBeanServerConnection beans = connector.getMBeanServerConnection();
            say("viewer reads", () -> beans.getAttribute(GATEWAY, "CallsActive"));
            say("viewer reads all", () -> readAll(beans));
            say("viewer dumps", () -> text(beans.invoke(GATEWAY, "dump", NONE, NO_TYPES)));
            say("viewer threads", () -> threads(beans));
            say("viewer boxes", () -> ofCall(beans, "callBox"));
            say("viewer asks", () -> ofCall(beans, "call"));
            say("viewer drains", () -> beans.invoke(GATEWAY, "drain", NONE, NO_TYPES));
            say("viewer sets", () -> set(beans, "LogLevel", "debug"));
            say("viewer collects", () -> call(beans, "java.lang:type=Memory", "gc"));
            say("viewer makes", () -> make(beans));
            say("viewer removes", () -> remove(beans));
            say("draining", () -> beans.getAttribute(GATEWAY, "Draining"));
            say("level", () -> beans.getAttribute(GATEWAY, "LogLevel"));
        }
    }

    private void operator(String password) throws Exception {
        try (JMXConnector connector = connect(true, of("operator", password))) {
            MBeanServerConnection beans = connector.getMBeanServerConnection();
            say("operator sets", () -> set(beans, "LogLevel", "debug"));
            say("operator sets back", () -> set(beans, "LogLevel", "info"));
            say("operator drains", () -> beans.invoke(GATEWAY, "drain", NONE, NO_TYPES));
            say("operator sees", () -> beans.getAttribute(GATEWAY, "Draining"));
            say("operator undrains", () -> beans.invoke(GATEWAY, "undrain", NONE, NO_TYPES));
            say("operator makes", () -> make(beans));
            say("operator removes", () -> remove(beans));
            say("operator loads", () -> beans.createMBean("javax.management.loading.MLet", null));
            say("operator diagnoses", () -> diagnose(beans));
            say("operator dumps the heap", () -> heap(beans));
            say("operator records", () -> record(beans));
            say("operator logs", () -> logging(beans));
            say("foreign class", () -> set(beans, "LogLevel", new Foreign()));
            say("foreign class of the JDK", () -> set(beans, "LogLevel", new AtomicInteger(1)));
        }
    }

    /// The viewer hears of what the operator does.
    private void listener(String viewer, String operator, Path config) throws Exception {
        try (JMXConnector ears = connect(true, of("viewer", viewer));
                JMXConnector hands = connect(true, of("operator", operator))) {
            BlockingQueue<Notification> heard = new LinkedBlockingQueue<>();
            say(
                    "viewer listens",
                    () -> {
                        ears.getMBeanServerConnection()
                                .addNotificationListener(
                                        GATEWAY, (what, _) -> heard.add(what), null, null);
                        return "done";
                    });
            Files.writeString(
                    config,
                    Files.readString(config)
                            .replace(
                                    "trunks:\n",
                                    """
                                    trunks:
                                      - name: nowhere
                                        uri: "sip:127.0.0.1:9"
                                        ping: {seconds: 1, timeout-seconds: 1, fails: 1}
                                    """));
            say(
                    "operator reloads",
                    () -> call(hands.getMBeanServerConnection(), GATEWAY.toString(), "reload"));
            say("viewer hears", () -> said(heard.poll(30, TimeUnit.SECONDS)));
        }
    }

    private static Object said(Notification alarm) {
        return alarm == null
                ? "nothing"
                : alarm.getType() + " " + new TreeMap<>((Map<?, ?>) alarm.getUserData());
    }

    private void guess(String password) {
        for (int i = 0; i < 5; i++) {
            say("guess", () -> connect(true, of("operator", "guess")));
        }
        say("blocked", () -> connect(true, of("operator", "guess")));
        say("somebody else", () -> connect(true, of("viewer", password)));
    }

    private static Object readAll(MBeanServerConnection beans) throws Exception {
        int read = 0;
        for (ObjectName bean : beans.queryNames(name("offhook:*"), null)) {
            for (MBeanAttributeInfo attribute : beans.getMBeanInfo(bean).getAttributes()) {
                beans.getAttribute(bean, attribute.getName());
                read++;
            }
        }
        return read;
    }

    private static Object text(Object dump) {
        return String.valueOf(dump).contains("== media loops") ? "a dump" : "no dump";
    }

    private static Object threads(MBeanServerConnection beans) throws Exception {
        Object[] all =
                (Object[])
                        beans.invoke(
                                name("java.lang:type=Threading"),
                                "dumpAllThreads",
                                new Object[] {false, false},
                                new String[] {"boolean", "boolean"});
        return all.length > 5 ? "threads" : "none";
    }

    private static Object set(MBeanServerConnection beans, String attribute, Object value)
            throws Exception {
        beans.setAttribute(GATEWAY, new Attribute(attribute, value));
        return "done";
    }

    private static Object call(MBeanServerConnection beans, String bean, String operation)
            throws Exception {
        return beans.invoke(name(bean), operation, NONE, NO_TYPES);
    }

    private static Object ofCall(MBeanServerConnection beans, String operation) throws Exception {
        String[] text = {String.class.getName()};
        return beans.invoke(GATEWAY, operation, new Object[] {"nobody"}, text);
    }

    private static Object make(MBeanServerConnection beans) throws Exception {
        return beans.createMBean("javax.management.timer.Timer", name("evil:type=Timer"));
    }

    private static Object remove(MBeanServerConnection beans) throws Exception {
        beans.unregisterMBean(GATEWAY);
        return "done";
    }

    private static Object diagnose(MBeanServerConnection beans) throws Exception {
        return beans.invoke(
                name("com.sun.management:type=DiagnosticCommand"),
                "vmSystemProperties",
                NONE,
                NO_TYPES);
    }

    private static Object heap(MBeanServerConnection beans) throws Exception {
        return beans.invoke(
                name("com.sun.management:type=HotSpotDiagnostic"),
                "dumpHeap",
                new Object[] {"evil.hprof", true},
                new String[] {"java.lang.String", "boolean"});
    }

    private static Object record(MBeanServerConnection beans) throws Exception {
        return call(beans, "jdk.management.jfr:type=FlightRecorder", "newRecording");
    }

    private static Object logging(MBeanServerConnection beans) throws Exception {
        return beans.invoke(
                name("java.util.logging:type=Logging"),
                "setLoggerLevel",
                new Object[] {"", "ALL"},
                new String[] {"java.lang.String", "java.lang.String"});
    }

    /// What the gateway has never heard of.
    private static final class Foreign implements Serializable {
        private static final long serialVersionUID = 1;
        private final String word = "evil";
    }

    /// What somebody would put in the place of the connector.
    private static final class Mine implements Remote {}
}
