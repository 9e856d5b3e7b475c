package offhook.e2e.call;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import offhook.e2e.process.GatewayProcess;

/// What operations see of a gateway: its beans, reached as jconsole on the same machine does.
public final class Operations implements AutoCloseable {
    private final JMXConnector connector;
    private final MBeanServerConnection beans;

    private Operations(JMXConnector connector, MBeanServerConnection beans) {
        this.connector = connector;
        this.beans = beans;
    }

    /// Attaches to the process.
    public static Operations of(GatewayProcess gateway) {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(gateway.pid()));
            try {
                String address = machine.startLocalManagementAgent();
                JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address));
                return new Operations(connector, connector.getMBeanServerConnection());
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All that is known of its beans.
    public MBeanServerConnection beans() {
        return beans;
    }

    /// Has a bean do something, such as `type=Queue,name=desk`.
    ///
    /// @param arguments texts
    public Object operate(String bean, String operation, String... arguments) {
        String[] signature = new String[arguments.length];
        Arrays.fill(signature, String.class.getName());
        try {
            return beans.invoke(new ObjectName("offhook:" + bean), operation, arguments, signature);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// An attribute of `offhook:type=Gateway`.
    public Object attribute(String name) {
        return attribute("type=Gateway", name);
    }

    /// Tells of each notification of `offhook:type=Gateway` from now on.
    public void hear(Consumer<Notification> listener) {
        try {
            beans.addNotificationListener(
                    new ObjectName("offhook:type=Gateway"),
                    (notification, _) -> listener.accept(notification),
                    null,
                    null);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// An attribute of `offhook:type=MediaLoop,index=N`.
    public Object loopAttribute(int index, String name) {
        return attribute("type=MediaLoop,index=" + index, name);
    }

    /// An attribute of `offhook:type=Trunk,name=NAME`.
    public Object trunk(String name, String attribute) {
        return attribute("type=Trunk,name=" + name, attribute);
    }

    /// An attribute of `offhook:type=Queue,name=NAME`.
    public Object queue(String name, String attribute) {
        return attribute("type=Queue,name=" + name, attribute);
    }

    /// An attribute of `offhook:type=Agent,name=NAME`.
    public Object agent(String name, String attribute) {
        return attribute("type=Agent,name=" + name, attribute);
    }

    private Object attribute(String bean, String name) {
        try {
            return beans.getAttribute(new ObjectName("offhook:" + bean), name);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Kind and subject of each alarm that lasts, such as `records database`.
    public List<String> alarms() {
        return Arrays.stream((CompositeData[]) attribute("Alarms"))
                .map(alarm -> alarm.get("kind") + " " + alarm.get("subject"))
                .toList();
    }

    public int callsActive() {
        return (Integer) attribute("CallsActive");
    }

    /// What an operation of `offhook:type=Gateway` returns.
    public Object invoke(String operation, Object argument, Class<?> type) {
        try {
            return beans.invoke(
                    new ObjectName("offhook:type=Gateway"),
                    operation,
                    new Object[] {argument},
                    new String[] {type.getName()});
        } catch (JMException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The same of one that is told nothing.
    public Object invoke(String operation) {
        try {
            return beans.invoke(new ObjectName("offhook:type=Gateway"), operation, null, null);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A counter by its name.
    public long counter(String name) {
        TabularData counters = (TabularData) attribute("Counters");
        CompositeData row = counters.get(new Object[] {name});
        if (row == null) {
            throw new IllegalArgumentException("no counter " + name);
        }
        return (Long) row.get("value");
    }

    /// The names of all counters.
    public Set<String> counterNames() {
        return ((TabularData) attribute("Counters"))
                .values().stream()
                        .map(row -> (String) ((CompositeData) row).get("key"))
                        .collect(Collectors.toSet());
    }

    /// A metric by the name and labels that `/metrics` has.
    public double metric(String name) {
        TabularData metrics = (TabularData) attribute("Metrics");
        CompositeData row = metrics.get(new Object[] {name});
        if (row == null) {
            throw new IllegalArgumentException("no metric " + name);
        }
        return (Double) row.get("value");
    }

    /// Identities of the calls that have a bean.
    public List<String> calls() {
        try {
            return beans.queryNames(new ObjectName("offhook:type=Call,*"), null).stream()
                    .map(name -> name.getKeyProperty("id"))
                    .toList();
        } catch (JMException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// An attribute of a call.
    public Object call(String id, String attribute) {
        try {
            return beans.getAttribute(new ObjectName("offhook:type=Call,id=" + id), attribute);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The figures of the call's leg of a kind, `trunk` or `browser`.
    public CompositeData leg(String id, String kind) {
        return Arrays.stream((CompositeData[]) call(id, "Legs"))
                .filter(leg -> leg.get("kind").equals(kind))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no leg of kind " + kind));
    }

    /// How many objects of these classes are reachable in the gateway, after a collection.
    public long living(String... classNames) {
        Set<String> wanted = Arrays.stream(classNames).collect(Collectors.toSet());
        try {
            String histogram =
                    (String)
                            beans.invoke(
                                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                    "gcClassHistogram",
                                    new Object[] {new String[0]},
                                    new String[] {String[].class.getName()});
            // "   1:    120    3840  java.lang.String (java.base@25)"
            return histogram
                    .lines()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields.length >= 4 && wanted.contains(fields[3]))
                    .mapToLong(fields -> Long.parseLong(fields[1]))
                    .sum();
        } catch (JMException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
