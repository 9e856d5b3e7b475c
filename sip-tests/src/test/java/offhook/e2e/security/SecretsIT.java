package offhook.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.ObjectName;
import offhook.e2e.call.Operations;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import offhook.e2e.web.WebPeer;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Passwords, tokens and keys that can be told from everything else, used well and badly at a
/// gateway that logs all it can, and looked for in everything that it shows and writes.
@Test(groups = "sip")
public class SecretsIT {
    private static final String NAME = "security-secrets";
    private static final String ROAD = "127.0.0.8";
    private static final Pattern KEY = Pattern.compile("inline:([A-Za-z0-9+/=]+)");
    private static final Pattern ICE = Pattern.compile("a=ice-pwd:(\\S+)");
    private static final Pattern PROOF = Pattern.compile("response=\"?([0-9a-f]{32})");

    /// Keys that callers press: letters, which nothing else has in that order, whatever lies
    /// between two of them.
    private static final String PIN = "DACBBDCAADBCDABCBADC";

    /// A key behind its name, or as a body of its own, in which line ends may be written as `\n`.
    private static final Pattern KEY_SHOWN =
            Pattern.compile(
                    "(?i)(?:signal *= *|\"digits?\\\\?\" *: *\\\\?\")[a-d]"
                            + "|(?:\\\\n\\\\n|\n\r?\n)[A-D](?:\\\\n|\r?\n)");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path work = Path.of("target", "e2e", NAME).toAbsolutePath();
    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final Haystack shown = new Haystack();
    private Challenger far;
    private DatagramChannel homer;
    private Scene scene;
    private Operations operations;
    private WebPeer alice;

    @BeforeClass
    public void start() throws Exception {
        removeOld();
        far = new Challenger(InetAddress.ofLiteral("127.0.0.6"));
        homer = DatagramChannel.open();
        homer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        homer.configureBlocking(false);
        scene = Scene.start(NAME, this::withSecrets);
        operations = Operations.of(scene.gateway());
    }

    private void removeOld() throws IOException {
        if (Files.isDirectory(work)) {
            try (Stream<Path> all = Files.walk(work)) {
                for (Path each : all.filter(Files::isRegularFile).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {alice, operations, scene, homer, far}) {
            if (each != null) {
                each.close();
            }
        }
    }

    /// Makes a secret that is nowhere else.
    private String plant(String what) {
        return planted(what, UUID.randomUUID().toString().replace("-", ""));
    }

    private String planted(String what, String secret) {
        assertThat(secret).as(what).hasSizeGreaterThan(15);
        secrets.put(what, secret);
        return secret;
    }

    private static String hash(String password) {
        return BCrypt.withDefaults().hashToString(4, password.toCharArray());
    }

    private String withSecrets(String demo) {
        String port;
        try {
            port = homer.getLocalAddress().toString().replaceFirst(".*:", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return demo.replaceAll("\\$2a\\$[^\"]*", Matcher.quoteReplacement(hash(plant("alice"))))
                .replace("{name: alice,", "{name: alice, sip-password: " + plant("SIP") + ",")
                .replace("agents:\n", "agents:\n  token-secret: " + plant("tokens") + "\n")
                .replace(
                        "codecs: [PCMA, PCMU]",
                        "codecs: [PCMA, PCMU]\n    srtp: optional\n    dtmf: auto")
                .replace(
                        "routes:\n",
                        """
                          - name: far
                            uri: "%s"
                            addresses: [127.0.0.6/32]
                            register: true
                            auth: {username: far-user, password: %s}
                          - name: road
                            addresses: [%s/32]
                            challenge: {username: road-user, password: %s}
                        routes:
                          - {from: web, number: "55*", to: "trunk:far"}
                        """
                                .formatted(far.uri(), plant("far"), ROAD, plant("challenge")))
                .replace(
                        "web:\n",
                        """
                        web:
                          turn: {urls: "turn:127.0.0.1:9", secret: %s}
                          guests:
                            - {name: shop, origins: ["http://localhost"], to: "agent:bob", key: %s}
                        """
                                .formatted(plant("TURN"), plant("site")))
                .replace(
                        "ops:\n",
                        """
                        ops:
                          token: %s
                          users: [{name: olga, role: operate, password-hash: "%s"}]
                          black-box: {keep: all}
                          hep: {to: "udp://127.0.0.1:%s", password: %s}
                        """
                                .formatted(
                                        plant("ops"), hash(plant("olga")), port, plant("Homer")));
    }

    private String secret(String what) {
        return secrets.getOrDefault(what, "");
    }

    /// What is answered is looked through, too, but for the secrets that it hands over.
    private JsonNode ask(String place, HttpRequest.Builder request, int status, String... handed)
            throws Exception {
        HttpResponse<String> response =
                scene.client()
                        .send(
                                request.timeout(Scene.LIMIT).build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(place + ": " + response.body()).isEqualTo(status);
        JsonNode body =
                response.body().startsWith("{")
                        ? JSON.readTree(response.body())
                        : JSON.missingNode();
        String text = response.body();
        for (String field : handed) {
            text = text.replace(planted(place + " " + field, body.path(field).asText()), "");
        }
        shown.add("answer to " + place, response.headers().map() + text);
        return body;
    }

    private static HttpRequest.Builder post(String url, String name, String password) {
        String body = JSON.createObjectNode().put("name", name).put("password", password) + "";
        return HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder look(String path, String token) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + scene.config().opsPort() + path))
                .header("Authorization", "Bearer " + token);
    }

    @Test
    public void noSecretIsShownOrWritten() throws Exception {
        ObjectName gateway = new ObjectName("offhook:type=Gateway");
        operations.beans().setAttribute(gateway, new Attribute("LogLevel", "trace"));
        operations
                .beans()
                .invoke(
                        gateway,
                        "traceFor",
                        new Object[] {"all", "", 600L, true},
                        new String[] {"java.lang.String", "java.lang.String", "long", "boolean"});
        signIn();
        callOut();
        callIn();
        PhoneCall call = talk();
        String id = operations.calls().getFirst();
        Await.until(
                "the alarm of the trunk that refuses us",
                Scene.LIMIT,
                () ->
                        operations.alarms().stream()
                                .anyMatch(each -> each.contains("registration-failed")));
        shown.addBeans(operations.beans(), "offhook:*", id);
        shown.addFiles(work, Set.of(scene.config().file()));
        call.hangUp(Scene.LIMIT);
        awaitEnd(id);
        String byEvents = typePin(this::pressKeys);
        String byInfo = typePin(this::sendKeys);

        lookAround(byEvents);
        lookAround(byInfo);
        lookAround(id);

        assertThat(shown.hits(secrets)).isEmpty();
        assertThat(shown.like(Pattern.compile(String.join("[^A-D]{0,60}", PIN.split("")))))
                .isEmpty();
        assertThat(shown.like(KEY_SHOWN)).isEmpty();
        assertThat(shown.with("Signal=*", "file gateway\\.log")).isNotEmpty();
        assertThat(shown.with("application/dtmf;charset", ".*messages\\.txt")).isNotEmpty();
        assertThat(shown.places()).anyMatch(place -> place.endsWith("!rtp.pcap"));
        everywhereWasLookedAt(id);
    }

    /// Agents and operators, with the right words and with wrong ones.
    private void signIn() throws Exception {
        String page = scene.config().page();
        String console = "http://127.0.0.1:" + scene.config().opsPort();
        ask("agent, wrong", post(page + "/api/token", "alice", plant("mistyped")), 401);
        ask("agent", post(page + "/api/token", "alice", secret("alice")), 200, "token");
        ask("operator, wrong", post(console + "/api/session", "olga", plant("wrong")), 401);
        ask("operator", post(console + "/api/session", "olga", secret("olga")), 200, "token");
        ask("metrics, wrong", look("/metrics?token=" + plant("query"), plant("bearer")), 401);
        String token = secret("agent token");
        for (String said :
                List.of(
                        answer("/agent", "", hello(token + "x")),
                        answer("/sip", "sip", register("Bearer " + token + "x")),
                        answer("/sip", "sip", register(digest("alice", plant("phone")))))) {
            assertThat(said).containsAnyOf("\"error\"", "SIP/2.0 401", "SIP/2.0 403");
            shown.add("answer at a socket", said);
        }
        assertThat(answer("/sip", "sip", register("Bearer " + token))).startsWith("SIP/2.0 200");
        alice = WebPeer.signIn(scene.client(), page, "alice", secret("alice"), scene.peer(), true);
        planted("bearer of alice's page", alice.token());
        JsonNode welcome = alice.await("welcome", Scene.LIMIT, _ -> true);
        planted("resume", welcome.path("resume").asText());
        planted("TURN credential", welcome.path("ice-servers").path(0).path("credential").asText());
    }

    /// What is answered to the first message on a socket.
    private String answer(String path, String protocol, String message) throws Exception {
        var answer = new CompletableFuture<String>();
        var listener =
                new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onText(
                            WebSocket from, CharSequence text, boolean last) {
                        answer.complete(text.toString());
                        from.request(1);
                        return null;
                    }
                };
        String page = scene.config().page();
        WebSocket.Builder builder = scene.client().newWebSocketBuilder().header("Origin", page);
        WebSocket socket =
                (protocol.isEmpty() ? builder : builder.subprotocols(protocol))
                        .buildAsync(URI.create(page.replaceFirst("^http", "ws") + path), listener)
                        .get(Scene.LIMIT.toSeconds(), TimeUnit.SECONDS);
        socket.sendText(message, true);
        try {
            return answer.get(Scene.LIMIT.toSeconds(), TimeUnit.SECONDS);
        } finally {
            socket.abort();
        }
    }

    private static String hello(String token) {
        return JSON.createObjectNode()
                        .put("type", "hello")
                        .put("version", 1)
                        .put("token", token)
                        .put("instance", "i")
                        .put("state", "available")
                + "";
    }

    private static String register(String credentials) {
        return """
        REGISTER sip:desk.invalid SIP/2.0
        Via: SIP/2.0/WS a.invalid;branch=z9hG4bK%s
        From: <sip:alice@desk.invalid>;tag=1
        To: <sip:alice@desk.invalid>
        Call-ID: %1$s
        CSeq: 1 REGISTER
        Contact: <sip:alice@a.invalid;transport=ws>
        Max-Forwards: 70
        Authorization: %s
        Content-Length: 0

        """
                .formatted(UUID.randomUUID(), credentials)
                .replace("\n", "\r\n");
    }

    /// By a trunk that takes no password.
    private void callOut() {
        alice.dial("5512", Scene.LIMIT);
        shown.add("answer at the page", alice.await("ended", Scene.LIMIT, _ -> true) + "");
        Await.until(
                "a password at the registrar",
                Scene.LIMIT,
                () -> !far.credentials("REGISTER").isEmpty());
        Stream.of("INVITE", "REGISTER")
                .forEach(method -> {
                    assertThat(far.credentials(method)).as(method).isNotEmpty();
                    planted("proof of " + method, first(PROOF, far.credentials(method).getFirst()));
                });
    }

    /// From a trunk that has to prove itself, and to a number with a password.
    private void callIn() {
        for (String credentials :
                List.of(
                        digest("road-user", plant("wrong proof")),
                        "Digest " + plant("no proof") + ",=\"",
                        "Basic " + plant("basic"))) {
            try (Phone road =
                    Phone.udp(InetAddress.ofLiteral(ROAD), scene.config().sip(), "5552000", "Rosa")
                            .adding("Authorization: " + credentials)) {
                refused(road.invite("200", CallOffer.of(G711.PCMA)));
            }
        }
        refused(scene.phone().invite("300:" + plant("URI"), CallOffer.of(G711.PCMA)));
    }

    private static String digest(String user, String proof) {
        return "Digest username=\"%s\", realm=\"offhook\", nonce=\"n\", uri=\"sip:x\", response=\"%s\""
                .formatted(user, proof);
    }

    private void refused(PhoneCall call) {
        SipMessage last = call.awaitFinal(Scene.LIMIT);
        assertThat(last.status()).isGreaterThanOrEqualTo(400);
        // Who sent it gets his own words back.
        List<String> own = last.headers().stream().filter(h -> !h.startsWith("To:")).toList();
        shown.add("answer by SIP", last.startLine() + own + last.body());
    }

    /// Encrypted by keys in SDP, one of each side.
    private PhoneCall talk() {
        String key = planted("key of the trunk", "c2VjcmV0" + plant("salt"));
        PhoneCall call =
                scene.phone()
                        .invite(
                                "200",
                                CallOffer.of(G711.PCMA)
                                        .with("crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + key));
        call.awaitAnswer(Scene.LIMIT);
        planted("key of ours", first(KEY, call.awaitFinal(Scene.LIMIT).body()));
        JsonNode accepted = alice.await("accepted", Scene.LIMIT, _ -> true);
        planted("password of ICE", first(ICE, accepted.path("sdp").asText()));
        return call;
    }

    /// Has a caller type a secret while he talks.
    ///
    /// @return the id of the call
    private String typePin(Consumer<PhoneCall> way) {
        alice.forget();
        PhoneCall call = scene.phone().invite("200", CallOffer.of(G711.PCMA));
        call.awaitAnswer(Scene.LIMIT);
        String id = alice.await("connected", Scene.LIMIT, _ -> true).path("call").asText();
        way.accept(call);
        Await.until("the agent is told of all", Scene.LIMIT, () -> PIN.equals(pressed()));
        try {
            shown.addBeans(operations.beans(), "offhook:*", id);
        } catch (IOException | JMException e) {
            throw new IllegalStateException(e);
        }
        call.hangUp(Scene.LIMIT);
        awaitEnd(id);
        return id;
    }

    private String pressed() {
        return alice.messages().stream()
                .filter(message -> message.path("type").asText().equals("digit"))
                .map(message -> message.path("digit").asText())
                .collect(Collectors.joining());
    }

    private void pressKeys(PhoneCall call) {
        for (char key : PIN.toCharArray()) {
            call.media().press(key, 60);
        }
    }

    /// In each form that we take, and in one of others that we do not.
    private void sendKeys(PhoneCall call) {
        for (int i = 0; i < PIN.length(); i++) {
            char key = PIN.charAt(i);
            boolean relay = i % 2 == 0;
            String type = relay ? "application/dtmf-relay" : "application/dtmf;charset=utf-8";
            String body = relay ? "Signal=" + key + "\r\nDuration=80\r\n" : key + "\r\n";
            assertThat(info(call, type, body)).isEqualTo(200);
        }
        String others = "p=Digit-Collection\r\ny=Digits\r\nd=Digits=" + PIN + "\r\n";
        assertThat(info(call, "application/vnd.nortelnetworks.digits", others)).isEqualTo(415);
    }

    private static int info(PhoneCall call, String type, String body) {
        return call.request("INFO", type, body, Scene.LIMIT).status();
    }

    private static String first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        assertThat(found.find()).as(pattern + " in " + text).isTrue();
        return found.group(1);
    }

    private void awaitEnd(String id) {
        Await.until("its black box", Scene.LIMIT, () -> isThere(work.resolve("boxes"), id));
        Await.until(
                "its record",
                Scene.LIMIT,
                () -> {
                    HttpRequest record = look("/api/records/" + id, secret("ops")).build();
                    try {
                        return scene.client()
                                        .send(record, HttpResponse.BodyHandlers.discarding())
                                        .statusCode()
                                == 200;
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private static boolean isThere(Path folder, String name) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(name + ".zip"));
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void lookAround(String id) throws Exception {
        Await.until(
                "the alarm of the trunk that refuses us",
                Scene.LIMIT,
                () ->
                        operations.alarms().stream()
                                .anyMatch(each -> each.contains("registration-failed")));
        shown.addBeans(operations.beans(), "offhook:*", id);
        shown.addBeans(operations.beans(), "java.lang:*", id);
        for (String each :
                List.of("gcClassHistogram", "threadPrint", "vmCommandLine", "vmSystemProperties")) {
            shown.add(
                    "jcmd " + each,
                    operations
                                    .beans()
                                    .invoke(
                                            new ObjectName(
                                                    "com.sun.management:type=DiagnosticCommand"),
                                            each,
                                            new Object[] {new String[0]},
                                            new String[] {String[].class.getName()})
                            + "");
        }
        for (String path :
                List.of(
                        "/metrics",
                        "/health/live",
                        "/health/ready",
                        "/api/session",
                        "/api/now",
                        "/api/last-calls",
                        "/api/calls/" + id,
                        "/api/records",
                        "/api/records/" + id,
                        "/api/records.csv")) {
            ask(path, look(path, secret("ops")), 200);
        }
        shown.add(
                "/proc/PID/cmdline",
                Files.readAllBytes(Path.of("/proc/" + scene.gateway().pid() + "/cmdline")));
        ByteBuffer packet = ByteBuffer.allocate(65_535);
        while (homer.receive(packet.clear()) != null) {
            byte[] bytes = new byte[packet.flip().remaining()];
            packet.get(bytes);
            // Homer knows the sender by this one.
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            assertThat(text).contains(secret("Homer"));
            shown.add("packets to Homer", text.replace(secret("Homer"), ""));
        }
        shown.addFiles(work, Set.of(scene.config().file()));
    }

    /// What was looked through holds what it should, so that nothing was found in it, and not in
    /// nothing.
    private void everywhereWasLookedAt(String id) {
        for (String place :
                List.of(
                        "file gateway\\.log",
                        "file data/records\\.db.*",
                        "file boxes/.*\\.zip!messages\\.txt",
                        "bean offhook:type=Gateway callBox\\(\\)!messages\\.txt",
                        "bean offhook:type=Gateway dump\\(\\)",
                        "bean offhook:type=Gateway lastCalls\\(\\)",
                        "answer to /api/last-calls",
                        "answer to /api/records")) {
            assertThat(shown.with(id, place)).as(id + " in " + place).isNotEmpty();
        }
        Map<String, String> marks =
                Map.of(
                        "far-user", "file gateway\\.log",
                        "wrong password", "file data/audit\\.jsonl",
                        "INVITE sip:200@", "packets to Homer",
                        "road-user", "bean .* callBox\\(\\)!settings\\.yaml",
                        "a=crypto:1 AES_CM_128_HMAC_SHA1_80", "file gateway\\.log",
                        "offhook_", "answer to /metrics",
                        "java.lang.String", "jcmd gcClassHistogram",
                        "registration-failed", "bean offhook:type=Gateway Alarms");
        marks.forEach((mark, place) ->
                assertThat(shown.with(mark, place)).as(mark + " in " + place).isNotEmpty());
    }
}
