package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import offhook.call.Diversion;
import offhook.call.Party;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class DiversionReaderTest {

    private static Diversion from(String number, String name, String reason) {
        return new Diversion(new Party(number, name), reason);
    }

    @DataProvider
    public Object[][] diverted() {
        return new Object[][] {
            {
                "Diversion: \"Sales\" <sip:+34911@pbx>;reason=no-answer;counter=1",
                List.of(from("+34911", "Sales", "no-answer"))
            },
            {
                "Diversion: <tel:+34911>;reason=\"user-busy\";privacy=off",
                List.of(from("+34911", "", "user-busy"))
            },
            {
                "Diversion: <sip:2@pbx>;reason=no-answer\r\n"
                        + "diversion : <sip:1@pbx>;reason=unconditional",
                List.of(from("1", "", "unconditional"), from("2", "", "no-answer"))
            },
            {
                "Diversion: <sip:2@pbx>;reason=no-answer,\r\n <sip:1@pbx>;reason=away",
                List.of(from("1", "", "away"), from("2", "", "no-answer"))
            },
            {"Diversion: <sip:1@pbx>", List.of(from("1", "", "unknown"))},
            {"Diversion: <sip:1@pbx>;reason=<script>", List.of()},
            {"Diversion: <sip:1@pbx>;reason=\"<script>\"", List.of(from("1", "", "unknown"))},
            {
                "Diversion: \"S\" <sip:1@pbx>;privacy=full;reason=away",
                List.of(from("", "", "away"))
            },
            {"Diversion: \"S\" <sip:1@pbx>;privacy=uri", List.of(from("", "S", "unknown"))},
            {"Diversion: \"S\" <sip:1@pbx>;privacy=name", List.of(from("1", "", "unknown"))},
            {"Diversion: <sip:anonymous@anonymous.invalid>", List.of(from("", "", "unknown"))},
            {"Diversion: nonsense", List.of()},
            {"Diversion: <sip:1%00@pbx>, <sip:1@pbx>", List.of(from("1", "", "unknown"))},
            {"Subject: no diversion", List.of()},
        };
    }

    @Test(dataProvider = "diverted")
    public void diversionTellsWhoWasCalledBefore(String lines, List<Diversion> expected)
            throws Exception {
        assertThat(DiversionReader.read(TextInvite.with(lines.split("\r\n(?=\\S)", -1))))
                .isEqualTo(expected);
    }

    @DataProvider
    public Object[][] histories() {
        return new Object[][] {
            {
                "History-Info: <sip:+34911@pbx>;index=1,"
                        + "<sip:+34922@pbx;cause=486>;index=1.1;mp=1",
                List.of(from("+34911", "", "user-busy"))
            },
            {
                // RFC 7044 §5: the reason with the one who was called.
                "History-Info: \"Bob\" <sip:bob@x?Reason=SIP%3Bcause%3D408>;index=1, "
                        + "<sip:office@x>;index=1.2;mp=1",
                List.of(from("bob", "Bob", "no-answer"))
            },
            {
                // Lines in another order, and an entry that only says where the number lives.
                "History-Info: <sip:3@pbx;cause=302>;index=1.10\r\n"
                        + "History-Info: <sip:1@pbx>;index=1\r\n"
                        + "History-Info: <sip:1@10.0.0.1>;index=1.1;rc=1\r\n"
                        + "History-Info: <sip:2@pbx;cause=408>;index=1.2;mp=1",
                List.of(from("1", "", "no-answer"), from("2", "", "unconditional"))
            },
            {
                "History-Info: <sip:1@pbx?Privacy=history>;index=1,<sip:2@pbx>;index=1.1",
                List.of(from("", "", "unknown"))
            },
            {"History-Info: <sip:1@pbx>;index=1", List.of()},
            {"History-Info: <sip:1@pbx>;index=x,<sip:2@pbx>;index=1.1", List.of()},
            {"History-Info: <tel:1?Reason=%zz>;index=1,<tel:2>;index=1.1", List.of()},
            {"History-Info: <sip:1@p?Reason=%zz>;index=1,<sip:2@p>;index=1.1", List.of()},
        };
    }

    @Test(dataProvider = "histories")
    public void historyTellsItWhereDiversionIsMissing(String lines, List<Diversion> expected)
            throws Exception {
        assertThat(DiversionReader.read(TextInvite.with(lines.split("\r\n(?=\\S)", -1))))
                .isEqualTo(expected);
    }

    @Test
    public void historyIsSecretWhereTheMessageSaysSo() throws Exception {
        assertThat(
                        DiversionReader.read(
                                TextInvite.with(
                                        "History-Info: <sip:1@p>;index=1,<sip:2@p>;index=1.1",
                                        "Privacy: history")))
                .containsExactly(from("", "", "unknown"));
    }

    @Test
    public void diversionComesBeforeHistory() throws Exception {
        assertThat(
                        DiversionReader.read(
                                TextInvite.with(
                                        "History-Info: <sip:1@p>;index=1,<sip:2@p>;index=1.1",
                                        "Diversion: <sip:7@p>;reason=away")))
                .containsExactly(from("7", "", "away"));
    }

    @Test
    public void longListsAreCut() throws Exception {
        String many = "<sip:1@pbx>,".repeat(200) + "<sip:2@pbx>";

        assertThat(DiversionReader.read(TextInvite.with("Diversion: " + many))).hasSize(8);
    }
}
