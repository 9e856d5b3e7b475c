package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.ReplacedDialog;
import offhook.call.Target;
import offhook.call.TransferOrder;
import offhook.call.TransferReport;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Whoever talks already is taken over: REFER and INVITE with `Replaces` (RFC 3891).
public class ReplacesTest extends ReferStand {

    /// From whichever end the other call is named, and at whatever host.
    @Test
    public void trunkAsksToJoinTwoOfItsCallsHere() throws IOException {
        try (TextPhone phone = phone();
                TextPhone consulted = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            RecordingIntake.Call second = confirmed(consulted, REFERS);
            String ours = consulted.toTag();
            String theirs = "f-" + consulted.callId;

            for (String to :
                    List.of(
                            referToDialog("300@127.0.0.1", consulted.callId, ours, theirs),
                            referToDialog("127.0.0.1", consulted.callId, theirs, ours),
                            referToDialog("3@192.0.2.7", consulted.callId, ours, theirs))) {
                phone.send(phone.next("REFER", "", to));
                TransferOrder order = call.next(CallInput.TransferRequested.class).order();
                assertThat(order.takeover())
                        .contains(new TransferOrder.Takeover.Here(new LegId(second.id, 0)));
                EndCause over = EndCause.gateway("no-such-call", 481, 111, "");
                call.leg.transferring(new TransferReport.Refused(over));
                phone.expect("SIP/2.0 481 ");
            }

            hangUp(phone, call);
            hangUp(consulted, second);
        }
    }

    @Test
    public void onlyAnAnsweredCallOfTheSameTrunkIsJoined() throws IOException {
        try (TextPhone phone = phone();
                TextPhone ringing = phone();
                TextPhone stranger = new TextPhone("127.0.0.3", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            RecordingIntake.Call other = confirmed(stranger, REFERS);
            ringing.send(ringing.invite(SDP)).expect("SIP/2.0 100 ");
            RecordingIntake.Call rung = intake.take(ringing.callId);
            rung.leg.alert(description());
            ringing.expect("SIP/2.0 180 ");

            refuses(phone, phone, "", "SIP/2.0 603 ");
            refuses(phone, stranger, "", "SIP/2.0 603 ");
            refuses(phone, ringing, "", "SIP/2.0 481 ");
            rung.leg.end(EndCause.declined());
            ringing.fresh();
            try (TextPhone early = phone()) {
                RecordingIntake.Call answered = confirmed(early, REFERS);
                refuses(phone, early, "%3Bearly-only", "SIP/2.0 486 ");
                hangUp(early, answered);
            }

            assertThat(call.hasNoInput()).isTrue();
            hangUp(phone, call);
            hangUp(stranger, other);
        }
    }

    private static void refuses(TextPhone phone, TextPhone named, String more, String status)
            throws IOException {
        String to =
                referToDialog(
                        "300@127.0.0.1", named.callId, named.toTag(), "f-" + named.callId + more);
        phone.send(phone.next("REFER", "", to)).expect(status);
    }

    private static String referToDialog(String at, String callId, String toTag, String fromTag) {
        return "Refer-To: <sip:%s?Replaces=%s%%3Bto-tag%%3D%s%%3Bfrom-tag%%3D%s>"
                .formatted(at, callId, toTag, fromTag);
    }

    @DataProvider
    public static Object[][] namesOfWhoTalksAtTheTrunk() {
        return new Object[][] {
            {"300@127.0.0.1", false}, {"300@127.0.0.4", true}, {"300@127.0.0.4:5070", true},
        };
    }

    @Test(dataProvider = "namesOfWhoTalksAtTheTrunk")
    public void trunkAsksForATakeover(String target, boolean ownName) throws IOException {
        try (TextPhone phone = new TextPhone("127.0.0.4", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, REFERS);

            phone.send(phone.next("REFER", "", referTo(target, "?Subject=x&Replaces=" + DIALOG)));

            TransferOrder order = call.next(CallInput.TransferRequested.class).order();
            assertThat(order.target()).isEqualTo("300");
            assertThat(order.source()).isEqualTo("hall");
            assertThat(order.takeover())
                    .contains(
                            new TransferOrder.Takeover.AtSource(
                                    new ReplacedDialog("a@b", "c", "d", false), ownName));
            EndCause noRoute = EndCause.gateway("no-route", 404, 1, "no route");
            call.leg.transferring(new TransferReport.Refused(noRoute));
            phone.expect("SIP/2.0 404 ");
            hangUp(phone, call);
        }
    }

    @Test
    public void takeoverIsAnInviteWithReplacesAndTheTrunkHearsThatItWorked() throws Exception {
        try (TextPhone phone = new TextPhone("127.0.0.4", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, REFERS);

            String invite = takenOver(phone, call, DIALOG + "%3Bfoo%3Dbar");

            assertThat(invite).startsWith("INVITE sip:300@" + hall.at() + " SIP/2.0\r\n");
            assertThat(invite.lines().filter(line -> line.startsWith("Replaces:")))
                    .containsExactly("Replaces: a@b;to-tag=c;from-tag=d");
            assertThat(invite.lines().filter(line -> line.startsWith("Require:")))
                    .containsExactly("Require: replaces");
            assertThat(TextPhone.header(invite, "Subject")).isEmpty();
            assertThat(TextPhone.header(invite, "To")).doesNotContain("?");
            phone.send(phone.next("REFER", "", "Refer-To: <sip:301@127.0.0.1>"))
                    .expect("SIP/2.0 491 ");
            hall.answer(invite, "200 OK", "t1", SDP);
            hall.expect("ACK ");
            call.next(CallInput.LegAccepted.class);
            call.leg.transferring(new TransferReport.Done());
            told(phone, "terminated;reason=noresource", "SIP/2.0 200 OK\r\n", 2);
            call.leg.end(EndCause.hangUp(EndCause.By.GATEWAY));
            phone.ok(phone.expect("BYE "));
            hall.request(invite, "BYE", "t1");
            hall.expect("SIP/2.0 200 ");
        }
    }

    @DataProvider
    public static Object[][] waysATakeoverFails() {
        return new Object[][] {
            {"481 Call/Transaction Does Not Exist", 481}, {"420 Bad Extension", 420}
        };
    }

    @Test(dataProvider = "waysATakeoverFails")
    public void failedTakeoverIsToldAndTheCallStays(String refusal, int status) throws Exception {
        try (TextPhone phone = new TextPhone("127.0.0.4", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, REFERS);
            String invite = takenOver(phone, call, DIALOG + "%3Bearly-only");
            assertThat(TextPhone.header(invite, "Replaces"))
                    .isEqualTo("a@b;to-tag=c;from-tag=d;early-only");

            hall.answer(invite, refusal, "t1", "");

            hall.expect("ACK ");
            EndCause cause = call.next(CallInput.LegEnded.class).cause();
            assertThat(cause.sipCode()).isEqualTo(status);
            call.leg.transferring(new TransferReport.Failed(cause));
            assertThat(phone.expect("NOTIFY ")).contains("\r\n\r\nSIP/2.0 " + status + " ");
            phone.send(phone.next("REFER", "", "Refer-To: <sip:301@127.0.0.1>"));
            assertThat(call.next(CallInput.TransferRequested.class).order().takeover()).isEmpty();
            call.leg.transferring(new TransferReport.Refused(cause));
            phone.expect("SIP/2.0 " + status + " ");
            hangUp(phone, call);
        }
    }

    /// The trunk has the one it talks to transferred into another call of its own.
    ///
    /// @return the INVITE that comes of it
    private String takenOver(TextPhone phone, RecordingIntake.Call call, String replaces)
            throws Exception {
        phone.send(phone.next("REFER", "", referTo("300@127.0.0.4", "?Replaces=" + replaces)));
        TransferOrder order = call.next(CallInput.TransferRequested.class).order();
        ReplacedDialog dialog =
                order.takeover()
                        .map(TransferOrder.Takeover.AtSource.class::cast)
                        .orElseThrow()
                        .dialog();
        call.leg.transferring(new TransferReport.Trying());
        phone.expect("SIP/2.0 202 ");
        told(phone, "active;expires=180", "SIP/2.0 100 Trying\r\n", 1);
        var _ =
                endpoint.legs()
                        .ring(
                                new LegId(call.id, 7),
                                new Target.Dialog("hall", order.target(), dialog),
                                call.incoming,
                                Optional.of(description()),
                                call);
        return hall.expect("INVITE ");
    }

    private static String referTo(String target, String headers) {
        return "Refer-To: <sip:" + target + headers + ">";
    }

    @Test
    public void newLegTakesThePlaceOfOneOfItsTrunk() throws IOException {
        try (TextPhone phone = phone();
                TextPhone arriving = phone()) {
            RecordingIntake.Call call = confirmed(phone, REFERS);

            arriving.send(arriving.invite(SDP, replaces(phone), "Require: replaces"));
            arriving.expect("SIP/2.0 100 ");

            CallInput.LegReplacing taking = call.next(CallInput.LegReplacing.class);
            assertThat(taking.arriving().call()).isEqualTo(taking.old().call());
            assertThat(taking.offer()).isPresent();
            assertThat(intake.count(arriving.callId)).isZero();
            taking.leg().answer(description());
            arriving.expect("SIP/2.0 200 ");
            arriving.send(arriving.ack(""));
            call.next(CallInput.LegConfirmed.class);
            call.leg.end(EndCause.gateway("replaced", 200, 16, ""));
            phone.ok(phone.expect("BYE "));
            hangUp(arriving, call);
        }
    }

    @DataProvider
    public static Object[][] replacementsThatAreRefused() {
        return new Object[][] {
            {"127.0.0.3", "%s", "481"},
            {"127.0.0.2", "Replaces: other;to-tag=a;from-tag=b", "481"},
            {"127.0.0.2", "%s;early-only", "486"},
            {"127.0.0.2", "Replaces: other;to-tag=a", "400"},
            {"127.0.0.2", "%1$s\r\n%1$s", "400"},
        };
    }

    @Test(dataProvider = "replacementsThatAreRefused")
    public void otherReplacementsAreRefused(String address, String field, String status)
            throws IOException {
        try (TextPhone phone = phone();
                TextPhone arriving = new TextPhone(address, server, "200")) {
            RecordingIntake.Call call = confirmed(phone, REFERS);

            arriving.send(arriving.invite(SDP, field.formatted(replaces(phone))));

            String refusal = arriving.fresh();
            refusal = refusal.startsWith("SIP/2.0 100 ") ? arriving.fresh() : refusal;
            assertThat(refusal).startsWith("SIP/2.0 " + status + " ");
            arriving.send(arriving.request("ACK", 1, arriving.callId + "1", ""));
            assertThat(call.hasNoInput()).isTrue();
            hangUp(phone, call);
        }
    }
}
