package offhook.cli;

import java.io.IOException;
import java.util.List;
import offhook.ops.ProbeReport;
import picocli.CommandLine.Command;

/// `offhook probe`: has the running gateway call itself.
@Command(
        name = "probe",
        description = {
            "Has the running gateway call itself: by SIP, and as a browser at the other end.",
            "Exit code 1: one end did not hear the other; the stage that failed is told."
        })
final class ProbeCommand extends GatewayCommand {

    @Override
    int run(RunningGateway gateway) throws IOException {
        ProbeReport report = gateway.gateway().probe();
        print(
                report,
                List.of(
                        report.succeeded()
                                ? "ok: " + report.text()
                                : "failed at " + report.stage() + ": " + report.text()));
        return report.succeeded() ? 0 : EXIT_TROUBLE;
    }
}
