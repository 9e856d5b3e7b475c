package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import offhook.codec.AudioCodec;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.G711;
import offhook.e2e.wan.PhoneLink;
import offhook.e2e.wan.Script;
import offhook.e2e.wan.Wan;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.LoopPhone;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Boxes of calls by streams of SIP, and of calls that sounded bad.
@Test(groups = {"e2e", "sip", "media"})
public class StreamBoxIT {

    private static final Duration LIMIT = CallStand.LIMIT;

    private final Wan wan = new Wan();
    private PeerStand stand;
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
        stand.signIn("carol", Voices.AGENT_HZ);
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
            throw new IllegalStateException(e);
        }
    }

    @Test
    public void messagesOverTcpAreThereWithTheirPorts() throws IOException {
        try (Phone phone = Phone.tcp(stand.config().sip(), "5551000")) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA));
            call.awaitAnswer(LIMIT);
            call.hangUp(LIMIT);
        }

        CallBox.of(stand.gateway(), "200", LIMIT)
                .assertStream(stand.folder(), "tcp", stand.config().sip().getPort(), false);
    }

    /// A third of the packets of a call is lost on the way between its phone and the gateway.
    @Test
    public void theBoxOfACallThatSoundedBadIsWrittenUnasked() throws Exception {
        PhoneLink link = wan.ofPhone();
        try (Phone phone = Phone.udp(stand.config().sip(), "5551000")) {
            PhoneCall call =
                    phone.invite(
                            "202",
                            CallOffer.of(G711.PCMA),
                            link.carry(
                                    new LoopPhone(
                                            stand.reactor(),
                                            AudioCodec.PCMA,
                                            FrameLoop.g711(
                                                    FrameLoop.tone((int) Voices.CALLER_HZ),
                                                    G711.PCMA)),
                                    Ports.freePair()));
            link.impair(Script.clean(3).losing(33), Script.clean(4).losing(33));
            call.awaitAnswer(LIMIT);
            Thread.sleep(2_500);
            call.hangUp(LIMIT);
        }
        CallBox asked = CallBox.of(stand.gateway(), "202", LIMIT);

        Await.until(
                "its box is written",
                LIMIT,
                () -> written().stream().anyMatch(file -> file.toString().contains(asked.id())));
        assertThat(asked.json("call.json").path("findings").findValuesAsText("rule"))
                .contains("loss-in");
    }
}
