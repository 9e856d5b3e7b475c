package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.Party;
import offhook.call.TransferReport;
import offhook.call.UserToUser;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// A trunk asks us to lead the other party on (RFC 3515).
public class ReferTest extends ReferStand {

    @Test
    public void callIsTransferredAndTheTrunkHearsHow() throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            String refer =
                    phone.next(
                            "REFER",
                            "",
                            "Refer-To: <sip:300@127.0.0.1>",
                            "Referred-By: \"Eve\" <sip:101@pbx>");
            phone.send(refer);
            CallInput.TransferRequested wanted = call.next(CallInput.TransferRequested.class);
            assertThat(wanted.order().target()).isEqualTo("300");
            assertThat(wanted.order().source()).isEqualTo("pbx");
            assertThat(wanted.order().by()).isEqualTo(new Party("101", "Eve"));
            assertThat(wanted.order().consult()).isFalse();

            call.leg.transferring(new TransferReport.Trying());
            phone.expect("SIP/2.0 202 ");
            told(phone, "active;expires=180", "SIP/2.0 100 Trying\r\n", 1);
            phone.send(phone.next("REFER", "", "Refer-To: <sip:301@127.0.0.1>"))
                    .expect("SIP/2.0 491 ");
            call.leg.transferring(new TransferReport.Ringing());
            told(phone, "active;expires=180", "SIP/2.0 180 Ringing\r\n", 2);
            call.leg.transferring(new TransferReport.Done());
            told(phone, "terminated;reason=noresource", "SIP/2.0 200 OK\r\n", 3);
            call.leg.end(EndCause.hangUp(EndCause.By.GATEWAY));
            phone.ok(phone.expect("BYE "));
        }
    }

    @DataProvider
    public static Object[][] whatComesWithARefer() {
        return new Object[][] {
            {"", new String[] {"X-Case: 1", "X-Internal: 2"}, Map.of("X-Case", "1"), ""},
            {"?x-case=1%202&Subject=no", new String[] {}, Map.of("X-Case", "1 2"), ""},
            {"?X-Case=1", new String[] {"x-case: 2"}, Map.of("X-Case", "1"), ""},
            {"?X-Crm-A=1&X-Crm-B=2", new String[] {}, Map.of("X-Crm-A", "1", "X-Crm-B", "2"), ""},
            {"?X-Case=%0d%0aVia:%20b", new String[] {"X-Crm-B: 3"}, Map.of("X-Crm-B", "3"), ""},
            {"?From=%22x%22&Contact=b&Route=c&Call-ID=d&Via=e", new String[] {}, Map.of(), ""},
            {
                "",
                new String[] {"User-to-User: 3132;encoding=hex"},
                Map.of("User-to-User", "3132;encoding=hex"),
                "12"
            },
            {
                "?User-to-User=3334%3Bencoding%3Dhex",
                new String[] {"User-to-User: 3132;encoding=hex"},
                Map.of("User-to-User", "3334;encoding=hex"),
                "34"
            },
        };
    }

    @Test(dataProvider = "whatComesWithARefer")
    public void whatComesWithAReferGoesToTheTarget(
            String inUri, String[] fields, Map<String, String> expected, String userToUser)
            throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            String[] all = Arrays.copyOf(fields, fields.length + 1);
            all[fields.length] = "Refer-To: <sip:300@127.0.0.1" + inUri + ">";

            phone.send(phone.next("REFER", "", all));

            Enclosed enclosed = call.next(CallInput.TransferRequested.class).order().enclosed();
            assertThat(enclosed.headers()).isEqualTo(expected);
            assertThat(enclosed.userToUser().map(UserToUser::text).orElse(""))
                    .isEqualTo(userToUser);
            EndCause noRoute = EndCause.gateway("no-route", 404, 1, "no route");
            call.leg.transferring(new TransferReport.Refused(noRoute));
            phone.expect("SIP/2.0 404 ");
            hangUp(phone, call);
        }
    }

    @Test
    public void failedTransferIsToldAndTheNextMayFollow() throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            phone.send(phone.next("REFER", "", "Refer-To: <tel:+34911>"));
            assertThat(call.next(CallInput.TransferRequested.class).order().target())
                    .isEqualTo("+34911");
            call.leg.transferring(new TransferReport.Trying());
            phone.expect("SIP/2.0 202 ");
            told(phone, "active;expires=180", "SIP/2.0 100 Trying\r\n", 1);

            EndCause busy = EndCause.gateway("busy", 486, 17, "");
            call.leg.transferring(new TransferReport.Failed(busy));

            told(phone, "terminated;reason=noresource", "SIP/2.0 486 Busy Here\r\n", 2);
            phone.send(phone.next("REFER", "", "Refer-To: <sip:302@127.0.0.1>"));
            call.next(CallInput.TransferRequested.class);
            EndCause noRoute = EndCause.gateway("no-route", 404, 1, "no route");
            call.leg.transferring(new TransferReport.Refused(noRoute));
            phone.expect("SIP/2.0 404 ");
            hangUp(phone, call);
        }
    }

    @Test
    public void trunkThatWantsToHearNothingIsToldNothing() throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            phone.send(
                    phone.next(
                            "REFER",
                            "",
                            "Refer-To: <sip:300@127.0.0.1>",
                            "Refer-Sub: false",
                            "Require: norefersub"));
            call.next(CallInput.TransferRequested.class);

            call.leg.transferring(new TransferReport.Trying());
            String accepted = phone.expect("SIP/2.0 202 ");
            assertThat(TextPhone.header(accepted, "Refer-Sub")).isEqualTo("false");
            call.leg.transferring(new TransferReport.Ringing());
            call.leg.transferring(new TransferReport.Done());
            call.leg.end(EndCause.hangUp(EndCause.By.GATEWAY));
            phone.ok(phone.expect("BYE "));
        }
    }

    @DataProvider
    public static Object[][] refersThatAreRefused() {
        return new Object[][] {
            {"400", new String[] {}},
            {
                "400",
                new String[] {"Refer-To: <sip:300@127.0.0.1>", "Refer-To: <sip:301@127.0.0.1>"}
            },
            {"603", new String[] {"Refer-To: <sip:300@elsewhere.example.com>"}},
            {"603", new String[] {"Refer-To: <sip:300@192.0.2.7>"}},
            {"603", new String[] {"Refer-To: <sip:300@127.0.0.1;method=MESSAGE>"}},
            {"416", new String[] {"Refer-To: <http://127.0.0.1/300>"}},
            {"404", new String[] {"Refer-To: <sip:127.0.0.1>"}},
            {"603", new String[] {"Refer-To: <sip:300@192.0.2.7?Replaces=" + DIALOG + ">"}},
            {"400", new String[] {"Refer-To: <sip:300@127.0.0.1?Replaces=a%3Bto-tag%3Db>"}},
            {"400", new String[] {"Refer-To: <sip:300@127.0.0.1?Replaces=>"}},
            {"400", new String[] {"Refer-To: <sip:300@127.0.0.1?Replaces>"}},
            {
                "400",
                new String[] {"Refer-To: <sip:300@127.0.0.1?Replaces=%0d%0aX:%20" + DIALOG + ">"}
            },
            {
                "400",
                new String[] {"Refer-To: <sip:300@127.0.0.1?Replaces=" + DIALOG + "%0D%0AX:y>"}
            },
            {
                "400",
                new String[] {
                    "Refer-To: <sip:300@127.0.0.1?Replaces=" + "a".repeat(500) + DIALOG + ">"
                }
            },
            {
                "400",
                new String[] {
                    "Refer-To: <sip:300@127.0.0.1?Replaces=" + DIALOG + "&Replaces=b" + DIALOG + ">"
                }
            },
            {
                "400",
                new String[] {
                    "r: <sip:300@127.0.0.1?replaces=" + DIALOG + "&%52eplaces=" + DIALOG + ">"
                }
            },
        };
    }

    @Test(dataProvider = "refersThatAreRefused")
    public void referToAnythingElseIsRefused(String status, String... fields) throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);

            phone.send(phone.next("REFER", "", fields)).expect("SIP/2.0 " + status + " ");

            assertThat(call.hasNoInput()).isTrue();
            hangUp(phone, call);
        }
    }

    @Test
    public void trunkThatMayNotReferIsToldSo() throws IOException {
        try (TextPhone phone = new TextPhone("127.0.0.3", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            String refer = phone.next("REFER", "", "Refer-To: <sip:300@127.0.0.1>");

            String refusal = phone.send(refer).expect("SIP/2.0 405 ");

            assertThat(TextPhone.header(refusal, "Allow")).doesNotContain("REFER", "NOTIFY");
            String notify = phone.next("NOTIFY", "", "Event: refer", "Subscription-State: active");
            phone.send(notify).expect("SIP/2.0 405 ");
            hangUp(phone, call);
        }
    }

    @Test
    public void whatIsServedIsSaid() throws IOException {
        try (TextPhone phone = phone();
                TextPhone plain = new TextPhone("127.0.0.3", server, "200")) {
            String said = phone.send(phone.request("OPTIONS", 1, "o1", "")).expect("SIP/2.0 200 ");
            assertThat(TextPhone.header(said, "Allow")).contains("REFER", "NOTIFY");
            assertThat(TextPhone.header(said, "Supported")).contains("replaces", "norefersub");
            said = plain.send(plain.request("OPTIONS", 1, "o2", "")).expect("SIP/2.0 200 ");
            assertThat(TextPhone.header(said, "Supported"))
                    .contains("replaces")
                    .doesNotContain("norefersub");
        }
    }
}
