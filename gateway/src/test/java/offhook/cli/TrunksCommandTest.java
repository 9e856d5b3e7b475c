package offhook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.testng.annotations.Test;

public class TrunksCommandTest {

    @Test
    public void whyATargetWasDownIsShownUntilItIsUp() {
        assertThat(table("down")).contains("OPTIONS: no answer");
        assertThat(table("avoided")).contains("OPTIONS: no answer");
        assertThat(table("up")).contains("up").doesNotContain("OPTIONS");
    }

    private static String table(String state) {
        ObjectNode target =
                Json.object("state", state, "name", "pbx", "last-error", "OPTIONS: no answer");
        target.put("since", "2026-01-01T00:00:00Z").put("address", "a:1").put("transport", "udp");
        return String.join(
                "\n",
                TrunksCommand.table(
                        List.of(Json.object("name", "pbx", "targets", List.of(target)))));
    }
}
