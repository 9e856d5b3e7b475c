package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.ops.Alarm.Kind;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What is done about alarms is told at the place where they are shown.
public class AlarmRemedyTest {

    private static final Path PAGE = Path.of("docs", "operations.md");
    private static final Pattern LINK = Pattern.compile("\\[([^]]+)]\\([^)]+\\)");

    @DataProvider
    public static Object[][] kinds() {
        return Arrays.stream(Kind.values())
                .map(kind -> new Object[] {kind})
                .toArray(Object[][]::new);
    }

    @Test(dataProvider = "kinds")
    public void pageAndCommandsSayTheSame(Kind kind) throws IOException {
        Matcher row =
                Pattern.compile(
                                "^\\| (?:\\*\\*)?`"
                                        + kind.key()
                                        + "`(?:\\*\\*)? \\|.*\\| (.+) \\|$",
                                Pattern.MULTILINE)
                        .matcher(Files.readString(PAGE));

        assertThat(row.find()).isTrue();
        String plain = LINK.matcher(row.group(1)).replaceAll("$1").replace("`", "");
        assertThat(plain).isEqualTo(AlarmRemedy.ofAll(kind));
    }

    @Test
    public void remedyIsThatOfTheSubject() {
        assertThat(AlarmRemedy.of(Kind.RECORDS, "journal"))
                .startsWith("Make room on the disk of ops.records.folder");
        assertThat(AlarmRemedy.of(Kind.RECORDS, "another"))
                .contains("journal: Make room", "stopped: A defect");
        assertThat(AlarmRemedy.of(Kind.ONE_WAY_AUDIO, "0123456789ab"))
                .startsWith("offhook calls show 0123456789ab says");
    }
}
