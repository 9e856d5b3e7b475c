package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import offhook.call.AgentDirectory;
import offhook.call.CallEnd;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallLimits;
import offhook.call.CallObserver;
import offhook.call.CallPorts;
import offhook.call.CallRegistry;
import offhook.call.CallRoutes;
import offhook.call.CallSnapshot;
import offhook.call.ClaimToken;
import offhook.call.LegId;
import offhook.call.MediaControl;
import offhook.call.MediaProfile;
import offhook.call.Playback;
import offhook.call.QueueExit;
import offhook.call.TestRoutes;
import offhook.call.TurnedAway;
import offhook.config.DoctorConfig;
import offhook.doctor.CallDoctor;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.runtime.NanoClock;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// INVITEs on the wire for which there is no call, and the stories that tell why.
public class TurnedAwayOnWireTest {

    private static final int MILLIS = 20_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Media media = new Media();
    private InetSocketAddress server;
    private SipEndpoint endpoint;
    private CallRegistry calls;
    private CallDoctor doctor;
    private final Records records = new Records();

    /// Another one who tells of calls.
    private static final class Records implements CallObserver {

        private final List<CallId> refused = new CopyOnWriteArrayList<>();

        @Override
        public void began(CallId id, Supplier<CallSnapshot> now) {}

        @Override
        public void ended(CallId id, CallEnd end) {}

        @Override
        public void refused(String source, Supplier<TurnedAway> call) {
            refused.add(call.get().id());
        }
    }

    /// Media of calls that nobody ever answers.
    private static final class Media implements MediaControl {

        volatile boolean room;

        @Override
        public boolean hasRoom(CallId call) {
            return room;
        }

        @Override
        public void open(
                LegId leg,
                MediaProfile profile,
                Optional<SessionDescription> offer,
                CallInbox events) {}

        @Override
        public void accept(LegId leg, SessionDescription answer) {}

        @Override
        public void update(LegId leg, Optional<SessionDescription> offer) {}

        @Override
        public void join(LegId one, LegId other) {}

        @Override
        public void loop(LegId leg) {}

        @Override
        public void play(LegId leg, Playback what) {}

        @Override
        public void stopPlaying(LegId leg) {}

        @Override
        public void part(LegId leg) {}

        @Override
        public void sendDigit(
                LegId leg, char digit, int durationMillis, boolean signallingTakesIt) {}

        @Override
        public void close(LegId leg) {}
    }

    /// Agents who never say a word.
    private static final class Nobody implements AgentDirectory {

        @Override
        public void claim(String agent, ClaimToken token, Duration lease, CallInbox replyTo) {}

        @Override
        public void confirm(ClaimToken token) {}

        @Override
        public void release(ClaimToken token) {}

        @Override
        public void untaken(ClaimToken token, boolean missed) {}

        @Override
        public void enter(String queue, ClaimToken ticket, Duration lease, CallInbox replyTo) {}

        @Override
        public void leave(ClaimToken ticket, QueueExit exit) {}
    }

    @BeforeMethod
    public void start() throws IOException {
        server = FreePorts.nextAddress();
        Counters counters = new Counters();
        endpoint = Endpoints.on(server, counters, List.of(Doors.trunk("pbx", "127.0.0.2")));
        media.room = true;
        records.refused.clear();
        long ever = Duration.ofMinutes(10).toNanos();
        calls =
                new CallRegistry(
                        new CallRoutes(TestRoutes.toAlice(ever)),
                        new CallLimits(ever, ever, ever),
                        1,
                        1,
                        new CallPorts(
                                media,
                                new Nobody(),
                                endpoint.legs(),
                                NanoClock.system(),
                                counters));
        doctor =
                CallDoctor.start(
                        DoctorConfig.DEFAULT,
                        new CallDoctor.Senses(
                                _ -> Optional.empty(),
                                _ -> Optional.empty(),
                                media::hasRoom,
                                _ -> List.of(),
                                _ -> List.of()),
                        NanoClock.system(),
                        Clock.systemUTC());
        calls.observe(doctor);
        calls.observe(records);
        endpoint.start(calls);
    }

    @AfterMethod(alwaysRun = true)
    public void stop() throws InterruptedException {
        calls.endAll(Duration.ofSeconds(5));
        endpoint.stop();
        doctor.stop();
    }

    /// The story of the only call that is over: the verdict in words.
    private String told(int status) throws IOException {
        JsonNode last = JSON.readTree(doctor.last(10));
        assertThat(last).as(last.toString()).hasSize(1);
        assertThat(records.refused)
                .as("all who tell of it call it by the same name")
                .containsExactly(new CallId(last.get(0).get("id").asText()));
        JsonNode story =
                JSON.readTree(
                        doctor.story(new CallId(last.get(0).get("id").asText())).orElseThrow());
        assertThat(story.get("state").asText()).isEqualTo("turned-away");
        assertThat(story.get("trunk").asText()).isEqualTo("pbx");
        assertThat(story.get("from").asText()).isEqualTo("100");
        assertThat(story.get("cause").get("sip-code").asInt()).isEqualTo(status);
        assertThat(story.get("findings").get(0).get("rule").asText()).isEqualTo("turned-away");
        return story.get("cause").get("reason").asText()
                + ": "
                + story.get("verdict").get("text").asText();
    }

    private static String finalAnswer(TextPhone phone) throws IOException {
        String answer = phone.receive(MILLIS);
        while (answer.startsWith("SIP/2.0 1")) {
            answer = phone.receive(MILLIS);
        }
        return answer;
    }

    @Test
    public void whoFindsNoPlaceIsTold() throws Exception {
        try (TextPhone first = new TextPhone("127.0.0.2", server, "200");
                TextPhone second = new TextPhone("127.0.0.2", server, "201")) {
            first.send(first.invite(EndpointStand.SDP));
            // The 100 may come before the call has its place.
            Await.until("the first call", () -> calls.active() > 0);

            second.send(second.invite(EndpointStand.SDP));

            assertThat(finalAnswer(second)).startsWith("SIP/2.0 503 ");
            assertThat(told(503))
                    .startsWith("no-place: turned away: limits.max-calls calls live already");
        }
    }

    @Test
    public void whoFindsNoTimeOfTheCpuIsTold() throws IOException {
        media.room = false;
        try (TextPhone phone = new TextPhone("127.0.0.2", server, "200")) {
            phone.send(phone.invite(EndpointStand.SDP));

            assertThat(finalAnswer(phone)).startsWith("SIP/2.0 503 ");
            assertThat(told(503))
                    .startsWith("overload: turned away: the gateway's CPU is fully used");
        }
    }

    @Test
    public void whoSendsTooMuchInADatagramIsTold() throws IOException {
        try (TextPhone phone = new TextPhone("127.0.0.2", server, "202")) {
            phone.send(phone.invite(EndpointStand.SDP + "a=x:y\r\n".repeat(1300)));

            assertThat(finalAnswer(phone)).startsWith("SIP/2.0 513 ");
            assertThat(told(513))
                    .startsWith("too-large: turned away: its INVITE is too large for UDP");
        }
    }

    @Test
    public void whoCannotBeReadIsTold() throws IOException {
        try (TextPhone phone = new TextPhone("127.0.0.2", server, "204")) {
            phone.send(
                    phone.invite(EndpointStand.SDP).replace("sip:204@gw SIP", "sip:2|04@gw SIP"));

            assertThat(finalAnswer(phone)).startsWith("SIP/2.0 400 Bad Request\r\n");
            assertThat(told(400)).startsWith("bad-request: ").contains("in the request line");
        }
    }

    /// What cannot even be cut into lines.
    @Test
    public void whoSendsControlsIsTold() throws IOException {
        try (TextPhone phone = new TextPhone("127.0.0.2", server, "205")) {
            phone.send(phone.invite(EndpointStand.SDP, "X: \0"));

            assertThat(finalAnswer(phone)).startsWith("SIP/2.0 400 Bad Request\r\n");
            assertThat(told(400))
                    .startsWith("bad-request: ")
                    .contains("a control character in the headers");
        }
    }

    /// It has come twice by here, as the proxies in between say.
    @Test
    public void whoGoesInACircleIsTold() throws IOException {
        try (TextPhone phone = new TextPhone("127.0.0.2", server, "203")) {
            String via = "Via: SIP/2.0/UDP 192.0.2.9;branch=" + Identifiers.nextBranch(2);
            phone.send(phone.invite(EndpointStand.SDP, via));

            assertThat(finalAnswer(phone)).startsWith("SIP/2.0 482 ");
            assertThat(told(482)).startsWith("loop: turned away: the call goes in a circle");
        }
    }
}
