package offhook.e2e.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import offhook.e2e.process.Await;
import org.jspecify.annotations.Nullable;

/// A web agent: one page, signed in, with one call at a time (gateway/docs/agent-protocol.md).
///
/// The HTTP client's threads write the list of messages; tests read it.
public final class WebPeer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final List<JsonNode> messages = new CopyOnWriteArrayList<>();
    private final StringBuilder text = new StringBuilder(); // the client's threads, one at a time
    private final Door door;
    private final WebMedia.Setup setup;
    private final boolean answering;
    private volatile @Nullable WebMedia media; // written by whoever accepts, read by anyone
    private @Nullable WebSocket socket; // guarded by this
    private final AtomicInteger closeCode = new AtomicInteger();
    // When it last said that it is awake, and how often it is to; written by the client's threads.
    private volatile long saidNanos;
    private volatile Duration everyAlive = Duration.ZERO;
    private CompletableFuture<?> sent = CompletableFuture.completedFuture(true); // the same

    /// How it comes in.
    ///
    /// @param instance the page's own name
    private record Door(HttpClient client, String page, String token, String instance) {}

    private WebPeer(Door door, WebMedia.Setup setup, boolean answering) {
        this.door = door;
        this.setup = setup;
        this.answering = answering;
    }

    /// Signs in and waits until the agent is available.
    ///
    /// @param page where the gateway serves its pages, as `http://127.0.0.1:8080`
    /// @param answering whether it answers every call at once
    public static WebPeer signIn(
            HttpClient client,
            String page,
            String name,
            String password,
            WebMedia.Setup setup,
            boolean answering) {
        String token = token(client, page, name, password);
        var peer =
                new WebPeer(
                        new Door(client, page, token, UUID.randomUUID() + ""), setup, answering);
        peer.connect();
        return peer;
    }

    /// Opens a socket and says who it is; waits until it is welcome.
    private void connect() {
        WebSocket opened =
                door.client()
                        .newWebSocketBuilder()
                        .header("Origin", door.page())
                        .buildAsync(
                                URI.create(door.page().replaceFirst("^http", "ws") + "/agent"),
                                new Listener())
                        .orTimeout(LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                        .join();
        begin(opened);
        ObjectNode hello = message("hello").put("version", 1).put("token", door.token());
        send(hello.put("instance", door.instance()).put("state", "available"));
        JsonNode welcome = await("welcome", LIMIT, _ -> true);
        everyAlive = Duration.ofSeconds(welcome.path("alive-seconds").asLong());
    }

    /// What it showed to be let in.
    public String token() {
        return door.token();
    }

    /// Loses its socket without a word.
    public synchronized void drop() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }

    /// Comes back as the same page; waits until it is welcome.
    public void reconnect() {
        forget();
        connect();
    }

    /// Says whether calls may be offered to its agent.
    ///
    /// @param state `available` or `away`
    public void wish(String state) {
        send(message("presence").put("state", state));
    }

    /// Says that it is awake.
    public void alive() {
        send(message("alive").put("microphone", "ready"));
        saidNanos = System.nanoTime();
    }

    /// When it has to say so again, if it does not answer a ping before.
    ///
    /// @param hurry how many times as often as it is asked to
    public long aliveDueNanos(int hurry) {
        return saidNanos + everyAlive.toNanos() / hurry;
    }

    private synchronized void begin(WebSocket opened) {
        socket = opened;
    }

    private static String token(HttpClient client, String page, String name, String password) {
        ObjectNode body = JSON.createObjectNode().put("name", name).put("password", password);
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(page + "/api/token"))
                        .timeout(LIMIT)
                        .header("Content-Type", "application/json")
                        .header("Origin", page)
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build();
        try {
            HttpResponse<String> response =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(name + " may not sign in: " + response.body());
            }
            return JSON.readTree(response.body()).path("token").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode message(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    /// Messages leave one after the other, as the client demands.
    private synchronized void send(ObjectNode message) {
        WebSocket open = socket;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        sent = sent.handle((_, _) -> true).thenCompose(_ -> open.sendText(message + "", true));
    }

    private final class Listener implements WebSocket.Listener {
        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                String whole = text.toString();
                text.setLength(0);
                onMessage(whole);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String why) {
            closeCode.set(code);
            return null;
        }
    }

    private void onMessage(String whole) {
        JsonNode message;
        try {
            message = JSON.readTree(whole);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        switch (message.path("type").asText()) {
            case "ping" -> {
                send(message("pong").put("n", message.path("n").asLong()));
                saidNanos = System.nanoTime();
            }
            case "incoming" -> {
                messages.add(message);
                send(message("ringing").put("call", message.path("call").asText()));
                if (answering) {
                    accept(message.path("call").asText());
                }
            }
            case "accepted" -> {
                messages.add(message);
                media().onAnswer(WebAnswer.of(message.path("sdp").asText()));
            }
            case "reanswered" -> {
                messages.add(message);
                media().onAnswer(WebAnswer.of(message.path("sdp").asText()));
            }
            case "ended" -> {
                messages.add(message);
                stopMedia();
            }
            default -> messages.add(message);
        }
    }

    /// All messages so far but heartbeats.
    public List<JsonNode> messages() {
        return List.copyOf(messages);
    }

    /// Forgets the messages of calls that are over.
    public void forget() {
        messages.clear();
    }

    /// Waits for a message.
    public JsonNode await(String type, Duration limit, Predicate<JsonNode> wanted) {
        Predicate<JsonNode> matches = m -> m.path("type").asText().equals(type) && wanted.test(m);
        if (!Await.within(limit, () -> messages.stream().anyMatch(matches))) {
            throw new IllegalStateException("no '" + type + "' among " + messages);
        }
        return messages.stream().filter(matches).findFirst().orElseThrow();
    }

    /// Waits until a call rings.
    ///
    /// @return its id
    public String awaitIncoming(Duration limit) {
        return await("incoming", limit, _ -> true).path("call").asText();
    }

    /// Answers with an offer of its own.
    public void accept(String call) {
        var fresh = new WebMedia(setup);
        media = fresh;
        send(message("accept").put("call", call).put("sdp", fresh.offer()));
    }

    /// Takes a call here that another page of the same agent holds.
    public void pull(String call, Duration limit) {
        send(message("pull").put("call", call));
        await("resumed", limit, m -> m.path("call").asText().equals(call));
        var fresh = new WebMedia(setup);
        media = fresh;
        send(
                message("reoffer")
                        .put("call", call)
                        .put("request", UUID.randomUUID() + "")
                        .put("sdp", fresh.offer()));
    }

    /// Calls somebody.
    ///
    /// @return the id of the call
    public String dial(String to, Duration limit) {
        var fresh = new WebMedia(setup);
        media = fresh;
        String request = UUID.randomUUID() + "";
        send(message("dial").put("request", request).put("to", to).put("sdp", fresh.offer()));
        return await("dialled", limit, m -> m.path("request").asText().equals(request))
                .path("call")
                .asText();
    }

    /// Waits until the gateway closes its socket.
    ///
    /// @return the code that it closed it with (RFC 6455 §7.4)
    public int awaitClosed(Duration limit) {
        Await.until("the gateway closes a socket", limit, () -> closeCode.get() != 0);
        return closeCode.get();
    }

    public void hangUp(String call) {
        send(message("hangup").put("call", call));
    }

    /// Notes something about a call; waits until it is kept.
    public void note(String call, String text, Duration limit) {
        send(message("note").put("call", call).put("text", text));
        await("noted", limit, m -> m.path("call").asText().equals(call));
    }

    /// Says how a call sounds; waits for what the gateway says.
    public void measured(String call, int lossPermille, int mosHundredths, Duration limit) {
        send(
                message("quality")
                        .put("call", call)
                        .put("loss-permille", lossPermille)
                        .put("mos-hundredths", mosHundredths));
        await("quality", limit, m -> m.path("call").asText().equals(call));
    }

    /// Says how long its browser holds audio back; waits for what the gateway says.
    public void buffers(String call, int millis, Duration limit) {
        send(message("quality").put("call", call).put("buffer-millis", millis));
        await("quality", limit, m -> m.path("call").asText().equals(call));
    }

    /// Leads the other side of a call on.
    ///
    /// @param how `transfer` or `consult`
    public void lead(String how, String call, String to) {
        send(message(how).put("call", call).put("to", to));
    }

    /// Ends what [#lead] began.
    ///
    /// @param how `complete` or `cancel`
    public void decide(String how, String call) {
        send(message(how).put("call", call));
    }

    /// Waits until a transfer has come so far.
    public JsonNode awaitTransfer(String state, Duration limit) {
        return await("transfer", limit, m -> m.path("state").asText().equals(state));
    }

    public void decline(String call) {
        send(message("decline").put("call", call));
    }

    /// The media of its call.
    public WebMedia media() {
        WebMedia now = media;
        if (now == null) {
            throw new IllegalStateException("no call was accepted");
        }
        return now;
    }

    /// Waits until media flows.
    public WebMedia awaitMedia(Duration limit) {
        Await.until(
                "media of a web peer",
                limit,
                () -> {
                    WebMedia now = media;
                    return now != null && now.state() == WebMedia.State.CONNECTED;
                });
        return media();
    }

    private void stopMedia() {
        WebMedia now = media;
        if (now != null) {
            now.close();
        }
    }

    @Override
    public synchronized void close() {
        stopMedia();
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }
}
