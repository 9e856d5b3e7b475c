package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import offhook.agent.Presence;
import offhook.call.CallDetails;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.TransferOrder;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// An agent calls somebody, from `dial` to the end, through a real socket.
public class DialTest {

    private static final String OFFER = CallFlowTest.OFFER;

    private WebGateway gateway;

    @BeforeMethod
    public void start() {
        gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(30));
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        gateway.close();
    }

    @Test
    public void pageDialsHearsTheProgressAndHangsUp() throws Exception {
        Page page = gateway.page("bob", "i");

        dial(page, "r1", "+34 (911) 12-34.56");

        String dialled = page.await("dialled");
        RecordingIntake.Call call = gateway.intake.take();
        assertThat(WebGateway.field(dialled, "request")).isEqualTo("r1");
        assertThat(WebGateway.field(dialled, "call")).isEqualTo(call.callId().value());
        assertThat(call.incoming().source()).isEqualTo("web");
        assertThat(call.incoming().called()).isEqualTo(new Party("+34911123456", ""));
        assertThat(call.incoming().caller()).isEqualTo(new Party("+34911000002", "Bob"));
        assertThat(call.incoming().media()).isInstanceOf(MediaProfile.Browser.class);
        assertThat(call.incoming().offer()).contains(SdpParser.parse(OFFER));
        call.leg().answer(answer());
        assertThat(page.await("accepted")).contains("\"sdp\":\"");
        call.leg().alert(answer());
        page.expect("ringing");
        call.leg().progress(answer());
        page.expect("progress");
        call.leg().connected();
        page.expect("connected");
        page.sendOfCall("hangup", call.callId());

        assertThat(call.expect(CallInput.LegEnded.class).cause())
                .isEqualTo(EndCause.hangUp(EndCause.By.CALLER));
        assertThat(page.await("ended")).contains("\"by\":\"caller\"").contains("You hung up.");
    }

    @Test
    public void callerWithoutANumberIsShownByName() throws Exception {
        Page page = gateway.page("alice", "i");

        dial(page, "r", "bob");

        RecordingIntake.Call call = gateway.intake.take();
        assertThat(call.incoming().caller()).isEqualTo(new Party("alice", "Alice"));
        assertThat(call.incoming().called().number()).isEqualTo("bob");
    }

    @Test
    public void headersGoAlongAndThoseOfTheAnswerAndOfTheEndComeBack() throws Exception {
        Page page = gateway.page("bob", "i");

        dial(page, "r", "200", "\"withheld\":true,\"headers\":{\"X-Case\":\"4711\"}");

        page.await("dialled");
        RecordingIntake.Call call = gateway.intake.take();
        assertThat(call.incoming().details())
                .isEqualTo(CallDetails.ofAgent("bob", true, Map.of("X-Case", "4711")));
        assertThat(call.incoming().caller().number()).isEqualTo("+34911000002");
        assertThat(call.incoming().shownCaller()).isEqualTo(new Party("", ""));
        call.leg().answeredWith(Map.of("X-Desk", "7"));
        call.leg().connected();
        assertThat(page.await("connected")).contains("\"headers\":{\"X-Desk\":\"7\"}");
        call.leg().end(EndCause.hangUp(EndCause.By.CALLEE).with(Map.of("X-Code", "ok")));
        assertThat(page.await("ended")).contains("\"headers\":{\"X-Code\":\"ok\"}");
    }

    @DataProvider
    public Object[][] whoConsults() {
        return new Object[][] {
            {"bob", new Party("+34911000002", "Bob")}, {"carol", new Party("", "Carol")}
        };
    }

    /// The one who is consulted may be anybody's phone.
    @Test(dataProvider = "whoConsults")
    public void withheldNumberStaysWithheldFromWhoIsConsulted(String agent, Party shown)
            throws Exception {
        Page page = gateway.page(agent, "i");
        dial(page, "r", "200");
        page.await("dialled");
        RecordingIntake.Call call = gateway.intake.take();
        call.leg().answer(answer());
        call.leg().connected();
        page.await("connected");

        page.send(
                "{\"type\":\"consult\",\"call\":\""
                        + call.callId()
                        + "\",\"to\":\"300\",\"headers\":{\"X-Case\":\"4711\"}}");

        TransferOrder order = call.expect(CallInput.TransferRequested.class).order();
        assertThat(order.by()).isEqualTo(shown);
        assertThat(order.enclosed().headers()).isEqualTo(Map.of("X-Case", "4711"));
        page.send(
                "{\"type\":\"transfer\",\"call\":\""
                        + call.callId()
                        + "\",\"to\":\"300\",\"headers\":{\"X-Case\":\"a\\r\\nVia: b\"}}");
        assertThat(page.await("error")).contains("\"code\":31487");
    }

    @DataProvider
    public Object[][] unfitHeaders() {
        return new Object[][] {
            {"\"X-Case\":\"a\\r\\nVia: b\""},
            {"\"X-Case\":\"a\\u0000b\""},
            {"\"X-Case\":\"\u010a\""},
            {"\"X-Case\":\"a\u2028b\""},
            {"\"X-Case\":\"\""},
            {"\"X-Case\":\" a\""},
            {"\"X-Case\":\"" + "v".repeat(513) + "\""},
            {"\"X Case\":\"1\""},
            {"\"X-Case:\":\"1\""},
            {"\"X-Case\\r\\nVia\":\"1\""},
            {
                IntStream.range(0, 5)
                        .mapToObj(i -> "\"X-" + i + "\":\"" + "v".repeat(500) + "\"")
                        .collect(Collectors.joining(","))
            },
        };
    }

    @Test(dataProvider = "unfitHeaders")
    public void whatIsNoHeaderIsRefusedOnceAndNothingIsDialled(String headers) throws Exception {
        Page page = gateway.page("alice", "i");

        dial(page, "r", "200", "\"headers\":{" + headers + "}");

        assertThat(page.expect("error"))
                .contains("\"code\":31487")
                .contains("\"request\":\"r\"")
                .doesNotContain("Via");
        page.roundTrip();
        assertThat(gateway.registry.presence("alice")).contains(Presence.AVAILABLE);
    }

    @Test
    public void hangUpBeforeTheAnswerGivesUp() throws Exception {
        Page page = gateway.page("alice", "i");
        RecordingIntake.Call call = dialled(page);
        call.leg().alert(answer());

        page.sendOfCall("hangup", call.callId());

        assertThat(call.expect(CallInput.LegEnded.class).cause()).isEqualTo(EndCause.cancelled());
        assertThat(page.await("ended")).contains("You gave up before the call was answered.");
        page.sendOfCall("hangup", call.callId());
        page.await("presence");
        page.roundTrip();
        assertThat(call.inputs()).isEmpty();
    }

    @Test
    public void farEndThatIsBusyIsToldInWords() throws Exception {
        Page page = gateway.page("alice", "i");
        RecordingIntake.Call call = dialled(page);

        call.leg().end(new EndCause(EndCause.By.CALLEE, "busy", 486, 17, "the trunk answered 486"));

        assertThat(page.await("ended"))
                .contains("\"reason\":\"busy\"")
                .contains("\"text\":\"The line is busy.\"");
        assertThat(call.inputs()).isEmpty();
    }

    @DataProvider
    public Object[][] undiallable() {
        return new Object[][] {
            {"12a"},
            {"sip:1@example.com"},
            {"1;phone-context=x"},
            {"++34"},
            {"()"},
            {"\u0661\u0662\u0663"},
            {"123456789012345678901234567890123"},
        };
    }

    @Test(dataProvider = "undiallable")
    public void whatIsNoNumberIsRefusedAndTheAgentStaysFree(String to) throws Exception {
        Page page = gateway.page("alice", "i");

        dial(page, "r", to);

        assertThat(page.expect("error"))
                .contains("\"code\":31484")
                .contains("\"request\":\"r\"")
                .doesNotContain("\"call\"");
        page.roundTrip();
        assertThat(gateway.registry.presence("alice")).contains(Presence.AVAILABLE);
    }

    @Test
    public void offerThatCannotBeReadIsRefused() throws Exception {
        Page page = gateway.page("alice", "i");

        page.send("{\"type\":\"dial\",\"request\":\"r\",\"to\":\"1\",\"sdp\":\"this is not sdp\"}");

        assertThat(page.expect("error")).contains("31488").contains("\"request\":\"r\"");
        assertThat(gateway.registry.presence("alice")).contains(Presence.AVAILABLE);
    }

    @Test
    public void agentWhoIsInACallCannotDialOnAnyPage() throws Exception {
        Page one = gateway.page("alice", "one");
        Page two = gateway.page("alice", "two");
        RecordingIntake.Call call = dialled(one);

        dial(one, "again", "2");
        assertThat(one.await("error")).contains("31486").contains("\"request\":\"again\"");
        dial(two, "too", "2");
        assertThat(two.await("error")).contains("31486").contains("\"request\":\"too\"");
        two.sendOfCall("hangup", call.callId());
        assertThat(two.await("error")).contains("31409");
        two.roundTrip();
        assertThat(call.inputs()).as("another page does not end the call").isEmpty();

        call.leg().end(EndCause.hangUp(EndCause.By.CALLEE));
        assertThat(one.await("ended")).contains("The other side hung up.");
        assertThat(one.await("presence")).contains("available");
        dial(one, "later", "2");
        one.await("dialled");
    }

    @Test
    public void allPagesSeeTheAgentBusyWhileItDials() throws Exception {
        Page one = gateway.page("alice", "one");
        Page two = gateway.page("alice", "two");

        RecordingIntake.Call call = dialled(one);

        assertThat(two.await("presence")).contains("busy");
        call.leg().end(EndCause.declined());
        assertThat(two.await("presence")).contains("available");
        assertThat(two.expect("elsewhere")).contains("\"calls\":[]");
        two.roundTrip();
    }

    @Test
    public void fullGatewayEndsTheCallAndFreesTheAgent() throws Exception {
        Page page = gateway.page("alice", "i");

        dial(page, "r", "503");

        String dialled = page.await("dialled");
        assertThat(page.await("ended"))
                .contains(WebGateway.field(dialled, "call"))
                .contains("\"reason\":\"refused\"")
                .contains("\"sip\":503")
                .contains("The gateway takes no more calls now.");
        dial(page, "again", "1");
        page.await("dialled");
        gateway.intake.take();
    }

    @Test
    public void pageIsToldWhyMediaRefusesItsOffer() throws Exception {
        Page page = gateway.page("alice", "i");
        RecordingIntake.Call call = dialled(page);

        call.leg().end(EndCause.gateway("media-refused", 488, 88, "a=fingerprint is required."));

        assertThat(page.await("error")).contains("31488").contains(call.callId().value());
        assertThat(page.await("ended")).contains("\"reason\":\"media-refused\"");
    }

    @Test
    public void pageThatComesBackIsToldAllOfTheCallAgain() throws Exception {
        Page page = gateway.page("alice", "i");
        RecordingIntake.Call call = dialled(page);
        call.leg().answer(answer());
        page.await("accepted");
        page.abort();
        call.leg().alert(answer());
        call.leg().progress(answer());
        call.leg().connected();

        Page back = gateway.connect();
        back.hello(gateway.token("alice"), "i", "available");

        assertThat(back.expect("welcome"))
                .contains("\"calls\":[\"" + call.callId() + "\"]")
                .contains("\"state\":\"busy\"");
        assertThat(back.await("dialled"))
                .contains("\"request\":\"r\"")
                .contains(call.callId().value());
        back.await("accepted");
        back.await("ringing");
        back.await("progress");
        back.await("connected");
        assertThat(call.inputs()).isEmpty();
        back.sendOfCall("hangup", call.callId());
        assertThat(call.expect(CallInput.LegEnded.class).cause().reason()).isEqualTo("hang-up");
    }

    @Test
    public void pageThatStaysAwayLosesTheCallAfterTheGrace() throws Exception {
        try (WebGateway quick = new WebGateway(WebGateway.limits(), Duration.ofSeconds(1))) {
            Page page = quick.page("alice", "i");
            dial(page, "r", "1");
            page.await("dialled");
            RecordingIntake.Call call = quick.intake.take();

            page.abort();

            assertThat(call.expect(CallInput.LegEnded.class).cause().reason())
                    .isEqualTo("agent-lost");
        }
    }

    private RecordingIntake.Call dialled(Page page) throws InterruptedException {
        dial(page, "r", "1");
        page.await("dialled");
        return gateway.intake.take();
    }

    static void dial(Page page, String request, String to) {
        dial(page, request, to, "\"withheld\":false");
    }

    /// @param more keys of the message
    static void dial(Page page, String request, String to, String more) {
        page.send(
                "{\"type\":\"dial\",\"request\":\""
                        + request
                        + "\",\"to\":\""
                        + to
                        + "\",\"sdp\":\""
                        + OFFER.replace("\r\n", "\\r\\n")
                        + "\","
                        + more
                        + "}");
    }

    /// Any description will do as our answer: what media says is not the leg's matter.
    private static SessionDescription answer() throws Exception {
        return SdpParser.parse(OFFER);
    }
}
