package offhook.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import com.sun.tools.attach.VirtualMachineDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import offhook.ops.GatewayMXBean;
import offhook.ops.JsonNames;

/// The gateway that runs on this machine, seen through its JMX beans: attached to as a debugger
/// would, so that it need not listen anywhere. Only its own user can.
final class RunningGateway implements AutoCloseable {

    /// As people sort names.
    private static final Comparator<String> BY_NAME =
            String.CASE_INSENSITIVE_ORDER.thenComparing(Comparator.naturalOrder());

    private final JMXConnector connector;
    private final MBeanServerConnection beans;
    private final long pid;

    private RunningGateway(JMXConnector connector, long pid) throws IOException {
        this.connector = connector;
        this.pid = pid;
        this.beans = connector.getMBeanServerConnection();
    }

    /// Attaches.
    ///
    /// @param pid which process; empty: the one that is a gateway
    /// @throws IOException when there is none, or more than one, saying what to do
    static RunningGateway attach(Optional<Long> pid) throws IOException {
        if (pid.isPresent()) {
            RunningGateway chosen = connect(Long.toString(pid.get()));
            if (!chosen.isGateway()) {
                chosen.close();
                throw new IOException("process " + pid.get() + " is no gateway");
            }
            return chosen;
        }
        List<RunningGateway> found = new ArrayList<>();
        List<String> told = new ArrayList<>();
        for (VirtualMachineDescriptor each : VirtualMachine.list()) {
            if (each.displayName().contains(Main.class.getName())
                    && !each.id().equals(Long.toString(ProcessHandle.current().pid()))) {
                tryToConnect(each.id())
                        .ifPresent(gateway -> {
                            found.add(gateway);
                            told.add(
                                    "  "
                                            + each.id()
                                            + Table.plain(
                                                    each.displayName()
                                                            .replace(Main.class.getName(), "")));
                        });
            }
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        for (RunningGateway each : found) {
            each.close();
        }
        throw new IOException(
                found.isEmpty()
                        ? nobody()
                        : "several gateways run here, say which by --pid:\n"
                                + String.join("\n", told));
    }

    /// What to do when none was found.
    private static String nobody() {
        String none =
                "no gateway of user " + System.getProperty("user.name") + " runs on this machine; ";
        return ProcessHandle.allProcesses()
                .filter(each ->
                        each.info()
                                .commandLine()
                                .filter(line -> line.contains(Main.class.getName() + " run"))
                                .isPresent())
                .findFirst()
                .map(each -> none + elsewhere(each.pid(), each.info().user().orElse("root")))
                .orElse(none + "'offhook run' or 'systemctl start offhook' starts one");
    }

    /// How one is asked that another user runs, or that has a `/tmp` of its own, as services do.
    private static String elsewhere(long pid, String user) {
        return """
        process %d of user %s is asked as root by
          nsenter --target %1$d --mount --setuid "$(id -u %2$s)" --setgid "$(id -g %2$s)" offhook COMMAND\
        """
                .formatted(pid, user);
    }

    /// The process, if it is a gateway of this user. Any other one is left alone: to attach means
    /// to send it a signal that only a JVM expects.
    static Optional<RunningGateway> ifGateway(long pid) throws IOException {
        String id = Long.toString(pid);
        boolean known =
                VirtualMachine.list().stream()
                        .anyMatch(each ->
                                each.id().equals(id)
                                        && each.displayName().contains(Main.class.getName()));
        return known ? tryToConnect(id) : Optional.empty();
    }

    private static Optional<RunningGateway> tryToConnect(String pid) throws IOException {
        try {
            RunningGateway candidate = connect(pid);
            if (candidate.isGateway()) {
                return Optional.of(candidate);
            }
            candidate.close();
        } catch (IOException _) {
            // Another command of ours that ends just now.
        }
        return Optional.empty();
    }

    @SuppressWarnings(
            "BanJNDI") // the address comes from a process of this user, never from outside
    private static RunningGateway connect(String pid) throws IOException {
        VirtualMachine machine;
        try {
            machine = VirtualMachine.attach(pid);
        } catch (AttachNotSupportedException | IOException e) {
            throw new IOException(refusal(pid), e);
        }
        try {
            JMXServiceURL url = new JMXServiceURL(machine.startLocalManagementAgent());
            return new RunningGateway(JMXConnectorFactory.connect(url), Long.parseLong(pid));
        } finally {
            machine.detach();
        }
    }

    /// Why a process cannot be asked.
    private static String refusal(String pid) {
        Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(pid));
        if (process.isEmpty()) {
            return "no process " + pid + " runs";
        }
        return process.get()
                .info()
                .user()
                .filter(user -> !user.equals(System.getProperty("user.name")))
                .map(user -> elsewhere(process.get().pid(), user))
                .orElse("process " + pid + " is no gateway");
    }

    private boolean isGateway() throws IOException {
        return beans.isRegistered(name("offhook:type=Gateway"));
    }

    /// The beans of one type by the name they have there, in the order of the names.
    <B> List<Named<B>> beans(String type, Class<B> bean) throws IOException {
        return beans.queryNames(name("offhook:type=" + type + ",name=*"), null).stream()
                .map(name ->
                        new Named<>(
                                name.getKeyProperty("name"), JMX.newMXBeanProxy(beans, name, bean)))
                .sorted(Comparator.comparing(Named::name, BY_NAME))
                .toList();
    }

    /// Its process.
    long pid() {
        return pid;
    }

    /// The gateway's own bean.
    GatewayMXBean gateway() {
        return JMX.newMXBeanProxy(beans, name("offhook:type=Gateway"), GatewayMXBean.class);
    }

    /// What the beans of a type show, in the order of their names.
    ///
    /// @param without attributes that are not asked for, because they cost a lot
    List<ObjectNode> shown(String type, String... without) throws IOException {
        List<ObjectNode> all = new ArrayList<>();
        for (ObjectName name : beans.queryNames(name("offhook:type=" + type + ",*"), null)) {
            // Empty: it went meanwhile.
            shown(name, without).ifPresent(all::add);
        }
        all.sort(
                Comparator.comparingInt((ObjectNode each) -> each.path("index").asInt())
                        .thenComparing(each -> each.path("name").asText(), BY_NAME));
        return all;
    }

    /// What a bean shows, in its own order; empty when there is no such bean.
    ///
    /// @param without attributes that are not asked for, because they cost a lot
    Optional<ObjectNode> shownOf(String type, String id, String... without) throws IOException {
        Optional<ObjectName> name = named(type, id);
        return name.isPresent() ? shown(name.get(), without) : Optional.empty();
    }

    private Optional<ObjectNode> shown(ObjectName name, String... without) throws IOException {
        ObjectNode shown = Json.object();
        Optional.ofNullable(name.getKeyProperty("name")).ifPresent(it -> shown.put("name", it));
        Optional.ofNullable(name.getKeyProperty("index"))
                .ifPresent(it -> shown.put("index", Integer.parseInt(it)));
        try {
            String[] names =
                    Arrays.stream(beans.getMBeanInfo(name).getAttributes())
                            .map(MBeanAttributeInfo::getName)
                            .filter(each -> !List.of(without).contains(each))
                            .toArray(String[]::new);
            for (Attribute each : beans.getAttributes(name, names).asList()) {
                shown.set(JsonNames.key(each.getName()), Json.of(each.getValue()));
            }
            return Optional.of(shown);
        } catch (JMException _) {
            return Optional.empty();
        }
    }

    /// Has a bean do something without arguments; empty when there is no such bean.
    Optional<Object> invoke(String type, String id, String operation) throws IOException {
        Optional<ObjectName> name = named(type, id);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(
                    beans.invoke(name.get(), operation, new Object[0], new String[0]));
        } catch (JMException _) {
            return Optional.empty();
        }
    }

    private Optional<ObjectName> named(String type, String id) throws IOException {
        return beans.queryNames(name("offhook:type=" + type + ",*"), null).stream()
                .filter(name -> name.getKeyPropertyList().containsValue(id))
                .findFirst();
    }

    /// A bean and its name.
    record Named<B>(String name, B bean) {}

    private static ObjectName name(String text) {
        try {
            return new ObjectName(text);
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException(text, e);
        }
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
