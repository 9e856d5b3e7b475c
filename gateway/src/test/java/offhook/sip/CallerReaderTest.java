package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import offhook.call.CallDetails.Verification;
import offhook.call.Party;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CallerReaderTest {

    private static final String PAI = "P-Asserted-Identity: ";

    private static CallerReader read(boolean trusted, String from, String... lines)
            throws Exception {
        String[] all = new String[lines.length + 1];
        all[0] = "From: " + from + ";tag=1";
        System.arraycopy(lines, 0, all, 1, lines.length);
        return CallerReader.read(TextInvite.parse("sip:200@gw", all), trusted);
    }

    @DataProvider
    public Object[][] callers() {
        return new Object[][] {
            {"\"Ann \\\"A\\\" Lee\" <sip:+34600@pbx>", "+34600", "Ann \"A\" Lee"},
            {"Ann <sip:100@pbx>", "100", "Ann"},
            {"<sip:100@pbx>", "100", ""},
            {"\"Анна\" <sip:100@pbx>", "100", "Анна"},
            {"<tel:+34600;isub=1>", "+34600", ""},
            {"\"x\" <sip:1%00@pbx>", "", ""},
            {"\"x\" <sip:1%0d%0aVia@pbx>", "", ""},
            {"\"" + "n".repeat(300) + "\" <sip:100@pbx>", "100", "n".repeat(128)},
            {"\"a\\\u0007b\u2028c\" <sip:100@pbx>", "100", "abc"},
            {"\"" + "😀".repeat(100) + "\" <sip:100@pbx>", "100", "😀".repeat(64)},
        };
    }

    @Test(dataProvider = "callers")
    public void callerIsReadFromFrom(String from, String number, String name) throws Exception {
        CallerReader caller = read(true, from);

        assertThat(caller.caller()).isEqualTo(new Party(number, name));
        assertThat(caller.withheld()).isFalse();
    }

    @DataProvider
    public Object[][] assertions() {
        return new Object[][] {
            {PAI + "\"Bo\" <sip:+34611@carrier>", "+34611", "Bo"},
            {PAI + "<sip:+34611@carrier>", "+34611", ""},
            {PAI + "<sip:100@carrier>", "100", "Ann"},
            {PAI + "\"Bo\" <sip:bo@carrier>, <tel:+34611>", "+34611", "Bo"},
            {PAI + "<sip:bo@carrier>\r\n" + PAI + "<tel:+34611>", "+34611", ""},
            {PAI + "<sip:+34611;cpc=ordinary@carrier;user=phone>", "+34611", ""},
            {PAI + " \r\n \"Bo\"\r\n\t<sip:+34611@carrier>", "+34611", "Bo"},
            {"p-asserted-identity : <sip:+34611@carrier>", "+34611", ""},
            {"P-Preferred-Identity: <sip:+34622@carrier>", "+34622", ""},
            {"P-Preferred-Identity: <sip:1@c>\r\n" + PAI + "<sip:2@c>", "2", ""},
            {"Remote-Party-ID: \"R\" <sip:+34633@c>;party=calling;screen=yes", "+34633", "R"},
            {"Remote-Party-ID: <sip:+34633@c>", "+34633", ""},
            {"Remote-Party-ID: <sip:+34633@c>;party=called", "100", "Ann"},
            {"Remote-Party-ID: \"R\" <sip:+34633@c>;privacy=name", "+34633", ""},
            {"Remote-Party-ID: \"R\" <sip:+34633@c>;privacy=uri", "", "R"},
            {PAI + "<sip:%zz@carrier>", "100", "Ann"},
            {PAI + "nonsense", "100", "Ann"},
            {PAI + "<sip:1%0d%0aX@carrier>, <tel:+34611>", "+34611", ""},
            {PAI + "<sip:" + "9".repeat(2000) + "@carrier>", "100", "Ann"},
        };
    }

    @Test(dataProvider = "assertions")
    public void trustedTrunkSaysWhoCalls(String line, String number, String name) throws Exception {
        assertThat(read(true, "\"Ann\" <sip:100@pbx>", line.split("\r\n(?=[A-Z])", -1)).caller())
                .isEqualTo(new Party(number, name));
    }

    @Test(dataProvider = "assertions")
    public void anyOtherTrunkIsNotBelieved(String line, String number, String name)
            throws Exception {
        assertThat(read(false, "\"Ann\" <sip:100@pbx>", line.split("\r\n(?=[A-Z])", -1)).caller())
                .isEqualTo(new Party("100", "Ann"));
    }

    @DataProvider
    public Object[][] withholding() {
        String anonymous = "\"Anonymous\" <sip:anonymous@anonymous.invalid>";
        String known = "\"Ann\" <sip:100@pbx>";
        return new Object[][] {
            {anonymous, new String[] {}},
            {anonymous, new String[] {PAI + "<sip:+34611@c>"}},
            {anonymous, new String[] {PAI + "<sip:+34611@c>", "Privacy: id"}},
            {"<sip:Anonymous@pbx>", new String[] {}},
            {"<sip:x@anonymous.invalid>", new String[] {}},
            {known, new String[] {"Privacy: id"}},
            {known, new String[] {"privacy : ID;critical"}},
            {known, new String[] {PAI + "<sip:+34611@c>", "Privacy: user; id"}},
            {known, new String[] {PAI + "<sip:+34611@c>", "Privacy: none", "Privacy: id"}},
            {known, new String[] {"Remote-Party-ID: \"R\" <sip:1@c>;privacy=full"}},
        };
    }

    @Test(dataProvider = "withholding")
    public void withheldCallerIsNobody(String from, String[] lines) throws Exception {
        CallerReader caller = read(true, from, lines);

        assertThat(caller.withheld()).isTrue();
        assertThat(caller.caller()).isEqualTo(new Party("", ""));
        assertThat(caller.verification()).isEqualTo(Verification.UNKNOWN);
    }

    @Test
    public void callerWithoutPrivacyIsShownBehindAnAnonymousFrom() throws Exception {
        CallerReader caller =
                read(
                        true,
                        "<sip:anonymous@anonymous.invalid>",
                        PAI + "<sip:+34611@c>",
                        "Privacy: none");

        assertThat(caller).isEqualTo(known("+34611", Verification.UNKNOWN));
    }

    @DataProvider
    public Object[][] verifications() {
        return new Object[][] {
            {"<sip:+1202;verstat=TN-Validation-Passed@c;user=phone>", Verification.PASSED},
            {"<sip:+1202@c;verstat=TN-Validation-Passed>", Verification.PASSED},
            {"<sip:+1202@c>;verstat=TN-Validation-Passed-A", Verification.PASSED},
            {"<tel:+1202;verstat=tn-validation-passed>", Verification.PASSED},
            {"<sip:+1202;verstat=TN-Validation-Passed-B@c>", Verification.FAILED},
            {"<sip:+1202;verstat=TN-Validation-Passed-C@c>", Verification.FAILED},
            {"<sip:+1202;verstat=TN-Validation-Failed@c>", Verification.FAILED},
            {"<sip:+1202;verstat=No-TN-Validation@c>", Verification.UNKNOWN},
            {"<sip:+1202;verstat=TN-Validation-Passed-X@c>", Verification.UNKNOWN},
            {"<sip:+1202;xverstat=TN-Validation-Passed@c>", Verification.UNKNOWN},
            {"<sip:+1202@c>", Verification.UNKNOWN},
        };
    }

    @Test(dataProvider = "verifications")
    public void verificationIsBelievedOfATrustedTrunkOnly(String party, Verification verification)
            throws Exception {
        assertThat(read(true, party)).isEqualTo(known("+1202", verification));
        assertThat(read(true, "<sip:100@pbx>", PAI + party))
                .isEqualTo(known("+1202", verification));
        assertThat(read(false, party)).isEqualTo(known("+1202", Verification.UNKNOWN));
    }

    @Test
    public void verificationOfFromCountsForTheSameNumberOnly() throws Exception {
        String from = "<sip:+1202;verstat=TN-Validation-Passed@c>";

        assertThat(read(true, from, PAI + "<tel:+1202>"))
                .isEqualTo(known("+1202", Verification.PASSED));
        assertThat(read(true, from, PAI + "<tel:+1303>"))
                .isEqualTo(known("+1303", Verification.UNKNOWN));
    }

    @Test
    public void nameInQuotesCannotPoseAsANumberOrAParameter() throws Exception {
        String posing = "\"<sip:999@x>;verstat=TN-Validation-Passed\" <sip:100@pbx>";

        assertThat(read(true, posing))
                .isEqualTo(
                        new CallerReader(
                                new Party("100", "<sip:999@x>;verstat=TN-Validation-Passed"),
                                false,
                                Verification.UNKNOWN));
    }

    private static CallerReader known(String number, Verification verification) {
        return new CallerReader(new Party(number, ""), false, verification);
    }
}
