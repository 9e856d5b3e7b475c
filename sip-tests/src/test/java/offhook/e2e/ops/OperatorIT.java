package offhook.e2e.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import offhook.e2e.call.Operations;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.process.Program;
import offhook.e2e.speech.G711;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// A gateway with calls, seen and steered from outside: by HTTP, by the commands that attach to it,
/// by signals.
public class OperatorIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    /// Stands for counters, which know their names.
    private static final String COUNTERS = "offhook_*_total";

    private static final Set<String> NUMBERS =
            Set.of("int", "long", "double", "java.lang.Integer", "java.lang.Long");

    /// Metrics of what this gateway has not.
    private static final Set<String> CONFIGURED = Set.of("offhook_certificate_until_seconds");

    private final ObjectMapper json = new ObjectMapper();
    private final Path work = Path.of("target", "e2e", "OperatorIT").toAbsolutePath();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private DemoConfig config;
    private GatewayProcess gateway;
    private Reactor reactor;
    private Phone phone;
    private WebPeer alice;

    /// alice answers 200 at once, bob lets 300 ring, nobody serves 400, and 999 leads nowhere.
    @BeforeClass
    public void start() throws IOException {
        Files.createDirectories(work);
        config =
                DemoConfig.onFreePorts(
                        work,
                        demo -> {
                            String user =
                                    demo.lines()
                                            .filter(line -> line.contains("{name: alice"))
                                            .findFirst()
                                            .orElseThrow();
                            return "node: {drain-seconds: 50, advertise: 127.0.0.1}\n"
                                    + "queues: [{name: desk, agents: [alice, bob]}]\n"
                                    + demo.replaceFirst("(?m)^node:.*\\n(?: .*\\n)*", "")
                                            .replaceFirst(
                                                    "(?m)^ *- \\{trunk: demo, number:.*$",
                                                    "  - {trunk: demo, number: \"200\", to: \"agent:alice\"}\n"
                                                            + "  - {trunk: demo, number: \"300\", to: \"agent:bob\"}\n"
                                                            + "  - {trunk: demo, number: \"400\", to: \"agent:carol\"}\n"
                                                            + "  - {trunk: demo, number: \"500\", to: \"queue:desk\"}")
                                            .replace(
                                                    user,
                                                    user
                                                            + "\n"
                                                            + user.replace("alice", "bob")
                                                            + "\n"
                                                            + user.replace("alice", "carol"));
                        });
        gateway = GatewayProcess.start(config.file(), work.resolve("gateway.log"), LIMIT);
        reactor = new Reactor("web-peers");
        phone = Phone.udp(config.sip(), "5551000");
        alice = agent("alice", true);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        for (AutoCloseable each : new AutoCloseable[] {alice, phone, gateway, reactor}) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        http.shutdownNow();
    }

    private WebPeer agent(String name, boolean answering) {
        return WebPeer.signIn(
                http,
                config.page(),
                name,
                "alice",
                WebMedia.Setup.of(
                        reactor,
                        PeerIdentity.generate(),
                        FrameLoop.opus(FrameLoop.tone(1200), false)),
                answering);
    }

    private PhoneCall answered() {
        Await.until("alice is free", LIMIT, () -> sample("offhook_agents{state=\"busy\"}") == 0);
        PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA));
        call.media().say(Sound.tone(440, 8000));
        return call.awaitAnswer(LIMIT);
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + config.opsPort() + path))
                            .timeout(LIMIT)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Map<String, Double> metrics() throws IOException {
        Map<String, Double> samples = new TreeMap<>();
        get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("offhook_"))
                .forEach(line -> {
                    int end = line.lastIndexOf(' ');
                    samples.put(
                            line.substring(0, end), Double.parseDouble(line.substring(end + 1)));
                });
        return samples;
    }

    /// Of all samples whose names begin so.
    private double sample(String prefix) {
        try {
            return metrics().entrySet().stream()
                    .filter(sample -> sample.getKey().startsWith(prefix))
                    .mapToDouble(Map.Entry::getValue)
                    .sum();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Program offhook(Object... arguments) {
        return Program.run(work, LIMIT, List.of(arguments));
    }

    private Program ask(String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.add("--pid=" + gateway.pid());
        return offhook(arguments.toArray());
    }

    private static String sample(String result, String cause) {
        return "offhook_calls_ended_total{cause=\"%s\",direction=\"in\",result=\"%s\"}"
                .formatted(cause, result);
    }

    @Test(priority = 1)
    public void everyCallIsCountedByHowItWent() throws IOException {
        try (WebPeer bob = agent("bob", false)) {
            answered().hangUp(LIMIT);
            PhoneCall declined = phone.invite("300", CallOffer.of(G711.PCMA));
            bob.decline(bob.awaitIncoming(LIMIT));
            declined.awaitFinal(LIMIT);
            bob.forget();
            PhoneCall given = phone.invite("300", CallOffer.of(G711.PCMA));
            bob.awaitIncoming(LIMIT);
            given.cancel(LIMIT);
            phone.invite("400", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT);
            phone.invite("999", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT);
            PhoneCall talking = answered();

            Await.until("five calls are counted", LIMIT, () -> count() == 5);
            Map<String, Double> samples = metrics();
            assertThat(samples)
                    .containsEntry(sample("answered", "hang-up"), 1.0)
                    .containsEntry(sample("refused", "declined"), 1.0)
                    .containsEntry(sample("abandoned", "cancelled"), 1.0)
                    .containsEntry(sample("failed", "agent-offline"), 1.0)
                    .containsEntry("offhook_calls_active", 1.0)
                    .containsEntry("offhook_calls_started_total", 6.0)
                    .containsEntry("offhook_sip_dropped_total{reason=\"stranger\"}", 0.0)
                    .containsEntry(
                            "offhook_calls_codecs_total{first=\"PCMA\",second=\"opus\",transcoded=\"true\"}",
                            1.0)
                    .containsEntry("offhook_call_talk_seconds_count{direction=\"in\"}", 1.0);
            assertThat(
                            samples.get(
                                    "offhook_sip_requests_in_total{method=\"INVITE\",peer=\"trunk\"}"))
                    .isGreaterThanOrEqualTo(6.0);
            assertThat(get("/health/ready").body())
                    .isEqualTo("{\"status\":\"ready\",\"reasons\":{},\"warnings\":[]}");

            assertThat(sample("offhook_sip_responses_out_total{code=\"200\",method=\"INVITE\""))
                    .isGreaterThanOrEqualTo(2.0);
            assertThat(sample("offhook_sip_responses_out_total{code=\"480\",method=\"INVITE\""))
                    .isGreaterThanOrEqualTo(1.0);
            // A loop tells of itself once a second.
            Await.until(
                    "the cost of transcoding is told",
                    LIMIT,
                    () ->
                            sample("offhook_loop_codec_frames_total") > 20
                                    && sample("offhook_loop_codec_seconds_total") > 0
                                    && sample("offhook_loop_cpu_seconds_total") > 0);

            Program listed = ask("calls", "--json");
            assertThat(listed.exitCode()).as(listed.err()).isZero();
            JsonNode calls = json.readTree(listed.out()).path("calls");
            assertThat(calls).hasSize(1);
            assertThat(calls.get(0).path("state").asText()).isEqualTo("active");
            assertThat(calls.get(0).path("legs")).hasSize(2);
            assertThat(calls.get(0).path("legs").get(0).path("in-packets").asLong()).isPositive();
            assertThat(listed.out()).as("null for what is absent").doesNotContain("\"\"");
            Program waiting = ask("queues", "--json");
            assertThat(waiting.exitCode()).as(waiting.err()).isZero();
            JsonNode queue = json.readTree(waiting.out()).path("queues").path(0);
            assertThat(queue.path("name").asText()).isEqualTo("desk");
            assertThat(queue.path("waiting").asInt(-1)).isZero();
            Program ended = ask("calls", "hangup", calls.get(0).path("id").asText());
            assertThat(ended.exitCode()).as(ended.err()).isZero();
            talking.awaitBye(LIMIT);
            Await.until("the sixth is counted", LIMIT, () -> count() == 6);
            assertThat(metrics()).containsEntry(sample("answered", "operator"), 1.0);
        }
    }

    /// The table of metrics in the documentation, and what is served once there were calls, name
    /// the same. What depends on the configuration need not be served.
    @Test(priority = 1, dependsOnMethods = "everyCallIsCountedByHowItWent")
    public void metricsAreThoseThatTheDocumentationNames() throws IOException {
        String page = Files.readString(Path.of("..", "gateway", "docs", "operations.md"));
        String table = page.substring(page.indexOf("## Metrics"), page.indexOf("## Alarms"));
        Set<String> documented = new TreeSet<>();
        Matcher names = Pattern.compile("`(offhook_[a-z_*]+)`").matcher(table);
        while (names.find()) {
            documented.add(names.group(1));
        }
        Set<String> served =
                get("/metrics")
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("# TYPE offhook_"))
                        .map(line -> line.split(" ", -1)[2])
                        .collect(Collectors.toCollection(TreeSet::new));
        documented.remove(COUNTERS);
        Set<String> counters = counters();

        assertThat(served)
                .hasSizeGreaterThan(60)
                .allSatisfy(name ->
                        assertThat(counters.contains(name) || isNamed(name, documented))
                                .as("%s is documented", name)
                                .isTrue());
        documented.removeAll(CONFIGURED);
        assertThat(documented)
                .allSatisfy(name ->
                        assertThat(served.stream().anyMatch(each -> isNamed(each, Set.of(name))))
                                .as("%s is served", name)
                                .isTrue());
    }

    private static boolean isNamed(String metric, Set<String> patterns) {
        return patterns.stream()
                .anyMatch(pattern -> metric.matches(pattern.replace("*", "[a-z_]+")));
    }

    /// What a console shows of each bean while a call lives, and that all of it can be read.
    @Test(priority = 1, dependsOnMethods = "everyCallIsCountedByHowItWent")
    public void everyBeanSaysWhatItIsAndCanBeRead() throws Exception {
        PhoneCall call = answered();
        try (Operations operations = Operations.of(gateway)) {
            MBeanServerConnection beans = operations.beans();
            Set<ObjectName> names = beans.queryNames(new ObjectName("offhook:*"), null);
            assertThat(names)
                    .extracting(name -> name.getKeyProperty("type"))
                    .contains("Gateway", "Trunk", "Queue", "Agent", "MediaLoop", "Call");
            for (ObjectName name : names) {
                MBeanInfo info = beans.getMBeanInfo(name);
                assertThat(info.getDescription()).as("%s", name).satisfies(this::isSaid);
                for (MBeanAttributeInfo each : info.getAttributes()) {
                    String where = name + " " + each.getName();
                    assertThat(each.getDescription()).as(where).satisfies(this::isSaid);
                    if (NUMBERS.contains(each.getType())) {
                        assertThat((String) each.getDescriptor().getFieldValue("units"))
                                .as(where)
                                .isNotBlank();
                    }
                    assertThat(beans.getAttribute(name, each.getName())).as(where).isNotNull();
                }
                for (MBeanOperationInfo each : info.getOperations()) {
                    String where = name + " " + each.getName();
                    assertThat(each.getDescription()).as(where).satisfies(this::isSaid);
                    for (MBeanParameterInfo parameter : each.getSignature()) {
                        assertThat(parameter.getDescription()).as(where).satisfies(this::isSaid);
                        if (NUMBERS.contains(parameter.getType())) {
                            assertThat((String) parameter.getDescriptor().getFieldValue("units"))
                                    .as(where)
                                    .isNotBlank();
                        }
                    }
                }
            }
        }
        call.hangUp(LIMIT);
    }

    /// JMX itself says that it is "exposed for management", or repeats the name.
    private void isSaid(String description) {
        assertThat(description).contains(" ").doesNotContain("management");
    }

    /// By beans and by commands; the audit log has who did it.
    @Test(priority = 1, dependsOnMethods = "everyCallIsCountedByHowItWent")
    public void queueIsClosedAndOpenedAndItsAgentsPaused() throws IOException {
        Program closed = ask("queues", "close", "desk");
        assertThat(closed.exitCode()).as(closed.err()).isZero();
        assertThat(closed.out()).isEqualTo("desk closed\n");
        try (Operations operations = Operations.of(gateway)) {
            assertThat(operations.queue("desk", "Closed")).isEqualTo(true);
            operations.operate("type=Queue,name=desk", "open");
            assertThat(operations.queue("desk", "Closed")).isEqualTo(false);
            assertThat(operations.operate("type=Queue,name=desk", "pauseAgent", "alice"))
                    .isEqualTo(true);
            assertThat(operations.queue("desk", "AgentsFree")).isEqualTo(0);
            assertThat((String[]) operations.queue("desk", "PausedAgents"))
                    .containsExactly("alice");
            assertThat(operations.operate("type=Queue,name=desk", "resumeAgent", "alice"))
                    .isEqualTo(true);
            assertThat(operations.operate("type=Queue,name=desk", "pauseAgent", "malice"))
                    .isEqualTo(false);
            sendsOnWhoWaits(operations);
        }
        Path audit = work.resolve("data").resolve("audit.jsonl");
        Await.until(
                "each is in the audit log",
                LIMIT,
                () ->
                        List.of("close()", "open()", "pauseAgent(alice)", "resumeAgent(alice)")
                                .stream()
                                .allMatch(did -> isIn(audit, "type=Queue,name=desk " + did)));
    }

    /// Its one agent who is there talks, and the queue has no overflow.
    private void sendsOnWhoWaits(Operations operations) throws IOException {
        PhoneCall talks = answered();
        PhoneCall waits = phone.invite("500", CallOffer.of(G711.PCMA));
        waits.awaitAnswer(LIMIT);
        Await.until(
                "it waits",
                LIMIT,
                () -> ((Object[]) operations.queue("desk", "Callers")).length == 1);
        CompositeData caller = ((CompositeData[]) operations.queue("desk", "Callers"))[0];
        String call = String.valueOf(caller.get("call"));
        Program shown = ask("queues", "show", "desk", "--json");
        assertThat(shown.exitCode()).as(shown.err()).isZero();
        JsonNode waiting = json.readTree(shown.out()).path("callers").path(0);
        assertThat(waiting.path("call").asText()).isEqualTo(call);
        assertThat(waiting.path("number").asText()).isEqualTo("5551000");
        assertThat(waiting.path("wait-seconds").isInt()).isTrue();
        assertThat(waiting.path("rung").isBoolean()).isTrue();
        Program sent = ask("queues", "send-on", "desk", call, "--json");
        assertThat(sent.exitCode()).as(sent.err()).isZero();
        assertThat(sent.out())
                .isEqualTo(
                        "{\"queue\":\"desk\",\"call\":\"%s\",\"state\":\"sent-on\"}\n"
                                .formatted(call));
        waits.awaitBye(LIMIT);
        talks.hangUp(LIMIT);
    }

    @Test(priority = 1, dependsOnMethods = "everyCallIsCountedByHowItWent")
    public void trunkIsDisabledAndEnabledByCommands() throws IOException {
        Program unknown = ask("trunks", "disable", "demon");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err())
                .isEqualTo("offhook: no trunk is named 'demon'; there are: demo\n");
        Program disabled = ask("trunks", "disable", "demo");
        assertThat(disabled.exitCode()).as(disabled.err()).isZero();
        assertThat(disabled.out()).isEqualTo("demo disabled\n");
        assertThat(phone.invite("400", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT).status())
                .isEqualTo(503);
        Program enabled = ask("trunks", "enable", "demo", "--json");
        assertThat(enabled.exitCode()).as(enabled.err()).isZero();
        assertThat(json.readTree(enabled.out()))
                .isEqualTo(json.readTree("{\"trunk\":\"demo\",\"state\":\"enabled\"}"));
        assertThat(phone.invite("400", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT).status())
                .isEqualTo(480);
    }

    private static boolean isIn(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException _) {
            return false;
        }
    }

    /// The names that the attribute `Counters` makes.
    private Set<String> counters() {
        try (Operations operations = Operations.of(gateway)) {
            return operations.counterNames().stream()
                    .map(name -> "offhook_" + name.replaceAll("[.-]", "_") + "_total")
                    .collect(Collectors.toSet());
        }
    }

    /// As jconsole would.
    private void undrain() {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(gateway.pid()));
            try (JMXConnector connector =
                    JMXConnectorFactory.connect(
                            new JMXServiceURL(machine.startLocalManagementAgent()))) {
                connector
                        .getMBeanServerConnection()
                        .invoke(new ObjectName("offhook:type=Gateway"), "undrain", null, null);
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException | JMException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private double count() {
        return sample("offhook_calls_ended_total");
    }

    @Test(priority = 2)
    public void routesAreReadAgainWhileACallGoesOn() throws IOException {
        PhoneCall call = answered();
        String before = Files.readString(config.file());
        Files.writeString(config.file(), before.replace("number: \"400\"", "number: \"401\""));

        Program reload = ask("reload");
        assertThat(reload.exitCode()).as(reload.err()).isZero();
        assertThat(reload.out()).isEqualTo("changed: routes\n");
        int heard = call.media().heard().size();
        Await.until("the call goes on", LIMIT, () -> call.media().heard().size() > heard + 10);

        Files.writeString(config.file(), before.replace("agent:alice", "agent:malice"));
        Program refused = ask("reload");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .startsWith("offhook: nothing changed: ")
                .contains("no agent is named 'malice'");
        // The route of the first reload still holds.
        Files.writeString(config.file(), before);
        assertThat(call.hasEnded()).isFalse();
        call.hangUp(LIMIT);
    }

    @Test(priority = 3)
    public void drainRefusesNewCallsOnlyAndIsTakenBack() throws IOException {
        PhoneCall call = answered();

        Program drain = ask("drain", "--timeout=0");
        assertThat(drain.exitCode()).as(drain.err()).isEqualTo(1);
        assertThat(drain.out()).contains("calls left at the limit: 1");
        alice.await("draining", LIMIT, message -> message.path("draining").asBoolean());
        SipMessage refusal = phone.invite("200", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT);
        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.header("Retry-After")).isNotBlank();
        HttpResponse<String> ready = get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("\"draining\":[\"the gateway is being drained\"]");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(call.hasEnded()).isFalse();

        undrain();
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        call.hangUp(LIMIT);
        answered().hangUp(LIMIT);
        assertThat(metrics()).containsEntry(sample("turned-away", "draining"), 1.0);
    }

    @Test(priority = 4)
    public void sigtermWaitsForTheCallsThatLive() throws Exception {
        PhoneCall call = answered();

        CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(gateway::stop);
        alice.await("draining", LIMIT, message -> message.path("draining").asBoolean());
        int heard = call.media().heard().size();
        Await.until("the call goes on", LIMIT, () -> call.media().heard().size() > heard + 25);
        assertThat(call.hasEnded()).isFalse();
        SipMessage refusal = phone.invite("200", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT);
        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.header("Retry-After")).matches("[1-9][0-9]*");
        assertThat(exit).isNotDone();
        call.hangUp(LIMIT);

        assertThat(exit.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isZero();
        assertThat(Files.readString(gateway.log()))
                .contains("gateway stopped")
                .containsPattern("call=[0-9a-f]{24} trunk=demo agent=alice call ended by=CALLER")
                .doesNotContain("ERROR");
    }
}
