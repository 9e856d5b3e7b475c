package offhook.e2e.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import offhook.e2e.call.CallStand;
import offhook.e2e.call.Operations;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.process.Ports;
import offhook.e2e.wan.Link;
import offhook.e2e.wan.Wan;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// A gateway that calls itself at intervals, while what is between its two ends fails.
@Test(groups = {"e2e", "sip", "media"})
public class ProbeIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /// First bytes of datagrams (RFC 7983 §7).
    private static final IntPredicate ALL = _ -> true;

    private static final IntPredicate NOTHING = _ -> false;
    private static final IntPredicate STUN = first -> first < 4;
    private static final IntPredicate STUN_AND_DTLS = first -> first < 64;

    /// How far apart the pairs are that [Ports#freePair()] gives.
    private static final int PORTS_OF_A_DRAW = 4;

    private static final int RTP_PORTS = 40;

    private final Wan wan = new Wan();
    private final int rtpPort = firstOfRange();
    private Path log;
    private GatewayProcess gateway;
    private Operations operations;
    private Link link;

    @BeforeClass
    public void start() throws IOException {
        Path work = Files.createDirectories(CallStand.workOf(ProbeIT.class));
        DemoConfig config =
                DemoConfig.onFreePorts(
                        work,
                        _ ->
                                """
                                node: {name: probed, advertise: 127.0.0.1}
                                sip: {listen: ["udp://127.0.0.1:5060"], rtp-ports: %d-%d}
                                web: {listen: "http://127.0.0.1:8080"}
                                media: {listen: "udp://0.0.0.0:7882", loops: 1}
                                ops:
                                  listen: http://127.0.0.1:8081
                                  records: "off"
                                  probe: {every-seconds: 10}
                                """
                                        .formatted(rtpPort, rtpPort + RTP_PORTS - 1));
        log = work.resolve("gateway.log");
        gateway = GatewayProcess.start(config.file(), log, LIMIT);
        operations = Operations.of(gateway);
        link = wan.before(config.mediaPort());
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (operations != null) {
            operations.close();
        }
        if (gateway != null) {
            gateway.close();
        }
        wan.close();
    }

    /// Ports of calls rest before they are used again, so that some are needed.
    private static int firstOfRange() {
        int first = Ports.freePair();
        int last = first;
        while (last - first < RTP_PORTS - PORTS_OF_A_DRAW) {
            int next = Ports.freePair();
            first = next == last + PORTS_OF_A_DRAW ? first : next;
            last = next;
        }
        return first;
    }

    /// Calls now, and says at which stage that failed; empty: it did not.
    private String failingStage() {
        return ((CompositeData) operations.invoke("probe")).get("stage").toString();
    }

    /// A machine that is busy may make a call fail at another stage, once.
    private void awaitFailing(String stage) {
        Await.until("it fails at " + stage, LIMIT, () -> failingStage().equals(stage));
    }

    private double metric(String name) {
        CompositeData row =
                ((TabularData) operations.attribute("Metrics")).get(new Object[] {name});
        assertThat(row).as(name).isNotNull();
        return (Double) row.get("value");
    }

    private List<String> alarms() {
        return operations.alarms().stream().filter(each -> each.startsWith("probe ")).toList();
    }

    @Test
    public void theStageThatFailsIsNamedAndTheAlarmLastsUntilItIsWell() throws IOException {
        link.passOnly(NOTHING);
        awaitFailing("ice");
        link.passOnly(STUN);
        awaitFailing("dtls");
        Await.until("the alarm", LIMIT, () -> alarms().equals(List.of("probe dtls")));
        link.passOnly(ALL, STUN_AND_DTLS);
        awaitFailing("audio-to-browser");
        link.passOnly(STUN_AND_DTLS, ALL);
        awaitFailing("audio-to-phone");
        assertThat(metric("offhook_probe_success")).isZero();
        assertThat(metric("offhook_probe_failures_total")).isGreaterThanOrEqualTo(4);

        link.passOnly(ALL);
        Await.until("the alarm ends by itself", LIMIT, () -> alarms().isEmpty());

        assertThat(metric("offhook_probe_success")).isEqualTo(1);
        assertThat(metric("offhook_probe_runs_total"))
                .as("more than those that were asked for")
                .isGreaterThan(4);
        assertThat(Files.readString(log))
                .as("calls of the probe are no news while they succeed")
                .contains("gateway started")
                .doesNotContain("call set up");
    }

    @Test(dependsOnMethods = "theStageThatFailsIsNamedAndTheAlarmLastsUntilItIsWell")
    public void withoutPortsForAudioTheCallIsRefused() {
        List<DatagramSocket> taken = new ArrayList<>();
        try {
            for (int port = rtpPort; port < rtpPort + RTP_PORTS; port++) {
                take(port).ifPresent(taken::add);
            }
            awaitFailing("sip");
        } finally {
            taken.forEach(DatagramSocket::close);
        }
        Await.until("a call is well", LIMIT, () -> failingStage().isEmpty());
    }

    /// Takes a port, if the gateway does not have it.
    private static Optional<DatagramSocket> take(int port) {
        try {
            return Optional.of(new DatagramSocket(port, InetAddress.getLoopbackAddress()));
        } catch (SocketException _) {
            return Optional.empty();
        }
    }

    @Test(dependsOnMethods = "withoutPortsForAudioTheCallIsRefused")
    public void aGatewayThatIsDrainedIsNotCalled() {
        operations.invoke("drain");
        awaitFailing("skipped");
        double failures = metric("offhook_probe_failures_total");
        assertThat(failingStage()).isEqualTo("skipped");

        assertThat(metric("offhook_probe_failures_total")).isEqualTo(failures);
        assertThat(alarms()).isEmpty();
        operations.invoke("undrain");
        Await.until("a call is well", LIMIT, () -> failingStage().isEmpty());
    }
}
