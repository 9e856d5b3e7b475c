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
    public void withoutRowsThereAreOnlyTheWords() {
        assertThat(new Table("ID").lines("no calls")).containsExactly("no calls");
    }

    @Test
    public void whatACallerIsCalledDoesNotSteerTheTerminal() {
        Table table = new Table("CALLER");
        table.add("\u001b[2Jroot\r\n$");

        assertThat(table.lines("none").getLast()).isEqualTo("?[2Jroot??$");
    }

    @Test
    public void aRowHasAsManyCellsAsThereAreColumns() {
        assertThatThrownBy(() -> new Table("ID").add("1", "2"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
