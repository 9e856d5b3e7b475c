package offhook.ops;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import offhook.telemetry.AuditLog;

/// Puts the gateway's beans into the platform's MBean server, under the domain `offhook`.
public final class JmxRegistration implements AutoCloseable {

    /// The name of the gateway's own bean.
    static final ObjectName GATEWAY = named("type=Gateway");

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final OperationAudit audit;
    private final List<ObjectName> names = new ArrayList<>();

    /// Registers the gateway's bean; one gateway a JVM.
    ///
    /// @param log keeps what is done to the beans
    public JmxRegistration(GatewayView view, AuditLog log) {
        this.audit = new OperationAudit(log);
        add(
                "type=Gateway",
                DescribedBean.of(view, GatewayMXBean.class, audit, view.alarms().broadcaster()));
    }

    private static ObjectName named(String keys) {
        try {
            return new ObjectName("offhook:" + keys);
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException("the MBean " + keys + " cannot be named", e);
        }
    }

    /// Takes away the beans of a kind but for those of these names.
    ///
    /// @param type `Trunk`, `Agent` or `Queue`
    public synchronized void retain(String type, Collection<String> wanted) {
        for (ObjectName name : List.copyOf(names)) {
            if (type.equals(name.getKeyProperty("type"))
                    && !wanted.contains(name.getKeyProperty("name"))) {
                remove(name);
                names.remove(name);
            }
        }
    }

    /// Registers the bean of a media loop.
    ///
    /// @param index from 0
    public void addLoop(int index, MediaLoopMXBean view) {
        add("type=MediaLoop,index=" + index, DescribedBean.of(view, MediaLoopMXBean.class, audit));
    }

    /// Registers the bean of a trunk.
    ///
    /// @param name as the configuration has it
    public void addTrunk(String name, TrunkMXBean view) {
        add("type=Trunk,name=" + name, DescribedBean.of(view, TrunkMXBean.class, audit));
    }

    /// Registers the bean of an agent.
    ///
    /// @param name its sign-in name
    public void addAgent(String name, AgentMXBean view) {
        add("type=Agent,name=" + name, DescribedBean.of(view, AgentMXBean.class, audit));
    }

    /// Registers the bean of a queue.
    ///
    /// @param name as the configuration has it
    public void addQueue(String name, QueueMXBean view) {
        add("type=Queue,name=" + name, DescribedBean.of(view, QueueMXBean.class, audit));
    }

    /// What is registered stays.
    private synchronized void add(String keys, Object bean) {
        ObjectName name = named(keys);
        if (names.contains(name)) {
            return;
        }
        try {
            server.registerMBean(bean, name);
            names.add(name);
        } catch (JMException e) {
            throw new IllegalStateException("the MBean " + keys + " cannot be registered", e);
        }
    }

    @Override
    public synchronized void close() {
        names.forEach(this::remove);
        names.clear();
    }

    private void remove(ObjectName name) {
        try {
            server.unregisterMBean(name);
        } catch (JMException e) {
            throw new IllegalStateException("MBean " + name + " cannot be unregistered", e);
        }
    }
}
