package offhook.e2e.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.e2e.process.Await;
import offhook.e2e.process.Tool;
import offhook.e2e.speech.Pcm;
import org.jspecify.annotations.Nullable;

/// A headless Firefox with a tone as its microphone and a profile of its own, driven by WebDriver
/// BiDi (W3C), which it speaks itself over a WebSocket. Firefox sends no audio to the loopback
/// address: the gateway's media needs another one of this machine.
///
/// For one thread at a time; what the browser answers comes on one of the client.
public final class Firefox implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RATE_HZ = 48_000;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Pattern LISTENS = Pattern.compile("WebDriver BiDi listening on (ws:\\S+)");

    /// A fake microphone that needs no permission, sound without a click, and nothing that goes out
    /// to the network by itself.
    private static final String PREFERENCES =
            """
            user_pref("remote.active-protocols", 1);
            user_pref("media.navigator.streams.fake", true);
            user_pref("media.navigator.permission.disabled", true);
            user_pref("media.navigator.audio.fake_frequency", HERTZ);
            user_pref("media.autoplay.default", 0);
            user_pref("media.autoplay.blocking_policy", 0);
            user_pref("app.normandy.enabled", false);
            user_pref("app.update.enabled", false);
            user_pref("browser.safebrowsing.downloads.enabled", false);
            user_pref("browser.safebrowsing.malware.enabled", false);
            user_pref("browser.safebrowsing.phishing.enabled", false);
            user_pref("browser.shell.checkDefaultBrowser", false);
            user_pref("datareporting.policy.dataSubmissionEnabled", false);
            user_pref("extensions.systemAddon.update.enabled", false);
            user_pref("media.gmp-manager.updateEnabled", false);
            user_pref("network.captive-portal-service.enabled", false);
            user_pref("network.connectivity-service.enabled", false);
            user_pref("services.settings.server", "data:,");
            user_pref("toolkit.telemetry.enabled", false);
            """;

    /// Records what the page's audio element plays: that needs no loudspeaker, as an AudioContext
    /// does, and Firefox has no MediaStreamTrackProcessor.
    private static final String LISTEN =
            """
            {
              const { srcObject } = document.getElementById('remote-audio');
              const recorder = new MediaRecorder(srcObject, { audioBitsPerSecond: 64000 });
              const parts = [];
              recorder.ondataavailable = ({ data }) => parts.push(data);
              recorder.start(500);
              window.offhookHeard = async () => {
                if (parts.every(({ size }) => size === 0)) return '';
                const file = await new Blob(parts).arrayBuffer();
                const decoder = new OfflineAudioContext(1, RATE, RATE);
                const sound = await decoder.decodeAudioData(file).catch(() => null);
                if (sound === null) return ''; // Only the beginning of a file, as yet.
                const decoded = sound.getChannelData(0);
                const bytes = new Uint8Array(Int16Array.from(decoded, (x) => x * 32767).buffer);
                let text = '';
                for (let i = 0; i < bytes.length; i += 8192) {
                  text += String.fromCharCode(...bytes.subarray(i, i + 8192));
                }
                return btoa(text);
              };
            }
            """
                    .replace("RATE", Integer.toString(RATE_HZ));

    private final Process process;
    private final HttpClient client;
    private final WebSocket socket;
    private final Map<Long, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final String tab;

    private Firefox(Process process, String address) {
        this.process = process;
        this.client = HttpClient.newHttpClient();
        this.socket =
                client.newWebSocketBuilder()
                        .buildAsync(URI.create(address + "/session"), new Answers())
                        .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                        .join();
        ask("session.new", JSON.createObjectNode().set("capabilities", JSON.createObjectNode()));
        tab =
                ask("browsingContext.getTree", JSON.createObjectNode())
                        .at("/contexts/0/context")
                        .asText();
    }

    /// Starts a browser.
    ///
    /// @param folder of its profile and its log, new each time
    /// @param microphoneHz the tone that its pages hear
    public static Firefox launch(Path folder, int microphoneHz) {
        Path log = folder.resolve("firefox.log");
        try {
            Files.createDirectories(folder);
            Files.writeString(
                    folder.resolve("user.js"),
                    PREFERENCES.replace("HERTZ", Integer.toString(microphoneHz)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Process process =
                Tool.FIREFOX.startTold(
                        folder,
                        log,
                        "--headless",
                        "--no-remote",
                        "--remote-debugging-port=0",
                        "--profile",
                        folder);
        try {
            Await.until("Firefox listens", LIMIT, () -> listensAt(log).isPresent());
            return new Firefox(process, listensAt(log).orElseThrow());
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static Optional<String> listensAt(Path log) {
        try {
            Matcher matcher = LISTENS.matcher(Files.readString(log));
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Opens a page and waits until it has loaded.
    public void open(String url) {
        ask(
                "browsingContext.navigate",
                JSON.createObjectNode()
                        .put("context", tab)
                        .put("url", url)
                        .put("wait", "complete"));
    }

    /// What an expression comes to in the page; a text, a number, a truth value, or empty.
    public String evaluate(String expression) {
        ObjectNode script = JSON.createObjectNode();
        script.put("expression", expression).put("awaitPromise", true).put("userActivation", true);
        script.putObject("target").put("context", tab);
        JsonNode answer = ask("script.evaluate", script);
        if (!answer.path("type").asText().equals("success")) {
            throw new IllegalStateException(expression + ": " + answer);
        }
        return answer.at("/result/value").asText();
    }

    /// Waits until an expression is true in the page.
    public void await(String expression, Duration limit) {
        Await.until(
                expression, limit, () -> evaluate("Boolean(" + expression + ")").equals("true"));
    }

    /// Clicks what a selector finds.
    public void click(String selector) {
        evaluate("document.querySelector('" + selector + "').click()");
    }

    /// Writes a text into a field.
    public void fill(String selector, String text) {
        evaluate("document.querySelector('" + selector + "').value = '" + text + "'");
    }

    /// From now on records what the agent page plays.
    public void listen() {
        evaluate(LISTEN);
    }

    /// What it has recorded so far.
    public Pcm heard() {
        byte[] bytes = Base64.getDecoder().decode(evaluate("offhookHeard()"));
        short[] samples = new short[bytes.length / 2];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
        return new Pcm(RATE_HZ, samples);
    }

    private JsonNode ask(String method, JsonNode parameters) {
        long id = ids.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        asked.put(id, answer);
        ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
        socket.sendText(command.set("params", parameters) + "", true).join();
        return answer.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /// What the browser sends; messages come in parts.
    private final class Answers implements WebSocket.Listener {
        private final StringBuilder part = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence text, boolean isLast) {
            part.append(text);
            if (isLast) {
                String whole = part.toString();
                part.setLength(0);
                onMessage(whole);
            }
            from.request(1);
            return null;
        }

        private void onMessage(String text) {
            try {
                JsonNode message = JSON.readTree(text);
                CompletableFuture<JsonNode> answer = asked.remove(message.path("id").asLong());
                if (answer != null && message.path("type").asText().equals("success")) {
                    answer.complete(message.path("result"));
                } else if (answer != null) {
                    answer.completeExceptionally(new IllegalStateException(text));
                }
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        }
    }

    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }
}
