package offhook.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import offhook.e2e.process.Await;
import offhook.e2e.speech.Comparison;
import offhook.e2e.speech.Pcm;
import offhook.e2e.speech.Speech;
import offhook.e2e.speech.Voice;
import org.testng.annotations.Test;

/// The observing script against a page that calls itself.
public class ObservedTest {
    private static final String PAGE =
            """
            <!doctype html><title>loop</title>
            <div id="incoming" hidden>ring</div><button id="answer">Answer</button>
            <script type="module">
              const a = new RTCPeerConnection();
              const b = new RTCPeerConnection();
              a.onicecandidate = (e) => b.addIceCandidate(e.candidate);
              b.onicecandidate = (e) => a.addIceCandidate(e.candidate);
              const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
              document.getElementById('answer').onclick = async () => {
                const stream = await navigator.mediaDevices.getUserMedia({ audio: raw });
                a.addTrack(stream.getTracks()[0], stream);
                await a.setLocalDescription();
                await b.setRemoteDescription(a.localDescription);
                await b.setLocalDescription();
                await a.setRemoteDescription(b.localDescription);
              };
              setTimeout(() => { document.getElementById('incoming').hidden = false; }, 100);
            </script>
            """;

    @Test
    public void recordsWhatTheRemoteTrackPlays() throws Exception {
        Path folder = Files.createTempDirectory("observed");
        Speech speech = Speech.of(Voice.AGENT, folder);
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    byte[] body = PAGE.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "text/html");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        try (Chromium chromium = Chromium.launch(speech.wav48k())) {
            Page page = chromium.newPage();
            Observed observed = new Observed(page);
            page.navigate("http://127.0.0.1:" + server.getAddress().getPort() + "/");
            page.locator("#incoming").waitFor();
            page.locator("#answer").click();

            page.waitForTimeout(8_000);
            Await.until(
                    "sound",
                    Duration.ofSeconds(30),
                    () -> observed.time("first-audible").isPresent());
            Pcm heard = observed.recording();

            Instant click = observed.time("click-answer").orElseThrow();
            assertThat(observed.time("incoming").orElseThrow()).isBefore(click);
            assertThat(observed.time("first-audible").orElseThrow()).isAfter(click.plusMillis(300));
            assertThat(heard.rateHz()).isEqualTo(48_000);
            assertThat(heard.seconds()).isGreaterThan(3);
            assertThat(heard.levelDbov()).isBetween(-27.0, -17.0);
            assertThat(
                            observed.stat("inbound-rtp").isEmpty()
                                    && observed.stat("outbound-rtp").isEmpty())
                    .isFalse();
            Comparison comparison = Comparison.of(Pcm.read(speech.wav8k()), heard);
            assertThat(comparison.report().stoi()).as("%s", comparison).isGreaterThan(0.97);
        } finally {
            server.stop(0);
        }
    }
}
