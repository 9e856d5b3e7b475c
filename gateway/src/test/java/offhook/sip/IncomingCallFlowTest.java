package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegEnded;
import offhook.call.EndCause;
import offhook.call.EndCause.By;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Calls of a trunk from INVITE to BYE, message by message.
public class IncomingCallFlowTest extends EndpointStand {

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
            phone.assertSilent(300);
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
                String loop = phone.fresh();
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
            String reply = phone.fresh();
            while (TextPhone.header(reply, "CSeq").contains("INVITE")) {
                reply = phone.fresh(); // the answer again
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
            String first = phone.fresh();
            String second = phone.fresh();

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

            String reply = phone.fresh();
            while (TextPhone.header(reply, "CSeq").contains("INVITE")) {
                reply = phone.fresh(); // the answer again
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

            String reply = phone.send(cancel).fresh();
            while (TextPhone.header(reply, "CSeq").contains("INVITE")) {
                reply = phone.fresh(); // the answer again
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
            phone.assertSilent(700);
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
    public void byeOfTheGatewayWaitsForTheAck() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = answered(phone, SDP);

            call.leg.end(EndCause.hangUp(By.CALLEE));
            assertThat(phone.receive(400)).doesNotStartWith("BYE");

            phone.send(phone.ack(""));
            String message = phone.fresh();
            while (message.startsWith("SIP/2.0 200")) {
                message = phone.fresh();
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

    @Test(groups = "slow")
    public void callThatIsNeverConfirmedEndsAfter32Seconds() throws IOException {
        try (TextPhone phone = phone("200")) {
            RecordingIntake.Call call = answered(phone, SDP);

            LegEnded ended = call.next(LegEnded.class, 40_000);

            assertThat(ended.cause().reason()).isEqualTo("no-ack");
            String message = phone.fresh();
            while (message.startsWith("SIP/2.0 200 ")) {
                message = phone.fresh();
            }
            assertThat(message).startsWith("BYE ");
            phone.ok(message);
        }
    }

    private String host() {
        return "127.0.0.1:" + server.getPort();
    }
}
