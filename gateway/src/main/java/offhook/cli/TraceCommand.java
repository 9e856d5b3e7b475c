package offhook.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import offhook.ops.CallRecordings;
import offhook.ops.GatewayMXBean;
import offhook.ops.GatewayMXBean.ActiveTrace;
import offhook.ops.TrunkMXBean;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `offhook trace`: which messages the log of the gateway shows.
@Command(
        name = "trace",
        description = {
            "Has the gateway write SIP messages, and those of agents' pages, into its log.",
            "Without arguments: says what is traced, and until when. --off ends all traces."
        })
final class TraceCommand extends GatewayCommand {

    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([smh])");

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private What what = new What();

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "how long, as 90s, 10m, 2h; without it 30m. Ends by itself")
    private Optional<String> limit = Optional.empty();

    @Option(
            names = "--rtp-headers",
            description = "and keeps headers of RTP and RTCP for the black box, without payloads")
    private boolean headers;

    /// What is to be traced.
    static final class What {

        @Parameters(
                arity = "1",
                paramLabel = "CALL",
                description = "the messages of a call, those that passed and those to come")
        private Optional<String> call = Optional.empty();

        @Option(
                names = "--trunk",
                paramLabel = "NAME",
                description = "all messages of a trunk, or of an agent's browsers")
        private Optional<String> trunk = Optional.empty();

        @Option(names = "--all", description = "all messages: a lot")
        private boolean all;

        @Option(names = "--off", description = "no messages any more")
        private boolean off;
    }

    @Override
    int run(RunningGateway running) throws IOException {
        GatewayMXBean gateway = running.gateway();
        long seconds = limit.map(TraceCommand::seconds).orElse(CallRecordings.USUAL.toSeconds());
        what.call.ifPresent(id -> gateway.traceFor("call", id, seconds, headers));
        if (what.trunk.isPresent()) {
            List<String> names = names(running);
            if (!names.contains(what.trunk.get())) {
                return unknown("trunk or agent", what.trunk.get(), names);
            }
            gateway.traceFor("trunk", what.trunk.get(), seconds, headers);
        }
        if (what.all) {
            gateway.traceFor("all", "", seconds, headers);
        }
        if (what.off) {
            gateway.stopTraces();
        }
        List<ActiveTrace> traces = gateway.getTraces();
        print(
                Json.object("traces", traces),
                traces.isEmpty()
                        ? List.of("nothing is traced")
                        : traces.stream().map(TraceCommand::line).toList());
        return 0;
    }

    /// Of the trunks, then of the agents.
    private static List<String> names(RunningGateway running) throws IOException {
        return Stream.concat(
                        running.beans("Trunk", TrunkMXBean.class).stream()
                                .map(RunningGateway.Named::name),
                        running.gateway().getAgents().keySet().stream().sorted())
                .toList();
    }

    private static String line(ActiveTrace trace) {
        return "traced: "
                + trace.kind()
                + (trace.name().isEmpty() ? "" : " " + trace.name())
                + " until "
                + trace.until()
                + (trace.headers() ? ", and headers of RTP" : "");
    }

    private static long seconds(String time) {
        Matcher parts = TIME.matcher(time);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "'" + time + "' is no time; write it as 90s, 10m or 2h");
        }
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "h" -> number * 3600;
            case "m" -> number * 60;
            default -> number;
        };
    }
}
