package offhook.e2e.ops;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Links of Markdown pages that lead from a folder to nothing in it.
final class DeadLinks {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");

    private DeadLinks() {}

    /// Each as `page: link`, of all pages of a folder and those below it. Places in a page are
    /// those of its headings, as GitHub names them.
    static List<String> in(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .flatMap(page ->
                            LINK.matcher(text(page))
                                    .results()
                                    .map(link -> link.group(1))
                                    .filter(link -> !ELSEWHERE.matcher(link).matches())
                                    .filter(link -> !leads(folder, page, link))
                                    .map(link -> folder.relativize(page) + ": " + link))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean leads(Path folder, Path page, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        return target.startsWith(folder)
                && Files.exists(target)
                && (parts.length == 1 || places(text(target)).anyMatch(parts[1]::equals));
    }

    private static Stream<String> places(String text) {
        return HEADING.matcher(text)
                .results()
                .map((MatchResult heading) -> heading.group(1).strip().toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'));
    }

    private static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
