package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.management.openmbean.CompositeData;
import offhook.codec.AudioCodec;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.PhoneMedia;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.G711;
import offhook.e2e.wan.PhoneLink;
import offhook.e2e.wan.Script;
import offhook.e2e.wan.Wan;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.LoopPhone;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Boxes of calls by streams of SIP, and of calls that sounded bad.
@Test(groups = {"e2e", "sip", "media"})
public class StreamBoxIT {

    private static final Duration LIMIT = CallStand.LIMIT;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Wan wan = new Wan();
    private PeerStand stand;
    private WebPeer carol;
    private Path boxes;

    @BeforeClass
    public void start() throws IOException {
        boxes = CallStand.workOf(StreamBoxIT.class).resolve("boxes");
        for (Path old : written()) {
            Files.delete(old);
        }
        stand =
                PeerStand.start(
                        StreamBoxIT.class,
                        yaml -> yaml.replace("ops:\n", "ops:\n  black-box: {mos-below: 3.2}\n"));
        stand.signIn("alice", Voices.AGENT_HZ);
        carol = stand.signIn("carol", Voices.AGENT_HZ);
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        if (stand != null) {
            stand.close();
        }
        wan.close();
    }

    private List<Path> written() {
        if (!Files.isDirectory(boxes)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(boxes)) {
            return files.filter(file -> file.toString().endsWith(".zip")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    public void messagesOverTcpAreThereWithTheirPorts() {
        try (Phone phone = Phone.tcp(stand.config().sip(), "5551000")) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA));
            call.awaitAnswer(LIMIT);
            call.hangUp(LIMIT);
        }

        CallBox.of(stand.gateway(), "200", LIMIT)
                .assertStream(stand.folder(), "tcp", stand.config().sip().getPort(), false);
    }

    /// A third of the packets of a call is lost on the way from its phone, which sends no RTCP.
    @Test(dependsOnMethods = "messagesOverTcpAreThereWithTheirPorts")
    public void theBoxOfACallThatSoundedBadIsWrittenUnaskedAndAllSayHowBad() {
        PhoneLink link = wan.ofPhone();
        link.impair(Script.clean(3).losing(33), Script.clean(4));
        String bad;
        try (Phone phone = Phone.udp(stand.config().sip(), "5551000");
                Operations operations = Operations.of(stand.gateway())) {
            PhoneCall call = phone.invite("202", CallOffer.of(G711.PCMA), through(link));
            bad = carol.awaitIncoming(LIMIT);
            call.awaitAnswer(LIMIT);
            Await.until(
                    "packets enough for an opinion",
                    LIMIT,
                    () -> expected(operations.leg(bad, "trunk")) >= 100);
            Await.until(
                    "the doctor sees the loss",
                    LIMIT,
                    () -> rules(story(operations, bad)).contains("loss-in"));
            Opinions opinions = new Opinions(stand, operations);
            Await.until(
                    "all who look now see the same",
                    LIMIT,
                    () -> {
                        Map<String, Long> now = opinions.now(bad);
                        return now.size() == 3
                                && Set.copyOf(now.values()).size() == 1
                                && !now.containsValue(0L);
                    });
            double before = opinions.histogram();
            call.hangUp(LIMIT);
            Await.until("a box is written", LIMIT, () -> !written().isEmpty());

            double mos = Math.round((opinions.histogram() - before) * 100) / 100.0;
            assertThat(mos).isBetween(1.0, 3.2);
            assertThat(opinions.whole(bad))
                    .hasSize(6)
                    .allSatisfy((way, said) -> assertThat(said).isEqualTo(Math.round(mos * 100)));
            assertThat(opinions.findsBelow(mos + 0.01, bad)).isTrue();
            assertThat(opinions.findsBelow(mos, bad)).isFalse();
        }

        assertThat(written()).singleElement().asString().contains(bad);
        assertThat(rules(CallBox.of(stand.gateway(), "202", LIMIT).json("call.json")))
                .contains("loss-in");
    }

    private PhoneMedia through(PhoneLink link) {
        FrameLoop tone = FrameLoop.g711(FrameLoop.tone((int) Voices.CALLER_HZ), G711.PCMA);
        return link.carry(new LoopPhone(stand.reactor(), AudioCodec.PCMA, tone), Ports.freePair());
    }

    private static long expected(CompositeData leg) {
        return (Long) leg.get("inPackets") + (Long) leg.get("inLost");
    }

    private static JsonNode story(Operations operations, String call) {
        try {
            return JSON.readTree((String) operations.invoke("call", call, String.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> rules(JsonNode story) {
        return story.path("findings").findValuesAsText("rule");
    }
}
