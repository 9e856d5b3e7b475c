package offhook.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.CallEvent;
import offhook.call.CallId;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.QueueExit;
import offhook.call.Target;
import offhook.call.TransportFact;
import offhook.call.TransportFact.Candidate;
import offhook.config.DoctorConfig;
import org.testng.annotations.Test;

/// The story of a call, from what the call tells.
public class CallDoctorTest {

    private static List<String> texts(JsonNode story) {
        List<String> texts = new ArrayList<>();
        story.get("events").forEach(event -> texts.add(event.get("text").asText()));
        return texts;
    }

    @Test
    public void aCallIsToldWhileItLivesAndAfterItsEnd() throws Exception {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        CallId id = ward.call();
        ward.tell(
                id,
                new CallEvent.Described(
                        new LegId(id, 0),
                        Optional.of(InetAddress.getByName("10.1.33.103")),
                        4000,
                        true));
        ward.second();
        ward.answer(id);
        ward.second();
        ward.tell(id, new CallEvent.Holds(new LegId(id, 1), true));
        ward.second();

        JsonNode living = ward.story(id);
        assertThat(living.get("id").asText()).isEqualTo(id.value());
        assertThat(living.get("direction").asText()).isEqualTo("in");
        assertThat(living.get("from").asText()).isEqualTo("5551000");
        assertThat(living.get("began").asText()).isEqualTo("2026-03-01T14:02:00.250Z");
        assertThat(living.get("answered").asText()).isEqualTo("2026-03-01T14:02:01.250Z");
        assertThat(living.get("ended").isNull()).isTrue();
        assertThat(texts(living))
                .containsExactly(
                        "arrived from trunk pbx for 200",
                        "trunk pbx has its audio at 10.1.33.103:4000",
                        "agent alice is called",
                        "it rings at alice",
                        "answered by alice",
                        "audio of the browser of alice is connected",
                        "the caller and alice are joined",
                        "alice holds the call");

        ward.end(id, EndCause.hangUp(EndCause.By.CALLER), true);
        JsonNode over = ward.story(id);
        assertThat(over.get("state").asText()).isEqualTo("ended");
        assertThat(over.get("ended").asText()).isEqualTo("2026-03-01T14:02:03.250Z");
        assertThat(over.get("cause").get("by").asText()).isEqualTo("caller");
        assertThat(texts(over)).last().isEqualTo("ended by the caller: hang-up");
        assertThat(over.get("events").get(4).get("leg").asInt()).isEqualTo(1);
        assertThat(ward.last(10).get(0).get("id").asText()).isEqualTo(id.value());
    }

    @Test
    public void queueThatDidNotHelpIsNamed() throws Exception {
        assertThat(unanswered(EndCause.cancelled(), new CallEvent.Queued("sales")))
                .isEqualTo(
                        "not answered: the caller gave up (487, Q.850 16): waited in queue sales"
                                + " for 1 s");
        EndCause late =
                EndCause.gateway("queue-timeout", 480, 19, "nobody of the queue came free in time");
        assertThat(
                        unanswered(
                                late,
                                new CallEvent.Queued("sales"),
                                new CallEvent.LeftQueue(QueueExit.OVERFLOWED)))
                .isEqualTo(
                        "not answered: nobody of queue sales came free in time (480, Q.850 19):"
                                + " waited for 0 ms");
        EndCause full = EndCause.gateway("queue-full", 486, 17, "as many wait as the queue allows");
        assertThat(unanswered(full, new CallEvent.Unavailable("sales", "full")))
                .isEqualTo("not answered: as many wait as queue sales allows (486, Q.850 17)");
        EndCause elsewhere = EndCause.gateway("no-answer", 480, 19, "");
        assertThat(
                        unanswered(
                                elsewhere,
                                new CallEvent.Queued("sales"),
                                new CallEvent.LeftQueue(QueueExit.OVERFLOWED)))
                .isEqualTo(
                        "not answered: nobody answered in time (480, Q.850 19): waited in queue"
                                + " sales for 0 ms");
    }

    @Test
    public void whoDidNotAnswerIsNamedWithTheTimeThatItTook() throws Exception {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        CallId id = ward.call();
        LegId bob = new LegId(id, 1);
        ward.tell(id, new CallEvent.Calling(bob, new Target.Agent("bob")));
        ward.tell(id, new CallEvent.Alerting(bob));
        ward.pass(5 * Ward.SECOND);
        EndCause late = EndCause.gateway("no-answer", 480, 19, "nobody answered");
        ward.tell(id, new CallEvent.Dropped(bob, late));
        ward.second();
        ward.end(id, late, false);

        JsonNode story = ward.story(id);
        assertThat(story.get("verdict").get("text").asText())
                .isEqualTo(
                        "not answered: nobody answered in time (480, Q.850 19): bob rang for 5 s");
        assertThat(texts(story)).contains("bob is called no more: no answer in time");
    }

    @Test
    public void aTrunkThatDidNotAnswerIsNamedWithItsAddressAndHowItStood() throws Exception {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        ward.trunks.put(
                "out",
                List.of(
                        new TrunkPlace(
                                "192.0.2.7:5060", "down", Instant.parse("2026-03-01T13:58:07Z")),
                        new TrunkPlace(
                                "192.0.2.8:5060", "down", Instant.parse("2026-03-01T14:02:20Z"))));
        CallId id = ward.call();
        LegId busy = new LegId(id, 1);
        ward.tell(id, new CallEvent.Calling(busy, new Target.Trunk("other", "4554")));
        ward.tell(
                id,
                new CallEvent.Left(
                        busy,
                        new EndCause(
                                EndCause.By.CALLEE,
                                "busy",
                                486,
                                17,
                                "the trunk answered 486 Busy Here")));
        LegId out = new LegId(id, 2);
        ward.tell(id, new CallEvent.Calling(out, new Target.Trunk("out", "4554")));
        ward.tell(id, new CallEvent.PlaceAsked(out, "192.0.2.7:5060"));
        ward.pass(32 * Ward.SECOND);
        EndCause silent =
                EndCause.gateway("trunk-timeout", 408, 102, "the trunk did not answer our INVITE");
        ward.tell(id, new CallEvent.Left(out, silent));
        ward.end(id, silent, false);

        // Of the first trunk nobody knows where it is, and it was asked nowhere.
        assertThat(ward.story(id).get("verdict").get("text").asText())
                .isEqualTo(
                        "not answered: the trunk did not answer (408, Q.850 102): trunk other was"
                                + " called for 0 ms: busy (486, Q.850 17); trunk out at"
                                + " 192.0.2.7:5060 (down since 13:58:07) was called for 32 s");
    }

    @Test
    public void placesOfATrunkAreNamedInTheOrderInWhichTheyWereAsked() throws Exception {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        ward.trunks.put(
                "out",
                List.of(
                        new TrunkPlace(
                                "192.0.2.9:5060", "down", Instant.parse("2026-03-01T13:58:07Z")),
                        new TrunkPlace(
                                "192.0.2.7:5060", "down", Instant.parse("2026-03-01T14:02:20Z"))));
        CallId id = ward.call();
        LegId out = new LegId(id, 1);
        ward.tell(id, new CallEvent.MediaOpened(out, "trunk"));
        ward.tell(id, new CallEvent.Calling(out, new Target.Trunk("out", "4554")));
        ward.tell(id, new CallEvent.PlaceAsked(out, "192.0.2.7:5060"));
        ward.pass(3 * Ward.SECOND);
        ward.tell(id, new CallEvent.PlaceLost(out, ""));
        ward.tell(id, new CallEvent.PlaceAsked(out, "192.0.2.8:5060"));
        ward.tell(id, new CallEvent.PlaceLost(out, "Connection refused"));
        ward.tell(id, new CallEvent.PlaceAsked(out, "192.0.2.9:5060"));
        ward.tell(id, new CallEvent.PlaceAnswered(out, 100));
        ward.tell(id, new CallEvent.Alerting(out));
        ward.pass(2 * Ward.SECOND);
        ward.tell(id, new CallEvent.PlaceAnswered(out, 486));
        EndCause busy = new EndCause(EndCause.By.CALLEE, "busy", 486, 17, "busy");
        ward.tell(id, new CallEvent.Left(out, busy));
        ward.end(id, busy, false);

        JsonNode story = ward.story(id);
        // The one that this call itself found to be down was not before.
        assertThat(story.get("verdict").get("text").asText())
                .isEqualTo(
                        "not answered: busy (486, Q.850 17): trunk out was called for 5 s at"
                                + " 192.0.2.7:5060, which said nothing for 3 s, then at"
                                + " 192.0.2.8:5060, which was not reached (Connection refused),"
                                + " then at 192.0.2.9:5060 (down since 13:58:07), which answered"
                                + " 486 after 2 s");
        assertThat(texts(story))
                .containsSubsequence(
                        "trunk out is asked at 192.0.2.7:5060",
                        "trunk out says nothing there in its time",
                        "trunk out is asked at 192.0.2.8:5060",
                        "trunk out is not reached there: Connection refused",
                        "trunk out is asked at 192.0.2.9:5060",
                        "trunk out answers 486");
    }

    @Test
    public void ofManyPlacesTheLastAreNamed() throws Exception {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        CallId id = ward.call();
        LegId out = new LegId(id, 1);
        ward.tell(id, new CallEvent.Calling(out, new Target.Trunk("out", "4554")));
        for (int i = 1; i <= 9; i++) {
            ward.tell(id, new CallEvent.PlaceAsked(out, "192.0.2." + i + ":5060"));
            ward.pass(Ward.SECOND);
        }
        EndCause up = EndCause.cancelled();
        ward.tell(id, new CallEvent.Dropped(out, up));
        ward.end(id, up, false);

        assertThat(ward.story(id).get("verdict").get("text").asText())
                .endsWith(
                        "trunk out was called for 9 s at 6 other places and then at"
                                + " 192.0.2.7:5060, which said nothing for 1 s, then at"
                                + " 192.0.2.8:5060, which said nothing for 1 s, then at"
                                + " 192.0.2.9:5060, which said nothing for 1 s");
    }

    @Test
    public void aTrunkThatWasAskedNowhereIsSaidToBe() throws Exception {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        ward.trunks.put(
                "out",
                List.of(
                        new TrunkPlace(
                                "192.0.2.7:5060", "down", Instant.parse("2026-03-01T13:58:07Z")),
                        new TrunkPlace("-", "unlocated", Instant.EPOCH)));
        CallId id = ward.call();
        LegId out = new LegId(id, 1);
        ward.tell(id, new CallEvent.Calling(out, new Target.Trunk("out", "4554")));
        EndCause down = EndCause.gateway("trunk-unreachable", 503, 38, "cannot be reached");
        ward.tell(id, new CallEvent.Left(out, down));
        ward.end(id, down, false);

        assertThat(ward.story(id).get("verdict").get("text").asText())
                .isEqualTo(
                        "not answered: the trunk cannot be reached (503, Q.850 38): trunk out was"
                                + " called for 0 ms, but was not asked at 192.0.2.7:5060 (down"
                                + " since 13:58:07) or an address that DNS does not tell");
    }

    @Test
    public void soundBeforeTheAnswerAndWhoeverHangsUpMeanwhileAreSaid() throws Exception {
        LegId out = new LegId(CallId.next(), 1);
        CallEvent[] announced = {
            new CallEvent.Calling(out, new Target.Trunk("out", "4554")),
            new CallEvent.PlaceAsked(out, "192.0.2.7:5060"),
            new CallEvent.PlaceAnswered(out, 183),
            new CallEvent.EarlySound(out)
        };
        assertThat(unanswered(EndCause.hangUp(EndCause.By.CALLER), announced))
                .isEqualTo(
                        "not answered: the caller gave up: trunk out at 192.0.2.7:5060 was called"
                                + " for 1 s, and sent sound of its own (an announcement, or how it"
                                + " rings)");
        assertThat(unanswered(EndCause.hangUp(EndCause.By.CALLEE), announced))
                .startsWith(
                        "not answered: the called party hung up before it answered: trunk out at");
    }

    @Test
    public void aCallThatStillRingsIsNotSaidToBeMeasured() {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        CallId id = ward.call();

        JsonNode verdict = ward.story(id).get("verdict");
        assertThat(verdict.get("level").asText()).isEqualTo("unknown");
        assertThat(verdict.get("text").asText()).isEqualTo("nobody has talked yet");
    }

    /// A PBX has a call sent back to itself.
    @Test
    public void twoLegsOfOneTrunkAreToldApart() {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        CallId id = ward.call();
        LegId back = new LegId(id, 1);
        ward.tell(id, new CallEvent.Calling(back, new Target.Trunk("pbx", "4554")));
        ward.tell(id, new CallEvent.MediaOpened(back, "trunk"));
        ward.tell(id, new CallEvent.Talking(new LegId(id, 0), back));
        ward.tell(id, new CallEvent.Connected(new LegId(id, 0)));
        ward.tell(id, new CallEvent.Connected(back));
        ward.second();

        assertThat(texts(ward.story(id)))
                .contains(
                        "our port for the audio of trunk pbx on the side of the caller is open",
                        "our port for the audio of trunk pbx on the side of the called party is"
                                + " open");
    }

    @Test
    public void aTrunkThatSaidNothingBeforeTheCallerGaveUpIsSaidTo() throws Exception {
        LegId out = new LegId(CallId.next(), 1);

        assertThat(
                        unanswered(
                                EndCause.cancelled(),
                                new CallEvent.Calling(out, new Target.Trunk("out", "4554")),
                                new CallEvent.PlaceAsked(out, "192.0.2.7:5060")))
                .endsWith("trunk out at 192.0.2.7:5060 was called for 1 s, and said nothing");
        assertThat(
                        unanswered(
                                EndCause.cancelled(),
                                new CallEvent.Calling(out, new Target.Trunk("out", "4554")),
                                new CallEvent.PlaceAsked(out, "192.0.2.7:5060"),
                                new CallEvent.PlaceAnswered(out, 100)))
                .endsWith("trunk out at 192.0.2.7:5060 was called for 1 s");
    }

    @Test
    public void whoGaveUpIsSaidWithWhomItCalledAndForHowLong() throws Exception {
        EndCause up = EndCause.cancelled();
        assertThat(unanswered(up))
                .isEqualTo(
                        "not answered: the caller gave up (487, Q.850 16): after 1 s, before"
                                + " anybody was called");
        assertThat(unanswered(up, new CallEvent.Unavailable("bob", "busy")))
                .isEqualTo(
                        "not answered: the caller gave up (487, Q.850 16): bob was in another"
                                + " call");
        assertThat(unanswered(EndCause.gateway("no-route", 404, 1, "no route leads there")))
                .isEqualTo("not answered: no route leads to that number (404, Q.850 1): 200");
    }

    @Test
    public void aPageThatIsLostAndComesBackIsInTheStory() throws Exception {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        CallId id = ward.call();
        ward.answer(id);
        LegId alice = new LegId(id, 1);
        ward.tell(id, new CallEvent.PageLost(alice, Duration.ofSeconds(5)));
        ward.tell(id, new CallEvent.Away(alice, true, ward.now()));
        ward.tell(id, new CallEvent.PageBack(alice));
        ward.second();

        assertThat(texts(ward.story(id)))
                .endsWith(
                        "the page of alice lost its connection to us: it has 5 s to come back",
                        "nothing is heard of the browser of alice: the caller hears hold music",
                        "the page of alice is connected again");
    }

    private static String unanswered(EndCause cause, CallEvent... events) throws Exception {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        CallId id = ward.call();
        for (CallEvent event : events) {
            ward.tell(id, event);
        }
        ward.second();
        ward.end(id, cause, false);
        return ward.story(id).get("findings").get(0).get("text").asText();
    }

    @Test
    public void onlyTheLastCallsAreKept() {
        Ward ward = new Ward(new DoctorConfig(2, 1));
        List<CallId> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            CallId id = ward.call();
            ids.add(id);
            ward.end(id, EndCause.cancelled(), false);
        }

        assertThat(ward.last(10)).hasSize(2);
        assertThat(ward.last(1).get(0).get("id").asText()).isEqualTo(ids.get(2).value());
        assertThat(ward.asked(() -> ward.doctor.story(ids.get(0)).orElse("gone")))
                .isEqualTo("gone");
    }

    @Test
    public void theStoriesTakeNoMoreMemoryThanTheyMay() {
        Ward ward = new Ward(new DoctorConfig(100_000, 1));
        for (int i = 0; i < 2500; i++) {
            ward.end(ward.call(), EndCause.cancelled(), false);
        }

        assertThat(ward.last(100_000).size()).isBetween(500, 2000);
    }

    @Test
    public void moreAndFewerCallsAreKeptWhileItRuns() {
        Ward ward = new Ward(new DoctorConfig(3, 1));
        for (int i = 0; i < 4; i++) {
            ward.end(ward.call(), EndCause.cancelled(), false);
        }
        assertThat(ward.last(10)).hasSize(3);

        ward.doctor.reconfigured(new DoctorConfig(1, 1));
        ward.second();
        assertThat(ward.last(10)).hasSize(1);

        ward.doctor.reconfigured(new DoctorConfig(5, 1));
        ward.second();
        for (int i = 0; i < 6; i++) {
            ward.end(ward.call(), EndCause.cancelled(), false);
        }
        assertThat(ward.last(10)).hasSize(5);
    }

    @Test
    public void aLongCallHasCoarserSteps() {
        Steps steps = new Steps(0, () -> {});
        for (long second = 0; second < 4 * 3600; second++) {
            steps.of(second * Ward.SECOND);
        }

        assertThat(steps.seconds()).isEqualTo(16);
        assertThat(steps.count()).isEqualTo(900);
    }

    @Test
    public void aCoarserPlotKeepsTheWorst() {
        Plot loss = new Plot(10, false);
        loss.note(0, 1);
        loss.note(1, 12.5);
        loss.note(3, 2);
        loss.coarsen();
        com.fasterxml.jackson.databind.node.ArrayNode written =
                com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.arrayNode();
        loss.write(written, 3);

        assertThat(written.toString()).isEqualTo("[12.5,2.0,null]");
    }

    @Test
    public void theWayOfABrowsersMediaIsTold() {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        CallId id = ward.call();
        LegId alice = new LegId(id, 1);
        ward.tell(id, new CallEvent.Calling(alice, new Target.Agent("alice")));
        ward.tell(id, new CallEvent.MediaOpened(alice, "browser"));
        InetSocketAddress here = new InetSocketAddress("192.0.2.1", 7882);
        InetSocketAddress named = new InetSocketAddress("198.51.100.7", 40_000);
        InetSocketAddress unnamed = new InetSocketAddress("198.51.100.7", 40_001);
        ward.note(
                alice,
                new TransportFact.Candidates(
                        List.of(new Candidate("host", "udp", "192.0.2.1", 7882)),
                        List.of(
                                new Candidate("host", "udp", "d1.local", 50_000),
                                new Candidate("srflx", "udp", "198.51.100.7", 40_000))));
        ward.note(alice, new TransportFact.Checked(named));
        ward.note(alice, new TransportFact.Nominated(here, named));
        ward.note(alice, new TransportFact.HandshakeBegan());
        ward.second();
        ward.note(
                alice,
                new TransportFact.Secured(
                        "server", "DTLS 1.2", "TLS_X", "AEAD_AES_128_GCM", "sha-256"));
        ward.note(alice, new TransportFact.Restarted());
        ward.note(alice, new TransportFact.Nominated(here, unnamed));

        assertThat(texts(ward.story(id)))
                .contains(
                        "ICE: the browser of alice chose 198.51.100.7:40000 (through a NAT) to"
                                + " 192.0.2.1:7882")
                .noneMatch(text -> text.contains("rflx"));
        JsonNode way = ward.story(id).get("transports").get(0);

        assertThat(way.get("leg").asInt()).isEqualTo(1);
        assertThat(way.get("who").asText()).isEqualTo("alice");
        JsonNode ice = way.get("ice");
        assertThat(ice.get("local-candidates")).hasSize(1);
        assertThat(ice.get("remote-candidates").get(0).get("address").asText())
                .isEqualTo("d1.local");
        assertThat(ice.get("first-checks").get(0).get("from").asText())
                .isEqualTo("198.51.100.7:40000");
        assertThat(ice.get("nominations").get(0).get("remote").get("type").asText())
                .isEqualTo("srflx");
        assertThat(ice.get("selected").get("remote").get("type").asText()).isEqualTo("prflx");
        assertThat(ice.get("selected").get("local").get("port").asInt()).isEqualTo(7882);
        assertThat(ice.get("restarts")).hasSize(1);
        JsonNode dtls = way.get("dtls");
        assertThat(dtls.get("role").asText()).isEqualTo("server");
        assertThat(dtls.get("cipher-suite").asText()).isEqualTo("TLS_X");
        assertThat(dtls.get("srtp-profile").asText()).isEqualTo("AEAD_AES_128_GCM");
        assertThat(dtls.get("millis").asLong()).isEqualTo(1000);
        assertThat(texts(ward.story(id)))
                .contains(
                        "ICE: first check of the browser of alice from 198.51.100.7:40000",
                        "ICE: the browser of alice restarts",
                        "DTLS 1.2 with the browser of alice: TLS_X, AEAD_AES_128_GCM, in 1000 ms");
    }

    @Test
    public void aHandshakeThatFailsIsTold() {
        Ward ward = new Ward(DoctorConfig.DEFAULT);
        CallId id = ward.call();
        LegId alice = new LegId(id, 1);
        ward.note(alice, new TransportFact.HandshakeBegan());
        ward.note(alice, new TransportFact.HandshakeFailed("it showed no certificate"));

        JsonNode dtls = ward.story(id).get("transports").get(0).get("dtls");

        assertThat(dtls.get("why").asText()).isEqualTo("it showed no certificate");
        assertThat(dtls.has("version")).isFalse();
    }
}
