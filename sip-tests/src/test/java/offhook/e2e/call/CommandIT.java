package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.management.openmbean.CompositeData;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.process.Program;
import org.testng.SkipException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The program from its command line: what it says, and its exit codes.
@Test(groups = {"e2e", "sip"})
public class CommandIT {

    private static final String PING = "{seconds: 1, timeout-seconds: 1, fails: 1, goods: 1}";

    private final Path work = CallStand.workOf(CommandIT.class);

    /// Runs the program to its end, which must come within the limit.
    private Program offhook(Object... arguments) {
        return Program.run(work, CallStand.LIMIT, List.of(arguments));
    }

    private DemoConfig config(String name, UnaryOperator<String> change) {
        return CallStand.configure(work.resolve(name), change);
    }

    @Test
    public void checkShowsThePlanOfAGoodFile() throws Exception {
        DemoConfig config = config("good", text -> text);

        Program check = offhook("check", "--config", config.file());

        assertThat(check.exitCode()).as(check.err()).isZero();
        assertThat(check.out())
                .contains("udp://127.0.0.1:" + config.sipPort())
                .contains("tcp://127.0.0.1:" + config.sipPort())
                .contains("http://127.0.0.1:" + config.webPort())
                .contains("pbx: calls out to nowhere (uri is not set), calls in from 127.0.0.1/32")
                .contains("pbx 200 -> agent:alice, rings ")
                .contains("desk: [alice, bob], each rings 30 s")
                .doesNotContain("in use now")
                .endsWith(config.file() + ": ok\n");
    }

    private DemoConfig bad() {
        return config(
                "bad",
                text ->
                        text.replace("to: \"agent:bob\"", "to: \"agent:rob\"")
                                .replace("media: nat", "media: not")
                                .replace("sip-requests-per-second", "sip-requests-per-sceond"));
    }

    private static List<String> problemsOf(DemoConfig config) {
        String file = config.file().getFileName().toString();
        return List.of(
                file
                        + ":10:12: trunks[1].media: 'not' is none of strict, nat, auto;"
                        + " did you mean 'nat'?",
                file + ":14:37: routes[1].to: no agent is named 'rob'; did you mean 'bob'?",
                file
                        + ":39:3: limits.sip-requests-per-sceond: unknown key; did you mean"
                        + " 'sip-requests-per-second'?");
    }

    @Test
    public void checkNamesEveryProblemOfABadFileWithItsPlace() throws Exception {
        DemoConfig config = bad();

        Program check = offhook("check", "--config", config.file());

        assertThat(check.exitCode()).as(check.err()).isEqualTo(2);
        assertThat(check.out()).isEmpty();
        assertThat(check.err().lines()).containsExactlyInAnyOrderElementsOf(problemsOf(config));
    }

    @Test
    public void runRefusesABadFileInTheSameWords() throws Exception {
        DemoConfig config = bad();

        Program run = offhook("run", "--config", config.file());

        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).containsExactlyInAnyOrderElementsOf(problemsOf(config));
    }

    @Test
    public void runRefusesToBeRoot() throws Exception {
        if (!(Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid)
                || uid != 0) {
            throw new SkipException("these tests do not run as root");
        }
        Program run = offhook("run", "--config", config("root", text -> text).file());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("offhook: does not run as root");
    }

    @Test
    public void runSaysThatTheFileIsMissing() throws Exception {
        Program run = offhook("run", "--config", work.resolve("nowhere.yaml"));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains("nowhere.yaml").hasLineCount(1);
    }

    @DataProvider
    public Object[][] listeners() {
        return new Object[][] {
            {"sip udp", "sip.listen"},
            {"sip tcp", "sip.listen"},
            {"web", "web.listen"},
            {"media", "media.listen"}
        };
    }

    @Test(dataProvider = "listeners")
    public void portInUseIsNamedAndNothingRuns(String which, String key) throws Exception {
        DemoConfig config = config("in-use-" + which.replace(' ', '-'), text -> text);
        boolean udp = which.equals("sip udp") || which.equals("media");
        int port =
                switch (which) {
                    case "web" -> config.webPort();
                    case "media" -> config.mediaPort();
                    default -> config.sipPort();
                };
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (AutoCloseable taken = udp ? new DatagramSocket(address) : listening(address)) {
            assertThat(taken).isNotNull();

            Program run = offhook("run", "--allow-root", "--config", config.file());

            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.out()).doesNotContain("ready");
            String last = run.err().lines().toList().getLast();
            assertThat(last).startsWith("offhook: " + key + ": ").contains(":" + port);
            assertThat(last).endsWith("another program has that port (address already in use)");
            assertThat(run.err()).doesNotContain("\tat ").doesNotContain("gateway stopped");
            assertThat(offhook("check", "--config", config.file()).out())
                    .containsPattern(":" + port + " \\(in use now");
        }
    }

    /// Two trunks that are probed, before those of the stand.
    private GatewayProcess gatewayWithTrunks(String there, String gone) {
        DemoConfig config =
                config(
                        "trunks",
                        text ->
                                text.replace(
                                        "trunks:\n",
                                        """
                                        trunks:
                                          - {name: there, uri: "%s", codecs: [PCMA], ping: %s}
                                          - {name: gone, uri: "%s", codecs: [PCMA], ping: %s}
                                        """
                                                .formatted(there, PING, gone, PING)));
        return GatewayProcess.start(
                config.file(), work.resolve("trunks").resolve("gateway.log"), CallStand.LIMIT);
    }

    private Program trunks(GatewayProcess gateway, Object... more) throws Exception {
        List<Object> arguments = new ArrayList<>(List.of("trunks", "--pid", gateway.pid()));
        arguments.addAll(List.of(more));
        return offhook(arguments.toArray());
    }

    private static void awaitTarget(GatewayProcess gateway, String trunk, String state) {
        try (Operations operations = Operations.of(gateway)) {
            Await.until(
                    trunk + " is " + state,
                    CallStand.LIMIT,
                    () ->
                            ((CompositeData[]) operations.trunk(trunk, "Targets"))
                                    [0].get("state")
                                    .equals(state));
        }
    }

    @Test
    public void trunksTellsWhichTargetIsDown() throws Exception {
        var gone = new CalledPhone(InetAddress.getLoopbackAddress());
        int nobody = gone.port();
        try (var there = new CalledPhone(InetAddress.getLoopbackAddress());
                GatewayProcess gateway = gatewayWithTrunks(there.uri(), gone.uri())) {
            awaitTarget(gateway, "there", "up");
            awaitTarget(gateway, "gone", "up");
            Program good = trunks(gateway);
            assertThat(good.exitCode()).as(good.out() + good.err()).isZero();
            assertThat(good.out()).doesNotContain("down");

            gone.close();
            awaitTarget(gateway, "gone", "down");
            Program told = trunks(gateway);

            assertThat(told.exitCode()).as(told.err()).isEqualTo(1);
            assertThat(told.err()).isEmpty();
            assertThat(told.out().lines().map(line -> line.strip().split("\\s{2,}")))
                    .satisfiesExactlyInAnyOrder(
                            head ->
                                    assertThat(head)
                                            .containsExactly(
                                                    "TRUNK",
                                                    "NEW CALLS",
                                                    "REGISTRATION",
                                                    "CALLS",
                                                    "OUT",
                                                    "REFUSED",
                                                    "TARGET",
                                                    "NAME",
                                                    "STATE",
                                                    "SINCE",
                                                    "LAST ERROR"),
                            row -> assertThat(row).startsWith("branch").contains("-"),
                            row ->
                                    assertThat(row)
                                            .startsWith("gone")
                                            .contains("udp 127.0.0.1:" + nobody, "down"),
                            row -> assertThat(row).startsWith("pbx").contains("-"),
                            row ->
                                    assertThat(row)
                                            .startsWith("there")
                                            .contains("udp 127.0.0.1:" + there.port(), "up"));

            Program json = trunks(gateway, "--json");

            assertThat(json.exitCode()).isEqualTo(1);
            JsonNode trunks = new ObjectMapper().readTree(json.out()).path("trunks");
            assertThat(trunks.findValuesAsText("name")).contains("there", "gone", "pbx", "branch");
            for (JsonNode trunk : trunks) {
                String expected =
                        switch (trunk.path("name").asText()) {
                            case "there" -> "up";
                            case "gone" -> "down";
                            default -> "";
                        };
                assertThat(trunk.path("targets").path(0).path("state").asText())
                        .as(trunk.toString())
                        .isEqualTo(expected);
                assertThat(trunk.path("calls-now").isInt()).isTrue();
            }
        }
    }

    @Test
    public void trunksWithoutAGatewaySaysSo() throws Exception {
        long self = ProcessHandle.current().pid();

        Program told = offhook("trunks", "--pid", self);

        assertThat(told.exitCode()).isEqualTo(2);
        assertThat(told.out()).isEmpty();
        assertThat(told.err()).isEqualTo("offhook: process " + self + " is no gateway\n");
    }

    private static ServerSocket listening(InetSocketAddress address) throws IOException {
        var server = new ServerSocket();
        server.bind(address);
        return server;
    }
}
