package offhook.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.CallEvent;
import offhook.call.CallId;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.config.DoctorConfig;
import org.testng.annotations.Test;

/// The story of a call, from what the call tells.
public class CallDoctorTest {

    private static List<String> texts(JsonNode story) {
        List<String> texts = new ArrayList<>();
        story.get("events").forEach(event -> texts.add(event.get("text").asText()));
        return texts;
    }

    @Test
    public void aCallIsToldWhileItLivesAndAfterItsEnd() throws Exception {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        CallId id = ward.call();
        ward.tell(
                id,
                new CallEvent.Described(
                        new LegId(id, 0),
                        Optional.of(InetAddress.getByName("10.1.33.103")),
                        4000,
                        true));
        ward.second();
        ward.answer(id);
        ward.second();
        ward.tell(id, new CallEvent.Holds(new LegId(id, 1), true));
        ward.second();

        JsonNode living = ward.story(id);
        assertThat(living.get("id").asText()).isEqualTo(id.value());
        assertThat(living.get("direction").asText()).isEqualTo("in");
        assertThat(living.get("from").asText()).isEqualTo("5551000");
        assertThat(living.get("began").asText()).isEqualTo("2026-03-01T14:02:00.250Z");
        assertThat(living.get("answered").asText()).isEqualTo("2026-03-01T14:02:01.250Z");
        assertThat(living.get("ended").isNull()).isTrue();
        assertThat(texts(living))
                .containsExactly(
                        "arrived from trunk pbx for 200",
                        "trunk pbx has its audio at 10.1.33.103:4000",
                        "agent alice is called",
                        "it rings at alice",
                        "answered by alice",
                        "audio of the browser of alice is connected",
                        "the caller and alice are joined",
                        "alice holds the call");

        ward.end(id, EndCause.hangUp(EndCause.By.CALLER), true);
        JsonNode over = ward.story(id);
        assertThat(over.get("state").asText()).isEqualTo("ended");
        assertThat(over.get("ended").asText()).isEqualTo("2026-03-01T14:02:03.250Z");
        assertThat(over.get("cause").get("by").asText()).isEqualTo("caller");
        assertThat(texts(over)).last().isEqualTo("ended by the caller: hang-up");
        assertThat(over.get("events").get(4).get("leg").asInt()).isEqualTo(1);
        assertThat(ward.last(10).get(0).get("id").asText()).isEqualTo(id.value());
    }

    @Test
    public void onlyTheLastCallsAreKept() {
        Ward ward = new Ward(new DoctorConfig(2, 1));
        List<CallId> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            CallId id = ward.call();
            ids.add(id);
            ward.end(id, EndCause.cancelled(), false);
        }

        assertThat(ward.last(10)).hasSize(2);
        assertThat(ward.last(1).get(0).get("id").asText()).isEqualTo(ids.get(2).value());
        assertThat(ward.asked(() -> ward.doctor.story(ids.get(0)).orElse("gone")))
                .isEqualTo("gone");
    }

    @Test
    public void theStoriesTakeNoMoreMemoryThanTheyMay() {
        Ward ward = new Ward(new DoctorConfig(100_000, 1));
        for (int i = 0; i < 2500; i++) {
            ward.end(ward.call(), EndCause.cancelled(), false);
        }

        assertThat(ward.last(100_000).size()).isBetween(500, 2000);
    }

    @Test
    public void aLongCallHasCoarserSteps() {
        Steps steps = new Steps(0, () -> {});
        for (long second = 0; second < 4 * 3600; second++) {
            steps.of(second * Ward.SECOND);
        }

        assertThat(steps.seconds()).isEqualTo(16);
        assertThat(steps.count()).isEqualTo(900);
    }

    @Test
    public void aCoarserPlotKeepsTheWorst() {
        Plot loss = new Plot(10, false);
        loss.note(0, 1);
        loss.note(1, 12.5);
        loss.note(3, 2);
        loss.coarsen();
        com.fasterxml.jackson.databind.node.ArrayNode written =
                com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.arrayNode();
        loss.write(written, 3);

        assertThat(written.toString()).isEqualTo("[12.5,2.0,null]");
    }
}
