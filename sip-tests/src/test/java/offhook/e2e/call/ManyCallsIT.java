package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import offhook.e2e.browser.Agent;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Calls one after the other and at once, and what is left of them: nothing.
@Test(groups = {"e2e", "sip", "media"})
public class ManyCallsIT {
    private static final Duration LIMIT = CallStand.LIMIT;

    /// Transactions live 32 s after their call (RFC 3261 §17), ports rest 30 s.
    private static final Duration FORGETTING = Duration.ofSeconds(120);

    /// Pools of the JDK that start a thread when there is work.
    private static final int THREAD_SLACK = 8;

    private static final double[] CALLERS_HZ = {440, 530, 640, 770, 910};

    private CallStand stand;
    private Agent alice;
    private final List<Agent> agents = new ArrayList<>();
    private Operations operations;
    private long threadsBefore;

    @BeforeClass
    public void start() {
        stand = CallStand.start(ManyCallsIT.class);
        alice = stand.alice();
        agents.add(alice);
        for (String name : List.of("bob", "carol", "dave", "erin")) {
            agents.add(stand.signIn(name));
        }
        operations = Operations.of(stand.gateway());
        // What is started once, by the first call, is no leak.
        try (Phone phone = stand.phone()) {
            stand.talk(phone, CallOffer.of(G711.PCMA)).hangUp(LIMIT);
        }
        stand.freshen();
        threadsBefore = stand.gateway().threads();
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (operations != null) {
            operations.close();
        }
        if (stand != null) {
            agents.stream().skip(1).forEach(Agent::close);
            stand.close();
        }
    }

    @Test(priority = 1)
    public void tenCallsInARowAreAllHeard() {
        try (Phone udp = stand.phone();
                Phone tcp = Phone.tcp(stand.config().sip(), "5551001")) {
            for (int n = 1; n <= 10; n++) {
                PhoneCall call =
                        stand.talk(
                                n % 2 == 0 ? udp : tcp,
                                CallOffer.of(n % 3 == 0 ? G711.PCMU : G711.PCMA));
                if (n % 2 == 0) {
                    alice.hangUp();
                    call.awaitBye(LIMIT);
                } else {
                    assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
                }
                stand.freshen();
            }
        }
        Await.until("no call is left", LIMIT, () -> operations.callsActive() == 0);
    }

    @Test(priority = 2)
    public void fiveCallsAtOnceAreHeardApart() {
        long answeredBefore = operations.counter("calls.answered");
        List<PhoneCall> calls = new ArrayList<>();
        try (Phone phone = stand.phone()) {
            for (int i = 0; i < agents.size(); i++) {
                PhoneCall call = phone.invite("20" + i, CallOffer.of(G711.PCMA));
                call.media().say(Sound.tone(CALLERS_HZ[i], Voices.AMPLITUDE));
                calls.add(call);
            }
            agents.forEach(agent -> agent.awaitIncoming(LIMIT));
            agents.forEach(Agent::answer);
            calls.forEach(call -> call.awaitAnswer(LIMIT));
            agents.forEach(agent -> agent.awaitCall("open", LIMIT));
            assertThat(operations.callsActive()).isEqualTo(agents.size());

            for (int i = 0; i < agents.size(); i++) {
                Hearing.awaitBothWays(
                        agents.get(i), Voices.AGENT_HZ, calls.get(i), CALLERS_HZ[i], LIMIT);
            }
            for (int i = 0; i < agents.size(); i++) {
                Pcm heard = agents.get(i).observed().recording();
                for (int other = 0; other < agents.size(); other++) {
                    if (other != i) {
                        assertThat(Hearing.loudestDbov(heard, CALLERS_HZ[other]))
                                .as("caller %d at agent %d", other, i)
                                .isLessThan(-45);
                    }
                }
            }
            assertThat(operations.counter("calls.answered") - answeredBefore)
                    .isEqualTo(agents.size());
            calls.forEach(call -> assertThat(call.hangUp(LIMIT).status()).isEqualTo(200));
            agents.forEach(agent -> agent.awaitPresence("available", LIMIT));
        }
        Await.until("no call is left", LIMIT, () -> operations.callsActive() == 0);
    }

    @Test(priority = 3)
    public void nothingIsLeftOfCallsThatAreOver() {
        assertThat(operations.callsActive()).isZero();
        assertThat(operations.counter("call.bugs")).isZero();
        Await.until(
                "all ports of calls are given back",
                FORGETTING,
                () -> {
                    alice.pause(Duration.ofMillis(500));
                    return callSockets().isEmpty();
                });
        Await.until(
                "no dialog, call or leg is reachable",
                FORGETTING,
                () -> {
                    alice.pause(Duration.ofMillis(1000));
                    return operations.living(
                                    "offhook.call.Call",
                                    "offhook.sip.SipDialogLeg",
                                    "offhook.media.TrunkLeg",
                                    "offhook.media.BrowserLeg",
                                    "offhook.web.WebLeg",
                                    "offhook.codec.opus.OpusEncoder",
                                    "offhook.codec.opus.OpusDecoder",
                                    "gov.nist.javax.sip.stack.SIPDialog",
                                    "gov.nist.javax.sip.stack.SIPServerTransactionImpl")
                            == 0;
                });
        Await.until(
                "threads are as before, %d".formatted(threadsBefore),
                FORGETTING,
                () -> stand.gateway().threads() <= threadsBefore + THREAD_SLACK);
        // And it still serves.
        try (Phone phone = stand.phone()) {
            assertThat(stand.talk(phone, CallOffer.of(G711.PCMA)).hangUp(LIMIT).status())
                    .isEqualTo(200);
        }
        stand.freshen();
    }

    /// UDP ports that the gateway has open, other than those it listens on (proc(5), `net/udp`).
    private Set<Integer> callSockets() {
        Path proc = Path.of("/proc", Long.toString(stand.gateway().pid()));
        Set<String> inodes;
        try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
            inodes =
                    files.map(ManyCallsIT::link)
                            .filter(name -> name.startsWith("socket:["))
                            .map(name -> name.substring(8, name.length() - 1))
                            .collect(Collectors.toSet());
            return Stream.of("net/udp", "net/udp6")
                    .flatMap(table -> lines(proc.resolve(table)))
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields.length > 9 && inodes.contains(fields[9]))
                    .map(fields -> fields[1].substring(fields[1].indexOf(':') + 1))
                    .map(port -> Integer.parseInt(port, 16))
                    .filter(port ->
                            port != stand.config().sipPort() && port != stand.config().mediaPort())
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Stream<String> lines(Path table) {
        try {
            return Files.readAllLines(table).stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// A descriptor may be closed while we look.
    private static String link(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
