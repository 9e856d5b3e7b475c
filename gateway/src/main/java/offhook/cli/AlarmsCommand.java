package offhook.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import offhook.ops.GatewayMXBean.ActiveAlarm;
import picocli.CommandLine.Command;

/// `offhook alarms`.
@Command(
        name = "alarms",
        description = {
            "Lists the alarms that last, and says what to do about each;",
            "exit code 1 when there are any."
        })
final class AlarmsCommand extends GatewayCommand {

    @Override
    int run(RunningGateway gateway) throws IOException {
        List<ActiveAlarm> alarms = gateway.gateway().getAlarms();
        Table table = new Table("SINCE", "SEVERITY", "KIND", "SUBJECT", "WHAT");
        alarms.forEach(a ->
                table.add(Table.second(a.since()), a.severity(), a.kind(), a.subject(), a.text()));
        print(Json.object("alarms", alarms), lines(table.lines("no alarms"), alarms));
        return alarms.isEmpty() ? 0 : EXIT_TROUBLE;
    }

    /// What to do stands below what is wrong, as sentences fit no column.
    static List<String> lines(List<String> table, List<ActiveAlarm> alarms) {
        List<String> lines = new ArrayList<>(table);
        for (int i = alarms.size(); i > 0; i--) {
            lines.add(i + 1, "  -> " + Table.plain(alarms.get(i - 1).remedy()));
        }
        return lines;
    }
}
