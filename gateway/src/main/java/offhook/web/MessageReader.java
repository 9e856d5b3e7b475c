package offhook.web;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import offhook.call.CallId;
import offhook.sdp.IceCandidate;
import org.jspecify.annotations.Nullable;

/// Turns the text of a frame into a [ClientMessage], or says what is wrong with it.
final class MessageReader {

    static final int MAX_SDP_CHARS = 32_768;
    static final int VERSION = 1;

    static final int MAX_NOTE_CHARS = 1_000;

    private static final int MAX_TOKEN_CHARS = 8_192;
    private static final int MAX_INSTANCE_CHARS = 64;

    /// What JavaScript counts exactly.
    private static final long MAX_NUMBER = 9_007_199_254_740_991L;

    private static final int MAX_DIALLED_CHARS = 64;
    private static final Pattern REQUEST = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern CALL_ID = Pattern.compile("[0-9a-f]{24}");

    /// What idle pages say all the time, in the very letters of our library.
    private static final Map<String, ClientMessage> USUAL =
            Stream.of(ClientMessage.Microphone.values())
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    each ->
                                            "{\"type\":\"alive\",\"microphone\":\"%s\"}"
                                                    .formatted(each.key()),
                                    ClientMessage.Alive::new));

    private static final Pattern USUAL_PONG =
            Pattern.compile("\\{\"type\":\"pong\",\"n\":([1-9][0-9]{0,14})}");

    private MessageReader() {}

    /// A message that idle pages send, if it is one to the letter; null otherwise. It takes no
    /// longer than to compare it.
    static @Nullable ClientMessage usual(String text) {
        ClientMessage alive = USUAL.get(text);
        if (alive != null) {
            return alive;
        }
        Matcher pong = USUAL_PONG.matcher(text);
        return pong.matches() ? new ClientMessage.Pong(Long.parseLong(pong.group(1))) : null;
    }

    static ClientMessage read(String text) throws MessageException {
        ClientMessage usual = usual(text);
        return usual != null ? usual : parse(text);
    }

    private static ClientMessage parse(String text) throws MessageException {
        JsonFields fields = JsonFields.read(text);
        String type = fields.text("type", 32);
        return switch (type) {
            case "hello" -> hello(fields);
            case "token" -> {
                fields.allowOnly(Set.of("type", "token"));
                yield new ClientMessage.Token(fields.text("token", MAX_TOKEN_CHARS));
            }
            case "presence" -> {
                fields.allowOnly(Set.of("type", "state"));
                yield new ClientMessage.Presence(available(fields));
            }
            case "ringing" -> new ClientMessage.Ringing(callOnly(fields));
            case "dial" -> {
                fields.allowOnly(Set.of("type", "request", "to", "sdp", "withheld", "headers"));
                yield new ClientMessage.Dial(
                        request(fields),
                        fields.text("to", MAX_DIALLED_CHARS),
                        fields.text("sdp", MAX_SDP_CHARS),
                        fields.flag("withheld"),
                        fields.texts("headers", DialledHeaders.MAX_FIELDS));
            }
            case "echo" -> {
                fields.allowOnly(Set.of("type", "request", "sdp"));
                yield new ClientMessage.Echo(request(fields), fields.text("sdp", MAX_SDP_CHARS));
            }
            case "accept" -> {
                fields.allowOnly(Set.of("type", "call", "sdp"));
                yield new ClientMessage.Accept(call(fields), fields.text("sdp", MAX_SDP_CHARS));
            }
            case "candidate" -> {
                fields.allowOnly(Set.of("type", "call", "candidate"));
                yield new ClientMessage.Candidate(
                        call(fields), fields.text("candidate", IceCandidate.MAX_CHARS));
            }
            case "reoffer" -> {
                fields.allowOnly(Set.of("type", "call", "request", "sdp"));
                yield new ClientMessage.Reoffer(
                        call(fields), request(fields), fields.text("sdp", MAX_SDP_CHARS));
            }
            case "decline" -> new ClientMessage.Decline(callOnly(fields));
            case "hangup" -> new ClientMessage.HangUp(callOnly(fields));
            case "pull" -> new ClientMessage.Pull(callOnly(fields));
            case "hold" -> new ClientMessage.Hold(callOnly(fields), true);
            case "unhold" -> new ClientMessage.Hold(callOnly(fields), false);
            case "transfer", "consult" -> {
                fields.allowOnly(Set.of("type", "call", "to", "headers"));
                yield new ClientMessage.Transfer(
                        call(fields),
                        fields.text("to", MAX_DIALLED_CHARS),
                        type.equals("consult"),
                        fields.texts("headers", DialledHeaders.MAX_FIELDS));
            }
            case "complete" -> new ClientMessage.Complete(callOnly(fields));
            case "cancel" -> new ClientMessage.Cancel(callOnly(fields));
            case "note" -> {
                fields.allowOnly(Set.of("type", "call", "text"));
                yield new ClientMessage.Note(call(fields), fields.anyText("text", MAX_NOTE_CHARS));
            }
            case "quality" -> QualityReader.quality(fields, call(fields));
            case "warning" -> QualityReader.warning(fields, call(fields));
            case "alive" -> alive(fields);
            case "ping" -> new ClientMessage.Ping(numberOnly(fields));
            case "pong" -> new ClientMessage.Pong(numberOnly(fields));
            default ->
                    throw new MessageException(
                            false, "unknown type '" + JsonFields.shown(type) + "'");
        };
    }

    private static ClientMessage hello(JsonFields fields) throws MessageException {
        fields.allowOnly(Set.of("type", "version", "token", "instance", "state", "resume"));
        if (fields.number("version", MAX_NUMBER) != VERSION) {
            throw new MessageException(false, "'version' must be " + VERSION);
        }
        return new ClientMessage.Hello(
                VERSION,
                fields.text("token", MAX_TOKEN_CHARS),
                fields.text("instance", MAX_INSTANCE_CHARS),
                available(fields),
                fields.has("resume")
                        ? Optional.of(fields.text("resume", MAX_INSTANCE_CHARS))
                        : Optional.empty());
    }

    private static ClientMessage alive(JsonFields fields) throws MessageException {
        fields.allowOnly(Set.of("type", "microphone"));
        String said = fields.text("microphone", 16);
        return Stream.of(ClientMessage.Microphone.values())
                .filter(each -> each.key().equals(said))
                .findFirst()
                .map(ClientMessage.Alive::new)
                .orElseThrow(() ->
                        new MessageException(
                                false,
                                "'microphone' must be 'ready', 'unknown', 'denied' or"
                                        + " 'missing'"));
    }

    private static boolean available(JsonFields fields) throws MessageException {
        return switch (fields.text("state", 16)) {
            case "available" -> true;
            case "away" -> false;
            default -> throw new MessageException(false, "'state' must be 'available' or 'away'");
        };
    }

    private static String request(JsonFields fields) throws MessageException {
        String request = fields.text("request", 64);
        if (!REQUEST.matcher(request).matches()) {
            throw new MessageException(false, "'request' must be of letters, digits, '-' and '_'");
        }
        return request;
    }

    private static CallId callOnly(JsonFields fields) throws MessageException {
        fields.allowOnly(Set.of("type", "call"));
        return call(fields);
    }

    private static CallId call(JsonFields fields) throws MessageException {
        String id = fields.text("call", 64);
        if (!CALL_ID.matcher(id).matches()) {
            throw new MessageException(false, "'call' must be an id the gateway sent");
        }
        return new CallId(id);
    }

    private static long numberOnly(JsonFields fields) throws MessageException {
        fields.allowOnly(Set.of("type", "n"));
        return fields.number("n", MAX_NUMBER);
    }
}
