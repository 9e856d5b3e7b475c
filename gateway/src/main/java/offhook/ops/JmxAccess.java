package offhook.ops;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.remote.MBeanServerForwarder;
import org.jspecify.annotations.Nullable;

/// Stands before the MBean server and lets those who came through the network do what their role
/// may: everybody sees everything; who operates sets and calls what the gateway's own beans offer;
/// nobody makes, removes or loads anything; who only reads, and of the JVM's own beans everybody,
/// calls nothing but what is named here. What is not known is refused. Any thread.
final class JmxAccess implements InvocationHandler {

    private static final String OWN = JmxRegistration.GATEWAY.getDomain();

    /// What changes nothing; class loaders are asked for by the connector itself, never by clients.
    private static final Set<String> LOOKING =
            Set.of(
                    "getAttribute",
                    "getAttributes",
                    "getMBeanInfo",
                    "queryNames",
                    "queryMBeans",
                    "isRegistered",
                    "isInstanceOf",
                    "getObjectInstance",
                    "getMBeanCount",
                    "getDomains",
                    "getDefaultDomain",
                    "addNotificationListener",
                    "removeNotificationListener",
                    "getClassLoaderFor",
                    "getClassLoaderRepository");

    /// Operations that everybody may call: they only look, and at nothing that the operations page
    /// would not show to somebody who only reads. A black box, with all that was said, is not among
    /// them.
    private static final Map<String, Set<String>> HARMLESS =
            Map.of(
                    JmxRegistration.GATEWAY.getCanonicalName(),
                    Set.of("dump", "call", "lastCalls"),
                    "java.lang:type=Threading",
                    Set.of(
                            "dumpAllThreads",
                            "getThreadInfo",
                            "getThreadCpuTime",
                            "getThreadUserTime",
                            "getThreadAllocatedBytes",
                            "findDeadlockedThreads",
                            "findMonitorDeadlockedThreads"),
                    "com.sun.management:type=HotSpotDiagnostic",
                    Set.of("getVMOption"));

    private final MBeanServer server;
    private final OperationAudit audit;

    private JmxAccess(MBeanServer server, OperationAudit audit) {
        this.server = server;
        this.audit = audit;
    }

    static MBeanServerForwarder before(MBeanServer server, OperationAudit audit) {
        return (MBeanServerForwarder)
                Proxy.newProxyInstance(
                        JmxAccess.class.getClassLoader(),
                        new Class<?>[] {MBeanServerForwarder.class},
                        new JmxAccess(server, audit));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
            throws Throwable {
        Object[] given = arguments == null ? new Object[0] : arguments;
        if (method.getDeclaringClass() == Object.class) {
            return ofAnyObject(proxy, method.getName(), given);
        }
        switch (method.getName()) {
            case "getMBeanServer" -> {
                return server;
            }
            case "setMBeanServer" -> {
                // The connector tells it what it was made with.
                if (!server.equals(given[0])) {
                    throw new IllegalStateException("it stands before one only");
                }
                return null;
            }
            default -> {
                if (!may(method.getName(), given)) {
                    audit.refused(subject(given), detail(method.getName(), given));
                    throw new SecurityException("this user may not do that");
                }
            }
        }
        try {
            return method.invoke(server, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    /// The connector keeps its buffers of notifications in a map by server.
    @SuppressWarnings("ReferenceEquality") // What stands before the server is one object.
    private static Object ofAnyObject(Object proxy, String method, Object[] arguments) {
        return switch (method) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "what remote users may do";
        };
    }

    private boolean may(String method, Object[] arguments) {
        if (LOOKING.contains(method)) {
            // A bean that is told of notifications would do something that nobody else sees.
            return !method.endsWith("NotificationListener")
                    || !(arguments[1] instanceof ObjectName);
        }
        boolean operates = RemoteUser.current().filter(RemoteUser::operates).isPresent();
        return switch (method) {
            case "setAttribute", "setAttributes" ->
                    operates && ((ObjectName) arguments[0]).getDomain().equals(OWN);
            case "invoke" -> mayCall(operates, (ObjectName) arguments[0], (String) arguments[1]);
            default -> false;
        };
    }

    private static boolean mayCall(boolean operates, ObjectName bean, String operation) {
        if (bean.getDomain().equals(OWN) && operates) {
            return true;
        }
        return HARMLESS.getOrDefault(bean.getCanonicalName(), Set.of()).contains(operation);
    }

    private static String subject(Object[] arguments) {
        return Arrays.stream(arguments)
                .filter(ObjectName.class::isInstance)
                .map(String::valueOf)
                .findFirst()
                .orElse("");
    }

    private static String detail(String method, Object[] arguments) {
        return method.equals("invoke") ? arguments[1] + "()" : method;
    }
}
