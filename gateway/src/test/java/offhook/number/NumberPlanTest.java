package offhook.number;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import offhook.call.EndCause;
import offhook.config.NumbersConfig;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What of 200 dial strings leaves, dialled from Spain.
public class NumberPlanTest {

    private final NumberPlan spain =
            new NumberPlan(
                    new NumbersConfig(
                            Optional.of("ES"), Set.of("112", "911"), List.of("+34803555*")));

    /// All that may leave, and nothing else may.
    private static final List<String> FINE =
            List.of(
                    "+34911234567",
                    "911234567",
                    "0034911234567",
                    "+34 911 23 45 67",
                    "(91) 123-45-67",
                    "91.123.45.67",
                    "91/1234567",
                    "600123456",
                    "+442079460000",
                    "00442079460000",
                    "+12125550123",
                    "0012125550123",
                    "+4930123456",
                    "+33142685300",
                    "200",
                    "1001",
                    "010",
                    "*43",
                    "#31#911234567",
                    "*31#911234567",
                    "*67911234567",
                    "**62*911234567#",
                    "112",
                    "911",
                    "900123456",
                    "+34900123456",
                    "+18005550199",
                    "803555123",
                    "+34803555123",
                    "0034803555123");

    private static List<String> hostile() {
        List<String> all = new ArrayList<>();
        List<String> costly =
                List.of(
                        "+19005551234",
                        "+19009761234",
                        "+34803123456",
                        "+34806123456",
                        "+34807123456",
                        "+34803999999",
                        "+449012345678",
                        "+449112345678",
                        "+499001234567",
                        "+33899123456",
                        "+870773111632",
                        "+881612345678",
                        "+8816123456789",
                        "+88213012345",
                        "+882161234567",
                        "+883510012345",
                        "+979123456789",
                        "+87812345678");
        for (String number : costly) {
            String digits = number.substring(1);
            all.add(number);
            all.add("00" + digits);
            all.add("00 " + digits);
            all.add("#31#" + number);
            all.add("*67" + "00" + digits);
            all.add(number.substring(0, 4) + "-" + number.substring(4));
        }
        for (String national : List.of("803123456", "806123456", "807123456")) {
            all.add(national);
            all.add("(803)" + national.substring(3));
            all.add("#31#" + national);
            all.add("*31#" + national);
        }
        all.addAll(
                List.of(
                        "%2B19005551234",
                        "+1%2D900",
                        "tel:+34911234567",
                        "tel:911;phone-context=+1",
                        "+34911234567;phone-context=+1",
                        "+34911234567;user=phone",
                        "+34911234567?Route=%3Csip:x%3E",
                        "+34911234567@otherhost",
                        "0900@otherhost",
                        "sip:+34911234567@x",
                        "\uff0b\uff13\uff14\uff19\uff11\uff11",
                        "\uff11\uff19\uff10\uff10\uff15\uff15\uff15\uff11\uff12\uff13\uff14",
                        "\u0661\u0669\u0660\u0660",
                        "\u06f1\u06f9\u06f0\u06f0",
                        "\u0967\u096f\u0966\u0966",
                        "+34\u00a0911234567",
                        "+34\u2011911234567",
                        "+34\t911234567",
                        "+34911234567\r\nX: y",
                        "+34911234567\n",
                        "+34911234567\u0000",
                        "++34911234567",
                        "34+911234567",
                        "911234567+",
                        "+",
                        "",
                        " ",
                        "-",
                        "alice",
                        "1-800-FLOWERS",
                        "911x200",
                        "911,,200",
                        "911p200",
                        "911w200",
                        "911;ext=200",
                        "9112345A7",
                        "$(reboot)",
                        "'; DROP TABLE",
                        "../etc/passwd",
                        "<script>",
                        "\"911\"",
                        "911\\234",
                        "911:5060",
                        "911|234",
                        "911&234",
                        "911=234",
                        "911!234",
                        "911~234",
                        "911_234",
                        "911[234]",
                        "0".repeat(33),
                        "+" + "1".repeat(33),
                        "9".repeat(200)));
        return all;
    }

    @DataProvider
    public static Object[][] fine() {
        return FINE.stream().map(number -> new Object[] {number}).toArray(Object[][]::new);
    }

    @Test(dataProvider = "fine")
    public void ordinaryNumberLeaves(String called) {
        assertThat(spain.refuses(called, spain.meant(called))).isEmpty();
    }

    @Test
    public void nothingOfTheHostileLeaves() {
        List<String> hostile = hostile();
        Set<String> distinct = new TreeSet<>(hostile);
        assertThat(distinct.size() + FINE.size()).isGreaterThanOrEqualTo(200);

        for (String called : distinct) {
            Optional<EndCause> why = spain.refuses(called, spain.meant(called));
            assertThat(why).as("dialled <%s>", called).isPresent();
            assertThat(why.get().sipCode()).isIn(403, 404);
            assertThat(why.get().detail())
                    .isIn(
                            "only digits, *, # and a leading + are dialled",
                            "premium-rate and satellite numbers are not called from here");
        }
    }

    @DataProvider
    public static Object[][] meanings() {
        return new Object[][] {
            {"911 23 45 67", "+34911234567"},
            {"00442079460000", "+442079460000"},
            {"+34911234567", "+34911234567"},
            {"200", "200"},
            {"*43", "*43"},
            {"112", "112"},
            {"1-1-2", "112"},
            {"alice", "alice"},
        };
    }

    @Test(dataProvider = "meanings")
    public void numberMeans(String called, String meant) {
        assertThat(spain.meant(called)).isEqualTo(meant);
    }

    @Test
    public void whatATrunkWouldBeAskedForCountsToo() {
        assertThat(spain.refuses("9005551234", "0019005551234")).isPresent();
        assertThat(spain.refuses("200", "alice")).isPresent();
    }

    @Test
    public void withoutACountryWhatIsInternationalIsSeenAllTheSame() {
        NumberPlan nowhere =
                new NumberPlan(new NumbersConfig(Optional.empty(), Set.of(), List.of()));

        assertThat(nowhere.meant("911234567")).isEqualTo("911234567");
        assertThat(nowhere.refuses("0019005551234", "0019005551234")).isPresent();
        assertThat(nowhere.refuses("01119005551234", "01119005551234")).isPresent();
        assertThat(nowhere.refuses("19005551234", "19005551234")).isPresent();
        assertThat(nowhere.refuses("911234567", "911234567")).isEmpty();
    }
}
