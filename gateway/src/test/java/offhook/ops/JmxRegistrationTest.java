package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import offhook.media.LoopFigures;
import offhook.sip.TrunkStatus;
import offhook.telemetry.Counters;
import org.testng.annotations.Test;

public class JmxRegistrationTest {

    private static final LoopFigures FIGURES =
            new LoopFigures(0.8234, 12_500_000, 7, 3, 6, 2, 4, 1, true, 1000, 900, 0);

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

            assertThat(server.getAttribute(name, "Utilisation")).isEqualTo(82.3);
            assertThat(server.getAttribute(name, "Lateness")).isEqualTo(12.5);
            assertThat(server.getAttribute(name, "Complexity")).isEqualTo(2);
            assertThat(server.getAttribute(name, "RefusingCalls")).isEqualTo(true);
            assertThat(server.getAttribute(name, "PacketsIn")).isEqualTo(1000L);
            assertThat(info.getDescription()).startsWith("A media loop");
            assertThat(attributes).hasSize(11);
            assertThat(attributes.get("Utilisation").getDescriptor().getFieldValue("units"))
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
                    .hasSize(11)
                    .allSatisfy(a -> assertThat(a.getDescription()).contains(" "));
        }
        assertThat(server.isRegistered(name)).isFalse();
    }

    private static JmxRegistration registration() {
        return new JmxRegistration(
                new GatewayView(
                        () -> 0,
                        () -> 0,
                        Optional::empty,
                        new Counters(),
                        Map::of,
                        () -> 0,
                        "test"));
    }
}
