package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.Party;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Provisional responses that are confirmed by PRACK, and what may be said of media before the
/// answer, on real sockets.
public class ReliableCallTest {

    private static final String SDP =
            """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.2\r
            s=-\r
            c=IN IP4 127.0.0.2\r
            t=0 0\r
            m=audio 40000 RTP/AVP 8\r
            """;
    private static final String SUPPORTED = "Supported: 100rel";
    private static final String REQUIRED = "Require: 100rel";
    private static final String NUMBERED = "Require: 100rel\r\nRSeq: ";

    private final RecordingIntake intake = new RecordingIntake();
    private InetSocketAddress server;
    private SipEndpoint endpoint;
    private TextTrunk trunk;
    private TextTrunk plain;
    private TextTrunk strict;
    private RecordingIntake.Call call;

    /// How far a test has set the clock ahead.
    private volatile long aheadNanos;

    private Leg leg;

    @BeforeClass
    public void start() throws IOException {
        server = FreePorts.nextAddress();
        trunk = new TextTrunk("127.0.0.5");
        plain = new TextTrunk("127.0.0.6");
        strict = new TextTrunk("127.0.0.7");
        endpoint =
                Endpoints.on(
                        server,
                        () -> System.nanoTime() + aheadNanos,
                        List.of(
                                Doors.trunk("pbx", "127.0.0.2"),
                                Doors.read("{name: off, addresses: [127.0.0.3], 100rel: off}"),
                                Doors.read(
                                        "{name: must, addresses: [127.0.0.4], 100rel:"
                                                + " required}"),
                                Doors.trunkAt("out", uri(trunk)),
                                Doors.read(
                                        "{name: plain, 100rel: off, uri: \"%s\"}"
                                                .formatted(uri(plain))),
                                Doors.read(
                                        "{name: strict, 100rel: required, uri: \"%s\"}"
                                                .formatted(uri(strict)))));
        endpoint.start(intake);
    }

    private static String uri(TextTrunk target) {
        return "sip:" + target.at() + ";transport=udp";
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        trunk.close();
        plain.close();
        strict.close();
        endpoint.stop(Duration.ZERO);
    }

    @Test
    public void ringingIsSentAgainUntilItIsConfirmed() throws IOException {
        try (TextPhone phone = phone("127.0.0.2")) {
            RecordingIntake.Call caller = called(phone, SDP, SUPPORTED);
            caller.leg.alert(description());

            String first = phone.expect("SIP/2.0 180 ");
            assertThat(TextPhone.header(first, "Require")).isEqualTo("100rel");
            assertThat(phone.expect("SIP/2.0 180 ")).isEqualTo(first);
            assertThat(phone.expect("SIP/2.0 180 ")).isEqualTo(first);
            String prack = phone.prack(first, "");
            assertThat(phone.send(prack).expect("SIP/2.0 200 ")).contains(" PRACK\r\n");
            assertThat(phone.send(prack).expect("SIP/2.0 200 ")).contains(" PRACK\r\n");
            phone.assertSilent(2500);

            caller.leg.answer(description());
            assertThat(phone.expect("SIP/2.0 200 ")).contains("m=audio");
            phone.send(phone.request("ACK", 1, phone.callId + "a", ""));
            caller.next(CallInput.LegConfirmed.class);
            phone.send(phone.next("BYE", "")).expect("SIP/2.0 200 ");
        }
    }

    @Test
    public void prackThatFitsNothingIsToldSo() throws IOException {
        try (TextPhone phone = phone("127.0.0.2")) {
            RecordingIntake.Call caller = called(phone, SDP, REQUIRED);
            caller.leg.alert(description());
            String ringing = phone.expect("SIP/2.0 180 ");
            String rseq = TextPhone.header(ringing, "RSeq");

            for (String rack :
                    List.of(
                            (Long.parseLong(rseq) + 1) + " 1 INVITE",
                            rseq + " 2 INVITE",
                            rseq + " 1 UPDATE")) {
                phone.send(phone.next("PRACK", "", "RAck: " + rack));
                assertThat(nextOf(phone, "PRACK")).startsWith("SIP/2.0 481 ");
            }
            phone.send(phone.prack(ringing, ""));
            assertThat(nextOf(phone, "PRACK")).startsWith("SIP/2.0 200 ");
            phone.send(phone.prack(ringing, ""));
            assertThat(nextOf(phone, "PRACK")).startsWith("SIP/2.0 481 ");
            cancelled(phone, caller);
        }
    }

    @Test
    public void secondResponseWaitsForTheFirst() throws IOException {
        try (TextPhone phone = phone("127.0.0.2")) {
            RecordingIntake.Call caller = called(phone, SDP, SUPPORTED);
            caller.leg.alert(description());
            caller.leg.progress(description());
            String ringing = phone.expect("SIP/2.0 180 ");
            assertThat(phone.expect("SIP/2.0 180 ")).isEqualTo(ringing);

            phone.send(phone.prack(ringing, "")).expect("SIP/2.0 200 ");

            String progress = phone.expect("SIP/2.0 183 ");
            assertThat(number(progress)).isEqualTo(number(ringing) + 1);
            assertThat(progress).contains("m=audio");
            cancelled(phone, caller);
        }
    }

    @Test
    public void answerWaitsForThePrackOfTheDescription() throws IOException {
        try (TextPhone phone = phone("127.0.0.2")) {
            RecordingIntake.Call caller = called(phone, SDP, SUPPORTED);
            caller.leg.progress(description());
            String progress = phone.expect("SIP/2.0 183 ");

            caller.leg.answer(description());

            assertThat(phone.receive(Await.PATIENCE_MILLIS)).isEqualTo(progress);
            phone.send(phone.prack(progress, ""));
            assertThat(nextOf(phone, "PRACK")).startsWith("SIP/2.0 200 ");
            assertThat(nextOf(phone, "INVITE"))
                    .startsWith("SIP/2.0 200 ")
                    .doesNotContain("m=audio");
            phone.send(phone.request("ACK", 1, phone.callId + "a", ""));
            caller.next(CallInput.LegConfirmed.class);
            phone.send(phone.next("BYE", "")).expect("SIP/2.0 200 ");
        }
    }

    @Test
    public void inviteWithoutOfferIsOfferedByRingingAndAnsweredByPrack() throws IOException {
        try (TextPhone phone = phone("127.0.0.2")) {
            RecordingIntake.Call caller = called(phone, "", SUPPORTED);
            caller.leg.alert(description());
            String ringing = phone.expect("SIP/2.0 180 ");
            assertThat(ringing).contains("m=audio");

            phone.send(phone.prack(ringing, SDP)).expect("SIP/2.0 200 ");

            assertThat(caller.next(CallInput.LegConfirmed.class).answer()).isPresent();
            caller.leg.answer(description());
            assertThat(phone.expect("SIP/2.0 200 ")).doesNotContain("m=audio");
            phone.send(phone.request("ACK", 1, phone.callId + "a", ""));
            assertThat(caller.next(CallInput.LegConfirmed.class).answer()).isEmpty();
            phone.send(phone.next("BYE", "")).expect("SIP/2.0 200 ");
        }
    }

    @Test
    public void prackWithoutTheAnswerItOwesEndsTheCall() throws IOException {
        try (TextPhone phone = phone("127.0.0.2")) {
            RecordingIntake.Call caller = called(phone, "", SUPPORTED);
            caller.leg.alert(description());
            String ringing = phone.expect("SIP/2.0 180 ");

            phone.send(phone.prack(ringing, ""));

            assertThat(nextOf(phone, "PRACK")).startsWith("SIP/2.0 488 ");
            assertThat(nextOf(phone, "INVITE")).startsWith("SIP/2.0 488 ");
            phone.send(phone.request("ACK", 1, phone.callId + "1", ""));
            assertThat(caller.next(CallInput.LegEnded.class).cause().reason())
                    .isEqualTo("bad-answer");
        }
    }

    @Test
    public void prackAndUpdateMayOfferAnewOnceAllIsAnswered() throws IOException {
        try (TextPhone phone = phone("127.0.0.2")) {
            RecordingIntake.Call caller = called(phone, SDP, SUPPORTED);
            caller.leg.alert(description());
            phone.send(phone.prack(phone.expect("SIP/2.0 180 "), "")).expect("SIP/2.0 200 ");
            phone.send(phone.next("UPDATE", SDP));
            assertThat(phone.expect("SIP/2.0 500 ")).contains("\r\nRetry-After: ");
            caller.leg.progress(description());
            String progress = phone.expect("SIP/2.0 183 ");

            phone.send(phone.prack(progress, SDP));
            assertThat(caller.next(CallInput.LegRenegotiating.class).offer()).isPresent();
            caller.leg.answerUpdate(description());
            assertThat(phone.expect("SIP/2.0 200 ")).contains("PRACK\r\n", "m=audio");
            phone.send(phone.next("UPDATE", SDP));
            assertThat(caller.next(CallInput.LegRenegotiating.class).offer()).isPresent();
            caller.leg.refuseUpdate(EndCause.gateway("codec", 488, 88, ""));
            phone.expect("SIP/2.0 488 ");

            cancelled(phone, caller);
        }
    }

    @Test
    public void trunkWithoutReliableResponsesHasNone() throws IOException {
        try (TextPhone phone = phone("127.0.0.3")) {
            String refused =
                    phone.send(phone.request("INVITE", 1, "x1", SDP, REQUIRED))
                            .expect("SIP/2.0 420 ");
            assertThat(TextPhone.header(refused, "Unsupported")).isEqualTo("100rel");
        }
        try (TextPhone phone = phone("127.0.0.3")) {
            RecordingIntake.Call caller = called(phone, SDP, SUPPORTED);
            caller.leg.alert(description());
            assertThat(phone.expect("SIP/2.0 180 ")).doesNotContain("RSeq", "Require");
            cancelled(phone, caller);
        }
    }

    @Test
    public void callerThatDoesNotKnowThemIsRefusedWhereTheyAreRequired() throws IOException {
        try (TextPhone phone = phone("127.0.0.4")) {
            String refused = phone.send(phone.invite(SDP)).expect("SIP/2.0 421 Extension Required");
            assertThat(TextPhone.header(refused, "Require")).isEqualTo("100rel");
            assertThat(intake.count(phone.callId)).isZero();
        }
    }

    @Test
    public void callThatIsNeverConfirmedEnds() throws IOException {
        try (TextPhone phone = phone("127.0.0.2")) {
            RecordingIntake.Call caller = called(phone, SDP, SUPPORTED);
            caller.leg.alert(description());
            String ringing = phone.expect("SIP/2.0 180 ");
            assertThat(phone.expect("SIP/2.0 180 ")).isEqualTo(ringing);

            aheadNanos = 33_000_000_000L;

            assertThat(caller.next(CallInput.LegEnded.class).cause().reason())
                    .isEqualTo("no-prack");
            assertThat(nextOf(phone, "INVITE")).startsWith("SIP/2.0 504 ");
            phone.send(phone.request("ACK", 1, phone.callId + "1", ""));
        }
    }

    @Test
    public void trunksResponsesAreConfirmedOnceAndInOrder() throws Exception {
        String invite = dial("out", trunk);
        assertThat(TextPhone.header(invite, "Supported")).isEqualTo("timer, 100rel, replaces");
        assertThat(invite).doesNotContain("Require:");

        trunk.answer(invite, "180 Ringing", "t1", "", NUMBERED + "7\r\n");
        String prack = trunk.expect("PRACK ");
        assertThat(TextPhone.header(prack, "RAck")).isEqualTo("7 1 INVITE");
        assertThat(TextPhone.header(prack, "To")).contains("tag=t1");
        trunk.answer(prack, "200 OK", "t1", "");
        call.next(CallInput.LegAlerting.class);
        trunk.answer(invite, "180 Ringing", "t1", "", NUMBERED + "7\r\n");
        trunk.answer(invite, "183 Session Progress", "t1", SDP, NUMBERED + "9\r\n");
        trunk.assertSilent(400);
        assertThat(call.hasNoInput()).isTrue();

        trunk.answer(invite, "183 Session Progress", "t1", SDP, NUMBERED + "8\r\n");
        String next = trunk.expect("PRACK ");
        assertThat(TextPhone.header(next, "RAck")).isEqualTo("8 1 INVITE");
        trunk.answer(next, "200 OK", "t1", "");
        call.next(CallInput.LegProgressing.class);
        trunk.request(invite, "UPDATE", "t1", SDP);
        assertThat(call.next(CallInput.LegRenegotiating.class).offer()).isPresent();
        leg.answerUpdate(description());
        assertThat(trunk.expect("SIP/2.0 200 ")).contains("m=audio");

        trunk.answer(invite, "200 OK", "t1", "");
        assertThat(call.next(CallInput.LegAccepted.class).description()).isEmpty();
        trunk.expect("ACK ");
        hangUp(invite, "t1");
    }

    @Test
    public void branchesOfAForkAreConfirmedEachAndTheAnswerIsThatOfTheWinner() throws Exception {
        String invite = dial("out", trunk);
        trunk.answer(invite, "183 Session Progress", "a", SDP, NUMBERED + "100\r\n");
        String one = trunk.expect("PRACK ");
        assertThat(TextPhone.header(one, "To")).contains("tag=a");
        trunk.answer(one, "200 OK", "a", "");
        call.next(CallInput.LegProgressing.class);
        trunk.answer(invite, "183 Session Progress", "b", SDP, NUMBERED + "5\r\n");
        String other = trunk.expect("PRACK ");
        assertThat(TextPhone.header(other, "To")).contains("tag=b");
        assertThat(TextPhone.header(other, "RAck")).isEqualTo("5 1 INVITE");
        trunk.answer(other, "200 OK", "b", "");
        trunk.request(invite, "UPDATE", "b", SDP);
        assertThat(trunk.expect("SIP/2.0 500 ")).contains("\r\nRetry-After: ");

        trunk.answer(invite, "200 OK", "b", SDP);

        trunk.expect("ACK ");
        assertThat(call.next(CallInput.LegAccepted.class).description()).isPresent();
        hangUp(invite, "b");
    }

    @Test
    public void trunkThatRequiresWhatIsOffIsNotReached() throws Exception {
        String invite = dial("plain", plain);
        assertThat(TextPhone.header(invite, "Supported")).isEqualTo("timer, replaces");

        plain.answer(invite, "421 Extension Required", "t", "", REQUIRED + "\r\n");

        EndCause cause = call.next(CallInput.LegEnded.class).cause();
        assertThat(cause.reason()).isEqualTo("extension-required");
        assertThat(cause.detail()).contains("100rel");
        plain.expect("ACK ");
    }

    @Test
    public void trunkThatDoesNotKnowWhatIsRequiredIsNotReached() throws Exception {
        String invite = dial("strict", strict);
        assertThat(TextPhone.header(invite, "Require")).isEqualTo("100rel");

        strict.answer(invite, "420 Bad Extension", "t", "", "Unsupported: 100rel\r\n");

        EndCause cause = call.next(CallInput.LegEnded.class).cause();
        assertThat(cause.reason()).isEqualTo("extension-refused");
        assertThat(cause.detail()).contains("100rel");
        strict.expect("ACK ");
    }

    private void hangUp(String invite, String tag) throws IOException {
        trunk.request(invite, "BYE", tag);
        trunk.expect("SIP/2.0 200 ");
        call.next(CallInput.LegEnded.class);
    }

    private String dial(String name, TextTrunk target) throws Exception {
        Endpoints.Dialled dialled =
                Endpoints.dial(endpoint, name, new Party("100", "Bob"), "200", description());
        call = dialled.call();
        leg = dialled.leg();
        return target.expect("INVITE ");
    }

    private RecordingIntake.Call called(TextPhone phone, String body, String... fields)
            throws IOException {
        phone.send(phone.invite(body, fields)).expect("SIP/2.0 100 ");
        return intake.take(phone.callId);
    }

    private static void cancelled(TextPhone phone, RecordingIntake.Call caller) throws IOException {
        phone.send(
                phone.request("CANCEL", 1, phone.callId + "1", "")
                        .replaceFirst("(\r\nTo: [^\r]*);tag=[^\r]*", "$1"));
        assertThat(nextOf(phone, "CANCEL")).startsWith("SIP/2.0 200 ");
        caller.next(CallInput.LegEnded.class);
        phone.send(phone.request("ACK", 1, phone.callId + "1", ""));
    }

    /// The next response to a request of this kind; what is sent again meanwhile is passed over.
    private static String nextOf(TextPhone phone, String method) throws IOException {
        for (int i = 0; i < 8; i++) {
            String message = phone.fresh();
            boolean provisional = message.startsWith("SIP/2.0 1");
            if (!provisional && TextPhone.header(message, "CSeq").endsWith(" " + method)) {
                return message;
            }
        }
        throw new AssertionError("no response to " + method);
    }

    private static long number(String provisional) {
        return Long.parseLong(TextPhone.header(provisional, "RSeq"));
    }

    private TextPhone phone(String address) throws IOException {
        return new TextPhone(address, server, "200");
    }

    private static SessionDescription description() {
        try {
            return SdpParser.parse(SDP);
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }
}
