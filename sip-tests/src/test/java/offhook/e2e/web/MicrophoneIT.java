package offhook.e2e.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import offhook.e2e.browser.Agent;
import offhook.e2e.call.CallStand;
import offhook.e2e.call.Hearing;
import offhook.e2e.call.Operations;
import offhook.e2e.call.Voices;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// An agent whose browser lets the page use no microphone, or has none: the page says so, no calls
/// are offered, and calls ring as soon as there is one.
@Test(groups = {"e2e", "web"})
public class MicrophoneIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final CallOffer OFFER = CallOffer.of(G711.PCMA);

    /// A browser whose microphone is not plugged in until `plugIn()`.
    private static final String UNPLUGGED =
            """
            {
              const devices = navigator.mediaDevices;
              const ask = devices.getUserMedia.bind(devices);
              const list = devices.enumerateDevices.bind(devices);
              let isPlugged = false;
              devices.getUserMedia = async (wanted) => {
                if (!isPlugged) throw new DOMException('Requested device not found', 'NotFoundError');
                return ask(wanted);
              };
              devices.enumerateDevices = async () =>
                (await list()).filter(({ kind }) => isPlugged || kind !== 'audioinput');
              window.plugIn = () => {
                isPlugged = true;
                devices.dispatchEvent(new Event('devicechange'));
              };
            }
            """;

    private static final String OPEN =
            """
            async () => {
              const { Device } = await import('/client/offhook.js');
              const device = new Device('unused');
              const { name, code, causes, solutions } = await device.audio.open().catch((e) => e);
              const state = (await navigator.permissions.query({ name: 'microphone' })).state;
              device.destroy();
              return { name, code, causes, solutions, state };
            }
            """;

    private final List<AutoCloseable> open = new ArrayList<>();
    private DemoConfig config;
    private Operations operations;
    private Phone phone;
    private Agent alice;

    @BeforeClass
    public void start() {
        Path work = CallStand.workOf(MicrophoneIT.class);
        config = CallStand.configure(work, yaml -> yaml);
        GatewayProcess gateway =
                keep(
                        GatewayProcess.start(
                                config.file(),
                                work.resolve("gateway.log"),
                                Duration.ofSeconds(90)));
        operations = keep(Operations.of(gateway));
        phone = keep(Phone.udp(config.sip(), "5551000"));
        alice = keep(Agent.launchAsking(Voices.steady("agent", Voices.AGENT_HZ, work)));
    }

    private <T extends AutoCloseable> T keep(T opened) {
        open.addFirst(opened);
        return opened;
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    public void deniedMicrophoneIsSaidInWordsAndCallsRingOnceItIsAllowed() {
        alice.open(config.page());
        takeCalls(alice, "alice");
        alice.awaitPresence("unreachable", LIMIT);
        assertSaid(alice, "does not let this page use the microphone", "allow the microphone");
        assertNothingIsOffered(alice, "alice", "200", "microphone-denied");
        assertThat(refusal(alice))
                .containsEntry("name", "MicrophoneDenied")
                .containsEntry("code", 32401)
                .containsEntry("state", "denied")
                .hasEntrySatisfying("causes", MicrophoneIT::isSaid)
                .hasEntrySatisfying("solutions", MicrophoneIT::isSaid);

        alice.page().context().grantPermissions(List.of("microphone"));

        assertCallsRingAndAreHeard(alice, "alice", "200");
    }

    @Test
    public void callsRingOnceAMicrophoneIsPluggedIn() {
        try (Agent carol = alice.colleague()) {
            carol.page().context().grantPermissions(List.of("microphone"));
            carol.page().addInitScript(UNPLUGGED);
            carol.open(config.page());
            takeCalls(carol, "carol");
            carol.awaitPresence("unreachable", LIMIT);
            assertNothingIsOffered(carol, "carol", "202", "microphone-missing");

            carol.page().evaluate("plugIn()");

            assertCallsRingAndAreHeard(carol, "carol", "202");
        }
    }

    @Test
    public void machineWithoutAMicrophoneIsOfferedNothing() {
        try (Agent dave = Agent.launchWithoutMicrophone()) {
            dave.open(config.page());
            takeCalls(dave, "dave");
            dave.awaitPresence("unreachable", LIMIT);
            assertSaid(dave, "no microphone was found", "Plug in a headset");
            assertNothingIsOffered(dave, "dave", "203", "microphone-missing");
            assertThat(refusal(dave))
                    .containsEntry("name", "MicrophoneMissing")
                    .containsEntry("code", 32402)
                    .hasEntrySatisfying("causes", MicrophoneIT::isSaid)
                    .hasEntrySatisfying("solutions", MicrophoneIT::isSaid);
        }
    }

    /// Signs in and asks for calls, which may come or not.
    private static void takeCalls(Agent agent, String name) {
        Page page = agent.page();
        page.evaluate("window.loadedOnce = true");
        page.locator("#sign-in-name").fill(name);
        page.locator("#sign-in-password").fill("alice");
        page.locator("#sign-in-button").click();
        agent.awaitPresence("away", LIMIT);
        page.locator("#presence").click();
    }

    private static void assertSaid(Agent agent, String what, String remedy) {
        Locator message = agent.page().locator("#message .message");
        message.filter(new Locator.FilterOptions().setHasText(what)).waitFor();
        assertThat(message.allInnerTexts()).singleElement().asString().contains(what, remedy);
        assertThat(agent.note()).isEqualTo("This page cannot take calls now: none ring here.");
    }

    private void assertNothingIsOffered(Agent agent, String name, String number, String why) {
        assertThat(operations.agent(name, "State")).isEqualTo("unreachable");
        assertThat(operations.agent(name, "Reason")).isEqualTo(why);
        assertThat(operations.agent(name, "ReachableDevices")).isEqualTo(0);
        PhoneCall call = phone.invite(number, OFFER);
        assertThat(call.awaitFinal(LIMIT).status()).isEqualTo(480);
        assertThat(agent.observed().count("received incoming")).isZero();
    }

    private void assertCallsRingAndAreHeard(Agent agent, String name, String number) {
        agent.awaitPresence("available", LIMIT);
        assertThat(operations.agent(name, "State")).isEqualTo("available");
        assertThat(agent.page().locator("#message").innerText()).isEmpty();
        PhoneCall call = phone.invite(number, OFFER);
        call.media().say(CallStand.callerTone());
        agent.awaitIncoming(LIMIT).answer();
        call.awaitAnswer(LIMIT);
        Hearing.awaitBothWays(agent, Voices.AGENT_HZ, call, Voices.CALLER_HZ, LIMIT);
        assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
        agent.awaitIdle(LIMIT);
        assertThat(agent.page().evaluate("window.loadedOnce")).as("never reloaded").isEqualTo(true);
    }

    /// What the library tells who opens the microphone.
    private static Map<String, Object> refusal(Agent agent) {
        Map<String, Object> told = new HashMap<>();
        ((Map<?, ?>) agent.page().evaluate(OPEN))
                .forEach((name, value) -> told.put(String.valueOf(name), value));
        return told;
    }

    private static void isSaid(Object sentences) {
        assertThat((List<?>) sentences).isNotEmpty();
    }
}
