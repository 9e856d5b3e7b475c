package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import offhook.call.CallInput.DigitReceived;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegRenegotiating;
import offhook.call.DigitPath;
import offhook.call.EndCause;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What is asked for within a call: other media, and digits by INFO.
public class InDialogTest extends EndpointStand {

    @Test
    public void callerRenegotiatesAndTheCallAnswers() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = confirmed(phone, SDP);

            phone.send(phone.next("INVITE", SDP)).expect("SIP/2.0 100 ");
            assertThat(call.next(LegRenegotiating.class).offer()).isPresent();
            call.leg.answerUpdate(description());
            assertThat(phone.expect("SIP/2.0 200 ")).contains("application/sdp");
            phone.send(phone.ack(""));

            phone.send(phone.next("INVITE", "")).expect("SIP/2.0 100 ");
            assertThat(call.next(LegRenegotiating.class).offer()).isEmpty();
            call.leg.refuseUpdate(EndCause.gateway("codec", 488, 88, ""));
            phone.expect("SIP/2.0 488 ");
            phone.send(phone.request("ACK", 3, phone.callId + "3", ""));

            phone.send(phone.next("UPDATE", SDP));
            assertThat(call.next(LegRenegotiating.class).offer()).isPresent();
            call.leg.answerUpdate(description());
            assertThat(phone.expect("SIP/2.0 200 ")).contains("application/sdp");

            phone.send(phone.next("UPDATE", "")).expect("SIP/2.0 200 ");
            assertThat(call.hasNoInput()).isTrue();
            hangUp(phone, call);
        }
    }

    @Test
    public void overlappingRenegotiationIsSentAway() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = confirmed(phone, SDP);
            phone.send(phone.next("INVITE", SDP)).expect("SIP/2.0 100 ");
            call.next(LegRenegotiating.class);

            phone.send(phone.next("UPDATE", SDP));
            assertThat(phone.expect("SIP/2.0 500 ")).contains("\r\nRetry-After: ");
            String away = phone.send(phone.next("INVITE", SDP)).fresh();
            assertThat(away).containsPattern("^SIP/2.0 (491|500) ").contains("\r\nRetry-After: ");

            assertThat(call.hasNoInput()).isTrue();
            hangUpWhileRenegotiating(phone, call);
        }
    }

    @DataProvider
    public static Object[][] infos() {
        String relay = "application/dtmf-relay";
        return new Object[][] {
            {relay, "Signal=#\r\nDuration=250\r\n", 200, "#250"},
            {"Application/DTMF", "7\r\n", 200, "7160"},
            {relay + ";charset=us-ascii", "Signal=10\r\n", 200, "*160"},
            {relay, "Signal=16\r\nDuration=100\r\n", 200, ""},
            {relay, "", 200, ""},
            {relay, "Signal=12345", 400, ""},
            {relay, "Signal=5\r\n" + "X=y\r\n".repeat(100), 400, ""},
            {"application/dtmf", "Signal=5", 400, ""},
            {"application/sdp", SDP, 415, ""},
            {"text/dtmf", "5", 415, ""},
            {"application/dtmf-relay-2", "Signal=5", 415, ""},
        };
    }

    @Test(dataProvider = "infos")
    public void infoIsReadOrRefused(String type, String body, int status, String digit)
            throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = confirmed(phone, SDP);

            phone.send(phone.next("INFO", body).replace("application/sdp", type));
            String answer = phone.expect("SIP/2.0 " + status + " ");

            if (status == 415) {
                assertThat(answer).contains("application/dtmf-relay", "application/sdp");
            }
            if (!digit.isEmpty()) {
                DigitReceived heard = call.next(DigitReceived.class);
                assertThat(heard.digit() + "" + heard.durationMillis()).isEqualTo(digit);
                assertThat(heard.path()).isEqualTo(DigitPath.INFO);
            }
            assertThat(call.hasNoInput()).isTrue();
            phone.send(phone.next("OPTIONS", ""));
            assertThat(phone.expect("SIP/2.0 200 "))
                    .contains("Allow: ", "application/sdp", "application/dtmf-relay");
            hangUp(phone, call);
        }
    }

    /// Whoever has the answer sends the next one, which another thread may handle.
    @Test
    public void digitIsHandedOnBeforeItIsConfirmed() throws Exception {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = confirmed(phone, SDP);
            CountDownLatch told = new CountDownLatch(1);
            CompletableFuture<Void> goOn = new CompletableFuture<>();
            call.beforeInput =
                    () -> {
                        told.countDown();
                        goOn.join();
                    };

            phone.send(phone.next("INFO", "7\r\n").replace("application/sdp", "application/dtmf"));
            assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
            String before = phone.receive(300);
            goOn.complete(null);

            assertThat(before).isEmpty();
            phone.expect("SIP/2.0 200 ");
            assertThat(call.next(DigitReceived.class).digit()).isEqualTo('7');
            call.beforeInput = () -> {};
            hangUp(phone, call);
        }
    }

    @Test
    public void infoOfAPackageOrInAnEncodingIsRefused() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = confirmed(phone, SDP);

            phone.send(phone.next("INFO", "Signal=5", "Info-Package: foo"));
            phone.expect("SIP/2.0 469 ");
            phone.send(
                    phone.next("INFO", "Signal=5", "Content-Encoding: gzip")
                            .replace("application/sdp", "application/dtmf-relay"));
            phone.expect("SIP/2.0 415 ");

            assertThat(call.hasNoInput()).isTrue();
            hangUp(phone, call);
        }
    }

    @Test
    public void digitsGoOutByInfoOneAfterTheOther() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = answered(phone, SDP);
            call.leg.sendDigit('1', 100);
            call.leg.sendDigit('#', 250);
            call.leg.sendDigit('D', 100);
            phone.send(phone.ack(""));
            call.next(LegConfirmed.class);

            String first = phone.expect("INFO ");
            assertThat(first)
                    .contains("\r\nContent-Type: application/dtmf-relay\r\n")
                    .endsWith("\r\n\r\nSignal=1\r\nDuration=100\r\n");
            // Nothing else but the first again (RFC 3261 §17.1.2.2) while it is not answered.
            assertThat(phone.receive(TextPhone.PATIENCE_MILLIS)).isEqualTo(first);
            phone.ok(first);
            String second = phone.expect("INFO ");
            assertThat(second).contains("Signal=#\r\nDuration=250");
            phone.answer(second, "500 Server Internal Error");
            String third = phone.expect("INFO ");
            assertThat(third).contains("Signal=D");
            assertThat(number(third)).isEqualTo(number(first) + 2);
            phone.ok(third);

            assertThat(call.hasNoInput()).isTrue();
            hangUp(phone, call);
        }
    }

    @Test
    public void peerThatKnowsOnlyTheOtherFormGetsIt() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = confirmed(phone, SDP);
            call.leg.sendDigit('5', 100);

            phone.answer(phone.expect("INFO "), "415 Unsupported Media Type");
            String other = phone.expect("INFO ");

            assertThat(other)
                    .contains("\r\nContent-Type: application/dtmf\r\n")
                    .endsWith("\r\n\r\n5\r\n");
            phone.ok(other);
            hangUp(phone, call);
        }
    }

    @Test
    public void allowTellsWhetherThePeerTakesInfo() throws IOException {
        for (String allow : List.of("Allow: INVITE, ACK, INFO", "Allow: INVITE\r\nAllow: INFO")) {
            assertThat(takesDigits(allow)).as(allow).isTrue();
        }
        for (String allow : List.of("Allow: INVITE, ACK, BYE", "X-Allow: INFO")) {
            assertThat(takesDigits(allow)).as(allow).isFalse();
        }
    }

    private boolean takesDigits(String header) throws IOException {
        try (TextPhone phone = phone("200")) {
            phone.send(phone.invite(SDP, header)).expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(phone.callId);
            call.leg.end(EndCause.declined());
            phone.expect("SIP/2.0 603 ");
            return call.leg.takesDigits();
        }
    }

    private static void hangUpWhileRenegotiating(TextPhone phone, RecordingIntake.Call call)
            throws IOException {
        phone.send(phone.next("BYE", ""));
        String replies = "";
        while (!replies.contains("SIP/2.0 200 ") || !replies.contains("SIP/2.0 487 ")) {
            replies += phone.fresh();
        }
        call.next(LegEnded.class);
    }
}
