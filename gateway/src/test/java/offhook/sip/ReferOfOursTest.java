package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.Target;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// We ask a trunk to call somebody itself (RFC 3515).
public class ReferOfOursTest extends ReferStand {

    @Test
    public void trunkIsAskedAndTellsHowItGoes() throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);

            call.leg.refer(new Target.Trunk("pbx", "0700#"), Optional.empty(), Enclosed.NOTHING);

            String refer = phone.expect("REFER ");
            assertThat(TextPhone.header(refer, "Refer-To"))
                    .isEqualTo("<sip:0700%23@pbx.example.com:5070>");
            assertThat(TextPhone.header(refer, "Referred-By")).startsWith("<sip:200@");
            assertThat(TextPhone.header(refer, "Contact")).contains("127.0.0.1");
            assertThat(TextPhone.header(refer, "CSeq")).isEqualTo("1 REFER");
            phone.answer(refer, "202 Accepted");
            call.next(CallInput.ReferTaken.class);
            notified(phone, "active;expires=60", "SIP/2.0 100 Trying\r\n", "200");
            call.next(CallInput.ReferTaken.class);
            notified(phone, "active;expires=60", "SIP/2.0 180 Ringing\r\n", "200");
            call.next(CallInput.ReferRings.class);
            notified(phone, "terminated;reason=noresource", "SIP/2.0 200 OK\r\n", "200");
            CallInput.ReferOver over = call.next(CallInput.ReferOver.class);
            assertThat(over.refused()).isFalse();
            assertThat(over.cause().sipCode()).isEqualTo(200);
            notified(phone, "terminated", "SIP/2.0 200 OK\r\n", "481");
            hangUp(phone, call);
        }
    }

    @Test
    public void trunkIsToldWhatGoesAlongAndIsListed() throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("x-case", "4711");
            fields.put("User-to-User", "3132;encoding=hex");
            fields.put("X-Secret", "1");
            fields.put("Refer-To", "<sip:evil@192.0.2.1>");
            fields.put("X-Case ", "\r\nVia: b");

            call.leg.refer(new Target.Trunk("pbx", "0700"), Optional.empty(), Enclosed.of(fields));

            String refer = phone.expect("REFER ");
            assertThat(TextPhone.header(refer, "X-Case")).isEqualTo("4711");
            assertThat(TextPhone.header(refer, "User-to-User")).isEqualTo("3132;encoding=hex");
            assertThat(refer).doesNotContain("X-Secret", "evil");
            phone.answer(refer, "603 Decline");
            call.next(CallInput.ReferOver.class);
            hangUp(phone, call);
        }
    }

    @DataProvider
    public static Object[][] waysItComesToNothing() {
        return new Object[][] {
            {"terminated;reason=noresource", "SIP/2.0 486 Busy Here\r\n", 486},
            {"active;expires=60", "SIP/2.0 603 Decline\r\n", 603},
            {"terminated;reason=timeout", "SIP/2.0 100 Trying\r\n", 408},
            {"terminated;reason=giveup", "", 408},
        };
    }

    @Test(dataProvider = "waysItComesToNothing")
    public void trunkTellsThatItFailed(String state, String body, int status) throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            call.leg.refer(new Target.Trunk("pbx", "700"), Optional.empty(), Enclosed.NOTHING);
            phone.answer(phone.expect("REFER "), "202 Accepted");
            call.next(CallInput.ReferTaken.class);

            notified(phone, state, body, "200");

            CallInput.ReferOver over = call.next(CallInput.ReferOver.class);
            assertThat(over.refused()).isFalse();
            assertThat(over.cause().sipCode()).isEqualTo(status);
            hangUp(phone, call);
        }
    }

    @DataProvider
    public static Object[][] refusals() {
        return new Object[][] {
            {"405 Method Not Allowed"}, {"501 Not Implemented"}, {"603 Decline"}, {"403 Forbidden"}
        };
    }

    @Test(dataProvider = "refusals")
    public void trunkRefuses(String status) throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            call.leg.refer(new Target.Trunk("pbx", "700"), Optional.empty(), Enclosed.NOTHING);

            phone.answer(phone.expect("REFER "), status);

            CallInput.ReferOver over = call.next(CallInput.ReferOver.class);
            assertThat(over.refused()).isTrue();
            assertThat(over.cause().sipCode()).isEqualTo(Integer.parseInt(status.substring(0, 3)));
            hangUp(phone, call);
        }
    }

    @DataProvider
    public static Object[][] whoIsNotAsked() {
        return new Object[][] {
            {"127.0.0.3", REFERS, "plain"},
            {"127.0.0.2", REFERS, "other"},
            {"127.0.0.2", "Allow: INVITE, ACK, BYE", "pbx"},
        };
    }

    @Test(dataProvider = "whoIsNotAsked")
    public void trunkIsNotAskedWhatItDoesNotServe(String address, String allow, String trunk)
            throws IOException {
        try (TextPhone phone = new TextPhone(address, server, "200")) {
            RecordingIntake.Call call = confirmed(phone, allow);

            call.leg.refer(new Target.Trunk(trunk, "700"), Optional.empty(), Enclosed.NOTHING);

            assertThat(call.next(CallInput.ReferOver.class).refused()).isTrue();
            hangUp(phone, call);
        }
    }

    @Test
    public void trunkIsAskedToJoinTwoOfItsDialogs() throws IOException {
        try (TextPhone phone = phone();
                TextPhone consulted = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            RecordingIntake.Call second = confirmed(consulted, REFERS);

            call.leg.refer(
                    new Target.Trunk("pbx", "700"), Optional.of(second.leg), Enclosed.NOTHING);

            String refer = phone.expect("REFER ");
            assertThat(TextPhone.header(refer, "Refer-To"))
                    .startsWith("<sip:100@" + consulted.at() + "?Replaces=" + consulted.callId)
                    .contains("%3Bto-tag%3Df-" + consulted.callId)
                    .contains("%3Bfrom-tag%3D" + consulted.toTag() + ">");
            phone.answer(refer, "202 Accepted");
            call.next(CallInput.ReferTaken.class);
            hangUp(phone, call);
            hangUp(consulted, second);
        }
    }

    @Test
    public void dialogOfAnotherTrunkCannotBeTakenOver() throws IOException {
        try (TextPhone phone = phone();
                TextPhone consulted = new TextPhone("127.0.0.3", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            RecordingIntake.Call second = confirmed(consulted, REFERS);

            call.leg.refer(
                    new Target.Trunk("pbx", "700"), Optional.of(second.leg), Enclosed.NOTHING);

            assertThat(call.next(CallInput.ReferOver.class).refused()).isTrue();
            hangUp(phone, call);
            hangUp(consulted, second);
        }
    }

    @Test
    public void notifyThatBelongsToNothingIsRefused() throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);

            notified(phone, "active;expires=60", "SIP/2.0 100 Trying\r\n", "481");
            String presence =
                    phone.next("NOTIFY", "", "Event: presence", "Subscription-State: active");
            phone.send(presence).expect("SIP/2.0 489 ");
            hangUp(phone, call);
        }
    }

    private static void notified(TextPhone phone, String state, String body, String answer)
            throws IOException {
        String plain = phone.next("NOTIFY", body, "Event: refer", "Subscription-State: " + state);
        phone.send(plain.replace("application/sdp", "message/sipfrag;version=2.0"))
                .expect("SIP/2.0 " + answer + " ");
    }
}
