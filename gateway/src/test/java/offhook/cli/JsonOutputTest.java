package offhook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import offhook.net.FreePorts;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;
import picocli.CommandLine;

/// Everything that commands print for programs, of a gateway that runs as a process of its own and
/// has a call: one that a trunk sends, and that rings at another trunk.
public class JsonOutputTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern EXAMPLE =
            Pattern.compile("(?m)^\\| `([a-z- ]+?)(?: [A-Z].*)?` \\| `(.*)` \\|$");

    private final ObjectMapper json = new ObjectMapper();
    private Path folder;
    private Path config;
    private int sipPort;
    private DatagramSocket caller;
    private DatagramSocket far;
    private Process gateway;
    private String call = "";

    private record Ran(int code, String out, String err) {}

    @BeforeClass
    public void start() throws Exception {
        folder = Files.createTempDirectory("json");
        sipPort = FreePorts.next();
        caller = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        far = new DatagramSocket(0, InetAddress.getByName("127.0.0.2"));
        config = Files.writeString(folder.resolve("gateway.yaml"), yaml());
        gateway =
                new ProcessBuilder(RunCommandTest.command(config))
                        .redirectOutput(folder.resolve("log").toFile())
                        .redirectErrorStream(true)
                        .start();
        await(() -> !gateway.isAlive() || run("calls", "--pid=" + gateway.pid()).code() == 0);
        assertThat(gateway.isAlive()).as("%s", folder).isTrue();
        // The trunk that is not there.
        await(() -> run("alarms", "--pid=" + gateway.pid()).code() == 1);
        invite();
        ring();
        await(() -> !(call = anyCall()).isEmpty());
    }

    private String yaml() throws IOException {
        return """
        node: {name: walk, advertise: 127.0.0.1}
        sip: {listen: ["udp://127.0.0.1:%d"]}
        media: {listen: "udp://127.0.0.1:%d"}
        web: {listen: "http://127.0.0.1:%d", allowed-origins: ["http://127.0.0.1"]}
        trunks:
          - {name: pbx, addresses: [127.0.0.1/32]}
          - {name: far, uri: "sip:127.0.0.2:%d"}
          - {name: gone, uri: "sip:127.0.0.1:9", ping: {seconds: 1, timeout-seconds: 1, fails: 1}}
        agents:
          users: [{name: alice, password-hash: "$2a$10$c6lFJGJpMWojbkyVXgCpkunLUDhOeLiFaHYy73g0TF79VkqYJ7OFC"}]
        queues: [{name: desk, agents: [alice]}]
        routes: [{trunk: pbx, number: "*", to: "trunk:far:300"}]
        limits: {ring-seconds: 180}
        ops: {listen: "off"}
        """
                .formatted(sipPort, FreePorts.next(), FreePorts.next(), far.getLocalPort());
    }

    private void invite() throws IOException {
        String sdp =
                """
                v=0
                o=- 1 1 IN IP4 127.0.0.1
                s=-
                c=IN IP4 127.0.0.1
                t=0 0
                m=audio 40000 RTP/AVP 8
                """;
        byte[] text =
                """
                INVITE sip:200@127.0.0.1:%1$d SIP/2.0
                Via: SIP/2.0/UDP 127.0.0.1:%2$d;branch=z9hG4bKjson
                Max-Forwards: 70
                From: "Ada" <sip:5551000@127.0.0.1:%2$d>;tag=ada
                To: <sip:200@127.0.0.1:%1$d>
                Call-ID: json@127.0.0.1
                CSeq: 1 INVITE
                Contact: <sip:5551000@127.0.0.1:%2$d>
                Content-Type: application/sdp
                Content-Length: %3$d

                %4$s\
                """
                        .formatted(
                                sipPort,
                                caller.getLocalPort(),
                                sdp.length() + sdp.lines().count(),
                                sdp)
                        .replace("\n", "\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        caller.send(
                new DatagramPacket(text, text.length, new InetSocketAddress("127.0.0.1", sipPort)));
    }

    /// The other trunk's phone rings and is not answered.
    private void ring() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
        far.setSoTimeout((int) LIMIT.toMillis());
        far.receive(packet);
        String invite =
                new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
        assertThat(invite).startsWith("INVITE sip:300@");
        byte[] ringing =
                invite.lines()
                        .filter(line -> line.matches("(Via|From|To|Call-ID|CSeq):.*"))
                        .map(line -> line.startsWith("To:") ? line + ";tag=far" : line)
                        .collect(
                                Collectors.joining(
                                        "\r\n",
                                        "SIP/2.0 180 Ringing\r\n",
                                        "\r\nContent-Length: 0\r\n\r\n"))
                        .getBytes(StandardCharsets.US_ASCII);
        far.send(new DatagramPacket(ringing, ringing.length, packet.getSocketAddress()));
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws InterruptedException {
        if (gateway != null) {
            gateway.destroy();
            gateway.waitFor();
        }
        for (DatagramSocket each : new DatagramSocket[] {caller, far}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - end).as("waited for too long").isNegative();
            LockSupport.parkNanos(50_000_000);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                Main.commands()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(arguments);
        return new Ran(code, out.toString(), err.toString());
    }

    private String anyCall() throws IOException {
        return json.readTree(run("calls", "--json", "--pid=" + gateway.pid()).out())
                .at("/calls/0/id")
                .asText();
    }

    /// What is asked, by the name of the command, in an order in which it makes sense.
    private Map<String, List<String>> asked() {
        Map<String, List<String>> asked = new LinkedHashMap<>();
        asked.put("calls", List.of());
        asked.put("calls show", List.of(call));
        asked.put("calls box", List.of(call, "--out=" + folder.resolve("box.zip")));
        asked.put("trace", List.of(call, "--for=10m"));
        asked.put("agents", List.of());
        asked.put("agents sign-out", List.of("alice"));
        asked.put("queues", List.of());
        asked.put("queues show", List.of("desk"));
        asked.put("queues close", List.of("desk"));
        asked.put("queues open", List.of("desk"));
        asked.put("queues pause", List.of("desk", "alice"));
        asked.put("queues resume", List.of("desk", "alice"));
        asked.put("queues send-on", List.of("desk", call));
        asked.put("queues hangup", List.of("desk", call));
        asked.put("trunks", List.of());
        asked.put("trunks disable", List.of("far"));
        asked.put("trunks enable", List.of("far"));
        asked.put("loops", List.of());
        asked.put("alarms", List.of());
        asked.put("log", List.of("info"));
        asked.put("dump", List.of());
        asked.put("reload", List.of());
        asked.put("drain", List.of("--timeout=0"));
        asked.put("undrain", List.of());
        asked.put("calls hangup", List.of(call));
        asked.put("probe", List.of());
        asked.put("check", List.of());
        asked.put("doctor", List.of("--no-call"));
        asked.put("audit verify", List.of());
        asked.put("audit tail", List.of());
        asked.put("records", List.of());
        return asked;
    }

    /// Of whom there is nothing to say here: nobody waits in the queue.
    private static final List<String> REFUSED = List.of("queues send-on", "queues hangup");

    /// One object a line, as they were stored: the log is proven by its bytes, and records have the
    /// names of their columns.
    private static final List<String> AS_STORED = List.of("audit tail", "records");

    private static final List<String> OF_FILES =
            List.of("check", "doctor", "audit verify", "audit tail", "records");

    @Test
    public void everyCommandPrintsByTheSameRulesAndAsDocumented() throws Exception {
        Map<String, List<String>> asked = asked();
        Map<String, JsonNode> examples = examples();
        assertThat(new TreeSet<>(asked.keySet()))
                .as("all that offer --json")
                .isEqualTo(offering(Main.commands(), ""));
        assertThat(examples.keySet()).as("examples in operations.md").isEqualTo(asked.keySet());

        for (Map.Entry<String, List<String>> each : asked.entrySet()) {
            String command = each.getKey();
            if (command.equals("reload")) {
                Files.writeString(
                        config,
                        Files.readString(config)
                                .replace("alice]}]", "alice], max-waiting: 3}]")
                                .replace("walk", "walked"));
            }
            Ran ran = run(line(command, each.getValue()));
            if (REFUSED.contains(command)) {
                assertThat(ran.code()).as(command).isEqualTo(1);
                assertThat(ran.out()).as(command).isEmpty();
                JsonRules.assertKept(command, examples.get(command));
                continue;
            }
            if (command.equals("drain")) {
                assertThat(ran.code()).as("a call is left").isEqualTo(1);
            }
            List<String> lines = ran.out().lines().toList();
            assertThat(lines).as("%s: %s", command, ran.err()).isNotEmpty();
            if (AS_STORED.contains(command)) {
                for (String line : lines) {
                    assertThat(json.readTree(line).isObject()).as(line).isTrue();
                }
            } else {
                assertThat(lines).as(command).hasSize(1);
                JsonRules.assertKept(command, json.readTree(lines.getFirst()));
            }
            JsonRules.assertSameShape(
                    command, examples.get(command), json.readTree(lines.getFirst()));
        }
    }

    /// Another list than that of calls that live: their stories, cut short.
    @Test(dependsOnMethods = "everyCommandPrintsByTheSameRulesAndAsDocumented")
    public void callsThatAreOverAreListedByTheSameRules() throws Exception {
        Ran ran = run("calls", "--last=5", "--json", "--pid=" + gateway.pid());

        JsonNode printed = json.readTree(ran.out());

        JsonRules.assertKept("calls --last", printed);
        assertThat(printed.at("/calls/0/id").asText()).isEqualTo(call);
    }

    @Test
    public void whatCannotBeHasNoOutputButWordsAndACode() {
        Ran many = run("calls", "--last=1000000", "--json", "--pid=" + gateway.pid());
        Ran untraced = run("trace", "--trunk=nix", "--json", "--pid=" + gateway.pid());
        Ran unknown = run("calls", "show", "nobody", "--json", "--pid=" + gateway.pid());

        assertThat(many.code()).isEqualTo(2);
        assertThat(many.out()).isEmpty();
        assertThat(many.err()).startsWith("--last takes 1 to 10000\nUsage: offhook calls ");
        assertThat(untraced)
                .isEqualTo(
                        new Ran(
                                1,
                                "",
                                "offhook: no trunk or agent is named 'nix'; there are: far, gone,"
                                        + " pbx, alice\n"));
        assertThat(unknown)
                .isEqualTo(
                        new Ran(1, "", "offhook: no call 'nobody' lives or is among the last\n"));
    }

    private String[] line(String command, List<String> arguments) {
        List<String> line = new ArrayList<>(List.of(command.split(" ")));
        line.addAll(arguments);
        line.add("--json");
        line.add(OF_FILES.contains(command) ? "--config=" + config : "--pid=" + gateway.pid());
        return line.toArray(String[]::new);
    }

    private static TreeSet<String> offering(CommandLine command, String path) {
        TreeSet<String> names = new TreeSet<>();
        command.getSubcommands()
                .values()
                .forEach(each -> {
                    String name = (path + " " + each.getCommandName()).strip();
                    if (each.getCommandSpec().optionsMap().containsKey("--json")) {
                        names.add(name);
                    }
                    names.addAll(offering(each, name));
                });
        return names;
    }

    /// Those of the documentation, by the name of the command.
    private Map<String, JsonNode> examples() throws IOException {
        String page = Files.readString(Path.of("docs", "operations.md"));
        Map<String, JsonNode> examples = new LinkedHashMap<>();
        Matcher rows = EXAMPLE.matcher(page);
        while (rows.find()) {
            examples.put(rows.group(1), json.readTree(rows.group(2)));
        }
        return examples;
    }
}
