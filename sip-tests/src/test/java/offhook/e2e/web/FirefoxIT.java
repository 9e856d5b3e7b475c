package offhook.e2e.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import offhook.e2e.browser.Firefox;
import offhook.e2e.call.CallStand;
import offhook.e2e.call.Hearing;
import offhook.e2e.call.Voices;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// The agent page in Firefox: an agent signs in, answers, and both sides hear each other.
@Test(groups = {"e2e", "web", "media"})
public class FirefoxIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final int MICROPHONE_HZ = (int) Voices.AGENT_HZ;

    private final List<AutoCloseable> open = new ArrayList<>();
    private DemoConfig config;
    private Firefox alice;

    @BeforeClass
    public void start() throws IOException {
        Path work = CallStand.workOf(FirefoxIT.class);
        String here = ownAddress();
        config =
                CallStand.configure(
                        work,
                        yaml ->
                                yaml.replace(
                                        "listen: udp://127.0.0.1:7882",
                                        "listen: udp://" + here + ":7882\n  advertise: " + here));
        keep(
                GatewayProcess.start(
                        config.file(), work.resolve("gateway.log"), Duration.ofSeconds(90)));
        alice = keep(Firefox.launch(Files.createTempDirectory(work, "profile"), MICROPHONE_HZ));
    }

    /// An address of this machine that is not the loopback one; what goes there does not leave it.
    private static String ownAddress() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException(
                                "Firefox sends no audio to the loopback address, and this"
                                        + " machine has no other one"));
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
    public void agentInFirefoxAnswersAndBothHearEachOther() {
        alice.open(config.page() + "/?raw-audio");
        alice.fill("#sign-in-name", "alice");
        alice.fill("#sign-in-password", "alice");
        alice.click("#sign-in-button");
        alice.await(presence("away"), LIMIT);
        alice.click("#presence");
        alice.await(presence("available"), LIMIT);
        try (Phone phone = Phone.udp(config.sip(), "5551000")) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA));
            call.media().say(CallStand.callerTone());
            alice.await("document.querySelector('#incoming').checkVisibility()", LIMIT);
            assertThat(alice.evaluate("document.querySelector('#caller-number').textContent"))
                    .isEqualTo("5551000");
            alice.click("#answer");
            call.awaitAnswer(LIMIT);
            alice.await("document.querySelector('#call[data-state=open]')", LIMIT);

            Hearing.awaitAtPhone(call, MICROPHONE_HZ, 0, LIMIT);
            alice.listen();
            Await.until(
                    "Firefox plays what the caller says",
                    LIMIT,
                    () ->
                            Hearing.seconds(alice.heard(), Voices.CALLER_HZ)
                                    >= Hearing.ENOUGH_SECONDS);

            alice.click("#hang-up");
            call.awaitBye(LIMIT);
            alice.await("document.querySelector('#call[data-state=idle]')", LIMIT);
        }
    }

    private static String presence(String state) {
        return "document.querySelector('#presence-state[data-state=" + state + "]')";
    }
}
