package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.header.Reason;
import gov.nist.javax.sip.message.SIPRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import offhook.call.EndCause;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SipCausesTest {

    private static final Pattern STATUS_ROW =
            Pattern.compile("(?m)^\\| ([0-9]{3}) \\| ([0-9]{1,3}) \\|$");
    private static final Pattern Q850_ROW =
            Pattern.compile("(?m)^\\| ([0-9]{1,3}) \\| [^|]+ \\| ([0-9]{3}) \\|$");

    @Test
    public void documentHasTheTablesOfTheCode() throws Exception {
        String document = Files.readString(Path.of("docs", "sip.md"));

        assertThat(rows(document, STATUS_ROW)).isEqualTo(SipCauses.Q850);
        assertThat(rows(document, Q850_ROW)).isEqualTo(SipCauses.STATUS);
    }

    private static Map<Integer, Integer> rows(String document, Pattern row) {
        Map<Integer, Integer> rows = new TreeMap<>();
        for (MatchResult match : row.matcher(document).results().toList()) {
            Integer before =
                    rows.put(Integer.valueOf(match.group(1)), Integer.valueOf(match.group(2)));
            assertThat(before).as(match.group()).isNull();
        }
        return rows;
    }

    @DataProvider
    public static Object[][] reasonsOfBye() {
        return new Object[][] {
            {"", 0, 16},
            {"Q.850", 31, 31},
            {"q.850", 200, 16},
            {"SIP", 486, 17},
            {"SIP", 200, 16},
            {"X", 17, 16},
        };
    }

    @Test(dataProvider = "reasonsOfBye")
    public void byeSaysWhy(String protocol, int cause, int q850) throws Exception {
        EndCause end = SipCauses.hungUp(EndCause.By.CALLEE, with(protocol, cause));

        assertThat(end).isEqualTo(new EndCause(EndCause.By.CALLEE, "hang-up", 200, q850, ""));
    }

    @DataProvider
    public static Object[][] reasonsOfCancel() {
        return new Object[][] {
            {"", 0, "cancelled", 16},
            {"SIP", 200, "answered-elsewhere", 26},
            {"Q.850", 102, "cancelled", 102},
            {"SIP", 408, "cancelled", 102},
        };
    }

    @Test(dataProvider = "reasonsOfCancel")
    public void cancelSaysWhy(String protocol, int cause, String reason, int q850)
            throws Exception {
        EndCause end = SipCauses.cancelled(with(protocol, cause));

        assertThat(end.reason()).isEqualTo(reason);
        assertThat(end.q850Cause()).isEqualTo(q850);
        assertThat(end.sipCode()).isEqualTo(487);
    }

    @Test
    public void refusalWithoutAStatusHasThatOfItsQ850Value() {
        assertThat(SipCauses.status(EndCause.hangUp(EndCause.By.CALLEE))).isEqualTo(480);
        assertThat(SipCauses.status(new EndCause(EndCause.By.CALLEE, "hang-up", 200, 17, "")))
                .isEqualTo(486);
        assertThat(SipCauses.status(new EndCause(EndCause.By.CALLEE, "x", 302, 99, "")))
                .isEqualTo(480);
        assertThat(SipCauses.status(EndCause.declined())).isEqualTo(603);
    }

    private static SIPRequest with(String protocol, int cause) throws Exception {
        SIPRequest request = new SIPRequest();
        if (!protocol.isEmpty()) {
            Reason reason = new Reason();
            reason.setProtocol(protocol);
            reason.setCause(cause);
            request.setHeader(reason);
        }
        return request;
    }
}
