package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import offhook.e2e.phone.Heard;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.process.Ports;
import offhook.e2e.process.Tool;
import offhook.e2e.speech.Pcm;
import offhook.e2e.speech.Speech;
import offhook.e2e.web.Ear;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Baresip over mutual TLS and an agent: each is known to the other by a certificate, and they hear
/// each other.
@Test(groups = {"e2e", "sip", "media"})
public class TlsTrunkIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final int AGENT_HZ = 1030;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Heard> heardByAgent = new ArrayList<>();
    private Path work;
    private int tlsPort;
    private GatewayProcess gateway;
    private WebPeer alice;

    @BeforeClass
    public void start() throws IOException {
        work = CallStand.workOf(TlsTrunkIT.class);
        tlsPort = Ports.freePair();
        SelfSigned.write(work, "gateway", "IP:127.0.0.1");
        SelfSigned.write(work, "baresip", "DNS:baresip.test");
        String tls =
                """
                sip:
                  tls: {certificate: gateway.pem, key: gateway-key.pem}
                  listen: ["tls://127.0.0.1:%d"]
                """
                        .formatted(tlsPort);
        DemoConfig config =
                CallStand.configure(
                        work,
                        yaml ->
                                yaml.replaceFirst("sip:\n  listen: .*\n", tls)
                                        .replace(
                                                "{name: pbx,",
                                                "{name: pbx, tls: {ca: baresip.pem,"
                                                        + " client-names: [baresip.test]},"));
        gateway = keep(GatewayProcess.start(config.file(), work.resolve("gateway.log"), LIMIT));
        var reactor = keep(new Reactor("web-peers"));
        HttpClient client =
                keep(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        alice =
                keep(
                        WebPeer.signIn(
                                client,
                                config.page(),
                                "alice",
                                "alice",
                                WebMedia.Setup.of(
                                        reactor,
                                        PeerIdentity.generate(),
                                        FrameLoop.opus(FrameLoop.tone(AGENT_HZ), false)),
                                true));
    }

    private <T extends AutoCloseable> T keep(T opened) {
        open.addFirst(opened);
        return opened;
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    public void baresipAndAnAgentHearEachOtherOverTls() throws Exception {
        Process baresip = baresip();
        try {
            String call = alice.awaitIncoming(LIMIT);
            WebMedia media = alice.awaitMedia(LIMIT);
            media.record();
            Await.until(
                    "the agent hears baresip",
                    LIMIT,
                    () -> {
                        heardByAgent.addAll(media.takeHeard());
                        return Hearing.seconds(Ear.hear(heardByAgent), Voices.CALLER_HZ)
                                >= Hearing.ENOUGH_SECONDS;
                    });
            Await.until(
                    "baresip hears the agent",
                    LIMIT,
                    () -> Hearing.seconds(heardByBaresip(), AGENT_HZ) >= Hearing.ENOUGH_SECONDS);

            alice.hangUp(call);
            Await.until(
                    "baresip is told",
                    LIMIT,
                    () -> read(work.resolve("baresip.log")).contains("session closed"));
        } finally {
            baresip.destroy();
        }
        assertThat(read(gateway.log())).contains("tls trunk=pbx peer=127.0.0.1:");
        CallBox.of(gateway, "200", LIMIT).assertStream(work, "tls", tlsPort, false);
    }

    private Process baresip() throws IOException {
        Speech tone = Voices.steady("caller", Voices.CALLER_HZ, work);
        Path folder = Files.createDirectories(work.resolve("baresip"));
        try (Stream<Path> old = Files.list(folder)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        Path both = folder.resolve("certificate.pem");
        Files.writeString(
                both,
                Files.readString(work.resolve("baresip.pem"))
                        + Files.readString(work.resolve("baresip-key.pem")));
        Files.writeString(
                folder.resolve("config"),
                """
                sip_listen 127.0.0.1:0
                sip_certificate %s
                sip_cafile %s
                net_interface 127.0.0.1
                audio_source aufile,%s
                audio_player aubridge,sink
                snd_path %s
                module_path %s
                module g711.so
                module aufile.so
                module aubridge.so
                module sndfile.so
                module_app account.so
                module_app menu.so
                """
                        .formatted(
                                both,
                                work.resolve("gateway.pem"),
                                tone.wav8k(),
                                folder,
                                "/usr/lib/baresip/modules"));
        Files.writeString(
                folder.resolve("accounts"),
                "<sip:100@127.0.0.1;transport=tls>;regint=0;audio_codecs=PCMA\n");
        Files.writeString(folder.resolve("contacts"), "\n");
        return Tool.BARESIP.start(
                work.resolve("baresip.log"), "-f", folder, "-e", "d sip:200@127.0.0.1:" + tlsPort);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What baresip has decoded so far; its file has its length in its head only at the end.
    private Pcm heardByBaresip() {
        try (Stream<Path> files = Files.list(work.resolve("baresip"))) {
            for (Path file : files.toList()) {
                if (file.toString().endsWith("-dec.wav")) {
                    byte[] bytes = Files.readAllBytes(file);
                    short[] samples = new short[Math.max(0, bytes.length - 44) / 2];
                    for (int i = 0; i < samples.length; i++) {
                        int at = 44 + 2 * i;
                        samples[i] = (short) ((bytes[at] & 0xff) | bytes[at + 1] << 8);
                    }
                    return new Pcm(8000, samples);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Pcm(8000, new short[0]);
    }
}
