package offhook.sip;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.message.SIPRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import offhook.config.HeaderAllowList;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CopiedHeadersTest {

    private static final HeaderAllowList LISTED =
            new HeaderAllowList(List.of("X-Account", "X-Crm-*", "Subject", "Call-Info"));

    @DataProvider
    public Object[][] incoming() {
        return new Object[][] {
            {"X-Account: 4711", Map.of("X-Account", "4711")},
            {"x-account: 4711", Map.of("X-Account", "4711")},
            {"X-ACCOUNT : 4711", Map.of("X-Account", "4711")},
            {"X-Account: 1\r\nx-account: 2", Map.of("X-Account", "1, 2")},
            {"X-Crm-Id: 1\r\nX-crm-name: Bo", Map.of("X-Crm-Id", "1", "X-crm-name", "Bo")},
            {"Subject: hello", Map.of("Subject", "hello")},
            {"s: hello", Map.of("Subject", "hello")},
            {"S : hello", Map.of("Subject", "hello")},
            {"X-Internal: secret", Map.of()},
            {"X-Internal : secret", Map.of()},
            {"X-Accounts: 1", Map.of()},
            {"XX-Account: 1", Map.of()},
            {"X-Crm: 1", Map.of()},
            {
                "X-Account: \"<script>alert(1)</script>", // an odd number of quotes
                Map.of("X-Account", "\"<script>alert(1)</script>")
            },
            {"X-Account: " + "v".repeat(2000), Map.of("X-Account", "v".repeat(512))},
            {"X-Account: ä\u2028b", Map.of("X-Account", "äb")},
        };
    }

    @Test(dataProvider = "incoming")
    public void onlyWhatIsListedIsRead(String lines, Map<String, String> expected)
            throws Exception {
        assertThat(CopiedHeaders.read(TextInvite.with(lines.split("\r\n(?=\\S)", -1)), LISTED))
                .isEqualTo(expected);
    }

    @Test
    public void textOfOneMessageIsBounded() throws Exception {
        String[] lines = new String[100];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "X-Crm-" + i + ": " + "v".repeat(i < 50 ? 4 : 500);
        }

        Map<String, String> copied = CopiedHeaders.read(TextInvite.with(lines), LISTED);

        assertThat(copied).hasSize(16);
    }

    @Test
    public void longTextIsBounded() throws Exception {
        String[] lines = new String[10];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "X-Crm-" + i + ": " + "v".repeat(500);
        }

        assertThat(CopiedHeaders.read(TextInvite.with(lines), LISTED)).hasSize(4);
    }

    @DataProvider
    public Object[][] unwritable() {
        return new Object[][] {
            {"X-Account", "a\r\nVia: b"},
            {"X-Account", "a\nb"},
            {"X-Account", "a\u0000b"},
            {"X-Account", "a\u010ab"},
            {"X-Account", "a\u2028b"},
            {"X-Account", "ä"},
            {"X-Account", " "},
            {"X-Account", "v".repeat(513)},
            {"X-Internal", "1"},
            {"X-Account ", "1"},
            {"X-Account\r\nVia", "1"},
            {"Via", "1"},
            {"From", "<sip:1@x>"},
            {"Contact", "<sip:1@x>"},
        };
    }

    @Test(dataProvider = "unwritable")
    public void whatIsNotPlainOrNotListedIsNotWritten(String name, String value) throws Exception {
        SIPRequest invite = TextInvite.with();
        String before = invite.encode();

        CopiedHeaders.write(invite, Map.of(name, value), LISTED);

        assertThat(invite.encode()).isEqualTo(before);
    }

    @Test
    public void whatIsListedIsWrittenAsListed() throws Exception {
        SIPRequest invite = TextInvite.with();
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("x-account", "4711; a=\"b\", <c>");
        fields.put("X-Crm-Id", "%0d%0aVia: x");
        fields.put("Call-Info", "no <call-info> at all");

        CopiedHeaders.write(invite, fields, LISTED);

        assertThat(invite.encode())
                .contains("X-Account: 4711; a=\"b\", <c>\r\n")
                .contains("X-Crm-Id: %0d%0aVia: x\r\n")
                .contains("Call-Info: no <call-info> at all\r\n");
        assertThat(CopiedHeaders.read(TextInvite.with("X-Account: 4711"), LISTED))
                .containsExactly(entry("X-Account", "4711"));
    }
}
