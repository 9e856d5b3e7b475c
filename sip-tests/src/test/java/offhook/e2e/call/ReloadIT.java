package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.CalledCall;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.G711;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// A gateway whose configuration changes while a call goes on: SIGHUP, and what came can be used,
/// what went has its calls to their end. Everybody has a tone of their own.
@Test(groups = {"e2e", "sip", "media"})
public class ReloadIT {
    private static final CallOffer TALK = CallOffer.of(G711.PCMA);
    private static final int BRANCH_HZ = 440;
    private static final int CALLER_HZ = 700;
    private static final int ALICE_HZ = 1030;
    private static final int BOB_HZ = 1330;
    private static final int FRANK_HZ = 1630;
    private static final int LAB_HZ = 560;
    private static final String TOKEN_REVOKED = "31207";
    private static final int NOT_SIGNED_IN = 4401;

    private final int sipTls = Ports.freePair();
    private final int webTls = Ports.freePair();
    private Kamailio kamailio;
    private PeerStand stand;
    private Operations operations;
    private CalledPhone lab;
    private Phone pbx;
    private Phone branch;
    private WebPeer alice;
    private WebPeer bob;
    private WebPeer frank;

    /// Is called by Kamailio.
    private CalledPhone behind;

    /// Calls at Kamailio.
    private Phone outside;

    private HttpClient http;

    /// Began before everything, and goes on.
    private PhoneCall running;

    @BeforeClass
    public void start() {
        Path work = CallStand.workOf(ReloadIT.class);
        SelfSigned.write(work, "gateway", "IP:127.0.0.1");
        kamailio = Kamailio.start(work);
        stand = PeerStand.start(ReloadIT.class, this::withTls);
        behind = stand.keep(new CalledPhone(InetAddress.getLoopbackAddress()));
        http = stand.keep(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        operations = stand.keep(Operations.of(stand.gateway()));
        lab = stand.keep(new CalledPhone(InetAddress.ofLiteral("127.0.0.5")));
        pbx = stand.keep(Phone.udp(stand.config().sip(), "5551000"));
        branch =
                stand.keep(
                        Phone.udp(
                                InetAddress.ofLiteral("127.0.0.3"),
                                stand.config().sip(),
                                "5552000",
                                "Branch"));
        alice = stand.signIn("alice", ALICE_HZ);
        bob = stand.signIn("bob", BOB_HZ);
        running = branch.invite("200", TALK);
        running.media().say(Sound.tone(BRANCH_HZ, Voices.AMPLITUDE));
        running.awaitAnswer(CallStand.LIMIT);
    }

    private String withTls(String yaml) {
        return yaml.replace(
                        "\"tcp://127.0.0.1:5060\"]",
                        "\"tcp://127.0.0.1:5060\", \"tls://127.0.0.1:%d\"]\n".formatted(sipTls)
                                + "  tls: {certificate: gateway.pem, key: gateway-key.pem}")
                .replace(
                        "listen: http://127.0.0.1:8080",
                        "listen: [http://127.0.0.1:8080, https://127.0.0.1:%d]\n".formatted(webTls)
                                + "  tls: {certificate: gateway.pem, key: gateway-key.pem}");
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        if (stand != null) {
            stand.close();
        }
        if (kamailio != null) {
            kamailio.close();
        }
    }

    /// Changes the file, and has it read again.
    ///
    /// @return what the gateway says of it
    private String reload(String... fromTo) throws IOException {
        String text = Files.readString(stand.config().file());
        for (int i = 0; i < fromTo.length; i += 2) {
            assertThat(text).contains(fromTo[i]);
            text = text.replace(fromTo[i], fromTo[i + 1]);
        }
        Files.writeString(stand.config().file(), text);
        int before = said().size();
        try {
            new ProcessBuilder("kill", "-HUP", Long.toString(stand.gateway().pid()))
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Await.until("the gateway reloads", CallStand.LIMIT, () -> said().size() > before);
        return said().getLast();
    }

    private List<String> said() {
        return stand.log().lines().filter(line -> line.contains(" reload: ")).toList();
    }

    private static void hears(PhoneCall call, int hertz) {
        Hearing.awaitAtPhone(call, hertz, call.media().heard().size(), CallStand.LIMIT);
    }

    private void runningCallGoesOn() {
        hears(running, ALICE_HZ);
        Hearing.awaitAtPeer(alice, BRANCH_HZ, 0.4, CallStand.LIMIT);
        assertThat(running.hasEnded()).isFalse();
    }

    private PhoneCall call(String number) {
        PhoneCall call = pbx.invite(number, TALK);
        call.media().say(Sound.tone(CALLER_HZ, Voices.AMPLITUDE));
        return call;
    }

    @Test
    public void whatComesCanBeUsedWhileACallOfWhatGoesGoesOn() throws IOException {
        runningCallGoesOn();

        String told =
                reload(
                        """
                          - name: branch
                            addresses: [127.0.0.3/32]
                            codecs: [PCMA, PCMU]
                            media: nat
                            media-addresses: [127.0.0.0/28]
                        """,
                        "  - {name: lab, uri: \"%s\", codecs: [PCMA]}\n".formatted(lab.uri()),
                        "  - {trunk: branch, number: \"200\", to: \"agent:alice\"}\n",
                        "  - {trunk: pbx, number: \"230\", to: \"queue:late\"}\n"
                                + "  - {from: web, number: \"77*\", to: \"trunk:lab\"}\n",
                        "  - {trunk: pbx, number: \"200\", to: \"agent:alice\"}\n",
                        "",
                        "agents: [alice, bob]",
                        "agents: [bob]",
                        "queues:\n",
                        "queues:\n  - {name: late, agents: [frank], overflow: \"agent:bob\"}\n",
                        "{name: alice, display-name: Alice,",
                        "{name: frank, display-name: Frank,",
                        "sip-requests-per-second: 500",
                        "sip-requests-per-second: 400");

        assertThat(told)
                .contains("changed: trunks (added lab; removed branch)")
                .contains("changed: routes")
                .contains("changed: queues (added late; changed desk)")
                .contains("changed: agents.users (added frank; removed alice)")
                .contains("signed out, after the calls that they have: alice")
                .contains("needs a restart, kept as it was: limits.sip-requests-per-second");
        runningCallGoesOn();
        whoCameSignsInAndServesTheQueueThatCame();
        theTrunkThatCameIsCalled();
        theTrunkThatWentOpensNoCalls();
        runningCallGoesOn();
    }

    private void whoCameSignsInAndServesTheQueueThatCame() {
        frank = stand.signIn("frank", FRANK_HZ);
        PhoneCall first = call("230");
        first.awaitAnswer(CallStand.LIMIT);
        hears(first, FRANK_HZ);
        Hearing.awaitAtPeer(frank, CALLER_HZ, 0.4, CallStand.LIMIT);
        assertThat(operations.agent("frank", "State")).isEqualTo("busy");
        assertThat(first.hangUp(CallStand.LIMIT).status()).isEqualTo(200);
        Await.until(
                "frank is free",
                CallStand.LIMIT,
                () -> operations.agent("frank", "State").equals("available"));
        assertThat(operations.queue("late", "Answered")).isEqualTo(1L);
    }

    private void theTrunkThatCameIsCalled() {
        bob.dial("77123", CallStand.LIMIT);
        CalledCall call = lab.awaitCall("77123", CallStand.LIMIT);
        call.media().say(Sound.tone(LAB_HZ, Voices.AMPLITUDE));
        call.answer(CallStand.LIMIT);
        Hearing.awaitAtPeer(bob, LAB_HZ, 0.4, CallStand.LIMIT);
        Hearing.awaitAtPhone(call.media(), BOB_HZ, call.media().heard().size(), CallStand.LIMIT);
        assertThat(operations.trunk("lab", "CallsNow")).isEqualTo(1);
        call.hangUp(CallStand.LIMIT);
    }

    private void theTrunkThatWentOpensNoCalls() {
        long before = operations.counter("sip.dropped.stranger");
        PhoneCall refused = branch.invite("230", TALK);
        Await.until(
                "its INVITE is dropped",
                CallStand.LIMIT,
                () -> operations.counter("sip.dropped.stranger") > before);
        assertThat(refused.trace()).allMatch(each -> each.sent());
        refused.close();
        assertThatThrownBy(() -> operations.trunk("branch", "CallsNow"))
                .hasMessageContaining("InstanceNotFound");
    }

    @Test(dependsOnMethods = "whatComesCanBeUsedWhileACallOfWhatGoesGoesOn")
    public void whoWaitsInAQueueThatGoesIsLedOn() throws IOException {
        Await.until(
                "bob is free",
                CallStand.LIMIT,
                () -> operations.agent("bob", "State").equals("available"));
        PhoneCall talking = call("230");
        talking.awaitAnswer(CallStand.LIMIT);
        hears(talking, FRANK_HZ);
        PhoneCall waiting = call("230");
        Await.until(
                "a caller waits",
                CallStand.LIMIT,
                () -> operations.queue("late", "Waiting").equals(1));

        String told =
                reload(
                        "  - {name: late, agents: [frank], overflow: \"agent:bob\"}\n",
                        "",
                        "  - {trunk: pbx, number: \"230\", to: \"queue:late\"}\n",
                        "");

        assertThat(told).contains("changed: queues (removed late)");
        hears(waiting, BOB_HZ);
        hears(talking, FRANK_HZ);
        assertThat(call("230").awaitFinal(CallStand.LIMIT).status()).isEqualTo(404);
        assertThat(waiting.hangUp(CallStand.LIMIT).status()).isEqualTo(200);
        assertThat(talking.hangUp(CallStand.LIMIT).status()).isEqualTo(200);
        runningCallGoesOn();
    }

    @Test(dependsOnMethods = "whoWaitsInAQueueThatGoesIsLedOn")
    public void aFileWithAnErrorChangesNothing() throws IOException {
        String before = Files.readString(stand.config().file());

        String told =
                reload(
                        "\"77*\", to: \"trunk:lab\"",
                        "\"78*\", to: \"trunk:lob\"",
                        "ring-seconds: 60",
                        "ring-seconds: 61");

        assertThat(told).contains("nothing changed: gateway.yaml:").contains("'lob'");
        assertThat(told.replaceFirst(".*gateway.yaml", "")).matches(":[0-9]+:[0-9]+: .*");
        Files.writeString(stand.config().file(), before);
        assertThat(reload()).doesNotContain("changed: ");
    }

    /// A trunk by TLS that registers, first with a certificate that is not to be believed.
    private String kamailioTrunk() {
        return """
          - name: kam
            preset: kamailio
            uri: "sip:%s:%d;transport=tls"
            addresses: [%s/32]
            tls: {ca: gateway.pem}
            auth: {username: "401", password: %s, realm: %s}
            register: true
        """
                .formatted(
                        Kamailio.TLS_HOST,
                        kamailio.port(),
                        Kamailio.TLS_HOST,
                        Kamailio.PASSWORD,
                        Kamailio.REALM);
    }

    private String kamailioRoutes() {
        return """
          - {trunk: kam, number: "401", to: "agent:bob"}
          - {from: web, number: "%d", to: "trunk:kam"}
        """
                .formatted(behind.port());
    }

    private void awaitRegistration(String state) {
        Await.until(
                "the registration is " + state,
                CallStand.LIMIT,
                () -> state.equals(operations.trunk("kam", "RegistrationState")));
    }

    /// Calls the account of the gateway at Kamailio.
    private PhoneCall callTheAccount() {
        PhoneCall call = outside.invite("401", TALK);
        call.media().say(Sound.tone(CALLER_HZ, Voices.AMPLITUDE));
        return call;
    }

    private void nobodyIsRegistered() {
        assertThat(callTheAccount().awaitFinal(CallStand.LIMIT).status()).isEqualTo(404);
    }

    @Test(dependsOnMethods = "aFileWithAnErrorChangesNothing")
    public void registrationIsMadeWithTheTrunkThatComesAndEndedWithTheOneThatGoes()
            throws IOException {
        outside =
                stand.keep(
                        Phone.udp(
                                new InetSocketAddress(Kamailio.UDP_HOST, kamailio.port()),
                                "5553000"));
        reload(
                "trunks:\n",
                "trunks:\n" + kamailioTrunk(),
                "routes:\n",
                "routes:\n" + kamailioRoutes());
        awaitRegistration("failing");
        nobodyIsRegistered();

        reload("tls: {ca: gateway.pem}", "tls: {ca: kamailio.pem}");
        awaitRegistration("registered");
        PhoneCall living = callTheAccount();
        living.awaitAnswer(CallStand.LIMIT);
        hears(living, BOB_HZ);

        assertThat(reload(Kamailio.PASSWORD, "another")).contains("(changed kam)");
        awaitRegistration("refused");
        nobodyIsRegistered();
        frank.dial(Integer.toString(behind.port()), CallStand.LIMIT);
        frank.await("ended", CallStand.LIMIT, _ -> true);
        hears(living, BOB_HZ);

        reload("password: another", "password: " + Kamailio.PASSWORD);
        awaitRegistration("registered");
        frank.dial(Integer.toString(behind.port()), CallStand.LIMIT);
        CalledCall next = behind.awaitCall(CallStand.LIMIT);
        next.media().say(Sound.tone(LAB_HZ, Voices.AMPLITUDE));
        next.answer(CallStand.LIMIT);
        Hearing.awaitAtPeer(frank, LAB_HZ, 0.4, CallStand.LIMIT);
        next.hangUp(CallStand.LIMIT);

        long connections = connectionsToKamailio();
        exchangeOfCertificates();
        hears(living, BOB_HZ);

        reload(
                kamailioTrunk().replace("ca: gateway.pem", "ca: kamailio.pem"),
                "",
                kamailioRoutes(),
                "");
        nobodyIsRegistered();
        hears(living, BOB_HZ);
        // Its BYE comes by the connection that it began with.
        assertThat(living.hangUp(CallStand.LIMIT).status()).isEqualTo(200);
        assertThat(connectionsToKamailio()).isEqualTo(connections).isPositive();
        runningCallGoesOn();
    }

    private long connectionsToKamailio() {
        return stand.log().lines().filter(line -> line.contains(" tls trunk=kam ")).count();
    }

    /// New connections see the new certificate; the old ones go on, as does the one to Kamailio.
    private void exchangeOfCertificates() throws IOException {
        String head = "HEAD / HTTP/1.1\r\nHost: 127.0.0.1:" + webTls + "\r\n\r\n";
        try (ShownCertificate web = ShownCertificate.at(webTls);
                ShownCertificate sip = ShownCertificate.at(sipTls)) {
            assertThat(web.serial()).isEqualTo(sip.serial());
            SelfSigned.write(stand.folder(), "gateway", "IP:127.0.0.1");

            reload();

            for (int port : new int[] {webTls, sipTls}) {
                Await.until(
                        "another certificate is shown at " + port,
                        CallStand.LIMIT,
                        () -> {
                            try (ShownCertificate now = ShownCertificate.at(port)) {
                                return !now.serial().equals(web.serial());
                            }
                        });
            }
            assertThat(web.ask(head)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test(dependsOnMethods = "aFileWithAnErrorChangesNothing")
    public void operatorWhoGoesIsSignedOutAndOneWhoComesCanSignIn() throws Exception {
        String listen = "listen: http://127.0.0.1:" + stand.config().opsPort() + "\n";
        String hash =
                Files.readString(stand.config().file())
                        .replaceFirst("(?s).*password-hash: (\"[^\"]+\").*", "$1");
        reload(
                listen,
                listen
                        + "  users: [{name: olga, role: operate, password-hash: %s}]\n"
                                .formatted(hash));
        String olga = signInAsOperator("olga");
        assertThat(undrain(olga)).isEqualTo(200);

        reload("{name: olga,", "{name: pete,");

        assertThat(undrain(olga)).isEqualTo(401);
        assertThat(signInAsOperator("olga")).isEmpty();
        assertThat(undrain(signInAsOperator("pete"))).isEqualTo(200);
    }

    /// @return the token; empty when it is refused
    private String signInAsOperator(String name) throws Exception {
        HttpResponse<String> answer =
                post(
                        "/api/session",
                        "",
                        "{\"name\":\"%s\",\"password\":\"alice\"}".formatted(name));
        return answer.statusCode() == 200
                ? answer.body().replaceFirst(".*\"token\":\"([^\"]+)\".*", "$1")
                : "";
    }

    private int undrain(String token) throws Exception {
        return post("/api/gateway/undrain", token, "{}").statusCode();
    }

    private HttpResponse<String> post(String path, String token, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + stand.config().opsPort() + path))
                        .timeout(CallStand.LIMIT)
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /// What was configured at the start is 60 s.
    @Test(dependsOnMethods = "registrationIsMadeWithTheTrunkThatComesAndEndedWithTheOneThatGoes")
    public void whoIsLostIsWaitedForAndWhatIsOverRememberedAsIsConfiguredNow() throws IOException {
        assertThat(lastCalls()).isNotEqualTo("[]");
        bob.dial("77123", CallStand.LIMIT);
        CalledCall call = lab.awaitCall("77123", CallStand.LIMIT);
        call.answer(CallStand.LIMIT);

        assertThat(
                        reload(
                                "agents:\n",
                                "agents:\n  grace-seconds: 1\n",
                                "ops:\n",
                                "ops:\n  doctor: {keep-calls: 0}\n"))
                .contains("changed: agents.grace-seconds")
                .contains("changed: ops.doctor");
        bob.drop();

        call.await("BYE", CallStand.LIMIT);
        Await.until("the doctor forgets", CallStand.LIMIT, () -> lastCalls().equals("[]"));
        runningCallGoesOn();
    }

    private String lastCalls() {
        return (String) operations.invoke("lastCalls", 10, int.class);
    }

    @Test(
            dependsOnMethods = {
                "whoIsLostIsWaitedForAndWhatIsOverRememberedAsIsConfiguredNow",
                "operatorWhoGoesIsSignedOutAndOneWhoComesCanSignIn"
            })
    public void theCallEndsAsAnyOtherAndItsAgentIsSignedOutThen() {
        assertThat(alice.messages().stream().map(m -> m.path("type").asText()))
                .doesNotContain("ended");

        assertThat(running.hangUp(CallStand.LIMIT).status()).isEqualTo(200);

        alice.await("ended", CallStand.LIMIT, _ -> true);
        // Told when she was left out, and let go only now.
        alice.await("error", CallStand.LIMIT, m -> m.toString().contains(TOKEN_REVOKED));
        assertThat(alice.awaitClosed(CallStand.LIMIT)).isEqualTo(NOT_SIGNED_IN);
        assertThatThrownBy(() -> stand.signIn("alice", ALICE_HZ)).isNotNull();
        assertThatThrownBy(() -> operations.agent("alice", "State"))
                .hasMessageContaining("InstanceNotFound");
        assertThat(stand.log()).doesNotContain(" defect ");
    }
}
