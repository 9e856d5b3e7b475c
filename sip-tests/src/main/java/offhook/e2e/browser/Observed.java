package offhook.e2e.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import offhook.e2e.speech.Pcm;

/// What happened in a page, seen by the observing script that ran before the page's own.
public final class Observed {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Page page;

    public Observed(Page page) {
        this.page = page;
    }

    /// Everything the remote track has played so far; where the browser changed its rate on the
    /// way, at the highest.
    public Pcm recording() {
        JsonNode recording = JSON.valueToTree(page.evaluate("offhookTest.recording()"));
        byte[] bytes = Base64.getDecoder().decode(recording.path("samples").asText());
        short[] samples = new short[bytes.length / 2];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
        return new Pcm(recording.path("rate").asInt(), samples);
    }

    /// When something first happened: `incoming` (shown), `click-answer`, `peer-connected`,
    /// `first-frame` (of the remote track), `first-audible`.
    public Optional<Instant> time(String mark) {
        Object value = page.evaluate("name => offhookTest.marks[name] ?? null", mark);
        return Optional.ofNullable((Number) value).map(Observed::instant);
    }

    private static Instant instant(Number epochMillis) {
        return Instant.EPOCH.plusNanos((long) (epochMillis.doubleValue() * 1e6));
    }

    /// How often something was asked of the page's connections or told by the gateway since the
    /// reset: `setLocalDescription`, `setRemoteDescription`, `signalingstatechange`, and `received
    /// TYPE` and `sent TYPE` of the agent protocol.
    public int count(String what) {
        return ((Number) page.evaluate("name => offhookTest.counts[name] ?? 0", what)).intValue();
    }

    /// Forgets recording, counts and times; the next call starts afresh.
    public void reset() {
        page.evaluate("offhookTest.reset()");
    }

    /// `getStats()` of the newest connection (W3C WebRTC statistics).
    public JsonNode stats() {
        return JSON.valueToTree(page.evaluate("offhookTest.stats()"));
    }

    /// The statistics object of one type and kind `audio`, or an empty node.
    public JsonNode stat(String type) {
        return StreamSupport.stream(stats().spliterator(), false)
                .filter(s -> s.path("type").asText().equals(type))
                .filter(s -> s.path("kind").asText("audio").equals("audio"))
                .findFirst()
                .orElseGet(() -> JSON.valueToTree(Map.of()));
    }

    /// The answer the page was given, or an empty text.
    public String remoteSdp() {
        return (String) page.evaluate("offhookTest.peers.at(-1)?.remoteDescription?.sdp ?? ''");
    }

    public String localSdp() {
        return (String) page.evaluate("offhookTest.peers.at(-1)?.localDescription?.sdp ?? ''");
    }
}
