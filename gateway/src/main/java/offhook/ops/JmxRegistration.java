package offhook.ops;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/// Puts the gateway's beans into the platform's MBean server, under the domain `offhook`.
public final class JmxRegistration implements AutoCloseable {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final ObjectName gateway;

    /// Registers the gateway's bean; one gateway a JVM.
    public JmxRegistration(GatewayMXBean view) {
        try {
            gateway = new ObjectName("offhook:type=Gateway");
            server.registerMBean(view, gateway);
        } catch (JMException e) {
            throw new IllegalStateException("the gateway's MBean cannot be registered", e);
        }
    }

    @Override
    public void close() {
        try {
            server.unregisterMBean(gateway);
        } catch (JMException e) {
            throw new IllegalStateException("the gateway's MBean cannot be unregistered", e);
        }
    }
}
