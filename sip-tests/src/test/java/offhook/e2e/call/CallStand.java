package offhook.e2e.call;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import offhook.e2e.browser.Agent;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.SippCall;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.Speech;

/// A gateway on free ports with two trunks and six agents, and alice in a browser, available, whose
/// microphone hears a tone. Belongs to the thread that started it, as its browser does.
public final class CallStand implements AutoCloseable {
    /// Nothing takes this long on an idle machine; most take a hundredth of it.
    public static final Duration LIMIT = Duration.ofSeconds(90);

    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    /// bcrypt of `alice`, the password of all.
    private static final String HASH =
            "$2a$10$c6lFJGJpMWojbkyVXgCpkunLUDhOeLiFaHYy73g0TF79VkqYJ7OFC";

    private static final String CONFIG =
            """
            node: {name: test, advertise: 127.0.0.1}
            sip:
              listen: ["udp://127.0.0.1:5060", "tcp://127.0.0.1:5060"]
              rtp-ports: 10000-19999
            trunks:
              - {name: pbx, addresses: [127.0.0.1/32], codecs: [PCMA, PCMU]}
              - name: branch
                addresses: [127.0.0.3/32]
                codecs: [PCMA, PCMU]
                media: nat
                media-addresses: [127.0.0.0/28]
            routes:
              - {trunk: pbx, number: "200", to: "agent:alice"}
              - {trunk: pbx, number: "201", to: "agent:bob"}
              - {trunk: pbx, number: "202", to: "agent:carol"}
              - {trunk: pbx, number: "203", to: "agent:dave"}
              - {trunk: pbx, number: "204", to: "agent:erin"}
              - {trunk: pbx, number: "209", to: "agent:nora"}
              - {trunk: pbx, number: "210", to: "queue:desk"}
              - {trunk: branch, number: "200", to: "agent:alice"}
            queues:
              - {name: desk, agents: [alice, bob], strategy: linear, ring-seconds: 30}
            agents:
              users:
                - {name: alice, display-name: Alice, password-hash: "HASH"}
                - {name: bob, display-name: Bob, password-hash: "HASH"}
                - {name: carol, display-name: Carol, password-hash: "HASH"}
                - {name: dave, display-name: Dave, password-hash: "HASH"}
                - {name: erin, display-name: Erin, password-hash: "HASH"}
                - {name: nora, display-name: Nora, password-hash: "HASH"}
            web:
              listen: http://127.0.0.1:8080
              allowed-origins: [http://127.0.0.1:8080]
            media:
              listen: udp://127.0.0.1:7882
            ops:
              listen: http://127.0.0.1:8081
            limits:
              sip-requests-per-second: 500
              ring-seconds: 60
            """
                    .replace("HASH", HASH);

    private final Path work;
    private final DemoConfig config;
    private GatewayProcess gateway;
    private final Speech caller;
    private final Agent alice;

    private CallStand(
            Path work, DemoConfig config, GatewayProcess gateway, Speech caller, Agent alice) {
        this.work = work;
        this.config = config;
        this.gateway = gateway;
        this.caller = caller;
        this.alice = alice;
    }

    /// A stand of its own for the tests of a class.
    public static CallStand start(Class<?> tests) {
        return start(tests, UnaryOperator.identity());
    }

    /// The same with changes to the configuration.
    public static CallStand start(Class<?> tests, UnaryOperator<String> change) {
        Path work = workOf(tests);
        return start(tests, change, Voices.steady("agent", Voices.AGENT_HZ, work));
    }

    /// The same with another voice of the agents.
    public static CallStand start(Class<?> tests, UnaryOperator<String> change, Speech agentVoice) {
        Path work = workOf(tests);
        DemoConfig config = configure(work, change);
        Speech caller = Voices.steady("caller", Voices.CALLER_HZ, work);
        GatewayProcess gateway =
                GatewayProcess.start(config.file(), work.resolve("gateway.log"), START_LIMIT);
        try {
            Agent alice = Agent.launch(agentVoice);
            var stand = new CallStand(work, config, gateway, caller, alice);
            try {
                alice.open(config.page()).signIn("alice", "alice", LIMIT);
                return stand;
            } catch (RuntimeException e) {
                alice.close();
                throw e;
            }
        } catch (RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    /// Writes the stand's configuration with free ports.
    public static DemoConfig configure(Path folder, UnaryOperator<String> change) {
        return DemoConfig.onFreePorts(folder, _ -> change.apply(CONFIG));
    }

    /// Where the tests of a class keep recordings, captures and logs.
    public static Path workOf(Class<?> tests) {
        try {
            return Files.createDirectories(Path.of("target", "e2e", tests.getSimpleName()))
                    .toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Agent alice() {
        return alice;
    }

    /// Another agent in the same browser, signed in; to be closed by the test.
    public Agent signIn(String name) {
        Agent agent = alice.colleague();
        return agent.open(config.page()).signIn(name, "alice", LIMIT);
    }

    public DemoConfig config() {
        return config;
    }

    public GatewayProcess gateway() {
        return gateway;
    }

    /// Kills the gateway as a crash does, and starts it again.
    public void crash() {
        GatewayProcess dead = gateway;
        ProcessHandle.of(dead.pid()).orElseThrow().destroyForcibly();
        Await.until("the gateway is dead", LIMIT, () -> !dead.isAlive());
        gateway =
                GatewayProcess.start(config.file(), work.resolve("gateway-again.log"), START_LIMIT);
    }

    /// What the gateway has logged.
    public String log() {
        try {
            return Files.readString(gateway.log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path folder(String name) {
        return work.resolve(name);
    }

    /// Makes alice free and forgets what she heard.
    public void freshen() {
        alice.awaitPresence("available", LIMIT);
        alice.awaitCall("idle", LIMIT);
        alice.observed().reset();
    }

    /// A call of sipp that says the caller's tone.
    public SippCall.Plan sipp(String number) {
        return SippCall.Plan.to(config.sip(), number, caller).talking(Duration.ofSeconds(4));
    }

    /// A phone of the trunk `pbx`.
    public Phone phone() {
        return Phone.udp(config.sip(), "5551000");
    }

    /// Calls alice, says the caller's tone, is answered, and both hear each other.
    public PhoneCall talk(Phone phone, CallOffer offer) {
        PhoneCall call = answered(phone, offer);
        Hearing.awaitBothWays(alice, Voices.AGENT_HZ, call, Voices.CALLER_HZ, LIMIT);
        return call;
    }

    /// Calls alice, says the caller's tone, and is answered.
    public PhoneCall answered(Phone phone, CallOffer offer) {
        PhoneCall call = phone.invite("200", offer);
        call.media().say(callerTone());
        alice.awaitIncoming(LIMIT).answer();
        call.awaitAnswer(LIMIT);
        alice.awaitCall("open", LIMIT);
        return call;
    }

    public static Sound callerTone() {
        return Sound.tone(Voices.CALLER_HZ, Voices.AMPLITUDE);
    }

    /// Waits until nothing has reached the phone for a while.
    public static void awaitSilence(PhoneCall call) {
        Await.until(
                "no packet reaches the phone for 300 ms",
                LIMIT,
                () -> {
                    int before = call.media().heard().size();
                    return !Await.within(
                            Duration.ofMillis(300), () -> call.media().heard().size() > before);
                });
    }

    @Override
    public void close() {
        try {
            alice.close();
        } finally {
            gateway.close();
        }
    }
}
