package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.management.Attribute;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import offhook.agent.AgentRegistry;
import offhook.media.LoopFigures;
import offhook.runtime.Owner;
import offhook.sip.TrunkStatus;
import offhook.telemetry.AuditLog;
import offhook.telemetry.Counters;
import offhook.telemetry.Deed;
import org.testng.annotations.Test;

public class JmxRegistrationTest {

    private static final LoopFigures FIGURES =
            new LoopFigures(
                    0.8234,
                    12_500_000,
                    7,
                    3,
                    6,
                    2,
                    4,
                    1,
                    true,
                    1000,
                    900,
                    3,
                    10,
                    0,
                    LoopFigures.Work.NONE);

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Test
    public void consolesSeeALoopWithItsMeaningAndUnits() throws Exception {
        ObjectName name = new ObjectName("offhook:type=MediaLoop,index=1");
        try (JmxRegistration jmx = registration()) {
            jmx.addLoop(1, new MediaLoopView(() -> FIGURES));

            MBeanInfo info = server.getMBeanInfo(name);
            Map<String, MBeanAttributeInfo> attributes =
                    Arrays.stream(info.getAttributes())
                            .collect(
                                    Collectors.toMap(
                                            MBeanAttributeInfo::getName, Function.identity()));

            assertThat(server.getAttribute(name, "UtilisationPercent")).isEqualTo(82.3);
            assertThat(server.getAttribute(name, "LatenessMillis")).isEqualTo(12.5);
            assertThat(server.getAttribute(name, "Complexity")).isEqualTo(2);
            assertThat(server.getAttribute(name, "RefusingCalls")).isEqualTo(true);
            assertThat(server.getAttribute(name, "PacketsIn")).isEqualTo(1000L);
            assertThat(info.getDescription()).startsWith("A media loop");
            assertThat(attributes).hasSize(17);
            assertThat(attributes.get("UtilisationPercent").getDescriptor().getFieldValue("units"))
                    .isEqualTo("percent");
            assertThat(attributes.values())
                    .allSatisfy(a -> assertThat(a.getDescription()).contains(" "));
        }
        assertThat(server.isRegistered(name)).isFalse();
        assertThat(server.isRegistered(new ObjectName("offhook:type=Gateway"))).isFalse();
    }

    @Test
    public void consolesSeeATrunkWithItsMeaning() throws Exception {
        ObjectName name = new ObjectName("offhook:type=Trunk,name=pbx");
        try (JmxRegistration jmx = registration()) {
            jmx.addTrunk("pbx", new TrunkView(new TrunkStatus("pbx")));

            MBeanInfo info = server.getMBeanInfo(name);
            assertThat(server.getAttribute(name, "RegistrationState")).isEqualTo("unregistered");
            assertThat(server.getAttribute(name, "RegisteredUntil")).isEqualTo("");
            assertThat(server.getAttribute(name, "CallsOut")).isEqualTo(0L);
            assertThat(info.getDescription()).startsWith("A trunk");
            assertThat(info.getAttributes())
                    .hasSize(12)
                    .allSatisfy(a -> assertThat(a.getDescription()).contains(" "));
        }
        assertThat(server.isRegistered(name)).isFalse();
    }

    @Test
    public void everythingThatConsolesShowSaysWhatItIs() throws Exception {
        try (JmxRegistration jmx = registration()) {
            jmx.addLoop(0, new MediaLoopView(() -> FIGURES));
            jmx.addTrunk("pbx", new TrunkView(new TrunkStatus("pbx")));

            for (String bean : List.of("Gateway", "MediaLoop,index=0", "Trunk,name=pbx")) {
                MBeanInfo info = server.getMBeanInfo(new ObjectName("offhook:type=" + bean));
                assertThat(info.getDescription()).as(bean).contains(" ");
                for (MBeanAttributeInfo attribute : info.getAttributes()) {
                    assertThat(attribute.getDescription())
                            .as(bean + " " + attribute.getName())
                            .contains(" ");
                    if (List.of("int", "long", "double").contains(attribute.getType())) {
                        assertThat(attribute.getDescriptor().getFieldValue("units"))
                                .as(bean + " " + attribute.getName())
                                .isNotEqualTo("");
                    }
                }
                assertThat(info.getOperations())
                        .allSatisfy(operation ->
                                assertThat(operation.getDescription())
                                        .as(bean + " " + operation.getName())
                                        .contains(" "));
            }
        }
    }

    @Test
    public void operatorsDrainReloadAndChangeTheLogByTheBean() throws Exception {
        try (JmxRegistration _ = registration()) {
            ObjectName gateway = JmxRegistration.GATEWAY;

            server.invoke(gateway, "drain", null, null);
            assertThat(server.getAttribute(gateway, "Draining")).isEqualTo(true);
            server.invoke(gateway, "undrain", null, null);
            assertThat(server.getAttribute(gateway, "Draining")).isEqualTo(false);
            assertThat((String[]) server.invoke(gateway, "reload", null, null))
                    .containsExactly("changed: routes");
            server.setAttribute(gateway, new Attribute("LogLevel", "debug"));
            assertThat(server.getAttribute(gateway, "LogLevel")).isEqualTo("debug");
            assertThat((String) server.invoke(gateway, "dump", null, null)).isEqualTo("a dump");
            assertThat((String) server.getAttribute(gateway, "Health")).contains("ready");
            assertThat(server.getMBeanInfo(gateway).getNotifications())
                    .singleElement()
                    .satisfies(told ->
                            assertThat(told.getNotifTypes())
                                    .containsExactly(Alarms.RAISED, Alarms.CLEARED));
        }
    }

    @Test
    public void aTrunkIsDisabledAndEnabledByItsBean() throws Exception {
        ObjectName name = new ObjectName("offhook:type=Trunk,name=pbx");
        try (JmxRegistration jmx = registration()) {
            jmx.addTrunk("pbx", new TrunkView(new TrunkStatus("pbx")));

            assertThat(server.getAttribute(name, "Enabled")).isEqualTo(true);
            server.invoke(name, "disable", null, null);
            server.invoke(name, "enable", null, null);
            assertThat(server.getAttribute(name, "Enabled")).isEqualTo(true);
        }
    }

    /// What an operation returns is for the console; who reads the audit log wants to know it, too.
    @Test
    public void whatAnOperationLacksIsInTheAuditLog() throws Exception {
        List<String> entries = new ArrayList<>();
        ObjectName name = new ObjectName("offhook:type=Agent,name=alice");
        Deque<Deed> deeds =
                new ArrayDeque<>(
                        List.of(
                                new Deed("alice was signed out, for now.", Optional.of("for now")),
                                new Deed("alice was signed out.", Optional.empty())));
        AgentRegistry agents =
                new AgentRegistry(new Owner("agents", () -> 0, 1, _ -> {}), List.of("alice"));
        try (JmxRegistration jmx =
                registration((_, _, subject, outcome) -> entries.add(subject + " " + outcome))) {
            AgentViews.register(jmx, agents, List.of("alice"), () -> 0, _ -> deeds.remove());

            assertThat(server.invoke(name, "revokeTokens", null, null))
                    .isEqualTo("alice was signed out, for now.");
            server.invoke(name, "revokeTokens", null, null);
        }

        assertThat(entries)
                .containsExactly(
                        "type=Agent,name=alice revokeTokens() ok, but for now",
                        "type=Agent,name=alice revokeTokens() ok");
    }

    private static JmxRegistration registration() {
        return registration(AuditLog.NONE);
    }

    private static JmxRegistration registration(AuditLog log) {
        Health health = new Health();
        Owner owner = new Owner("alarms", () -> 0, 1, _ -> {});
        return new JmxRegistration(
                new GatewayView(
                        new GatewayView.Sources(
                                () -> 0,
                                () -> 0,
                                Map::of,
                                Optional::empty,
                                new Counters(),
                                Map::of,
                                health,
                                new Alarms(owner, Instant::now),
                                new CallStories(
                                        id -> Optional.of(id.value()).filter("known"::equals),
                                        Integer::toString),
                                () -> "",
                                new NoRecordings(),
                                new NoProbe()),
                        new Controls(),
                        () -> "a dump",
                        () -> 0,
                        "test"),
                log);
    }

    /// Keeps what it is told.
    private static final class Controls implements GatewayControl {
        private boolean draining;
        private String level = "info";

        @Override
        public void drain(boolean wanted) {
            draining = wanted;
        }

        @Override
        public boolean isDraining() {
            return draining;
        }

        @Override
        public List<String> reload() {
            return List.of("changed: routes");
        }

        @Override
        public String logLevel() {
            return level;
        }

        @Override
        public void logLevel(String wanted) {
            level = wanted;
        }
    }
}
