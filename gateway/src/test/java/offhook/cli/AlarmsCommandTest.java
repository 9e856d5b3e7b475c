package offhook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import offhook.ops.GatewayMXBean.ActiveAlarm;
import org.testng.annotations.Test;

public class AlarmsCommandTest {

    @Test
    public void whatToDoStandsBelowEachAlarm() {
        List<ActiveAlarm> alarms =
                List.of(alarm("trunk-down", "Mend it."), alarm("ports", "Widen it.\u001b"));

        assertThat(AlarmsCommand.lines(List.of("HEADING", "first", "second"), alarms))
                .containsExactly("HEADING", "first", "  -> Mend it.", "second", "  -> Widen it.?");
        assertThat(AlarmsCommand.lines(List.of("no alarms"), List.of()))
                .containsExactly("no alarms");
    }

    private static ActiveAlarm alarm(String kind, String remedy) {
        return new ActiveAlarm(kind, "", "warning", "text", remedy, "2026-01-01T00:00:00Z");
    }
}
