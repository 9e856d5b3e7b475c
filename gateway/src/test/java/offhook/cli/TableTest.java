package offhook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.testng.annotations.Test;

public class TableTest {

    @Test
    public void columnsAreAsWideAsTheirWidestCell() {
        Table table = new Table("ID", "STATE");
        table.add("1234", "active");
        table.add(5, "ringing");

        assertThat(table.lines("none"))
                .containsExactly("ID    STATE", "1234  active", "5     ringing");
    }

    @Test
    public void figuresStandToTheRightAndAreRounded() {
        Table table = new Table("LOOP", "LATE MS", "REFUSES");
        table.add("0", 10.155766, false);
        table.add("1", "", true);

        assertThat(table.lines("none"))
                .containsExactly(
                        "LOOP  LATE MS  REFUSES", "0        10.2  no", "1              yes");
    }

    /// Combining marks take no place, East Asian letters and emoji two.
    @Test
    public void namesOfAllScriptsKeepTheColumns() {
        Table table = new Table("NAME", "N");
        table.add("Rene\u0301e", "x");
        table.add("\u5c71\u7530", "y");
        table.add("\ud83d\udcde", "z");

        assertThat(table.lines("none"))
                .containsExactly(
                        "NAME   N", "Rene\u0301e  x", "\u5c71\u7530   y", "\ud83d\udcde     z");
    }

    @Test
    public void withoutRowsThereAreOnlyTheWords() {
        assertThat(new Table("ID").lines("no calls")).containsExactly("no calls");
    }

    @Test
    public void whatACallerIsCalledDoesNotSteerTheTerminal() {
        Table table = new Table("CALLER");
        table.add("\u001b[2Jroot\r\n$\u009b2J\u202e\u2066");

        assertThat(table.lines("none").getLast()).isEqualTo("?[2Jroot??$?2J??");
    }

    @Test
    public void aRowHasAsManyCellsAsThereAreColumns() {
        assertThatThrownBy(() -> new Table("ID").add("1", "2"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
