package offhook.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testng.annotations.Test;

/// What long names and notes do to the drawing.
public class LadderSvgTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    private static String drawn(String title, String note) {
        return LadderSvg.of(
                new Ladder(
                        List.of(
                                new Ladder.Column(title, "192.0.2.1:5060"),
                                new Ladder.Column("gateway", "offhook")),
                        List.of(new Ladder.Note(AT, note))),
                true);
    }

    private static int width(String svg) {
        Matcher width = Pattern.compile("<svg [^>]*? width=\"([0-9]+)\"").matcher(svg);
        assertThat(width.find()).isTrue();
        return Integer.parseInt(width.group(1));
    }

    @Test
    public void theDrawingIsAsWideAsItsLongestNote() {
        String brief = drawn("trunk pbx", "it rings");
        String note = "ended by the operator: " + "x".repeat(60);
        String wide = drawn("trunk pbx", note);

        assertThat(wide).contains(">" + note + "<");
        assertThat(width(wide)).isGreaterThan(width(brief) + 250);
    }

    @Test
    public void whatDoesNotFitIsCutAndShownWholeToWhoPointsAtIt() {
        String title = "agent maximiliane.von-und-zu-hohenstein@example.com";
        String svg = drawn(title, "\ud83d\udcde".repeat(200));

        assertThat(svg)
                .contains(">agent maximiliane.von-u…<title>" + title + "</title>")
                .contains(">" + "\ud83d\udcde".repeat(119) + "…<title>");
        assertThat(width(svg)).isLessThan(2_000);
    }
}
