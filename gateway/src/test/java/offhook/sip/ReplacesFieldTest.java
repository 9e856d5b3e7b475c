package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import offhook.call.ReplacedDialog;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The dialog that a REFER names in the header fields of its URI.
public class ReplacesFieldTest {

    @Test
    public void dialogIsReadWhateverStandsAroundIt() throws Exception {
        String uri =
                "sip:3?0@pbx:5060;user=phone?Subject=a&rEplaces=7d%40192.0.2.1%3BTO-tag%3Dx"
                        + "%3Bfoo%3bfrom-tag%3d5F-3~9%3Bearly-only&Replacesx=1>;Replaces=2";

        assertThat(UriHeaders.values(uri, "Replaces")).hasSize(1);
        assertThat(ReplacesField.read(UriHeaders.values(uri, "Replaces").getFirst()))
                .isEqualTo(new ReplacedDialog("7d@192.0.2.1", "x", "5F-3~9", true));
    }

    @Test
    public void longestThatIsReadHas512Characters() throws Exception {
        String callId = "a".repeat(492);

        assertThat(ReplacesField.read(callId + "%3Bto-tag%3Db%3Bfrom-tag%3Dc").callId())
                .isEqualTo(callId);
    }

    @Test
    public void fieldsOfAUriAreCountedHoweverTheirNameIsWritten() throws Exception {
        assertThat(
                        UriHeaders.values(
                                "sip:a@b?Replaces=1&REPLACES=2&%52eplaces=3&replaces", "Replaces"))
                .containsExactly("1", "2", "3", "");
        assertThat(UriHeaders.values("sip:a?Replaces=1@b", "Replaces")).isEmpty();
        assertThat(UriHeaders.values("sip:a@b;Replaces=1", "Replaces")).isEmpty();
    }

    @DataProvider
    public static Object[][] whatNamesNoDialog() {
        return new Object[][] {
            {""},
            {"%3B"},
            {"a"},
            {"a%3Bto-tag%3Db"},
            {"a%3Bfrom-tag%3Db"},
            {"a%3Bto-tag%3D%3Bfrom-tag%3Dc"},
            {"a%3Bto-tag%3Bfrom-tag%3Dc"},
            {"%3Bto-tag%3Db%3Bfrom-tag%3Dc"},
            {"a@%3Bto-tag%3Db%3Bfrom-tag%3Dc"},
            {"a@b@c%3Bto-tag%3Db%3Bfrom-tag%3Dc"},
            {"a,b%3Bto-tag%3Db%3Bfrom-tag%3Dc"},
            {"a%3Bto-tag%3Db%3Bto-tag%3Dd%3Bfrom-tag%3Dc"},
            {"a%3Bto-tag%3Db%3Bfrom-tag%3Dc%3Bfrom-tag%3Dc"},
            {"a%3Bto-tag%3Db%3Bfrom-tag%3Dc%3B"},
            {"a%3B%3Bto-tag%3Db%3Bfrom-tag%3Dc"},
            {"a%0D%0AVia%3A%20x%3Bto-tag%3Db%3Bfrom-tag%3Dc"},
            {"a%3Bto-tag%3Db%0d%0aRequire:x%3Bfrom-tag%3Dc"},
            {"a%3Bto-tag%3Db%3Bfrom-tag%3Dc%0a"},
            {"a%3Bto-tag%3Db%3Bfrom-tag%3Dc%3Bx%3D%22%0d%0a%22"},
            {"a%00%3Bto-tag%3Db%3Bfrom-tag%3Dc"},
            {"a%20b%3Bto-tag%3Db%3Bfrom-tag%3Dc"},
            {"%C3%A4%3Bto-tag%3Db%3Bfrom-tag%3Dc"},
            {"%22a%22%3Bto-tag%3Db%3Bfrom-tag%3Dc"},
            {"a%3Bto-tag%3Db%3Bfrom-tag%3D%2"},
            {"a%zz%3Bto-tag%3Db%3Bfrom-tag%3Dc"},
            {"a".repeat(493) + "%3Bto-tag%3Db%3Bfrom-tag%3Dc"},
            {"%61".repeat(493) + "%3Bto-tag%3Db%3Bfrom-tag%3Dc"},
        };
    }

    @Test(dataProvider = "whatNamesNoDialog")
    public void anythingElseIsMalformed(String escaped) {
        assertThatThrownBy(() -> ReplacesField.read(escaped))
                .isInstanceOfSatisfying(
                        SipRequestException.class,
                        e -> assertThat(e.verdict().sipStatus()).isEqualTo(400));
    }
}
