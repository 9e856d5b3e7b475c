package offhook.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/// What is wrong with a text that is no YAML, as whoever wrote it would say it: the parser speaks
/// of its own tokens.
///
/// @param at where it is wrong
/// @param text what is wrong, and what to do
record YamlWords(Optional<Mark> at, String text) {

    private static final Pattern ALIAS = Pattern.compile("found undefined alias (\\S+)");
    private static final Pattern CANNOT_START =
            Pattern.compile("found character '?(.)'?.* that cannot start any token.*");

    static YamlWords of(MarkedYamlEngineException failure) {
        String problem = failure.getProblem();
        Optional<Mark> at = failure.getProblemMark();
        Optional<Mark> began = failure.getContextMark();
        Matcher alias = ALIAS.matcher(problem);
        Matcher character = CANNOT_START.matcher(problem);
        if (problem.contains("(TAB)")) {
            return new YamlWords(at, "a tab stands here: indent with spaces only");
        }
        if (alias.matches()) {
            return new YamlWords(
                    at,
                    "'*' before '%s' has a meaning of its own in YAML: put the text into quotes"
                            .formatted(alias.group(1)));
        }
        if (character.matches()) {
            return new YamlWords(
                    at, "a text that begins with '" + character.group(1) + "' needs quotes");
        }
        if (failure.getContext() != null && failure.getContext().contains("quoted scalar")) {
            return new YamlWords(began, "the quotation mark here is not closed");
        }
        if (problem.startsWith("mapping values are not allowed")) {
            return new YamlWords(
                    at,
                    "a ':' where no key can stand: is this line, or the one before, indented as"
                            + " its neighbours are, and does a space follow each ':'? A text with"
                            + " ': ' in it needs quotes");
        }
        if (problem.startsWith("expected <block end>")) {
            return new YamlWords(
                    at,
                    "does not belong to what begins in line %d: indent it as the lines are that it"
                                    .formatted(line(began))
                            + " belongs to; in a list each item begins with '- '");
        }
        if (problem.startsWith("expected ','")) {
            return new YamlWords(
                    at,
                    "the bracket that opens in line %d is not closed, or a comma is missing before"
                                    .formatted(line(began))
                            + " this place");
        }
        if (problem.contains("<stream end>")) {
            return new YamlWords(at, "the file ends within a bracket that opens here or before");
        }
        if (problem.startsWith("could not find expected ':'")) {
            return new YamlWords(began, "a key needs a ':' and a space after it");
        }
        return new YamlWords(at, problem);
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(0) + 1;
    }
}
