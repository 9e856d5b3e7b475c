package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// What the black box of a call says of its media, of a trunk's phone and an agent in Chromium.
@Test(groups = {"e2e", "web", "media"})
public class MediaBoxIT {

    private static final Duration LIMIT = CallStand.LIMIT;
    private static final ObjectMapper JSON = new ObjectMapper();

    private CallStand stand;
    private Operations operations;
    private String id;
    private Map<String, byte[]> box;

    /// One call, and its box.
    @BeforeClass
    public void callAndPack() throws IOException {
        stand = CallStand.start(MediaBoxIT.class);
        operations = Operations.of(stand.gateway());
        try (Phone phone = stand.phone()) {
            PhoneCall call = stand.talk(phone, CallOffer.of(G711.PCMA));
            call.hangUp(LIMIT);
        }
        Await.until("the call's story is told", LIMIT, () -> !lastCall().isEmpty());
        id = lastCall();
        box = open((byte[]) operations.invoke("callBox", id, String.class));
    }

    /// The id of the last call that is over; empty: none is.
    private String lastCall() {
        try {
            return JSON.readTree((String) operations.invoke("lastCalls", 1, int.class))
                    .path(0)
                    .path("id")
                    .asText();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (operations != null) {
            operations.close();
        }
        if (stand != null) {
            stand.close();
        }
    }

    private static Map<String, byte[]> open(byte[] zip) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry each = in.getNextEntry(); each != null; each = in.getNextEntry()) {
                entries.put(each.getName(), in.readAllBytes());
            }
        }
        return entries;
    }

    @Test
    public void howTheBrowsersMediaFoundItsWayIsTold() throws IOException {
        JsonNode story = JSON.readTree(box.get("call.json"));
        JsonNode way = story.path("transports").path(0);

        assertThat(way.path("who").asText()).isEqualTo("alice");
        JsonNode ice = way.path("ice");
        JsonNode ours = ice.path("local-candidates").path(0);
        assertThat(ours.path("type").asText()).isEqualTo("host");
        assertThat(ours.path("port").asInt()).isEqualTo(stand.config().mediaPort());
        JsonNode pair = ice.path("selected");
        assertThat(pair.path("local").path("port").asInt()).isEqualTo(stand.config().mediaPort());
        assertThat(pair.path("remote").path("address").asText()).isNotEmpty();
        assertThat(pair.path("remote").path("type").asText()).isIn("host", "prflx");
        String from =
                pair.path("remote").path("address").asText()
                        + ":"
                        + pair.path("remote").path("port").asInt();
        assertThat(ice.path("first-checks"))
                .anyMatch(check -> check.path("from").asText().equals(from));
        assertThat(ice.path("restarts")).isEmpty();

        JsonNode dtls = way.path("dtls");
        assertThat(dtls.path("role").asText()).isEqualTo("server");
        assertThat(dtls.path("version").asText()).isEqualTo("DTLS 1.2");
        assertThat(dtls.path("cipher-suite").asText())
                .isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
        assertThat(dtls.path("srtp-profile").asText()).isEqualTo("AEAD_AES_128_GCM");
        assertThat(dtls.path("fingerprint").asText()).isEqualTo("sha-256");
        Instant checked = at(ice.path("first-checks").path(0));
        assertThat(Instant.parse(dtls.path("began").asText())).isAfterOrEqualTo(checked);
        assertThat(Instant.parse(dtls.path("done").asText()))
                .isAfterOrEqualTo(Instant.parse(dtls.path("began").asText()))
                .isBefore(Instant.parse(story.path("ended").asText()));
        assertThat(new String(box.get("ladder.txt"), StandardCharsets.UTF_8))
                .contains("ICE: the browser of alice chose " + from)
                .contains("DTLS 1.2 with the browser of alice: ");
    }

    private static Instant at(JsonNode check) {
        return Instant.parse(check.path("at").asText());
    }
}
