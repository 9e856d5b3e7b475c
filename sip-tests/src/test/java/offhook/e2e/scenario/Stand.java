package offhook.e2e.scenario;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import offhook.e2e.browser.Agent;
import offhook.e2e.phone.SippCall;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.Speech;
import offhook.e2e.speech.Voice;

/// A gateway on free ports, two voices, and alice in a browser, available.
record Stand(
        Path work,
        DemoConfig config,
        GatewayProcess gateway,
        Speech callerVoice,
        Speech agentVoice,
        Agent alice)
        implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(90);

    static Stand start(String name) throws Exception {
        return start(name, UnaryOperator.identity());
    }

    static Stand start(String name, UnaryOperator<String> change) throws Exception {
        Path work = Files.createDirectories(Path.of("target", "e2e", name)).toAbsolutePath();
        DemoConfig config = DemoConfig.onFreePorts(work, change);
        Speech caller = Speech.of(Voice.CALLER, work);
        Speech agent = Speech.of(Voice.AGENT, work);
        GatewayProcess gateway =
                GatewayProcess.start(
                        config.file(), work.resolve("gateway.log"), Duration.ofSeconds(60));
        Agent alice = Agent.launch(agent);
        alice.open(config.page()).signIn("alice", "alice", LIMIT);
        return new Stand(work, config, gateway, caller, agent, alice);
    }

    /// A call of sipp to alice, talking for three seconds.
    SippCall.Plan call() {
        return SippCall.Plan.to(config.sip(), "200", callerVoice).talking(Duration.ofSeconds(3));
    }

    Path folder(String name) {
        return work.resolve(name);
    }

    @Override
    public void close() {
        alice.close();
        gateway.close();
    }
}
