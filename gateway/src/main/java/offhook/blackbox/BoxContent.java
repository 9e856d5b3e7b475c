package offhook.blackbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import offhook.call.CallId;
import offhook.trace.HeaderTape;
import offhook.trace.Redaction;
import offhook.trace.Tape;

/// What is in the black box of one call.
///
/// @param headers of its media packets, as far as they were kept
/// @param story the call as the doctor tells it, JSON; empty when that is forgotten
/// @param gateway what wrote the box, by name
/// @param settings that it runs with, YAML without secrets
record BoxContent(
        CallId call,
        Tape tape,
        HeaderTape headers,
        Optional<String> story,
        ObjectNode gateway,
        String settings) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String READ_ME =
            """
            The black box of one call. Passwords, keys, tokens and pressed digits are removed;
            numbers, names and addresses are not.

            ladder.html   who said what to whom, and each message: open it in a browser
            ladder.svg    the drawing alone
            ladder.txt    the same in characters
            messages.txt  every message, of SIP and of the agent's page
            messages.pcap the messages of SIP as packets, for Wireshark
            rtp.pcap      headers of media packets, without payloads, where they were kept
            sdp.txt       what they describe of media
            call.json     what happened, how it sounded, what was wrong and why
            gateway.json  what wrote this
            settings.yaml the settings it runs with, in the words of gateway.yaml
            """;

    private static final String SETTINGS_HEAD =
            """
            # The settings that the gateway runs with, defaults included, in the words of
            # gateway.yaml, but for these:
            # - ${REMOVED} stands where a secret is, whether it is written there or elsewhere;
            # - what a trunk has from its preset is written out;
            # - paths begin at /, lists of one value may stand as that value, and the other way;
            # - what is missing is not set: conf/gateway.yaml says what that means.
            """;

    /// Writes all of it as a zip archive. The stream stays open.
    void write(OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        Ladder ladder = Ladder.of(tape.messages(), notes());
        add(zip, "README.txt", READ_ME);
        add(zip, "ladder.html", LadderPage.of("Call " + call, ladder, tape.messages()));
        add(zip, "ladder.svg", LadderSvg.of(ladder, false));
        add(zip, "ladder.txt", LadderText.of(ladder));
        add(zip, "messages.txt", MessagesText.of(tape));
        add(zip, "messages.pcap", PacketCapture.of(tape.messages()));
        if (!headers.packets().isEmpty()) {
            add(zip, "rtp.pcap", HeaderFile.of(headers));
        }
        add(zip, "sdp.txt", MessagesText.descriptions(tape));
        if (story.isPresent()) {
            add(zip, "call.json", Redaction.ofText(pretty(story.get())));
        }
        add(zip, "gateway.json", gateway.toPrettyString() + "\n");
        add(zip, "settings.yaml", SETTINGS_HEAD + settings);
        zip.finish();
    }

    private static void add(ZipOutputStream zip, String name, String text) throws IOException {
        add(zip, name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
        zip.closeEntry();
    }

    private static String pretty(String json) throws JsonProcessingException {
        return JSON.readTree(json).toPrettyString() + "\n";
    }

    /// What happened, between the messages.
    private List<Ladder.Note> notes() throws IOException {
        List<Ladder.Note> notes = new ArrayList<>();
        if (story.isPresent()) {
            for (JsonNode event : JSON.readTree(story.get()).path("events")) {
                at(event.path("at").asText())
                        .ifPresent(
                                at -> notes.add(new Ladder.Note(at, event.path("text").asText())));
            }
        }
        return notes;
    }

    private static Optional<Instant> at(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }
}
