package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import offhook.codec.dsp.Tone;
import offhook.codec.quality.Recording;
import offhook.codec.quality.WavFile;
import offhook.e2e.browser.Agent;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.G711;
import offhook.e2e.web.Ear;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Callers who wait, and agents who ring for them. Everybody has a tone of their own, and so has
/// the music.
@Test(groups = {"e2e", "sip", "media"})
public class QueueIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final CallOffer TALK = CallOffer.of(G711.PCMA);
    private static final int FIRST_HZ = 440;
    private static final int SECOND_HZ = 700;
    private static final int ALICE_HZ = 1030;
    private static final int BOB_HZ = 1330;
    private static final int ELSEWHERE_HZ = 1630;
    private static final int MUSIC_HZ = 620;
    private static final double ENOUGH_SECONDS = 0.4;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Phone phone;
    private WebPeer alice;
    private WebPeer bob;
    private WebPeer bobElsewhere;
    private Agent carol;
    private String page = "";
    private Instant frozenAt;
    private List<Long> frozen = List.of();
    private Operations operations;

    @BeforeClass
    public void start() throws IOException {
        Path work = CallStand.workOf(QueueIT.class);
        Path music = Files.createDirectories(work).resolve("music.wav");
        short[] pcm = new short[16_000];
        new Tone(16_000, -20, MUSIC_HZ).fill(pcm, 0, pcm.length);
        WavFile.write(music, new Recording(pcm, 16_000));
        DemoConfig config =
                CallStand.configure(
                        work,
                        yaml ->
                                yaml.replace(
                                                "media:\n",
                                                "media:\n  hold-music: \"" + music + "\"\n")
                                        .replace(
                                                "queues:\n",
                                                """
                                                  - {trunk: pbx, number: "220", to: "queue:one"}
                                                  - {trunk: pbx, number: "221", to: "queue:all"}
                                                  - {trunk: pbx, number: "222", to: "queue:brief"}
                                                  - {trunk: pbx, number: "223", to: "queue:asleep"}
                                                queues:
                                                  - {name: patient, agents: [alice], wait-without-agents: true}
                                                  - {name: asleep, agents: [carol, bob], strategy: linear}
                                                  - {name: one, agents: [alice]}
                                                  - {name: all, agents: [alice, bob], strategy: ring-all}
                                                  - name: brief
                                                    agents: [alice]
                                                    strategy: linear
                                                    ring-seconds: 1
                                                    max-wait-seconds: 2
                                                    away-after-missed: 1
                                                    waiting: early
                                                    overflow: agent:bob
                                                """));
        GatewayProcess gateway =
                keep(GatewayProcess.start(config.file(), work.resolve("gateway.log"), START_LIMIT));
        operations = keep(Operations.of(gateway));
        carol = keep(Agent.launch(Voices.steady("agent", Voices.AGENT_HZ, work)));
        page = config.page();
        carol.open(page).signIn("carol", "alice", LIMIT);
        // It takes the gateway its time to see that, and the others have theirs meanwhile.
        freeze();
        var reactor = keep(new Reactor("web-peers"));
        HttpClient client =
                keep(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        alice = signIn(client, config, reactor, "alice", ALICE_HZ);
        bob = signIn(client, config, reactor, "bob", BOB_HZ);
        bobElsewhere = signIn(client, config, reactor, "bob", ELSEWHERE_HZ);
        phone = keep(Phone.udp(config.sip(), "5551000"));
    }

    /// Stops the processes that run the page, as a computer does that sleeps.
    private void freeze() {
        frozen = renderersBelow(ProcessHandle.current().pid());
        assertThat(frozen).isNotEmpty();
        signal("-STOP");
        frozenAt = Instant.now();
    }

    /// The processes below one that run pages, by proc(5).
    private static List<Long> renderersBelow(long parent) {
        List<Long> found = new ArrayList<>();
        for (long child : children(parent)) {
            if (proc(child, "cmdline").contains("--type=renderer")) {
                found.add(child);
            }
            found.addAll(renderersBelow(child));
        }
        return found;
    }

    private static List<Long> children(long parent) {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.map(Path::getFileName)
                    .map(Path::toString)
                    .filter(name -> name.matches("[0-9]+"))
                    .map(Long::valueOf)
                    .filter(pid -> proc(pid, "status").contains("\nPPid:\t" + parent + "\n"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String proc(long pid, String file) {
        try {
            return new String(
                    Files.readAllBytes(Path.of("/proc", Long.toString(pid), file)),
                    StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it is gone
        }
    }

    private void signal(String what) {
        for (long each : frozen) {
            try {
                new ProcessBuilder("kill", what, Long.toString(each)).start().waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private WebPeer signIn(
            HttpClient client, DemoConfig config, Reactor reactor, String name, int hertz) {
        FrameLoop voice = FrameLoop.opus(FrameLoop.tone(hertz), false);
        return keep(
                WebPeer.signIn(
                        client,
                        config.page(),
                        name,
                        "alice",
                        WebMedia.Setup.of(reactor, PeerIdentity.generate(), voice),
                        false));
    }

    private <T extends AutoCloseable> T keep(T opened) {
        open.addFirst(opened);
        return opened;
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        signal("-CONT");
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private PhoneCall call(String number, int hertz) {
        PhoneCall call = phone.invite(number, TALK);
        call.media().say(Sound.tone(hertz, Voices.AMPLITUDE));
        return call;
    }

    private static void callerHears(PhoneCall call, int hertz) {
        int from = call.media().heard().size();
        Await.until(
                "the caller hears " + hertz,
                LIMIT,
                () -> Hearing.seconds(Hearing.audioSince(call, from), hertz) >= ENOUGH_SECONDS);
    }

    private static void agentHears(WebPeer agent, int hertz) {
        WebMedia media = agent.awaitMedia(LIMIT);
        media.record();
        media.takeHeard();
        var heard = new ArrayList<Heard>();
        Await.until(
                "the agent hears " + hertz,
                LIMIT,
                () -> {
                    heard.addAll(media.takeHeard());
                    return !heard.isEmpty()
                            && Hearing.seconds(Ear.hear(heard), hertz) >= ENOUGH_SECONDS;
                });
    }

    @Test
    public void callersWaitWithMusicAndAreServedInOrder() {
        alice.forget();
        PhoneCall talking = call("220", FIRST_HZ);
        String first = alice.awaitIncoming(LIMIT);
        PhoneCall second = call("220", SECOND_HZ);
        second.awaitAnswer(LIMIT);
        PhoneCall third = call("220", SECOND_HZ);
        third.awaitAnswer(LIMIT);
        callerHears(second, MUSIC_HZ);
        callerHears(third, MUSIC_HZ);
        assertThat(operations.queue("one", "Waiting")).isEqualTo(3);
        alice.accept(first);
        talking.awaitAnswer(LIMIT);
        callerHears(talking, ALICE_HZ);
        assertThat(operations.queue("one", "Waiting")).isEqualTo(2);
        assertThat(operations.agent("alice", "State")).isEqualTo("busy");

        alice.forget();
        alice.hangUp(first);
        String next = alice.await("incoming", LIMIT, _ -> true).path("call").asText();
        // It goes on hearing music while she rings.
        callerHears(second, MUSIC_HZ);
        alice.accept(next);
        callerHears(second, ALICE_HZ);
        agentHears(alice, SECOND_HZ);
        callerHears(third, MUSIC_HZ);
        assertThat(second.media().heard().stream().map(Heard::ssrc).distinct()).hasSize(1);

        assertThat(third.hangUp(LIMIT).status()).isEqualTo(200);
        assertThat(second.hangUp(LIMIT).status()).isEqualTo(200);
        Await.until(
                "nobody waits",
                LIMIT,
                () ->
                        operations.queue("one", "Waiting").equals(0)
                                && operations.agent("alice", "State").equals("available"));
        assertThat(operations.queue("one", "Answered")).isEqualTo(2L);
        assertThat(operations.queue("one", "Abandoned")).isEqualTo(1L);
    }

    @Test(dependsOnMethods = "callersWaitWithMusicAndAreServedInOrder")
    public void firstAnswerWinsWhereAllRing() {
        alice.forget();
        bob.forget();
        PhoneCall call = call("221", FIRST_HZ);
        String atAlice = alice.awaitIncoming(LIMIT);
        String atBob = bob.awaitIncoming(LIMIT);
        assertThat(atAlice).isEqualTo(atBob);

        bob.accept(atBob);

        alice.await("ended", LIMIT, m -> reasonOf(m).equals("taken-by-colleague"));
        call.awaitAnswer(LIMIT);
        callerHears(call, BOB_HZ);
        agentHears(bob, FIRST_HZ);
        assertThat(operations.agent("alice", "State")).isEqualTo("available");
        assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
        bob.await("ended", LIMIT, _ -> true);
    }

    @Test(dependsOnMethods = "firstAnswerWinsWhereAllRing")
    public void agentWhoLetsItRingIsAwayAndTheCallerGoesElsewhere() {
        alice.forget();
        bob.forget();
        PhoneCall call = call("222", FIRST_HZ);
        alice.awaitIncoming(LIMIT);

        alice.await("presence", LIMIT, m -> m.path("state").asText().equals("away"));
        assertThat(operations.agent("alice", "Reason")).isEqualTo("missed-calls");
        String atBob = bob.awaitIncoming(LIMIT);
        callerHears(call, MUSIC_HZ);
        call.awaitStatus(183, LIMIT);
        assertThat(call.trace())
                .as("the music is early media")
                .noneMatch(each -> !each.sent() && each.message().status() == 200);
        bob.accept(atBob);
        call.awaitAnswer(LIMIT);
        callerHears(call, BOB_HZ);
        assertThat(operations.queue("brief", "Overflowed")).isEqualTo(1L);
        assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
    }

    @Test(dependsOnMethods = "agentWhoLetsItRingIsAwayAndTheCallerGoesElsewhere")
    public void frozenPageIsOfferedNothingAndHearsOfItWhenItWakes() {
        bob.forget();
        Await.until(
                "the gateway sees that carol's page is frozen",
                LIMIT,
                () -> operations.agent("carol", "State").equals("unreachable"));
        assertThat(operations.agent("carol", "Reason")).isEqualTo("page-asleep");
        assertThat(operations.agent("carol", "ReachableDevices")).isEqualTo(0);
        Instant since = Instant.parse((String) operations.agent("carol", "Since"));
        assertThat(Duration.between(frozenAt, since)).isLessThan(Duration.ofSeconds(15));

        PhoneCall call = call("223", FIRST_HZ);
        bob.accept(bob.awaitIncoming(LIMIT));
        call.awaitAnswer(LIMIT);
        callerHears(call, BOB_HZ);
        assertThat(operations.agent("carol", "CallsMissed")).isEqualTo(0L);
        assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);

        signal("-CONT");
        carol.awaitPresence("available", LIMIT);
        assertThat(carol.page().locator("#message").textContent()).contains("was asleep");
        assertThat(operations.agent("carol", "State")).isEqualTo("available");
    }

    @Test(dependsOnMethods = "frozenPageIsOfferedNothingAndHearsOfItWhenItWakes")
    public void callMovesToAnotherDeviceOfItsAgentAndTheCallerNoticesNothing() {
        bob.forget();
        bobElsewhere.forget();
        PhoneCall call = call("201", FIRST_HZ);
        String id = bob.awaitIncoming(LIMIT);
        assertThat(bobElsewhere.awaitIncoming(LIMIT)).isEqualTo(id);
        bob.accept(id);
        bobElsewhere.await("ended", LIMIT, m -> reasonOf(m).equals("answered-elsewhere"));
        call.awaitAnswer(LIMIT);
        callerHears(call, BOB_HZ);
        bobElsewhere.await("elsewhere", LIMIT, m -> m.path("calls").size() == 1);
        int from = call.media().heard().size();

        bobElsewhere.pull(id, LIMIT);

        bob.await("ended", LIMIT, m -> reasonOf(m).equals("moved"));
        callerHears(call, ELSEWHERE_HZ);
        agentHears(bobElsewhere, FIRST_HZ);
        List<Heard> all = call.media().heard();
        assertThat(all.stream().map(Heard::ssrc).distinct()).hasSize(1);
        for (int i = from; i < all.size(); i++) {
            assertThat(all.get(i).sequence()).isEqualTo((all.get(i - 1).sequence() + 1) & 0xffff);
            assertThat((all.get(i).timestamp() - all.get(i - 1).timestamp()) & 0xffff_ffffL)
                    .as("what the stream says of time, however late it came")
                    .isBetween(1L, 80_000L);
        }
        assertThat(Hearing.seconds(Hearing.audioSince(call, from), MUSIC_HZ)).isZero();
        assertThat(operations.agent("bob", "Calls")).isEqualTo(1);
        bobElsewhere.hangUp(id);
        call.awaitBye(LIMIT);
    }

    @Test(dependsOnMethods = "frozenPageIsOfferedNothingAndHearsOfItWhenItWakes")
    public void agentTakesACallFromOnePageToTheOther() {
        try (Agent other = carol.colleague()) {
            other.open(page).signIn("carol", "alice", LIMIT);
            PhoneCall call = call("202", FIRST_HZ);
            carol.awaitIncoming(LIMIT).answer();
            call.awaitAnswer(LIMIT);

            other.page().locator("#elsewhere button").click();

            other.awaitCall("open", LIMIT);
            carol.awaitIdle(LIMIT);
            Hearing.awaitBothWays(other, Voices.AGENT_HZ, call, FIRST_HZ, LIMIT);
            assertThat(carol.page().locator("#elsewhere button").count()).isEqualTo(1);
            other.hangUp();
            call.awaitBye(LIMIT);
        }
    }

    @Test(dependsOnMethods = "agentTakesACallFromOnePageToTheOther")
    public void callerWhomAPageLeadsToAQueueWaitsThereWithMusic() {
        alice.forget();
        alice.wish("away");
        alice.await("presence", LIMIT, m -> m.path("state").asText().equals("away"));
        PhoneCall call = call("202", FIRST_HZ);
        carol.awaitIncoming(LIMIT).answer();
        call.awaitAnswer(LIMIT);
        Hearing.awaitBothWays(carol, Voices.AGENT_HZ, call, FIRST_HZ, LIMIT);

        carol.page().locator("#transfer-to").fill("queue:patient");
        carol.page().locator("#transfer-now").click();

        carol.awaitIdle(LIMIT).awaitNote("Transferred", LIMIT);
        callerHears(call, MUSIC_HZ);
        assertThat(operations.queue("patient", "Waiting")).isEqualTo(1);
        carol.awaitPresence("available", LIMIT);
        alice.wish("available");
        alice.accept(alice.awaitIncoming(LIMIT));
        callerHears(call, ALICE_HZ);
        agentHears(alice, FIRST_HZ);
        assertThat(call.media().heard().stream().map(Heard::ssrc).distinct()).hasSize(1);
        assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
    }

    private static String reasonOf(JsonNode ended) {
        return ended.path("cause").path("reason").asText();
    }
}
