package offhook.cdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

    @Test
    public void whatWaitsIsReadWhileTheFileIsLetGoAndGoesNoSecondTime() throws IOException {
        try (Journal journal = Journal.open(file)) {
            journal.append(List.of("one", "two"));
            journal.letGo();
            journal.take(journal.next());

            journal.append(List.of("three"));
            assertThat(journal.next().lines()).containsExactly("three");
        }
        assertThat(Files.readAllLines(file)).containsExactly("three");
    }

    /// As a check of the disk leaves it.
    @Test
    public void whatIsLeftOfAShorterFileComesOnceMore() throws IOException {
        try (Journal journal = Journal.open(file)) {
            journal.append(List.of("one", "two"));
            Journal.Lines two = journal.next();
            journal.append(List.of("three"));
            journal.take(two);
            journal.letGo();
            Files.writeString(file, "one\ntwo\nth");

            journal.append(List.of("four"));
            assertThat(journal.next().lines()).containsExactly("one", "two", "four");
        }
    }

    @Test
    public void aFileThatIsGoneIsNotMadeAnew() throws IOException {
        try (Journal journal = Journal.open(file)) {
            journal.append(List.of("one"));
            journal.letGo();
            Files.delete(file);

            assertThatThrownBy(() -> journal.append(List.of("two")))
                    .isInstanceOf(NoSuchFileException.class);
            assertThat(file).doesNotExist();
        }
    }
}
