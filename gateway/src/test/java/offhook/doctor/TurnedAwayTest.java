package offhook.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import offhook.call.CallId;
import offhook.call.EndCause;
import offhook.call.TurnedAway;
import offhook.config.DoctorConfig;
import org.testng.annotations.Test;

/// What is told of calls that never began.
public class TurnedAwayTest {

    private static TurnedAway call(String caller) {
        return TurnedAway.of("pbx", caller, "200", "trunk-full", 503, "");
    }

    private static List<String> callers(JsonNode last) {
        List<String> callers = new ArrayList<>();
        last.forEach(each -> callers.add(each.get("from").asText()));
        return callers;
    }

    @Test
    public void whyIsSaidAndHowManyMore() {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        TurnedAway call = call("5551000");
        ward.turnAway(call, 312);

        JsonNode story = ward.story(call.id());
        assertThat(story.get("state").asText()).isEqualTo("turned-away");
        assertThat(story.get("trunk").asText()).isEqualTo("pbx");
        assertThat(story.get("direction").asText()).isEqualTo("in");
        assertThat(story.get("cause").get("sip-code").asInt()).isEqualTo(503);
        assertThat(story.get("verdict").get("level").asText()).isEqualTo("failed");
        assertThat(story.get("verdict").get("text").asText())
                .isEqualTo(
                        "turned away: the trunk's limit of calls is reached (503, Q.850 41); 312 more just"
                                + " before it");
        assertThat(story.get("findings").get(0).get("rule").asText()).isEqualTo("turned-away");
    }

    /// A flood of them takes no story of a call that began, and hides none in a list.
    @Test
    public void aFloodTakesNoRoomOfOtherCalls() {
        Ward ward = new Ward(new DoctorConfig(40, 16));
        List<CallId> begun = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            CallId id = ward.call();
            begun.add(id);
            ward.end(id, EndCause.cancelled(), false);
        }
        for (int i = 0; i < 1000; i++) {
            ward.turnAway(call("flood-" + i), 0);
        }

        assertThat(begun).allSatisfy(id -> assertThat(ward.story(id)).isNotNull());
        assertThat(callers(ward.last(8)))
                .containsExactly(
                        "flood-999",
                        "flood-998",
                        "5551000",
                        "5551000",
                        "5551000",
                        "5551000",
                        "5551000",
                        "5551000");
        assertThat(callers(ward.last(100)).stream().filter(each -> each.startsWith("flood")))
                .containsExactly("flood-999", "flood-998", "flood-997", "flood-996");
    }

    @Test
    public void theyStandInTheListWhereTheyBelong() {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        ward.turnAway(call("before"), 0);
        for (int i = 0; i < 4; i++) {
            ward.end(ward.call(), EndCause.cancelled(), false);
        }

        assertThat(callers(ward.last(5)))
                .containsExactly("5551000", "5551000", "5551000", "5551000", "before");
        assertThat(callers(ward.last(1))).containsExactly("5551000");
    }
}
