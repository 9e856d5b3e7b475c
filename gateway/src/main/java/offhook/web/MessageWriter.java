package offhook.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import offhook.call.CallDetails;
import offhook.call.CallId;
import offhook.call.Diversion;
import offhook.call.EndCause;
import offhook.call.LegQuality;
import offhook.call.Party;
import offhook.call.TransferReport;
import offhook.call.UserToUser;
import offhook.call.Visitor;

/// Writes a [ServerMessage] as the text of a frame.
final class MessageWriter {

    private static final JsonFactory FACTORY = JsonFactory.builder().build();

    private MessageWriter() {}

    static String write(ServerMessage message) {
        return object(json -> fields(json, message));
    }

    /// The text of an object whose fields are written by `body`.
    static String object(Body body) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory cannot fail", e);
        }
        return text.toString();
    }

    /// Writes the fields of an object.
    @FunctionalInterface
    interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private static void quality(JsonGenerator json, LegQuality quality) throws IOException {
        json.writeStringField(
                "audio", quality.audio().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        json.writeStringField("codec-in", quality.codecIn());
        json.writeStringField("codec-out", quality.codecOut());
        figure(json, "rtt-millis", quality.roundTripMillis());
        figure(json, "in-jitter-millis", quality.inbound().jitterMillis());
        figure(json, "in-loss-percent", quality.inbound().lossPercent());
        figure(json, "in-mos", quality.inbound().opinion().mos());
        figure(json, "out-jitter-millis", quality.outbound().peerJitterMillis());
        figure(json, "out-loss-percent", quality.outbound().peerLossPercent());
        figure(json, "out-mos", quality.outbound().opinion().mos());
        figure(json, "buffer-millis", quality.inbound().bufferMillis());
    }

    /// What nobody has measured is left out.
    private static void figure(JsonGenerator json, String key, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumberField(key, Math.round(value * 100) / 100.0);
        }
    }

    private static void fields(JsonGenerator json, ServerMessage message) throws IOException {
        switch (message) {
            case ServerMessage.Welcome m -> {
                json.writeStringField("type", "welcome");
                json.writeNumberField("version", MessageReader.VERSION);
                json.writeStringField("agent", m.agent());
                json.writeStringField("display-name", m.displayName());
                json.writeStringField("state", m.state().key());
                json.writeNumberField("heartbeat-seconds", m.heartbeatSeconds());
                json.writeNumberField("alive-seconds", m.aliveSeconds());
                texts(json, "calls", m.calls().stream().map(CallId::value).toList());
                json.writeStringField("resume", m.resume());
                if (m.turn().isPresent()) {
                    iceServers(json, m.turn().get());
                }
            }
            case ServerMessage.IceServers m -> {
                json.writeStringField("type", "ice-servers");
                iceServers(json, m.turn());
            }
            case ServerMessage.Resumed m -> resumed(json, m);
            case ServerMessage.Reanswered m -> {
                ofCall(json, "reanswered", m.call());
                json.writeStringField("request", m.request());
                json.writeStringField("sdp", m.sdp());
            }
            case ServerMessage.ReofferRefused m -> {
                ofCall(json, "error", m.call());
                json.writeStringField("request", m.request());
                error(json, m.error());
            }
            case ServerMessage.Elsewhere m -> {
                json.writeStringField("type", "elsewhere");
                json.writeArrayFieldStart("calls");
                for (ServerMessage.Elsewhere.Held held : m.calls()) {
                    json.writeStartObject();
                    json.writeStringField("call", held.call().value());
                    json.writeStringField(
                            "direction", held.from().isPresent() ? "incoming" : "outgoing");
                    if (held.from().isPresent()) {
                        party(json, "from", held.from().get());
                    }
                    json.writeStringField("to", held.to());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            case ServerMessage.Token m -> {
                json.writeStringField("type", "token");
                json.writeStringField("state", m.renewed() ? "renewed" : "expiring");
                json.writeNumberField("expires-in", m.expiresInSeconds());
            }
            case ServerMessage.PresenceChanged m -> {
                json.writeStringField("type", "presence");
                json.writeStringField("state", m.state().key());
                if (!m.reason().isEmpty()) {
                    json.writeStringField("reason", m.reason());
                }
            }
            case ServerMessage.Draining m -> {
                json.writeStringField("type", "draining");
                json.writeBooleanField("draining", m.draining());
            }
            case ServerMessage.Incoming m -> {
                ofCall(json, "incoming", m.call());
                incoming(json, m);
            }
            case ServerMessage.Dialled m -> {
                ofCall(json, "dialled", m.call());
                json.writeStringField("request", m.request());
            }
            case ServerMessage.DialRefused m -> {
                json.writeStringField("type", "error");
                json.writeStringField("request", m.request());
                error(json, m.error());
            }
            case ServerMessage.Ringing m -> ofCall(json, "ringing", m.call());
            case ServerMessage.Progress m -> ofCall(json, "progress", m.call());
            case ServerMessage.Accepted m -> {
                ofCall(json, "accepted", m.call());
                json.writeStringField("sdp", m.sdp());
            }
            case ServerMessage.Connected m -> {
                ofCall(json, "connected", m.call());
                headers(json, m.headers());
            }
            case ServerMessage.Hold m -> {
                ofCall(json, "hold", m.call());
                json.writeBooleanField("mine", m.mine());
                json.writeBooleanField("theirs", m.theirs());
            }
            case ServerMessage.Transfer m -> {
                ofCall(json, "transfer", m.call());
                transfer(json, m.report());
            }
            case ServerMessage.TalksTo m -> {
                ofCall(json, "party", m.call());
                party(json, "party", m.party());
            }
            case ServerMessage.Digit m -> {
                ofCall(json, "digit", m.call());
                json.writeStringField("digit", String.valueOf(m.digit()));
            }
            case ServerMessage.Noted m -> ofCall(json, "noted", m.call());
            case ServerMessage.Quality m -> {
                ofCall(json, "quality", m.call());
                quality(json, m.quality());
            }
            case ServerMessage.Ended m -> {
                ofCall(json, "ended", m.call());
                json.writeObjectFieldStart("cause");
                cause(json, m.cause(), EndTexts.text(m.cause(), m.seat()));
                json.writeEndObject();
                headers(json, m.cause().headers());
            }
            case ServerMessage.Refused m -> {
                json.writeStringField("type", "error");
                if (m.call().isPresent()) {
                    json.writeStringField("call", m.call().get().value());
                }
                error(json, m.error());
            }
            case ServerMessage.Ping m -> {
                json.writeStringField("type", "ping");
                json.writeNumberField("n", m.n());
            }
            case ServerMessage.Pong m -> {
                json.writeStringField("type", "pong");
                json.writeNumberField("n", m.n());
            }
        }
    }

    /// As `RTCConfiguration.iceServers` takes them (W3C WebRTC §4.2.4).
    private static void iceServers(JsonGenerator json, TurnCredentials.Server turn)
            throws IOException {
        json.writeArrayFieldStart("ice-servers");
        json.writeStartObject();
        texts(json, "urls", turn.urls());
        json.writeStringField("username", turn.username());
        json.writeStringField("credential", turn.credential());
        json.writeEndObject();
        json.writeEndArray();
    }

    private static void ofCall(JsonGenerator json, String type, CallId call) throws IOException {
        json.writeStringField("type", type);
        json.writeStringField("call", call.value());
    }

    private static void incoming(JsonGenerator json, ServerMessage.Incoming m) throws IOException {
        caller(json, m.from(), m.details());
        json.writeStringField("to", m.to());
        json.writeStringField("source", m.source());
        details(json, m.details());
    }

    private static void resumed(JsonGenerator json, ServerMessage.Resumed m) throws IOException {
        ofCall(json, "resumed", m.call());
        json.writeStringField("direction", m.incoming().isPresent() ? "incoming" : "outgoing");
        if (m.incoming().isPresent()) {
            incoming(json, m.incoming().get());
        } else {
            json.writeStringField("to", m.dialled());
        }
        CallSheet.Standing standing = m.standing();
        json.writeStringField("state", standing.progress().key());
        json.writeNumberField("seconds", standing.seconds());
        json.writeBooleanField("mine", standing.mine());
        json.writeBooleanField("theirs", standing.theirs());
        json.writeStringField("digits", standing.digits());
        if (standing.party().isPresent()) {
            party(json, "party", standing.party().get());
        }
        if (standing.transfer().isPresent()) {
            CallSheet.Running transfer = standing.transfer().get();
            json.writeObjectFieldStart("transfer");
            json.writeStringField("to", transfer.to());
            json.writeBooleanField("consult", transfer.consult());
            transfer(json, transfer.report());
            json.writeEndObject();
        }
    }

    private static void caller(JsonGenerator json, Party caller, CallDetails details)
            throws IOException {
        json.writeObjectFieldStart("from");
        json.writeStringField("number", caller.number());
        json.writeStringField("name", caller.displayName());
        if (details.withheld()) {
            json.writeBooleanField("withheld", true);
        }
        switch (details.verification()) {
            case UNKNOWN -> {}
            case PASSED -> json.writeBooleanField("verified", true);
            case FAILED -> json.writeBooleanField("verified", false);
        }
        json.writeEndObject();
    }

    /// What is not there is not written.
    private static void details(JsonGenerator json, CallDetails details) throws IOException {
        if (!details.diversions().isEmpty()) {
            json.writeArrayFieldStart("diversions");
            for (Diversion diversion : details.diversions()) {
                json.writeStartObject();
                json.writeStringField("number", diversion.from().number());
                json.writeStringField("name", diversion.from().displayName());
                json.writeStringField("reason", diversion.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        if (details.userToUser().isPresent()) {
            UserToUser information = details.userToUser().get();
            json.writeObjectFieldStart("user-to-user");
            json.writeStringField("data", information.data());
            json.writeStringField("encoding", information.encoding());
            json.writeStringField("content", information.content());
            json.writeStringField("purpose", information.purpose());
            json.writeStringField("text", information.text());
            json.writeEndObject();
        }
        headers(json, details.headers());
        if (details.visitor().isPresent()) {
            Visitor visitor = details.visitor().get();
            json.writeObjectFieldStart("visitor");
            json.writeStringField("site", visitor.site());
            json.writeObjectFieldStart("fields");
            for (Map.Entry<String, String> field : visitor.fields().entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private static void headers(JsonGenerator json, Map<String, String> headers)
            throws IOException {
        if (!headers.isEmpty()) {
            json.writeObjectFieldStart("headers");
            for (Map.Entry<String, String> header : headers.entrySet()) {
                json.writeStringField(header.getKey(), header.getValue());
            }
            json.writeEndObject();
        }
    }

    private static void party(JsonGenerator json, String key, Party party) throws IOException {
        json.writeObjectFieldStart(key);
        json.writeStringField("number", party.number());
        json.writeStringField("name", party.displayName());
        json.writeEndObject();
    }

    private static void transfer(JsonGenerator json, TransferReport report) throws IOException {
        switch (report) {
            case TransferReport.Trying _ -> json.writeStringField("state", "trying");
            case TransferReport.Ringing _ -> json.writeStringField("state", "ringing");
            case TransferReport.Consulting _ -> json.writeStringField("state", "consulting");
            case TransferReport.Done _ -> json.writeStringField("state", "done");
            case TransferReport.Failed(EndCause cause) -> cameToNothing(json, "failed", cause);
            case TransferReport.Refused(EndCause cause) -> cameToNothing(json, "refused", cause);
        }
    }

    private static void cameToNothing(JsonGenerator json, String state, EndCause cause)
            throws IOException {
        json.writeStringField("state", state);
        json.writeObjectFieldStart("cause");
        cause(json, cause, EndTexts.ofTransfer(cause));
        json.writeEndObject();
    }

    private static void cause(JsonGenerator json, EndCause cause, String text) throws IOException {
        json.writeStringField("by", cause.by().name().toLowerCase(Locale.ROOT));
        json.writeStringField("reason", cause.reason());
        json.writeNumberField("sip", cause.sipCode());
        json.writeNumberField("q850", cause.q850Cause());
        json.writeStringField("text", text);
    }

    /// The fields of an error object, also for the answers of `POST /api/token`.
    static void error(JsonGenerator json, WebError.ErrorObject error) throws IOException {
        json.writeNumberField("code", error.code());
        json.writeStringField("name", error.name());
        json.writeStringField("message", error.message());
        texts(json, "causes", error.causes());
        texts(json, "solutions", error.solutions());
    }

    private static void texts(JsonGenerator json, String key, List<String> texts)
            throws IOException {
        json.writeArrayFieldStart(key);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }
}
