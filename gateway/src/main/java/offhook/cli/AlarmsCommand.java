package offhook.cli;

import java.io.IOException;
import java.util.List;
import offhook.ops.GatewayMXBean.ActiveAlarm;
import picocli.CommandLine.Command;

/// `offhook alarms`.
@Command(
        name = "alarms",
        description = "Lists the alarms that last; exit code 1 when there are any.")
final class AlarmsCommand extends GatewayCommand {

    @Override
    int run(RunningGateway gateway) throws IOException {
        List<ActiveAlarm> alarms = gateway.gateway().getAlarms();
        Table table = new Table("SINCE", "SEVERITY", "KIND", "SUBJECT", "WHAT");
        alarms.forEach(a ->
                table.add(Table.second(a.since()), a.severity(), a.kind(), a.subject(), a.text()));
        print(Json.object("alarms", alarms), table.lines("no alarms"));
        return alarms.isEmpty() ? 0 : EXIT_TROUBLE;
    }
}
