package offhook.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import offhook.cdr.RecordFilter;
import picocli.CommandLine.Option;

/// The options that say which call records are wanted.
final class RecordChoice {

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "calls that began then or later: 2026-03-01, or 2026-03-01T08:00:00Z")
    private Optional<String> since = Optional.empty();

    @Option(names = "--until", paramLabel = "TIME", description = "calls that began before then")
    private Optional<String> until = Optional.empty();

    @Option(
            names = "--trunk",
            paramLabel = "NAME",
            description =
                    "calls that came from it or went out by it, not those that had gone out by"
                            + " another one before a transfer led them to it; web: from agents")
    private Optional<String> trunk = Optional.empty();

    @Option(
            names = "--agent",
            paramLabel = "NAME",
            description = "calls that this agent made, or that were last offered to it")
    private Optional<String> agent = Optional.empty();

    @Option(names = "--queue", paramLabel = "NAME", description = "calls that waited there last")
    private Optional<String> queue = Optional.empty();

    @Option(names = "--direction", paramLabel = "WAY", description = "in, out, internal or transit")
    private Optional<String> direction = Optional.empty();

    @Option(
            names = "--result",
            paramLabel = "RESULT",
            description =
                    "answered, abandoned, refused, failed, turned-away, or open: not over yet")
    private Optional<String> result = Optional.empty();

    @Option(names = "--reason", paramLabel = "KEY", description = "such as hang-up or no-answer")
    private Optional<String> reason = Optional.empty();

    @Option(
            names = "--number",
            paramLabel = "PART",
            description = "calls from or to a number that this is a part of")
    private Optional<String> number = Optional.empty();

    @Option(
            names = "--talked",
            paramLabel = "SECONDS",
            description = "calls that were talked in for so long, or longer")
    private Optional<String> talked = Optional.empty();

    @Option(
            names = "--mos-below",
            paramLabel = "MOS",
            description = "calls that somebody heard worse: 3.6")
    private Optional<String> mosBelow = Optional.empty();

    @Option(
            names = "--verdict",
            paramLabel = "LEVEL",
            description = "good, fair, bad, failed or unknown")
    private Optional<String> verdict = Optional.empty();

    /// What was chosen.
    ///
    /// @throws IllegalArgumentException when an option cannot be understood, saying which and why
    RecordFilter filter() {
        Map<String, String> said = new LinkedHashMap<>();
        since.ifPresent(text -> said.put("since", text));
        until.ifPresent(text -> said.put("until", text));
        trunk.ifPresent(text -> said.put("trunk", text));
        agent.ifPresent(text -> said.put("agent", text));
        queue.ifPresent(text -> said.put("queue", text));
        direction.ifPresent(text -> said.put("direction", text));
        result.ifPresent(text -> said.put("result", text));
        reason.ifPresent(text -> said.put("reason", text));
        number.ifPresent(text -> said.put("number", text));
        talked.ifPresent(text -> said.put("talked", text));
        mosBelow.ifPresent(text -> said.put("mos-below", text));
        verdict.ifPresent(text -> said.put("verdict", text));
        return RecordFilter.of(said);
    }
}
