package offhook.e2e.ops;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.e2e.call.SelfSigned;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.process.Ports;
import offhook.e2e.process.Program;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// The beans reached from a process that is not the gateway's, by TLS and password, and the audit
/// log that the gateway writes of it.
public class RemoteJmxIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");
    private static final String VIEWER = "viewer's word";
    private static final String OPERATOR = "operator's word";

    private final Path work = Path.of("target", "e2e", "RemoteJmxIT").toAbsolutePath();
    private final int port = Ports.freePair();
    private DemoConfig config;
    private GatewayProcess gateway;
    private Map<String, String> said = Map.of();

    private static String hash(String password) {
        return BCrypt.withDefaults().hashToString(4, password.toCharArray());
    }

    @BeforeClass
    public void start() throws IOException {
        Files.createDirectories(work);
        for (Path old : auditFiles(work.resolve("data"))) {
            Files.delete(old);
        }
        SelfSigned.write(work, "jmx", "IP:127.0.0.1");
        Files.deleteIfExists(work.resolve("trust.p12"));
        Program trust =
                Program.execute(
                        work,
                        LIMIT,
                        List.of(
                                JAVA.resolve("keytool").toString(),
                                "-importcert",
                                "-noprompt",
                                "-file",
                                work.resolve("jmx.pem").toString(),
                                "-keystore",
                                work.resolve("trust.p12").toString(),
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                "changeit"));
        assertThat(trust.exitCode()).as(trust.err()).isZero();
        config =
                DemoConfig.onFreePorts(
                        work,
                        demo ->
                                demo
                                        + "  jmx:\n    listen: 127.0.0.1:"
                                        + port
                                        + "\n    tls: {certificate: jmx.pem, key: jmx-key.pem}\n"
                                        + "    users:\n      - {name: viewer, role: read, password-hash: \""
                                        + hash(VIEWER)
                                        + "\"}\n      - {name: operator, role: operate, password-hash: \""
                                        + hash(OPERATOR)
                                        + "\"}\n");
        gateway = GatewayProcess.start(config.file(), work.resolve("gateway.log"), LIMIT);
    }

    private static List<Path> auditFiles(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var all = Files.list(folder)) {
            return all.filter(file -> file.getFileName().toString().startsWith("audit")).toList();
        }
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    private Program console(String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                JAVA.resolve("java").toString(),
                                "-Djavax.net.ssl.trustStore=" + work.resolve("trust.p12"),
                                "-Djavax.net.ssl.trustStorePassword=changeit",
                                "-cp",
                                System.getProperty("java.class.path"),
                                RemoteConsole.class.getName(),
                                Integer.toString(port)));
        command.addAll(List.of(arguments));
        return Program.execute(work, LIMIT, command);
    }

    private Program offhook(Object... arguments) {
        return Program.run(work, LIMIT, List.of(arguments));
    }

    @Test
    public void thePortIsTheOnlyOneMore() {
        Program ss = Program.execute(work, LIMIT, List.of("ss", "-ltnpH"));
        var ports = new TreeSet<Integer>();
        for (String line : ss.out().lines().toList()) {
            Matcher local = Pattern.compile("\\s(\\S+):(\\d+)\\s+\\S+:\\*\\s").matcher(line);
            if (line.contains("pid=" + gateway.pid() + ",") && local.find()) {
                assertThat(local.group(1)).contains("127.0.0.1");
                ports.add(Integer.parseInt(local.group(2)));
            }
        }

        assertThat(ports)
                .containsExactlyInAnyOrder(
                        config.sipPort(), config.webPort(), config.opsPort(), port);
    }

    @Test(dependsOnMethods = "thePortIsTheOnlyOneMore")
    public void consoleSaysWhatItGot() {
        Program console = console(VIEWER, OPERATOR, config.file().toString());
        assertThat(console.exitCode()).as(console.err()).isZero();
        Map<String, String> lines = new HashMap<>();
        for (String line : console.out().lines().toList()) {
            int colon = line.indexOf(": ");
            lines.put(line.substring(0, colon), line.substring(colon + 2));
        }
        said = lines;
        assertThat(said).hasSizeGreaterThan(30);
    }

    @Test(dependsOnMethods = "consoleSaysWhatItGot")
    public void strangersComeToNothing() {
        assertThat(said.get("no password")).startsWith("SecurityException no name and password");
        assertThat(said.get("wrong password")).startsWith("SecurityException wrong name or");
        assertThat(said.get("unknown user")).startsWith("SecurityException wrong name or");
        assertThat(said.get("no tls")).contains("Exception");
        assertThat(said.get("foreign credentials")).contains("filter status: REJECTED");
        assertThat(said.get("rebind")).contains("filter status: REJECTED");
        assertThat(said.get("blocked")).startsWith("SecurityException too many wrong passwords");
        assertThat(said.get("somebody else")).startsWith("javax.management.remote.rmi");
    }

    @Test(dependsOnMethods = "consoleSaysWhatItGot")
    public void whoReadsSeesEverythingAndChangesNothing() {
        assertThat(said).containsEntry("viewer reads", "0").containsEntry("viewer dumps", "a dump");
        assertThat(Integer.parseInt(said.get("viewer reads all"))).isGreaterThan(40);
        assertThat(said).containsEntry("viewer threads", "threads");
        for (String what : List.of("drains", "boxes", "sets", "collects", "makes", "removes")) {
            assertThat(said.get("viewer " + what))
                    .as(what)
                    .startsWith("SecurityException this user may not do that");
        }
        assertThat(said.get("viewer asks")).contains("no call 'nobody' lives");
        assertThat(said).containsEntry("draining", "false").doesNotContainEntry("level", "debug");
    }

    @Test(dependsOnMethods = "consoleSaysWhatItGot")
    public void whoOperatesCallsWhatTheBeansOfferAndNothingElse() {
        assertThat(said)
                .containsEntry("operator sets", "done")
                .containsEntry("operator drains", "null")
                .containsEntry("operator sees", "true")
                .containsEntry("operator undrains", "null");
        for (String what :
                List.of(
                        "makes",
                        "removes",
                        "loads",
                        "diagnoses",
                        "dumps the heap",
                        "records",
                        "logs")) {
            assertThat(said.get("operator " + what))
                    .as(what)
                    .startsWith("SecurityException this user may not do that");
        }
        // The gateway has no such class, unless it runs from the tests' own folders.
        assertThat(said.get("foreign class"))
                .containsAnyOf("filter status: REJECTED", "ClassNotFoundException");
        assertThat(said.get("foreign class of the JDK")).contains("filter status: REJECTED");
    }

    @Test(dependsOnMethods = "consoleSaysWhatItGot")
    public void whoReadsHearsAlarms() {
        assertThat(said).containsEntry("viewer listens", "done");
        assertThat(said.get("operator reloads")).contains("nowhere");
        assertThat(said.get("viewer hears"))
                .startsWith("offhook.alarm.raised {kind=trunk-down, remedy=")
                .contains("severity=critical, subject=nowhere, text=", "127.0.0.1");
    }

    @Test(
            dependsOnMethods = {
                "whoReadsHearsAlarms",
                "strangersComeToNothing",
                "whoReadsSeesEverythingAndChangesNothing",
                "whoOperatesCallsWhatTheBeansOfferAndNothingElse"
            })
    public void theAuditLogHoldsIt() throws IOException {
        Path log = work.resolve("data/audit.jsonl");
        Await.until(
                "the last sign-in",
                LIMIT,
                () -> lines(log).stream().anyMatch(line -> line.contains("too many wrong")));
        String text = Files.readString(log);

        assertThat(text)
                .contains(
                        "\"who\":\"127.0.0.1\",\"what\":\"jmx-sign-in\",\"subject\":\"name=viewer\",\"outcome\":\"refused: wrong name or password\"")
                .contains("\"who\":\"jmx:viewer@127.0.0.1\",\"what\":\"jmx-sign-in\"")
                .contains(
                        "\"who\":\"jmx:viewer@127.0.0.1\",\"what\":\"jmx\",\"subject\":\"offhook:type=Gateway drain()\",\"outcome\":\"refused\"")
                .contains(
                        "\"who\":\"jmx:operator@127.0.0.1\",\"what\":\"jmx\",\"subject\":\"type=Gateway drain()\",\"outcome\":\"ok\"")
                .contains("\"subject\":\"type=Gateway LogLevel=debug\",\"outcome\":\"ok\"")
                .contains("createMBean")
                .doesNotContain(VIEWER, OPERATOR);
        assertThat(Files.readString(gateway.log())).doesNotContain(VIEWER, OPERATOR);
        assertThat(offhook("drain", "--timeout=0", "--pid", gateway.pid()).exitCode()).isZero();
        assertThat(offhook("undrain", "--pid", gateway.pid()).exitCode()).isZero();
        Await.until(
                "the commands",
                LIMIT,
                () -> lines(log).stream().anyMatch(line -> line.contains("\"who\":\"local:")));
    }

    private static List<String> lines(Path file) {
        try {
            return new ArrayList<>(Files.readAllLines(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test(dependsOnMethods = "theAuditLogHoldsIt")
    public void everyHandOnTheLogIsSeen() throws IOException {
        Path log = work.resolve("data/audit.jsonl");
        Program good = offhook("audit", "verify", "--config", config.file());
        assertThat(good.exitCode()).as(good.out() + good.err()).isZero();
        assertThat(good.out()).startsWith("lines 1 to ");
        assertThat(offhook("audit", "tail", "--config", config.file()).out()).contains("local:");
        List<String> written = lines(log);

        List<String> edited = new ArrayList<>(written);
        edited.set(2, edited.get(2).replace("refused", "granted"));
        assertThat(verdict(edited))
                .endsWith("copy.jsonl:3: line 3 was changed: its hash is another\n");
        List<String> deleted = new ArrayList<>(written);
        deleted.remove(2);
        assertThat(verdict(deleted)).endsWith("copy.jsonl:3: line 3 is missing before it\n");
        List<String> swapped = new ArrayList<>(written);
        Collections.swap(swapped, 2, 3);
        assertThat(verdict(swapped)).endsWith("copy.jsonl:3: line 3 is missing before it\n");
        int kept = written.size() - 2;
        assertThat(verdict(written.subList(0, kept)))
                .contains("copy.jsonl:" + (kept + 1) + ": lines " + (kept + 1) + " to ")
                .endsWith("are missing at the end\n");
    }

    /// Of a copy of the log with these lines.
    private String verdict(List<String> lines) throws IOException {
        Path copy = work.resolve("copy.jsonl");
        Files.write(copy, lines);
        Files.copy(
                work.resolve("data/audit.jsonl.head"),
                work.resolve("copy.jsonl.head"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Program verify = offhook("audit", "verify", copy);
        assertThat(verify.exitCode()).as(verify.out() + verify.err()).isEqualTo(1);
        return verify.out();
    }
}
