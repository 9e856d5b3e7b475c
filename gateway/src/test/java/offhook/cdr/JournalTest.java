package offhook.cdr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// The file that records wait in.
public class JournalTest {

    private Path file;

    @BeforeMethod
    public void makeFolder() throws IOException {
        file = Files.createTempDirectory("journal").resolve("journal.jsonl");
    }

    @Test
    public void linesComeBackInOrderUntilTheyAreTaken() throws IOException {
        try (Journal journal = Journal.open(file)) {
            journal.append(List.of("a", "b"));
            journal.append(List.of("c"));

            assertThat(journal.next().lines()).containsExactly("a", "b", "c");
            journal.take(journal.next());

            assertThat(journal.isEmpty()).isTrue();
            assertThat(journal.next().lines()).isEmpty();
            assertThat(Files.size(file)).isZero();
        }
    }

    @Test
    public void whatWasNotTakenIsThereAfterARestart() throws IOException {
        try (Journal journal = Journal.open(file)) {
            journal.append(List.of("kept"));
        }

        try (Journal journal = Journal.open(file)) {
            assertThat(journal.next().lines()).containsExactly("kept");
        }
    }

    @Test
    public void aLineThatWasCutOffByTheEndOfTheProcessGoesAndNoOther() throws IOException {
        Files.writeString(file, "whole\n{\"ent");

        try (Journal journal = Journal.open(file)) {
            journal.append(List.of("next"));

            assertThat(journal.next().lines()).containsExactly("whole", "next");
        }
    }

    @Test
    public void moreThanOneReadOfLinesLosesNone() throws IOException {
        List<String> lines =
                IntStream.range(0, 20_000).mapToObj(i -> "line " + i + "x".repeat(i % 90)).toList();
        List<String> read = new ArrayList<>();
        try (Journal journal = Journal.open(file)) {
            journal.append(lines);
            while (!journal.isEmpty()) {
                Journal.Lines next = journal.next();
                read.addAll(next.lines());
                journal.take(next);
            }
        }

        assertThat(read).isEqualTo(lines);
    }

    @Test
    public void aLineLongerThanARead() throws IOException {
        String longLine = "y".repeat(700_000);
        try (Journal journal = Journal.open(file)) {
            journal.append(List.of(longLine, "short"));

            assertThat(journal.next().lines()).startsWith(longLine);
        }
    }
}
