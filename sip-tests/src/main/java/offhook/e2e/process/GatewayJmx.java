package offhook.e2e.process;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/// What a running gateway tells by JMX, read by attaching to its process on this machine.
public final class GatewayJmx implements AutoCloseable {
    private final JMXConnector connector;
    private final MBeanServerConnection server;

    private GatewayJmx(JMXConnector connector) throws IOException {
        this.connector = connector;
        this.server = connector.getMBeanServerConnection();
    }

    @SuppressWarnings("BanJNDI") // The address is what our own child process has just said.
    public static GatewayJmx attach(GatewayProcess gateway) {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(gateway.pid()));
            try {
                var url = new JMXServiceURL(machine.startLocalManagementAgent());
                return new GatewayJmx(JMXConnectorFactory.connect(url));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Every counter by its name.
    public Map<String, Long> counters() {
        Map<String, Long> counters = new TreeMap<>();
        try {
            var table =
                    (TabularData)
                            server.getAttribute(new ObjectName("offhook:type=Gateway"), "Counters");
            for (Object row : table.values()) {
                var entry = (CompositeData) row;
                counters.put(entry.get("key").toString(), (Long) entry.get("value"));
            }
            return counters;
        } catch (JMException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One counter.
    ///
    /// @throws IllegalStateException if there is none of that name
    public long counter(String name) {
        Long count = counters().get(name);
        if (count == null) {
            throw new IllegalStateException("no counter " + name);
        }
        return count;
    }

    /// A metric by the name and labels that `/metrics` has.
    ///
    /// @throws IllegalStateException if there is none of that name
    public double metric(String name) {
        try {
            var table =
                    (TabularData)
                            server.getAttribute(new ObjectName("offhook:type=Gateway"), "Metrics");
            CompositeData row = table.get(new Object[] {name});
            if (row == null) {
                throw new IllegalStateException("no metric " + name);
            }
            return (Double) row.get("value");
        } catch (JMException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The heap that is in use after a full collection, in KiB; of ZGC, in steps of 2 MiB.
    public long liveHeapKib() {
        try {
            MemoryMXBean memory =
                    ManagementFactory.newPlatformMXBeanProxy(
                            server, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
            memory.gc();
            return memory.getHeapMemoryUsage().getUsed() / 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Bytes of the objects that are still reachable after a full collection, to the byte; the
    /// gateway stands still while they are counted.
    public long liveHeapBytes() {
        // The last line is "Total", a count and the bytes.
        String histogram = diagnose("gcClassHistogram");
        String[] total = histogram.strip().lines().toList().getLast().strip().split("\\s+", -1);
        return Long.parseLong(total[2]);
    }

    /// What the threads of a name have allocated since they began.
    ///
    /// @param prefix of their names
    public long allocatedBytes(String prefix) {
        try {
            var threads =
                    ManagementFactory.newPlatformMXBeanProxy(
                            server,
                            ManagementFactory.THREAD_MXBEAN_NAME,
                            com.sun.management.ThreadMXBean.class);
            long[] ids =
                    Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                            .filter(info -> info != null && info.getThreadName().startsWith(prefix))
                            .mapToLong(ThreadInfo::getThreadId)
                            .toArray();
            return LongStream.of(threads.getThreadAllocatedBytes(ids)).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What `jcmd` would answer.
    ///
    /// @param command by its name in the DiagnosticCommand MBean, as `jfrStart` for `JFR.start`
    public String diagnose(String command, String... arguments) {
        try {
            var bean = new ObjectName("com.sun.management:type=DiagnosticCommand");
            return (String)
                    server.invoke(
                            bean,
                            command,
                            new Object[] {arguments},
                            new String[] {String[].class.getName()});
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
