package offhook.e2e.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import offhook.e2e.browser.Agent;
import offhook.e2e.call.CallStand;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.Sound;
import offhook.e2e.speech.Comparison;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.speech.Speech;
import offhook.e2e.speech.Voice;
import offhook.e2e.wan.Link;
import offhook.e2e.wan.Script;
import offhook.e2e.wan.Wan;
import offhook.e2e.web.Ear;
import org.testng.Reporter;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The network of a real browser is bad: its own jitter buffer and encoder at work.
@Test(groups = {"e2e", "media", "alone"})
public class BadNetworkOfBrowserIT {
    private static final Duration LIMIT = CallStand.LIMIT;

    /// The browser's jitter buffer and encoder learn for a while.
    private static final Duration LEARNING = Duration.ofSeconds(4);

    private static final Duration STRETCH = Duration.ofSeconds(6);

    /// How well both hear each other on clean links, on a machine that has time for them.
    private static final double UNDISTURBED_STOI = 0.975;

    private CallStand stand;
    private Agent alice;
    private Wan wan;
    private Link link;
    private Pcm caller;
    private Pcm agent;

    @BeforeClass
    public void start() {
        Path folder = Exchange.folder(BadNetworkOfBrowserIT.class);
        Speech agentVoice = Speech.of(Voice.AGENT, folder);
        agent = Pcm.read(agentVoice.wav8k());
        caller = Pcm.read(Speech.of(Voice.CALLER, folder).wav8k());
        stand = CallStand.start(BadNetworkOfBrowserIT.class, UnaryOperator.identity(), agentVoice);
        alice = stand.alice();
        wan = new Wan();
        link =
                wan.toward(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), stand.config().mediaPort()));
        alice.detour(link.address().getPort());
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (stand != null) {
            stand.close();
        }
        if (wan != null) {
            wan.close();
        }
    }

    @DataProvider
    public Object[][] networks() {
        return new Object[][] {
            {"loss", Script.clean(61).losing(5), 0.94, 0.915},
            {"jitter", Script.clean(62).delaying(50).jitteringBy(30), 0.95, 0.93}
        };
    }

    /// What the same call heard just before, on clean links, less than a quiet machine lets through
    /// is not the network's doing.
    @Test(dataProvider = "networks")
    public void bothHearEachOther(
            String what, Script script, double leastAtBrowser, double leastAtPhone) {
        try (Phone phone = stand.phone()) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA));
            call.media().say(Sound.of(caller.repeated(8)));
            alice.awaitIncoming(LIMIT).answer();
            call.awaitAnswer(LIMIT);
            alice.awaitCall("open", LIMIT).pause(LEARNING);
            List<Stretch> clean = listen(call, 2);
            link.impair(script);
            alice.pause(LEARNING);
            List<Stretch> bad = listen(call, 4);
            link.clear();
            boolean ended = call.hasEnded();
            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
            stand.freshen();

            double[] atBrowser = stois(caller, bad, Stretch::atBrowser);
            double[] atPhone = stois(agent, bad, Stretch::atPhone);
            double[] cleanAtBrowser = stois(caller, clean, Stretch::atBrowser);
            double[] cleanAtPhone = stois(agent, clean, Stretch::atPhone);
            Reporter.log(
                    String.format(
                            Locale.ROOT,
                            "%s: STOI at the browser %s, clean %s, at the phone %s, clean %s; %s %s",
                            what,
                            Arrays.toString(atBrowser),
                            Arrays.toString(cleanAtBrowser),
                            Arrays.toString(atPhone),
                            Arrays.toString(cleanAtPhone),
                            link.towardPeer(),
                            link.towardGateway()),
                    true);
            assertThat(ended).as("the call ended").isFalse();
            assertThat(link.towardGateway().delivered()).as("through the link").isPositive();
            assertThat(median(atBrowser) + taken(median(cleanAtBrowser)))
                    .as("STOI at the browser %s", Arrays.toString(atBrowser))
                    .isGreaterThanOrEqualTo(leastAtBrowser);
            assertThat(median(atPhone) + taken(median(cleanAtPhone)))
                    .as("STOI at the phone %s", Arrays.toString(atPhone))
                    .isGreaterThanOrEqualTo(leastAtPhone);
        }
    }

    /// What both heard in the same time.
    private record Stretch(Pcm atBrowser, Pcm atPhone) {}

    private List<Stretch> listen(PhoneCall call, int stretches) {
        List<Stretch> out = new ArrayList<>();
        for (int i = 0; i < stretches; i++) {
            alice.observed().reset();
            int from = call.media().heard().size();
            alice.pause(STRETCH);
            List<Heard> heard = call.media().heard();
            out.add(
                    new Stretch(
                            alice.observed().recording(),
                            Ear.hear(heard.subList(from, heard.size()))));
        }
        return out;
    }

    private static double[] stois(Pcm voice, List<Stretch> stretches, Function<Stretch, Pcm> end) {
        Pcm said = voice.repeated(2);
        return stretches.stream()
                .mapToDouble(s -> Comparison.of(said, end.apply(s)).report().stoi())
                .sorted()
                .toArray();
    }

    /// The better one of two in the middle.
    private static double median(double[] sorted) {
        return sorted[sorted.length / 2];
    }

    private static double taken(double clean) {
        return Math.max(0, UNDISTURBED_STOI - clean);
    }
}
