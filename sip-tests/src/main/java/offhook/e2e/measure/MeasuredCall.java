package offhook.e2e.measure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.e2e.browser.Agent;
import offhook.e2e.capture.AddedDelay;
import offhook.e2e.capture.Capture;
import offhook.e2e.capture.Datagram;
import offhook.e2e.capture.RtpFlow;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.SippCall;
import offhook.e2e.speech.Comparison;
import offhook.e2e.speech.Pcm;
import offhook.e2e.speech.Speech;

/// One call of sipp, answered by an agent in Chromium, captured on the wire.
public final class MeasuredCall {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int OPUS_CLOCK_HZ = 48_000;

    private final SippCall.Plan plan;
    private final Speech agentSpeech;
    private final String page;
    private final int mediaPort;
    private final Path work;
    private final Progress progress;

    /// @param plan whom the phone calls, and how
    /// @param page where the agents' page is
    /// @param mediaPort the gateway's port for browsers
    /// @param work receives recordings, capture and logs
    public MeasuredCall(
            SippCall.Plan plan,
            Speech agentSpeech,
            String page,
            int mediaPort,
            Path work,
            Progress progress) {
        this.plan = plan;
        this.agentSpeech = agentSpeech;
        this.page = page;
        this.mediaPort = mediaPort;
        this.work = work;
        this.progress = progress;
    }

    /// What is known after the call, before anything is computed from it.
    private record Evidence(
            List<Datagram> wire,
            int phonePort,
            Instant invite,
            Instant incoming,
            Instant click,
            Instant firstFrame,
            Pcm heardInBrowser,
            String answerSdp,
            JsonNode inbound) {}

    /// Starts an agent in a browser of its own, and makes the call.
    public CallReport run() {
        try (Agent agent = Agent.launch(agentSpeech)) {
            progress.say("Chromium %s, signing in as alice".formatted(agent.browserVersion()));
            try {
                agent.open(page).signIn("alice", "alice", LIMIT);
            } catch (PlaywrightException e) {
                throw failed(agent, e);
            }
            return with(agent);
        }
    }

    /// Makes the call to an agent who is signed in.
    public CallReport with(Agent agent) {
        try {
            return judge(talk(agent));
        } catch (PlaywrightException e) {
            throw failed(agent, e);
        }
    }

    private IllegalStateException failed(Agent agent, PlaywrightException e) {
        agent.page().screenshot(new Page.ScreenshotOptions().setPath(work.resolve("page.png")));
        return new IllegalStateException(
                "the page did not do its part: %s; its console: %s; its picture is in %s"
                        .formatted(e.getMessage(), agent.console(), work),
                e);
    }

    private Evidence talk(Agent agent) {
        progress.say("alice is available; the phone calls %s".formatted(plan.number()));
        String filter = "udp port " + mediaPort + " or udp portrange 10000-31999";
        try (Capture capture = Capture.start(work.resolve("call.pcap"), filter);
                SippCall phone = SippCall.start(plan, work.resolve("sipp"))) {
            agent.awaitIncoming(LIMIT);
            progress.say("it rings: %s".formatted(agent.callerNumber()));
            agent.pause(Duration.ofMillis(500)).answer();
            progress.say("answered; both speak for %d s".formatted(plan.talk().toSeconds()));
            JsonNode inbound = MissingNode.getInstance();
            while (phone.isRunning()) {
                agent.pause(Duration.ofMillis(500));
                JsonNode now = agent.observed().stat("inbound-rtp");
                inbound = now.has("packetsReceived") ? now : inbound;
            }
            int exit = phone.awaitEnd(LIMIT);
            if (exit != 0) {
                throw new IllegalStateException("sipp failed: " + phone.explain());
            }
            progress.say("the caller has hung up; measuring");
            agent.awaitIdle(LIMIT).pause(Duration.ofMillis(300));
            Instant click = time(agent, "click-answer");
            return new Evidence(
                    capture.stop(),
                    phone.mediaPort(),
                    phone.log().inviteSent().orElseThrow(),
                    time(agent, "incoming"),
                    click,
                    agent.observed().time("first-frame").orElse(click),
                    agent.observed().recording(),
                    agent.observed().remoteSdp(),
                    inbound);
        }
    }

    private static Instant time(Agent agent, String mark) {
        return agent.observed()
                .time(mark)
                .orElseThrow(() -> new IllegalStateException("the page never had: " + mark));
    }

    private CallReport judge(Evidence e) {
        RtpFlow anyWeb = RtpFlow.of(e.wire, OPUS_CLOCK_HZ, d -> d.sourcePort() == mediaPort);
        if (anyWeb.isEmpty()) {
            throw new IllegalStateException("the gateway sent the browser no media");
        }
        String webCodec = codec(e.answerSdp, anyWeb.mainPayloadType());
        boolean opus = webCodec.equalsIgnoreCase("opus");
        int webClock = opus ? OPUS_CLOCK_HZ : 8000;
        RtpFlow webOut = RtpFlow.of(e.wire, webClock, d -> d.sourcePort() == mediaPort);
        RtpFlow webIn = RtpFlow.of(e.wire, webClock, d -> d.destinationPort() == mediaPort);
        RtpFlow trunkIn = RtpFlow.of(e.wire, 8000, d -> d.sourcePort() == e.phonePort);
        RtpFlow trunkOut = RtpFlow.of(e.wire, 8000, d -> d.destinationPort() == e.phonePort);

        Optional<AddedDelay> toWeb = AddedDelay.phoneToWeb(trunkIn, webOut);
        Optional<AddedDelay> toPhone =
                AddedDelay.webToPhone(webIn, trunkOut, audioLevelId(e.answerSdp));
        Comparison atBrowser = atBrowser(e, trunkIn);
        Comparison atPhone = atPhone(trunkOut, toPhone);
        double lookAhead = opus ? AddedDelay.OPUS_LOOK_AHEAD_MILLIS : 0;

        return new CallReport(
                millis(e.invite, e.incoming),
                toBrowserMillis(e, atBrowser, webOut),
                toPhone.map(d -> nanos(d.firstOutNanos()))
                        .map(at -> millis(e.click, at))
                        .orElse(Double.NaN),
                List.of(
                        new CallReport.Leg(
                                "phone",
                                plan.codec().name(),
                                trunkIn.continuity(),
                                trunkOut.continuity()),
                        new CallReport.Leg(
                                "web", webCodec, webIn.continuity(), webOut.continuity())),
                new CallReport.Way(atBrowser, toWeb, lookAhead),
                new CallReport.Way(atPhone, toPhone, 0),
                e.inbound);
    }

    /// The voice of the phone as the browser played it, as far as the phone got.
    private Comparison atBrowser(Evidence e, RtpFlow trunkIn) {
        Pcm file = Pcm.read(plan.speech().wav8k());
        Pcm said = file.slice(0, Math.min(file.samples().length, trunkIn.packets().size() * 160));
        e.heardInBrowser.write(work.resolve("heard-by-agent.wav"));
        return Comparison.of(said, e.heardInBrowser);
    }

    /// The voice of the agent as the phone received it, from when the browser's sound reached it.
    private Comparison atPhone(RtpFlow trunkOut, Optional<AddedDelay> toPhone) {
        Pcm heard = trunkOut.audio();
        heard.write(work.resolve("heard-by-caller.wav"));
        List<Heard> packets = trunkOut.packets();
        if (packets.isEmpty()) {
            throw new IllegalStateException("the gateway sent the phone no media");
        }
        long start = toPhone.map(AddedDelay::firstOutNanos).orElse(0L);
        int before = (int) packets.stream().filter(p -> p.atNanos() < start).count() * 160;
        Pcm loop = Pcm.read(agentSpeech.wav8k());
        int rounds = 2 + (int) (heard.seconds() / loop.seconds());
        return Comparison.of(loop.repeated(rounds), heard.slice(before, heard.samples().length));
    }

    /// From the click until the browser plays what the phone says: its first sample, or, if that
    /// came too early to be let through, the first that the gateway sent.
    private static double toBrowserMillis(Evidence e, Comparison atBrowser, RtpFlow webOut) {
        double firstSample = millis(e.click, e.firstFrame) + Math.max(0, -atBrowser.startMillis());
        return Math.max(firstSample, millis(e.click, nanos(webOut.packets().getFirst().atNanos())));
    }

    private static String codec(String sdp, int payloadType) {
        if (payloadType == 0 || payloadType == 8) {
            return payloadType == 0 ? "PCMU" : "PCMA";
        }
        Matcher map = Pattern.compile("a=rtpmap:" + payloadType + " ([^/\\s]+)/").matcher(sdp);
        return map.find() ? map.group(1) : "payload type " + payloadType;
    }

    private static int audioLevelId(String sdp) {
        Matcher map =
                Pattern.compile("a=extmap:(\\d+)\\S* urn:ietf:params:rtp-hdrext:ssrc-audio-level")
                        .matcher(sdp);
        return map.find() ? Integer.parseInt(map.group(1)) : 0;
    }

    private static Instant nanos(long epochNanos) {
        return Instant.ofEpochSecond(0, epochNanos);
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }
}
