package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import offhook.call.CallInput.DigitReceived;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegRenegotiating;
import offhook.call.DigitPath;
import offhook.call.EndCause;
import offhook.call.EndCause.By;
import offhook.config.LimitsConfig;
import offhook.config.Listen;
import offhook.config.NodeConfig;
import offhook.config.PortRange;
import offhook.config.SipConfig;
import offhook.runtime.NanoClock;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The started trunk side against phones made of text. The trunk is 127.0.0.2, `other` is
/// 127.0.0.4, and 127.0.0.3 is a stranger.
public class SipEndpointTest {

    private static final String SDP =
            """
            v=0
            o=- 1 1 IN IP4 127.0.0.2
            s=-
            c=IN IP4 127.0.0.2
            t=0 0
            m=audio 40000 RTP/AVP 8
            """
                    .replace("\n", "\r\n");

    private static final String TO_TAG = "(\r\nTo: [^;\r]*);tag=[^\r]*";

    private final RecordingIntake intake = new RecordingIntake();
    private final Counters counters = new Counters();
    private InetSocketAddress server;
    private SipEndpoint endpoint;

    @BeforeClass
    public void start() throws IOException {
        server = freePort();
        endpoint = endpoint(server);
        endpoint.start(intake);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        endpoint.stop();
    }

    @Test
    public void callIsRungAnsweredAndHungUpByTheCaller() throws IOException {
        try (TextPhone phone = phone("200")) {
            phone.send(phone.invite(SDP)).expect("SIP/2.0 100 Trying\r\n");
            RecordingIntake.Call call = intake.take(phone.callId);
            assertThat(call.incoming.source()).isEqualTo("pbx");
            assertThat(call.incoming.caller().number()).isEqualTo("100");
            assertThat(call.incoming.caller().displayName()).isEqualTo("Ann");
            assertThat(call.incoming.called().number()).isEqualTo("200");
            assertThat(call.incoming.offer()).isPresent();

            call.leg.alert(description());
            String ringing = phone.expect("SIP/2.0 180 Ringing\r\n");
            assertThat(ringing).contains("\r\nContact: <sip:offhook@" + host() + ">\r\n");
            call.leg.answer(description());
            String ok = phone.expect("SIP/2.0 200 OK\r\n");
            assertThat(ok)
                    .contains("\r\nContact: <sip:offhook@" + host() + ">\r\n")
                    .contains("Content-Type: application/sdp\r\n")
                    .contains("Allow: ")
                    .contains("Supported:")
                    .containsPattern("To: [^\r]*;tag=[0-9a-f]{32}\r\n");
            phone.send(phone.ack(""));
            assertThat(call.next(LegConfirmed.class).answer()).isEmpty();

            phone.send(phone.next("BYE", "")).expect("SIP/2.0 200 OK\r\n");
            assertThat(call.next(LegEnded.class).cause()).isEqualTo(EndCause.hangUp(By.CALLER));
            call.leg.end(EndCause.hangUp(By.GATEWAY));
            assertThat(phone.receive(300)).isEmpty();
        }
    }

    @Test
    public void retransmittedInviteOpensOneCall() throws IOException {
        try (TextPhone phone = phone("200")) {
            String invite = phone.invite(SDP);
            phone.send(invite).expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(phone.callId);
            call.leg.alert(description());
            phone.expect("SIP/2.0 180 ");

            phone.send(invite).expect("SIP/2.0 180 ");
            phone.send(invite).expect("SIP/2.0 180 ");

            assertThat(intake.count(phone.callId)).isEqualTo(1);
            call.leg.end(EndCause.declined());
            phone.expect("SIP/2.0 603 ");
            phone.send(invite).expect("SIP/2.0 603 ");
            assertThat(intake.count(phone.callId)).isEqualTo(1);
        }
    }

    @Test
    public void secondInviteOfALiveCallIsNoCallOfItsOwn() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = confirmed(phone, SDP);

            for (int number : new int[] {1, 2}) {
                String again =
                        phone.request("INVITE", number, "merged" + number, SDP)
                                .replaceAll(TO_TAG, "$1");
                phone.send(again);
                String loop = phone.receive(3000);
                assertThat(loop).startsWith("SIP/2.0 482 Loop Detected\r\n");
                String to = TextPhone.header(loop, "To");
                phone.send(
                        phone.request("ACK", number, "merged" + number, "")
                                .replaceAll("\r\nTo: [^\r]*", "\r\nTo: " + to));
            }

            assertThat(intake.count(phone.callId)).isEqualTo(1);
            assertThat(call.hasNoInput()).isTrue();
            hangUp(phone, call);
        }
    }

    /// ACK and BYE that bear the tag of another answer than ours.
    @Test
    public void requestWithATagThatIsNotOursDoesNotTouchTheCall() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = answered(phone, SDP);

            phone.send(phone.ack("").replaceAll(TO_TAG, "$1;tag=x"));
            phone.send(phone.request("BYE", 2, "x", "").replaceAll(TO_TAG, "$1;tag=x"));
            String reply = phone.receive(3000);
            while (TextPhone.header(reply, "CSeq").contains("INVITE")) {
                reply = phone.receive(3000); // the answer again
            }

            assertThat(reply).startsWith("SIP/2.0 481 ");
            assertThat(call.hasNoInput()).isTrue();
            phone.send(phone.ack(""));
            call.next(LegConfirmed.class);
            hangUp(phone, call);
        }
    }

    @Test
    public void answerIsSentAgainUntilItIsConfirmed() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = answered(phone, SDP);
            phone.expect("SIP/2.0 200 OK\r\n");
            phone.expect("SIP/2.0 200 OK\r\n");
            assertThat(call.hasNoInput()).isTrue();

            phone.send(phone.ack(""));
            call.next(LegConfirmed.class);
            hangUp(phone, call);
        }
    }

    @Test
    public void callerThatGivesUpIsLetGo() throws IOException {
        try (TextPhone phone = phone("200")) {
            phone.send(phone.invite(SDP)).expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(phone.callId);

            phone.send(phone.request("CANCEL", 1, phone.callId + "1", ""));
            String first = phone.receive(3000);
            String second = phone.receive(3000);

            assertThat(List.of(first.substring(0, 11), second.substring(0, 11)))
                    .containsExactlyInAnyOrder("SIP/2.0 200", "SIP/2.0 487");
            assertThat(call.next(LegEnded.class).cause()).isEqualTo(EndCause.cancelled());
            call.leg.answer(description());
            call.leg.alert(description());
            phone.send(phone.request("ACK", 1, phone.callId + "1", ""));
            assertThat(phone.receive(300)).doesNotContain("SIP/2.0 200", "SIP/2.0 180");
        }
    }

    @Test
    public void inviteWithoutOfferIsNotOfferedByWhatIsNotConfirmed() throws IOException {
        try (TextPhone phone = phone("200")) {
            phone.send(phone.invite("")).expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(phone.callId);

            call.leg.progress(description());

            assertThat(phone.expect("SIP/2.0 180 ")).doesNotContain("m=audio");
            call.leg.end(EndCause.declined());
            phone.expect("SIP/2.0 603 ");
            phone.send(phone.request("ACK", 1, phone.callId + "1", ""));
        }
    }

    /// RFC 3261 §15.1.2: whoever answers late finds nobody.
    @Test
    public void byeBeforeTheAckEndsTheCallAndStopsTheAnswer() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = answered(phone, SDP);

            phone.send(phone.next("BYE", ""));

            String reply = phone.receive(3000);
            while (TextPhone.header(reply, "CSeq").contains("INVITE")) {
                reply = phone.receive(3000); // the answer again
            }
            assertThat(reply).startsWith("SIP/2.0 200 ");
            assertThat(call.next(LegEnded.class).cause()).isEqualTo(EndCause.hangUp(By.CALLER));
            phone.send(phone.request("ACK", 1, phone.callId + "late", ""));
            assertThat(call.hasNoInput()).isTrue();
        }
    }

    @Test
    public void callThatWasAnsweredElsewhereIsToldSo() throws IOException {
        try (TextPhone phone = phone("200")) {
            phone.send(phone.invite(SDP)).expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(phone.callId);

            phone.send(
                    phone.request(
                            "CANCEL",
                            1,
                            phone.callId + "1",
                            "",
                            "Reason: SIP;cause=200;text=\"Call completed elsewhere\""));

            assertThat(call.next(LegEnded.class).cause().reason())
                    .isEqualTo(EndCause.ANSWERED_ELSEWHERE);
            phone.send(phone.request("ACK", 1, phone.callId + "1", ""));
        }
    }

    @Test
    public void cancelThatComesAfterTheAnswerChangesNothing() throws IOException {
        try (TextPhone phone = phone("200")) {
            String cancel = phone.request("CANCEL", 1, phone.callId + "1", "");
            RecordingIntake.Call call = answered(phone, SDP);

            String reply = phone.send(cancel).receive(3000);
            while (TextPhone.header(reply, "CSeq").contains("INVITE")) {
                reply = phone.receive(3000); // the answer again
            }
            assertThat(reply).startsWith("SIP/2.0 200 ");
            assertThat(TextPhone.header(reply, "CSeq")).isEqualTo("1 CANCEL");
            phone.send(phone.ack(""));
            call.next(LegConfirmed.class);
            hangUp(phone, call);
        }
    }

    @Test
    public void refusalCarriesStatusAndQ850Cause() throws IOException {
        try (TextPhone phone = phone("200")) {
            phone.send(phone.invite(SDP)).expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(phone.callId);

            call.leg.end(EndCause.gateway("no-agent", 480, 20, ""));

            String refusal = phone.expect("SIP/2.0 480 ");
            assertThat(TextPhone.header(refusal, "Reason"))
                    .isEqualTo("Q.850;cause=20;text=\"no-agent\"");
            phone.send(phone.request("ACK", 1, phone.callId + "1", ""));
            assertThat(call.hasNoInput()).isTrue();
        }
    }

    @Test
    public void gatewayHangsUpWithBye() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = confirmed(phone, SDP);

            call.leg.end(EndCause.hangUp(By.CALLEE));
            call.leg.end(EndCause.hangUp(By.CALLEE));

            String bye = phone.expect("BYE sip:100@" + phone.at() + " SIP/2.0\r\n");
            assertThat(TextPhone.header(bye, "Reason"))
                    .isEqualTo("Q.850;cause=16;text=\"hang-up\"");
            assertThat(TextPhone.header(bye, "Via")).containsPattern("branch=z9hG4bK[0-9a-f]{48}");
            phone.ok(bye);
            assertThat(phone.receive(700)).isEmpty();
            assertThat(call.hasNoInput()).isTrue();
        }
    }

    @DataProvider
    public Object[][] contactsThatLeadAstray() {
        return new Object[][] {
            {"pbx.invalid:5060"}, {"10.255.0.1:5060"}, {"127.0.0.3:5060"}, {"[::1]:22"}
        };
    }

    /// No name is looked up, and nothing is sent to an address that is not the trunk's.
    @Test(dataProvider = "contactsThatLeadAstray")
    public void byeGoesBackToWhereTheInviteCameFrom(String contact) throws IOException {
        try (TextPhone phone = phone("200")) {
            String invite =
                    phone.invite(SDP)
                            .replace("Contact: <sip:100@" + phone.at(), "Contact: <sip:" + contact);
            phone.send(invite).expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(phone.callId);
            call.leg.answer(description());
            phone.expect("SIP/2.0 200 ");
            phone.send(phone.ack(""));
            call.next(LegConfirmed.class);

            call.leg.end(EndCause.hangUp(By.CALLEE));

            phone.ok(phone.expect("BYE sip:" + contact + " SIP/2.0\r\n"));
        }
    }

    @Test
    public void responsesGoBackToWhereTheRequestCameFrom() throws IOException {
        try (TextPhone phone = phone("200")) {
            String via = "Via: SIP/2.0/UDP " + phone.at();
            String astray = ";received=127.0.0.3;maddr=127.0.0.3";
            phone.send(phone.invite(SDP).replace(via, via + astray)).expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(phone.callId);
            call.leg.end(EndCause.declined());
            phone.expect("SIP/2.0 603 ");
        }
    }

    @Test
    public void defectBehindTheDoorIsAnsweredWith500() throws IOException {
        try (TextPhone phone = phone("defect")) {
            phone.send(phone.invite(SDP)).expect("SIP/2.0 100 ");

            phone.expect("SIP/2.0 500 Server Internal Error\r\n");

            assertThat(counters.get(Counter.CALL_BUGS)).isEqualTo(1);
        }
    }

    @Test
    public void byeOfTheGatewayWaitsForTheAck() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = answered(phone, SDP);

            call.leg.end(EndCause.hangUp(By.CALLEE));
            assertThat(phone.receive(400)).doesNotStartWith("BYE");

            phone.send(phone.ack(""));
            String message = phone.receive(3000);
            while (message.startsWith("SIP/2.0 200")) {
                message = phone.receive(3000);
            }
            assertThat(message).startsWith("BYE ");
            phone.ok(message);
        }
    }

    @Test
    public void inviteWithoutOfferIsAnsweredWithOneAndConfirmedWithAnAnswer() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = answered(phone, "");
            assertThat(call.incoming.offer()).isEmpty();

            phone.send(phone.ack(SDP));

            assertThat(call.next(LegConfirmed.class).answer()).isPresent();
            hangUp(phone, call);
        }
    }

    @Test
    public void ackThatOwesAnAnswerAndHasNoneEndsTheCall() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = answered(phone, "");

            phone.send(phone.ack(""));

            assertThat(call.next(LegEnded.class).cause().reason()).isEqualTo("bad-answer");
            phone.ok(phone.expect("BYE "));
        }
    }

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
            String away = phone.send(phone.next("INVITE", SDP)).receive(3000);
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
            String again = phone.receive(1500);
            assertThat(TextPhone.header(again, "CSeq")).isEqualTo(TextPhone.header(first, "CSeq"));
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

    private static int number(String message) {
        return Integer.parseInt(TextPhone.header(message, "CSeq").split(" ", 2)[0]);
    }

    @Test(groups = "slow")
    public void callThatIsNeverConfirmedEndsAfter32Seconds() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = answered(phone, SDP);

            LegEnded ended = call.next(LegEnded.class, 40_000);

            assertThat(ended.cause().reason()).isEqualTo("no-ack");
            String message = phone.receive(3000);
            while (message.startsWith("SIP/2.0 200 ")) {
                message = phone.receive(3000);
            }
            assertThat(message).startsWith("BYE ");
            phone.ok(message);
        }
    }

    @Test
    public void fullGatewayAsksToTryLater() throws IOException {
        try (TextPhone phone = phone("full")) {
            phone.send(phone.invite(SDP)).expect("SIP/2.0 100 ");

            String refusal = phone.expect("SIP/2.0 503 Service Unavailable\r\n");

            assertThat(refusal).contains("\r\nRetry-After: ").contains("Warning: 399 ");
            phone.send(phone.request("ACK", 1, phone.callId + "1", ""));
        }
    }

    @Test
    public void requestsForNoDialogAreToldSo() throws IOException {
        try (TextPhone phone = phone("200")) {
            for (String method : List.of("BYE", "UPDATE", "INFO", "INVITE", "OPTIONS")) {
                String request =
                        phone.next(method, "")
                                .replaceAll("\r\nTo: [^\r]*", "\r\nTo: <sip:x@y>;tag=z");
                phone.send(request).expect("SIP/2.0 481 ");
                if (method.equals("INVITE")) {
                    phone.send(request.replace("INVITE", "ACK"));
                }
            }
            assertThat(counters.get(Counter.SIP_OUT_OF_DIALOG)).isGreaterThanOrEqualTo(5);
        }
    }

    @Test
    public void trunkCannotTouchTheDialogOfAnother() throws IOException {
        try (TextPhone phone = phone("200");
                TextPhone thief = new TextPhone("127.0.0.4", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, SDP);
            long before = counters.get(Counter.SIP_DROPPED_FOREIGN);

            thief.send(phone.next("BYE", "")).send(phone.next("INVITE", SDP));

            assertThat(thief.receive(400)).isEmpty();
            assertThat(call.hasNoInput()).isTrue();
            assertThat(counters.get(Counter.SIP_DROPPED_FOREIGN) - before).isEqualTo(2);
            hangUp(phone, call);
        }
    }

    @Test
    public void sourceOfMalformedMessagesIsShutOutButKeepsItsCalls() throws IOException {
        try (TextPhone phone = new TextPhone("127.0.0.5", server, "200");
                TextPhone late = new TextPhone("127.0.0.5", server, "200");
                TextPhone forger = new TextPhone("127.0.0.5", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, SDP);
            for (int i = 0; i <= SourceLimiter.MALFORMED_LIMIT; i++) {
                forger.send("INVITE sip:x SIP/2.0\r\nVia: x\r\n\r\n");
            }

            late.send(late.invite(SDP));
            assertThat(late.receive(400)).isEmpty();
            phone.send(phone.request("INVITE", 9, "again", SDP).replaceAll(TO_TAG, "$1"));
            assertThat(phone.receive(300)).isEmpty();
            assertThat(intake.count(late.callId)).isZero();
            assertThat(forger.receive(100)).isEmpty();
            hangUp(phone, call);
        }
    }

    @Test
    public void strangerHearsNothingAndOpensNothing() throws IOException {
        try (TextPhone stranger = new TextPhone("127.0.0.3", server, "200")) {
            stranger.send(stranger.invite(SDP));
            stranger.send(stranger.request("OPTIONS", 1, "o", ""));
            stranger.send(stranger.request("REGISTER", 1, "r", ""));
            stranger.send("garbage").send("").send("\r\n\r\n");

            assertThat(stranger.receive(500)).isEmpty();
            assertThat(intake.count(stranger.callId)).isZero();
            try (Socket socket = new Socket()) {
                socket.bind(new InetSocketAddress("127.0.0.3", 0));
                socket.connect(server, 2000);
                assertThat(readsToTheEnd(socket, 3000)).isEmpty();
            }
        }
    }

    @Test
    public void malformedRequestsGetNothingOrACleanAnswer() throws IOException {
        try (TextPhone phone = phone("200")) {
            phone.send(phone.invite(SDP).replace("CSeq: 1 ", "CSeq: 1\u0000 "));
            assertThat(phone.receive(300)).isEmpty();

            phone.send(phone.invite(SDP).replace("CSeq: 1 ", "CSeq: 1x<echo> "));
            assertThat(phone.receive(300)).isEmpty();

            phone.send(phone.invite(SDP).replace("Contact: <sip", "Contact: <<echo>sip"));
            String answer = phone.expect("SIP/2.0 400 Bad Request\r\n");
            assertThat(answer).doesNotContain("echo", "sipfrag", "v=0").endsWith("0\r\n\r\n");
            assertThat(answer.replace("\r\n", "")).doesNotContain("\r", "\n");
            assertThat(intake.count(phone.callId)).isZero();
        }
    }

    @Test
    public void callOverTcpWorksInPiecesAndBackToBack() throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(server, 2000);
            socket.setSoTimeout(4000);
            try (TextPhone text = phone("200")) {
                String tcp = "127.0.0.2:" + socket.getLocalPort();
                String invite = overTcp(text.invite(SDP), text, tcp);
                byte[] bytes = ("\r\n\r\n" + invite).getBytes(StandardCharsets.UTF_8);
                socket.getOutputStream().write(bytes, 0, 100);
                socket.getOutputStream().flush();
                socket.getOutputStream().write(bytes, 100, bytes.length - 100);
                assertThat(read(socket)).startsWith("SIP/2.0 100 ");
                RecordingIntake.Call call = intake.take(text.callId);

                call.leg.answer(description());
                String ok = read(socket);
                assertThat(ok).startsWith("SIP/2.0 200 ").contains(";transport=tcp>");
                String tag = ok.replaceAll("(?s).*\r\nTo: [^\r]*;tag=([0-9a-f]+).*", "$1");
                String to = "To: <sip:200@gw>;tag=" + tag;
                String ack = overTcp(text.ack(""), text, tcp).replace("To: <sip:200@gw>", to);
                String bye = overTcp(text.next("BYE", ""), text, tcp);
                bye = bye.replace("To: <sip:200@gw>", to);
                socket.getOutputStream().write((ack + bye).getBytes(StandardCharsets.UTF_8));

                call.next(LegConfirmed.class);
                call.next(LegEnded.class);
                assertThat(read(socket)).startsWith("SIP/2.0 200 ");
            }
        }
    }

    @Test
    public void answerThatCannotBeSentEndsTheCall() throws IOException {
        try (Socket socket = new Socket();
                TextPhone text = phone("200")) {
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(server, 2000);
            socket.setSoTimeout(4000);
            String tcp = "127.0.0.2:" + socket.getLocalPort();
            String invite = overTcp(text.invite(SDP), text, tcp);
            socket.getOutputStream().write(invite.getBytes(StandardCharsets.UTF_8));
            assertThat(read(socket)).startsWith("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(text.callId);
            socket.shutdownOutput();
            assertThat(readsToTheEnd(socket, 4000)).isEmpty();

            call.leg.answer(description());

            // Whether the stack tells of it at once or by the dialog's end is its own affair.
            assertThat(call.next(LegEnded.class, 20_000).cause().reason())
                    .isIn("network", "dialog-lost");
        }
    }

    @Test
    public void tcpConnectionOfGarbageIsClosed() throws IOException {
        assertThat(closedAfter("GARBAGE\r\n\r\n", 3000)).isTrue();
        assertThat(closedAfter("X: y\r\n".repeat(4000), 3000)).isTrue();
        assertThat(closedAfter("INVITE sip:a SIP/2.0\r\nContent-Length: 99999\r\n\r\n", 3000))
                .isTrue();
    }

    @Test
    public void tcpConnectionOfEndlessEmptyLinesIsClosed() throws IOException {
        long before = counters.get(Counter.SIP_DROPPED_RATE);

        assertThat(closedAfter("\r\n".repeat(MessageStream.MAX_EMPTY_LINES + 1), 3000)).isTrue();

        assertThat(counters.get(Counter.SIP_DROPPED_RATE)).isEqualTo(before + 1);
    }

    @Test
    public void tcpConnectionThatNeverFinishesAMessageIsClosedWithin10Seconds() throws IOException {
        long startNanos = System.nanoTime();
        assertThat(closedAfter("I", 10_000)).isTrue();
        assertThat(System.nanoTime() - startNanos)
                .isBetween(TimeUnit.SECONDS.toNanos(4), TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    public void manyConnectionsThatStallAreAllClosedAndTheTrunkIsStillServed() throws IOException {
        List<Socket> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < 230; i++) {
                Socket socket = new Socket();
                stalled.add(socket);
                socket.bind(new InetSocketAddress("127.0.0.4", 0));
                socket.connect(server, 2000);
                socket.getOutputStream().write('I');
            }
            for (Socket socket : stalled) {
                assertThat(readsToTheEnd(socket, 10_000)).isEmpty();
            }
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
        try (TextPhone other = phone("200");
                TextPhone phone = phone("200");
                Socket socket = new Socket()) {
            other.send(other.request("OPTIONS", 1, "o", "")).expect("SIP/2.0 200 ");
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(server, 2000);
            socket.setSoTimeout(4000);
            String options = phone.request("OPTIONS", 2, "o2", "");
            String overTcp = overTcp(options, phone, "127.0.0.2:" + socket.getLocalPort());
            socket.getOutputStream().write(overTcp.getBytes(StandardCharsets.UTF_8));
            assertThat(read(socket)).startsWith("SIP/2.0 200 OK\r\n");
        }
    }

    @Test
    public void advertisedAddressIsToldAndTheConfiguredOneIsBound() throws IOException {
        InetSocketAddress address = freePort();
        SipEndpoint other = endpoint(address, Optional.of(Doors.address("203.0.113.10")));
        other.start(intake);
        try (TextPhone phone = new TextPhone("127.0.0.2", address, "200")) {
            phone.send(phone.invite(SDP)).expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(phone.callId);
            call.leg.answer(description());
            String told = "203.0.113.10:" + address.getPort();
            assertThat(phone.expect("SIP/2.0 200 ")).contains("Contact: <sip:offhook@" + told);
            phone.send(phone.ack(""));
            call.next(LegConfirmed.class);

            call.leg.end(EndCause.hangUp(By.CALLEE));

            String bye = phone.expect("BYE ");
            assertThat(TextPhone.header(bye, "Via")).startsWith("SIP/2.0/UDP " + told);
            phone.ok(bye);
        } finally {
            other.stop();
        }
    }

    @Test
    public void stoppedEndpointLeavesNoThreadAndNoPort() throws IOException {
        List<Thread> before = threads();
        InetSocketAddress address = freePort();
        SipEndpoint other = endpoint(address);
        other.start(intake);
        try (TextPhone phone = new TextPhone("127.0.0.2", address, "200");
                Socket socket = new Socket()) {
            phone.send(phone.request("OPTIONS", 1, "o", "")).expect("SIP/2.0 200 ");
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(address, 2000);
            other.stop();
        }
        for (Thread thread : threads()) {
            if (!before.contains(thread) && !thread.getName().startsWith("ForkJoin")) {
                assertThat(join(thread)).as(thread.getName()).isTrue();
            }
        }
        try (ServerSocket tcp = new ServerSocket(address.getPort(), 1, address.getAddress());
                DatagramSocket udp = new DatagramSocket(address)) {
            assertThat(tcp.isBound() && udp.isBound()).isTrue();
        }
    }

    @Test
    public void stoppingWaitsUntilTheByeIsAnswered() throws Exception {
        InetSocketAddress address = freePort();
        SipEndpoint other = endpoint(address);
        other.start(intake);
        try (TextPhone phone = new TextPhone("127.0.0.2", address, "200")) {
            RecordingIntake.Call call = confirmed(phone, SDP);
            call.leg.end(EndCause.hangUp(By.GATEWAY));
            String lost = phone.expect("BYE ");

            Thread stopping = Thread.ofVirtual().start(other::stop);
            String again = phone.expect("BYE ");
            assertThat(TextPhone.header(again, "Via")).isEqualTo(TextPhone.header(lost, "Via"));
            assertThat(stopping.isAlive()).isTrue();
            assertThat(other.dialogs()).isEqualTo(1);
            phone.ok(again);

            assertThat(join(stopping)).isTrue();
            assertThat(other.dialogs()).isZero();
        } finally {
            other.stop();
        }
    }

    @Test
    public void stoppingSendsByeToACallThatWasNeverConfirmed() throws Exception {
        InetSocketAddress address = freePort();
        SipEndpoint other = endpoint(address);
        other.start(intake);
        try (TextPhone phone = new TextPhone("127.0.0.2", address, "200")) {
            RecordingIntake.Call call = answered(phone, SDP);
            call.leg.end(EndCause.hangUp(By.GATEWAY));

            Thread stopping = Thread.ofVirtual().start(other::stop);
            String message = phone.receive(3000);
            while (message.startsWith("SIP/2.0 200")) {
                message = phone.receive(3000);
            }
            assertThat(message).startsWith("BYE ");
            phone.ok(message);

            assertThat(join(stopping)).isTrue();
        } finally {
            other.stop();
        }
    }

    @Test
    public void portInUseIsAnErrorThatNamesIt() throws IOException {
        InetSocketAddress address = freePort();
        try (DatagramSocket taken = new DatagramSocket(address)) {
            assertThat(taken.isBound()).isTrue();
            SipEndpoint other = endpoint(address);
            assertThatThrownBy(() -> other.start(intake))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on udp://" + "127.0.0.1:")
                    .hasMessageContaining(Integer.toString(address.getPort()));
        }
    }

    // ---- the test's own phone book

    private RecordingIntake.Call answered(TextPhone phone, String sdp) throws IOException {
        phone.send(phone.invite(sdp)).expect("SIP/2.0 100 ");
        RecordingIntake.Call call = intake.take(phone.callId);
        call.leg.answer(description());
        phone.expect("SIP/2.0 200 ");
        return call;
    }

    private RecordingIntake.Call confirmed(TextPhone phone, String sdp) throws IOException {
        RecordingIntake.Call call = answered(phone, sdp);
        phone.send(phone.ack(""));
        call.next(LegConfirmed.class);
        return call;
    }

    private static void hangUp(TextPhone phone, RecordingIntake.Call call) throws IOException {
        phone.send(phone.next("BYE", ""));
        String reply = phone.receive(3000);
        while (TextPhone.header(reply, "CSeq").contains("INVITE")) {
            reply = phone.receive(3000); // an answer that crossed its ACK
        }
        assertThat(reply).startsWith("SIP/2.0 200 ");
        call.next(LegEnded.class);
    }

    private static void hangUpWhileRenegotiating(TextPhone phone, RecordingIntake.Call call)
            throws IOException {
        phone.send(phone.next("BYE", ""));
        String replies = phone.receive(3000) + phone.receive(3000) + phone.receive(600);
        assertThat(replies).contains("SIP/2.0 200 ", "SIP/2.0 487 ");
        call.next(LegEnded.class);
    }

    private static String overTcp(String message, TextPhone phone, String tcp) {
        return message.replace("SIP/2.0/UDP", "SIP/2.0/TCP").replace(phone.at(), tcp);
    }

    private static String read(Socket socket) throws IOException {
        StringBuilder message = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (message.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                throw new AssertionError("closed after " + message);
            }
            message.append((char) c);
        }
        String length = TextPhone.header(message.toString(), "Content-Length");
        in.readNBytes(Integer.parseInt(length));
        return message.toString();
    }

    private boolean closedAfter(String text, int millis) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(server, 2000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return readsToTheEnd(socket, millis).isEmpty();
        }
    }

    /// What comes until the peer closes; fails when it does not.
    private static String readsToTheEnd(Socket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("still open after ms " + millis, e);
        } catch (java.net.SocketException e) {
            return ""; // reset
        }
    }

    private static boolean join(Thread thread) {
        try {
            thread.join(3000);
            return !thread.isAlive();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Thread> threads() {
        return List.copyOf(Thread.getAllStackTraces().keySet());
    }

    private TextPhone phone(String number) throws IOException {
        return new TextPhone("127.0.0.2", server, number);
    }

    private String host() {
        return "127.0.0.1:" + server.getPort();
    }

    private SipEndpoint endpoint(InetSocketAddress address) {
        return endpoint(address, Optional.empty());
    }

    private SipEndpoint endpoint(InetSocketAddress address, Optional<InetAddress> advertise) {
        return new SipEndpoint(
                new SipSettings(
                        new NodeConfig("test", advertise),
                        new SipConfig(
                                List.of(new Listen("udp", address), new Listen("tcp", address)),
                                new PortRange(20000, 20100)),
                        List.of(
                                Doors.trunk("pbx", "127.0.0.2"),
                                Doors.trunk("other", "127.0.0.4"),
                                Doors.trunk("noisy", "127.0.0.5")),
                        new LimitsConfig(10, 1000, Duration.ofSeconds(60), Duration.ofHours(1))),
                counters,
                NanoClock.system());
    }

    static InetSocketAddress freePort() throws IOException {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
            return new InetSocketAddress(loopback, socket.getLocalPort());
        }
    }

    private static SessionDescription description() {
        try {
            return SdpParser.parse(SDP);
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }
}
