package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.management.Notification;
import javax.management.openmbean.CompositeData;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.FakeClock;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.process.Ports;
import offhook.e2e.process.Tool;
import offhook.e2e.speech.G711;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Alarms as a JMX client hears them, of faults that really are there, and that go away.
@Test(groups = {"e2e", "ops"})
public class AlarmsIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    /// Until all has been well long enough: longest after a jump of the clock, 60 s.
    private static final Duration CLEARED_LIMIT = Duration.ofSeconds(120);

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final String RAISED = "offhook.alarm.raised";
    private static final String CLEARED = "offhook.alarm.cleared";

    private static final int CALLER_HZ = 440;
    private static final int AGENT_HZ = 1030;
    private static final String CERTIFICATE = "gateway";
    private static final String PING = "ping: {seconds: 1, timeout-seconds: 1, fails: 1, goods: 1}";

    private static final String DESCRIPTORS = "descriptors ";

    private final List<String> heard = new CopyOnWriteArrayList<>();

    /// What was said last of each alarm.
    private final Map<String, String> words = new ConcurrentHashMap<>();

    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private Path folder;
    private CalledPhone peer;
    private FakeClock clock;
    private DemoConfig config;
    private GatewayProcess gateway;
    private Operations operations;

    @BeforeClass
    public void start() {
        folder = CallStand.workOf(AlarmsIT.class);
        peer = new CalledPhone(loopback);
        SelfSigned.write(folder, CERTIFICATE, "IP:127.0.0.1", 60);
        String tls =
                "sip:\n  tls: {certificate: %s.pem, key: %1$s-key.pem}\n  listen: [\"tls://127.0.0.1:%d\", ";
        // Two pairs of trunk ports: two calls have all of them.
        int port = Ports.freePair();
        config =
                CallStand.configure(
                        folder,
                        yaml ->
                                yaml.replace(
                                                "sip:\n  listen: [",
                                                tls.formatted(CERTIFICATE, Ports.freePair()))
                                        .replace("10000-19999", port + "-" + (port + 3))
                                        .replace("media:\n", "media:\n  loops: 1\n")
                                        .replace(
                                                "{name: pbx, ",
                                                "{name: pbx, uri: \"%s\", %s, "
                                                        .formatted(peer.uri(), PING))
                                        // Nobody is there, nor at the one below.
                                        .replace(
                                                "- name: branch\n",
                                                "- name: branch\n    uri: \"sip:127.0.0.3:9\"\n    %s\n"
                                                        .formatted(PING))
                                        .replace(
                                                "trunks:\n",
                                                """
                                                trunks:
                                                  - name: shut
                                                    uri: "sip:127.0.0.1:9;transport=tcp"
                                                    codecs: [PCMA]
                                                    register: true
                                                    auth: {username: gw, password: "a secret"}
                                                    %s
                                                """
                                                        .formatted(PING)));
        clock = FakeClock.in(folder);
        gateway =
                GatewayProcess.startBy(
                        clock.command(), config.file(), folder.resolve("gateway.log"), START_LIMIT);
        operations = Operations.of(gateway);
        operations.hear(this::hear);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (operations != null) {
            operations.close();
        }
        if (gateway != null) {
            gateway.close();
        }
        if (peer != null) {
            peer.close();
        }
    }

    private void hear(Notification notification) {
        Map<?, ?> alarm = (Map<?, ?>) notification.getUserData();
        String which = alarm.get("kind") + " " + alarm.get("subject");
        words.put(which, String.valueOf(alarm.get("text")));
        heard.add(notification.getType() + ' ' + which);
    }

    private void awaitHeard(String type, String alarm) {
        String wanted = type + ' ' + alarm;
        Duration limit = type.equals(CLEARED) ? CLEARED_LIMIT : LIMIT;
        Await.until(wanted + " in " + heard, limit, () -> heard.contains(wanted));
    }

    @Test
    public void registrarThatIsNotThereIsToldOf() {
        Await.until(
                "the registration fails",
                LIMIT,
                () -> operations.alarms().contains("registration-failed shut"));
        CompositeData alarm =
                Arrays.stream((CompositeData[]) operations.attribute("Alarms"))
                        .filter(each -> each.get("kind").equals("registration-failed"))
                        .findFirst()
                        .orElseThrow();
        assertThat((String) alarm.get("text")).contains("127.0.0.1", "Connection refused");
    }

    @Test
    public void certificateThatIsAboutToExpireIsToldOfUntilItIsRenewed() {
        assertThat(operations.alarms()).doesNotContain("certificate sip.tls");
        SelfSigned.write(folder, CERTIFICATE, "IP:127.0.0.1", 2);
        awaitHeard(RAISED, "certificate sip.tls");
        assertThat(operations.alarms()).contains("certificate sip.tls");

        SelfSigned.write(folder, CERTIFICATE, "IP:127.0.0.1", 60);
        awaitHeard(CLEARED, "certificate sip.tls");
        assertThat(operations.alarms()).doesNotContain("certificate sip.tls");
    }

    /// The only one that could be had.
    @Test
    public void trunkThatGoesDownAndComesBackIsToldOf() {
        InetSocketAddress at = new InetSocketAddress(loopback, peer.port());
        Readiness.await(config, true, LIMIT);
        peer.close();
        awaitHeard(RAISED, "trunk-down pbx");
        assertThat(operations.alarms()).contains("trunk-down pbx");
        assertThat(words.get("trunk-down pbx"))
                .contains("127.0.0.1:" + at.getPort(), "OPTIONS: no answer");
        Readiness down = Readiness.await(config, false, LIMIT);
        assertThat(down.status()).isEqualTo(503);
        assertThat(down.reasons("trunks"))
                .hasSize(3)
                .anySatisfy(reason ->
                        assertThat(reason)
                                .startsWith("trunk pbx is down: 127.0.0.1:" + at.getPort()));

        peer = new CalledPhone(at);
        Readiness.await(config, true, LIMIT);
        awaitHeard(CLEARED, "trunk-down pbx");
        assertThat(operations.alarms()).doesNotContain("trunk-down pbx");
    }

    /// First, because ports and clock are watched for a while before all is said to be well.
    @Test(priority = -1)
    public void callerWhoIsNotHeardAndAClockThatIsSetAnewAreToldOf() {
        try (Reactor reactor = new Reactor("web-peers");
                HttpClient client = HttpClient.newHttpClient();
                WebPeer alice = signIn("alice", client, reactor);
                WebPeer bob = signIn("bob", client, reactor);
                Phone phone = Phone.udp(config.sip(), "5551000");
                PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA));
                PhoneCall other = phone.invite("201", CallOffer.of(G711.PCMA))) {
            call.media().mute(true);
            other.awaitAnswer(LIMIT);
            assertThat(bob.await("connected", LIMIT, _ -> true).path("call").asText()).isNotEmpty();
            call.awaitAnswer(LIMIT);
            String id = alice.await("connected", LIMIT, _ -> true).path("call").asText();
            assertThat(heard).doesNotContain(RAISED + " clock-jump ");
            clock.advance(Duration.ofSeconds(20));
            awaitHeard(RAISED, "ports loop 0");
            awaitHeard(RAISED, "clock-jump ");
            assertThat(operations.alarms()).contains("clock-jump ");
            assertThat(words.get("clock-jump ")).matches(".*jumped by (19|20|21)[0-9]{3} ms");
            // And back, which is one more.
            clock.advance(Duration.ZERO);
            awaitHeard(RAISED, "one-way-audio " + id);

            call.media().say(Sound.tone(CALLER_HZ, Voices.AMPLITUDE));
            call.media().mute(false);
            awaitHeard(CLEARED, "one-way-audio " + id);
            Hearing.awaitAtPhone(call, AGENT_HZ, call.media().heard().size(), LIMIT);
            Hearing.awaitAtPeer(alice, CALLER_HZ, Hearing.ENOUGH_SECONDS, LIMIT);
            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
            assertThat(other.hangUp(LIMIT).status()).isEqualTo(200);
        }
    }

    private WebPeer signIn(String name, HttpClient client, Reactor reactor) {
        FrameLoop voice = FrameLoop.opus(FrameLoop.tone(AGENT_HZ), false);
        WebMedia.Setup setup = WebMedia.Setup.of(reactor, PeerIdentity.generate(), voice);
        return WebPeer.signIn(client, config.page(), name, "alice", setup, true);
    }

    /// After all others: without a file descriptor left a JVM finds no classes either.
    @Test(priority = 1)
    public void listenerThatCanTakeNobodyIsToldOfUntilItCan() throws Exception {
        String listener = "listener tcp://127.0.0.1:" + config.sipPort();
        Tool.PRLIMIT.run(LIMIT, "--pid", gateway.pid(), "--nofile=3:");
        try (Socket caller = new Socket(loopback, config.sipPort())) {
            awaitHeard(RAISED, listener);
            awaitHeard(RAISED, DESCRIPTORS);
            assertThat(operations.alarms()).contains(listener);
            assertThat(words.get(listener)).contains("Too many open files");

            Tool.PRLIMIT.run(LIMIT, "--pid", gateway.pid(), "--nofile=1024:");
            awaitHeard(CLEARED, listener);
            awaitHeard(CLEARED, DESCRIPTORS);
            assertThat(operations.alarms()).doesNotContain(listener);
            assertThat(caller.isConnected()).isTrue();
        }
    }

    /// The call has long ended, its ports have rested, and the clock goes on as it should.
    @Test(priority = 2)
    public void usedUpPortsAndTheJumpOfTheClockAreOver() {
        awaitHeard(CLEARED, "ports loop 0");
        awaitHeard(CLEARED, "clock-jump ");
        assertThat(operations.alarms()).doesNotContain("ports loop 0", "clock-jump ");
    }

    /// As with a limit that was left at 1,024 and a day on which more call than ever before. The
    /// callers who are connected but have no call stand for calls: each has a descriptor.
    @Test(priority = 3)
    public void callerForWhomNoSocketIsLeftIsToldWhyAndOthersTalkOn() throws Exception {
        List<Socket> callers = new ArrayList<>();
        try (Reactor reactor = new Reactor("web-peers");
                HttpClient client = HttpClient.newHttpClient();
                WebPeer alice = signIn("alice", client, reactor);
                WebPeer bob = signIn("bob", client, reactor);
                Phone phone = Phone.udp(config.sip(), "5551000");
                PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA))) {
            call.media().say(Sound.tone(CALLER_HZ, Voices.AMPLITUDE));
            call.awaitAnswer(LIMIT);
            assertThat(operations.alarms()).doesNotContain(DESCRIPTORS);
            for (int left = descriptors() / 2; left > 0; left--) {
                callers.add(new Socket(loopback, config.sipPort()));
            }
            awaitHeardBothWays(call, alice);
            heard.clear();
            int open = descriptors();
            mayOpen(open + 1);

            awaitHeard(RAISED, DESCRIPTORS);
            assertThat(words.get(DESCRIPTORS)).contains("of " + (open + 1) + " file descriptors");
            int spells = refuseTwiceInARow(phone);
            mayOpen(open + 1);
            assertThat(Files.readString(folder.resolve("gateway.log")).lines())
                    .filteredOn(line -> line.contains("no sockets can be opened for trunk calls"))
                    .hasSize(spells);
            awaitHeardBothWays(call, alice);
            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);

            for (Socket each : callers) {
                each.close();
            }
            awaitHeard(CLEARED, DESCRIPTORS);
            PhoneCall next = phone.invite("201", CallOffer.of(G711.PCMA));
            next.awaitAnswer(LIMIT);
            awaitHeardBothWays(next, bob);
            assertThat(next.hangUp(LIMIT).status()).isEqualTo(200);
        } finally {
            for (Socket each : callers) {
                each.close();
            }
        }
    }

    /// Calls until two calls running were refused. What the gateway closes meanwhile, such as a
    /// connection of ours that idled, leaves room for a call: that one is ended, and the limit put
    /// below the room again.
    ///
    /// @return how often a refusal came after a call that was taken, or as the first
    private int refuseTwiceInARow(Phone phone) throws IOException {
        int spells = 0;
        int running = 0;
        for (int tries = 0; running < 2 && tries < 10; tries++) {
            mayOpen(lowestFreeDescriptor());
            PhoneCall call = phone.invite("201", CallOffer.of(G711.PCMA));
            SipMessage answer = call.awaitFinal(LIMIT);
            if (answer.status() == 200) {
                running = 0;
                assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
            } else {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.header("Warning")).contains("Too many open files");
                spells += running == 0 ? 1 : 0;
                running++;
            }
        }
        assertThat(running).as("calls running that were refused").isEqualTo(2);
        return spells;
    }

    private void mayOpen(int descriptors) {
        Tool.PRLIMIT.run(LIMIT, "--pid", gateway.pid(), "--nofile=" + descriptors + ":");
    }

    /// The number that the gateway's next one will have: a limit of so many leaves none.
    private int lowestFreeDescriptor() {
        return IntStream.iterate(0, n -> n + 1)
                .filter(n -> !Files.exists(fd(n), LinkOption.NOFOLLOW_LINKS))
                .findFirst()
                .orElseThrow();
    }

    private Path fd(int number) {
        return Path.of("/proc", gateway.pid() + "", "fd", number + "");
    }

    private static void awaitHeardBothWays(PhoneCall call, WebPeer agent) {
        call.media().say(Sound.tone(CALLER_HZ, Voices.AMPLITUDE));
        Hearing.awaitAtPhone(call, AGENT_HZ, call.media().heard().size(), LIMIT);
        Hearing.awaitAtPeer(agent, CALLER_HZ, Hearing.ENOUGH_SECONDS, LIMIT);
    }

    /// That the gateway has open.
    private int descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", gateway.pid() + "", "fd"))) {
            return Math.toIntExact(open.count());
        }
    }
}
