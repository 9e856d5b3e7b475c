package offhook.e2e.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import offhook.codec.g722.G722Decoder;
import offhook.e2e.call.Hearing;
import offhook.e2e.call.Voices;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.RtpPhone;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.Ear;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.OpusAudio;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.Reporter;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What trunks speak beside plain G.711 in packets of 20 ms: Opus, G.722, comfort noise and packets
/// of other lengths. All calls run at once in one gateway.
@Test(groups = {"e2e", "media"})
public class TrunkCodecsIT {
    private static final long MILLI = 1_000_000;
    private static final int LOOP_SECONDS = 3;

    // Periods in a loop. Primes, so that no two frames of a loop are the same bytes.
    private static final int CALLER = 1327;
    private static final int CALLER_LATER = 2309;
    private static final int AGENT = 3089;

    private static final String KEYS = "1*90#5";
    private static final int OPUS_TYPE = 96;
    private static final int OPUS_EVENTS_TYPE = 97;
    private static final double MOST_BACK_MILLIS = 200;

    /// Half of the shortest pause, and more than a machine stalls.
    private static final double MOST_ASTRAY_MILLIS = 2500;

    /// Of the packets to a phone, on a machine whose stalls are concealed. Coded anew, neither Opus
    /// nor [#telltale] has any.
    private static final double LEAST_IN_A_ROW = 0.05;

    /// What a trunk that speaks Opus is sent in the pauses of a browser (RFC 6716 §3.1).
    private static final byte[] OPUS_PAUSE = {0x08};

    private final AtomicInteger agents = new AtomicInteger();
    private Exchange exchange;

    private record Scenario(String name, Runnable doing) {
        @Override
        public String toString() {
            return name;
        }
    }

    private List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        all.add(new Scenario("Opus to Opus", this::opusIsRelayed));
        all.add(new Scenario("Opus to PCMU", this::opusIsTranscoded));
        for (G711 law : G711.values()) {
            all.add(new Scenario(law + " untouched", () -> lawIsRelayed(law)));
        }
        for (String preference : List.of("quality", "capacity")) {
            boolean capacity = preference.equals("capacity");
            for (CodecPhone.Speaks other : List.of(g722(CALLER_LATER), opus(CALLER_LATER))) {
                all.add(
                        new Scenario(
                                "PCMA, %s, PCMA, %s".formatted(other.loop().codec(), preference),
                                () -> codecChangesWithoutTheBrowser(other, capacity)));
            }
            for (boolean announced : new boolean[] {true, false}) {
                all.add(
                        new Scenario(
                                "comfort noise%s, %s"
                                        .formatted(announced ? "" : " unasked", preference),
                                () -> pauseIsNoise(announced, capacity)));
            }
            for (int millis : new int[] {10, 30, 40, 60}) {
                all.add(
                        new Scenario(
                                "ptime %d, %s".formatted(millis, preference),
                                () -> packetsAreAsLongAsAsked(millis, capacity)));
            }
        }
        return all;
    }

    @BeforeClass
    public void start() {
        // A tone is no speech: with DTX the encoder would fall silent.
        exchange =
                Exchange.start(
                        TrunkCodecsIT.class,
                        scenarios().size(),
                        config ->
                                config.replace("media:\n", "media:\n  opus: {dtx: false}\n")
                                        .replace(
                                                "codecs: [PCMA, PCMU]",
                                                "codecs: [opus, G722, PCMA, PCMU]")
                                        .replaceAll(
                                                "(  - .trunk: pbx, number: \")1(.*)}\n",
                                                "$0$12$2, prefer: capacity}\n"));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (exchange != null) {
            exchange.close();
        }
    }

    @DataProvider(parallel = true)
    public Object[][] calls() {
        return scenarios().stream().map(s -> new Object[] {s}).toArray(Object[][]::new);
    }

    @Test(dataProvider = "calls")
    public void call(Scenario scenario) {
        scenario.doing().run();
    }

    private static double hz(int periods) {
        return (double) periods / LOOP_SECONDS;
    }

    private static Pcm tone(int periods, int rateHz) {
        short[] samples = new short[LOOP_SECONDS * rateHz];
        for (int i = 0; i < samples.length; i++) {
            double turns = (double) periods * i / samples.length;
            samples[i] = (short) (Voices.AMPLITUDE * Math.sin(2 * Math.PI * turns));
        }
        return new Pcm(rateHz, samples);
    }

    private static CodecPhone.Speaks opus(int periods) {
        FrameLoop loop = FrameLoop.opus(tone(periods, 8000), false);
        return new CodecPhone.Speaks(loop, OPUS_TYPE, OPUS_EVENTS_TYPE);
    }

    private static CodecPhone.Speaks g711(int periods, G711 law) {
        FrameLoop loop = FrameLoop.g711(tone(periods, 8000), law);
        return new CodecPhone.Speaks(loop, law.payloadType(), 101);
    }

    private static CodecPhone.Speaks g722(int periods) {
        return new CodecPhone.Speaks(FrameLoop.g722(tone(periods, 16_000)), 9, 101);
    }

    /// An agent of its own, and the number that rings it.
    private record Callee(WebPeer agent, String number) {}

    /// @param only the payload types that the browser has, or empty for all
    private Callee callee(FrameLoop says, String only, boolean capacity) {
        synchronized (agents) {
            WebPeer agent =
                    exchange.signIn(
                            says,
                            setup ->
                                    only.isEmpty()
                                            ? setup
                                            : setup.offering(
                                                    sdp -> sdp.replace("111 0 8 110 126", only)));
            String number = exchange.numberOf(agents.getAndIncrement());
            return new Callee(agent, capacity ? "2" + number.substring(1) : number);
        }
    }

    private static WebMedia media(WebPeer agent) {
        WebMedia web = agent.awaitMedia(Exchange.LIMIT);
        web.record();
        return web;
    }

    /// Waits for what is asked of the browser's stream, which is kept.
    private static void await(
            String what, WebMedia web, List<Heard> heard, Predicate<List<Heard>> wanted) {
        Await.until(
                what,
                Exchange.LIMIT,
                () -> {
                    Arrivals.pause(100);
                    heard.addAll(web.takeHeard());
                    return wanted.test(heard);
                });
    }

    private static List<Heard> between(List<Heard> heard, long fromNanos, long toNanos) {
        return heard.stream()
                .filter(h -> h.atNanos() > fromNanos && h.atNanos() < toNanos)
                .toList();
    }

    private static List<Heard> ofType(List<Heard> heard, int payloadType) {
        return heard.stream().filter(h -> h.payloadType() == payloadType).toList();
    }

    private static void log(String format, Object... arguments) {
        Reporter.log(String.format(Locale.ROOT, format, arguments), true);
    }

    private static void assertAtAgent(double hz, Pcm heard) {
        assertThat(Hearing.seconds(heard, hz))
                .as("seconds of %.0f Hz in %.1f s at the agent", hz, heard.seconds())
                .isGreaterThan(0.6 * heard.seconds())
                .isGreaterThan(0.5);
    }

    /// What comes late on a machine that stalls is concealed on its way to a phone: some of the
    /// tone and hardly anything else is proof enough.
    private static void assertAtPhone(double hz, Pcm heard) {
        assertThat(Hearing.seconds(heard, hz))
                .as("seconds of %.0f Hz in %.1f s at the phone", hz, heard.seconds())
                .isGreaterThan(0.25);
    }

    private void opusIsRelayed() {
        CodecPhone.Speaks caller = opus(CALLER);
        FrameLoop says = opus(AGENT).loop();
        Callee callee = callee(says, "", false);
        var phone = new CodecPhone(caller);
        PhoneCall call = exchange.phone().invite(callee.number(), CallOffer.of(G711.PCMA), phone);
        call.awaitAnswer(Exchange.LIMIT);
        WebMedia web = media(callee.agent());
        List<Heard> atWeb = new ArrayList<>();
        await("audio", web, atWeb, heard -> heard.size() > 150);
        Await.until(
                "the phone hears the agent",
                Exchange.LIMIT,
                () -> sinceFirstOf(says, ofType(phone.heard(), OPUS_TYPE)).size() > 75);
        List<Heard> atPhone = sinceFirstOf(says, ofType(phone.heard(), OPUS_TYPE));

        assertThat(phone.answer())
                .contains("a=rtpmap:96 opus/48000/2")
                .contains("a=rtpmap:97 telephone-event/48000");
        assertAtAgent(hz(CALLER), Ear.hear(atWeb));
        assertAtPhone(hz(AGENT), Ear.hear(atPhone.subList(25, atPhone.size())));
        log(
                "Opus unchanged: %.3f of %d to the browser, %.3f of %d to the phone",
                Arrivals.shareUnchanged(atWeb, caller.loop()),
                atWeb.size(),
                Arrivals.shareUnchanged(atPhone, says),
                atPhone.size());
        assertThat(Arrivals.foreign(atWeb, caller.loop())).isZero();
        assertThat(Arrivals.shareUnchanged(atWeb, caller.loop())).isGreaterThan(0.9);
        assertThat(foreignButPauses(atPhone, says)).isZero();
        assertThat(Arrivals.shareUnchanged(atPhone, says)).isGreaterThan(LEAST_IN_A_ROW);

        phone.press(KEYS, 100);
        Await.within(Exchange.LIMIT, () -> shown(callee.agent()).length() >= KEYS.length());
        web.press(KEYS, 100);
        Await.within(Exchange.LIMIT, () -> ends(phone.heard()) >= 3L * KEYS.length());
        assertThat(shown(callee.agent())).isEqualTo(KEYS);
        assertThat(keys(phone.heard())).isEqualTo(KEYS);
        assertThat(ends(phone.heard())).isEqualTo(3L * KEYS.length());
        assertThat(lengths(phone.heard())).allMatch(ticks -> ticks >= 4800 && ticks <= 5760);

        web.mute(true);
        long mutedNanos = System.nanoTime();
        Arrivals.pause(10_000);
        long resumedNanos = System.nanoTime();
        web.mute(false);
        Await.until(
                "the phone hears the agent again",
                Exchange.LIMIT,
                () -> spoken(phone.heard(), resumedNanos).size() > 80);

        List<Heard> heard = phone.heard();
        Arrivals.assertUnbroken(heard);
        List<Heard> pause = between(heard, mutedNanos + 500 * MILLI, resumedNanos);
        List<Heard> after = spoken(heard, resumedNanos);
        double back = (double) (after.getFirst().atNanos() - resumedNanos) / MILLI;
        log(
                "browser silent for 10 s: %d signs of life to the phone, speech back after %.0f ms,"
                        + " %.3f unchanged",
                pause.size(), back, Arrivals.shareUnchanged(after, says));
        assertThat(pause).hasSizeBetween(10, 40);
        assertThat(pause).allMatch(p -> Arrays.equals(p.payload(), OPUS_PAUSE));
        assertThat(foreignButPauses(after, says)).isZero();
        assertThat(Arrivals.shareUnchanged(after, says)).isGreaterThan(LEAST_IN_A_ROW);
        assertAtPhone(hz(AGENT), Ear.hear(after.subList(10, after.size())));
        assertTimely(between(heard, mutedNanos - 300 * MILLI, Long.MAX_VALUE), 48);
        heard = atWeb;
        heard.addAll(web.takeHeard());
        Arrivals.assertWhole(heard);
        assertAtAgent(hz(CALLER), Ear.hear(between(heard, mutedNanos, Long.MAX_VALUE)));
        hangUp(call);
    }

    /// Before a browser that is late is heard, a phone is sent silence of ours.
    private static List<Heard> sinceFirstOf(FrameLoop loop, List<Heard> heard) {
        return heard.stream().dropWhile(p -> Arrivals.foreign(List.of(p), loop) > 0).toList();
    }

    /// Without the signs of life of a pause.
    private static List<Heard> spoken(List<Heard> heard, long fromNanos) {
        return between(heard, fromNanos, Long.MAX_VALUE).stream()
                .filter(p -> p.payload().length > 1)
                .toList();
    }

    private static long foreignButPauses(List<Heard> heard, FrameLoop loop) {
        return Arrivals.foreign(
                heard.stream().filter(p -> !Arrays.equals(p.payload(), OPUS_PAUSE)).toList(), loop);
    }

    private static String shown(WebPeer agent) {
        return agent.messages().stream()
                .filter(m -> m.path("type").asText().equals("digit"))
                .map(m -> m.path("digit").asText())
                .collect(Collectors.joining());
    }

    private static List<Heard> endsOf(List<Heard> heard) {
        return ofType(heard, OPUS_EVENTS_TYPE).stream()
                .filter(p -> (p.payload()[1] & 0x80) != 0)
                .toList();
    }

    private static long ends(List<Heard> heard) {
        return endsOf(heard).size();
    }

    private static String keys(List<Heard> heard) {
        var out = new StringBuilder();
        long last = -1;
        for (Heard end : endsOf(heard)) {
            if (end.timestamp() != last) {
                last = end.timestamp();
                out.append("0123456789*#ABCD".charAt(end.payload()[0] & 0x0F));
            }
        }
        return out.toString();
    }

    /// In ticks of the events' clock.
    private static List<Integer> lengths(List<Heard> heard) {
        return endsOf(heard).stream()
                .map(p -> (p.payload()[2] & 0xFF) << 8 | (p.payload()[3] & 0xFF))
                .toList();
    }

    /// Timestamps that go on as time does.
    private static void assertTimely(List<Heard> heard, int ticksPerMilli) {
        Heard first = heard.getFirst();
        Heard last = heard.getLast();
        double media = (double) (int) (last.timestamp() - first.timestamp()) / ticksPerMilli;
        double clock = (double) (last.atNanos() - first.atNanos()) / MILLI;
        assertThat(Math.abs(media - clock))
                .as("milliseconds astray")
                .isLessThan(MOST_ASTRAY_MILLIS);
    }

    private static void hangUp(PhoneCall call) {
        assertThat(call.hasEnded()).isFalse();
        assertThat(call.hangUp(Exchange.LIMIT).status()).isEqualTo(200);
        call.close();
    }

    private void opusIsTranscoded() {
        CodecPhone.Speaks caller = opus(CALLER);
        FrameLoop says = g711(AGENT, G711.PCMU).loop();
        Callee callee = callee(says, "0 126", false);
        var phone = new CodecPhone(caller);
        PhoneCall call = exchange.phone().invite(callee.number(), CallOffer.of(G711.PCMA), phone);
        call.awaitAnswer(Exchange.LIMIT);
        WebMedia web = media(callee.agent());
        List<Heard> atWeb = new ArrayList<>();
        await("audio", web, atWeb, heard -> heard.size() > 150);
        List<Heard> atPhone = ofType(phone.heard(), OPUS_TYPE);

        assertThat(atWeb).allMatch(p -> p.payloadType() == 0);
        Arrivals.assertWhole(atWeb);
        Arrivals.assertUnbroken(phone.heard());
        assertAtAgent(hz(CALLER), Ear.hear(atWeb));
        assertAtPhone(hz(AGENT), Ear.hear(atPhone.subList(25, atPhone.size())));
        // Concealment, where the machine stalls, is quieter.
        double toPhone = Hearing.loudestDbov(lastSeconds(Ear.hear(atPhone), 2), hz(AGENT));
        double toWeb = lastSeconds(Ear.hear(atWeb), 2).levelDbov();
        double phoneSays = caller.loop().decoded().levelDbov();
        log(
                "Opus from PCMU: %.1f of %.1f dBov, PCMU from Opus: %.1f of %.1f dBov",
                toPhone, says.decoded().levelDbov(), toWeb, phoneSays);
        assertThat(toPhone)
                .isBetween(says.decoded().levelDbov() - 2, says.decoded().levelDbov() + 2);
        assertThat(toWeb).isBetween(phoneSays - 2, phoneSays + 2);
        hangUp(call);
    }

    /// Each frame begins with the negative zero of µ-law (ITU-T G.711 table 2a), which an encoder
    /// never makes: what was decoded and encoded again has other bytes. A-law has no such code.
    private static FrameLoop telltale(FrameLoop loop) {
        if (!loop.codec().equals("PCMU")) {
            return loop;
        }
        List<byte[]> marked =
                loop.payloads().stream()
                        .map(payload -> {
                            byte[] copy = payload.clone();
                            copy[0] = 0x7F;
                            return copy;
                        })
                        .toList();
        return new FrameLoop(loop.codec(), loop.clockHz(), marked, loop.decoded());
    }

    private void lawIsRelayed(G711 law) {
        CodecPhone.Speaks caller =
                new CodecPhone.Speaks(telltale(g711(CALLER, law).loop()), law.payloadType(), 101);
        FrameLoop says = telltale(g711(AGENT, law).loop());
        Callee callee = callee(says, law.payloadType() + " 126", true);
        var phone = new CodecPhone(caller);
        PhoneCall call = exchange.phone().invite(callee.number(), CallOffer.of(G711.PCMA), phone);
        call.awaitAnswer(Exchange.LIMIT);
        WebMedia web = media(callee.agent());
        List<Heard> atWeb = new ArrayList<>();
        await("audio", web, atWeb, heard -> heard.size() > 200);
        List<Heard> all = ofType(phone.heard(), law.payloadType());
        List<Heard> atPhone = all.subList(50, all.size());

        Arrivals.assertWhole(atWeb);
        Arrivals.assertUnbroken(phone.heard());
        log(
                "%s unchanged: %.3f of %d to the browser, %.3f of %d to the phone",
                law,
                Arrivals.shareUnchanged(atWeb, caller.loop()),
                atWeb.size(),
                Arrivals.shareUnchanged(atPhone, says),
                atPhone.size());
        assertThat(Arrivals.foreign(atWeb, caller.loop())).isZero();
        assertThat(Arrivals.shareUnchanged(atWeb, caller.loop())).isGreaterThan(0.9);
        assertThat(Arrivals.shareUnchanged(atPhone, says)).isGreaterThan(LEAST_IN_A_ROW);
        assertAtAgent(hz(CALLER), Ear.hear(atWeb));
        assertAtPhone(hz(AGENT), Ear.hear(atPhone));
        hangUp(call);
    }

    private void codecChangesWithoutTheBrowser(CodecPhone.Speaks other, boolean capacity) {
        Callee callee = capacity ? bilingual() : callee(opus(AGENT).loop(), "", false);
        WebPeer agent = callee.agent();
        var phone = new CodecPhone(g711(CALLER, G711.PCMA));
        PhoneCall call = exchange.phone().invite(callee.number(), CallOffer.of(G711.PCMA), phone);
        call.awaitAnswer(Exchange.LIMIT);
        WebMedia web = media(agent);
        List<Heard> atWeb = new ArrayList<>();
        await("audio", web, atWeb, heard -> heard.size() > 60);

        List<CodecPhone.Speaks> turns = List.of(other, g711(CALLER, G711.PCMA));
        for (CodecPhone.Speaks next : turns) {
            phone.turnTo(next);
            assertThat(call.reinvite(CallOffer.of(G711.PCMA), Exchange.LIMIT).status())
                    .isEqualTo(200);
            long answeredNanos = System.nanoTime();
            long settledNanos = answeredNanos + 1000 * MILLI;
            double saidHz = hz(next.equals(other) ? CALLER_LATER : CALLER);
            await(
                    "the agent hears the caller in " + next.loop().codec(),
                    web,
                    atWeb,
                    heard ->
                            Hearing.seconds(
                                            Ear.hear(between(heard, settledNanos, Long.MAX_VALUE)),
                                            saidHz)
                                    > 1.5);
            Await.until(
                    "the phone hears the agent",
                    Exchange.LIMIT,
                    () -> between(phone.heard(), settledNanos, Long.MAX_VALUE).size() > 50);
            List<Heard> second = between(atWeb, settledNanos, Long.MAX_VALUE);
            List<Heard> secondAtPhone = between(phone.heard(), settledNanos, Long.MAX_VALUE);
            Pcm atPhone = listen(secondAtPhone);
            log(
                    "to %s, %s: the browser hears %.1f of %.1f s by type %d, the phone %.1f of %.1f s",
                    next.loop().codec(),
                    capacity ? "capacity" : "quality",
                    Hearing.seconds(Ear.hear(second), saidHz),
                    Ear.hear(second).seconds(),
                    second.getFirst().payloadType(),
                    Hearing.seconds(atPhone, hz(AGENT)),
                    atPhone.seconds());
            assertThat(secondAtPhone).allMatch(p -> p.payloadType() == next.payloadType());
            assertAtAgent(saidHz, Ear.hear(second));
            assertAtPhone(hz(AGENT), atPhone);
        }
        Arrivals.assertUnbroken(atWeb);
        Arrivals.assertUnbroken(phone.heard());
        if (other.loop().clockHz() == 8000) {
            assertTimely(phone.heard(), 8);
        }
        assertThat(agent.messages().stream().filter(m -> m.has("sdp")).map(JsonNode::toString))
                .as("descriptions the browser was sent")
                .hasSize(1);
        hangUp(call);
    }

    /// One that has Opus and PCMA and says the same in both.
    private Callee bilingual() {
        synchronized (agents) {
            WebPeer agent =
                    exchange.signIn(
                            opus(AGENT).loop(),
                            setup ->
                                    setup.saying(
                                            opus(AGENT).loop(), g711(AGENT, G711.PCMA).loop()));
            return new Callee(
                    agent, "2" + exchange.numberOf(agents.getAndIncrement()).substring(1));
        }
    }

    private static Pcm listen(List<Heard> heard) {
        if (heard.getFirst().payloadType() != 9) {
            return Ear.hear(heard);
        }
        short[] out = new short[heard.stream().mapToInt(p -> 2 * p.payload().length).sum()];
        int at = 0;
        try (var decoder = new G722Decoder()) {
            for (Heard packet : heard) {
                at += decoder.decode(packet.payload(), 0, packet.payload().length, out, at);
            }
        }
        return new Pcm(16_000, out);
    }

    private void pauseIsNoise(boolean announced, boolean capacity) {
        FrameLoop says = capacity ? g711(AGENT, G711.PCMA).loop() : opus(AGENT).loop();
        Callee callee = callee(says, capacity ? "8 126" : "", capacity);
        CallOffer offer = CallOffer.of(G711.PCMA);
        PhoneCall call =
                exchange.phone()
                        .invite(
                                callee.number(),
                                announced ? offer.with("rtpmap:13 CN/8000") : offer);
        RtpPhone phone = call.media();
        phone.say(Sound.tone(hz(CALLER), Voices.AMPLITUDE));
        String answer = call.awaitFinal(Exchange.LIMIT).body();
        assertThat(answer.contains(" CN/8000")).isEqualTo(announced);
        WebMedia web = media(callee.agent());
        List<Heard> atWeb = new ArrayList<>();
        await("the caller", web, atWeb, heard -> Hearing.seconds(Ear.hear(heard), hz(CALLER)) >= 1);

        phone.takeLatenessMillis();
        phone.mute(true);
        long mutedNanos = System.nanoTime();
        for (int i = 0; i < 25; i++) {
            phone.noise(60);
            Arrivals.pause(200);
        }
        phone.say(Sound.tone(hz(CALLER_LATER), Voices.AMPLITUDE));
        phone.mute(false);
        // What the machine stalls comes later.
        double heldMillis =
                Arrivals.stalledMillis(phone.heard(), mutedNanos, mutedNanos + 2000 * MILLI)
                        + phone.takeLatenessMillis();
        long quietNanos = mutedNanos + (long) ((500 + heldMillis) * MILLI);
        long overNanos = System.nanoTime();
        await(
                "the caller again",
                web,
                atWeb,
                heard ->
                        Hearing.seconds(
                                        Ear.hear(
                                                between(
                                                        heard,
                                                        overNanos + 500 * MILLI,
                                                        Long.MAX_VALUE)),
                                        hz(CALLER_LATER))
                                > 1);

        Pcm pause = OpusAudio.toPcm(between(atWeb, quietNanos, overNanos));
        Pcm after = Ear.hear(between(atWeb, overNanos + 500 * MILLI, Long.MAX_VALUE));
        long backNanos = Arrivals.firstHeardNanos(atWeb, hz(CALLER_LATER), overNanos);
        double back = (double) (backNanos - overNanos) / MILLI;
        double stalled =
                Arrivals.stalledMillis(phone.heard(), overNanos, backNanos)
                        + phone.takeLatenessMillis();
        double before =
                Hearing.loudestDbov(
                        OpusAudio.toPcm(between(atWeb, quietNanos, Long.MAX_VALUE)), hz(CALLER));
        log(
                "comfort noise%s, %s: %.1f dBov in %.1f s of pause, the tone before %.1f dBov, back"
                        + " after %.0f ms",
                announced ? "" : " unasked",
                capacity ? "capacity" : "quality",
                pause.levelDbov(),
                pause.seconds(),
                before,
                back);
        assertThat(pause.seconds()).isGreaterThan(3.5 - heldMillis / 1000);
        assertThat(pause.levelDbov()).isLessThan(-50);
        assertThat(before).as("the tone before the pause").isLessThan(-45);
        assertThat(back)
                .as("milliseconds until heard again")
                .isLessThan(MOST_BACK_MILLIS + stalled);
        assertAtAgent(hz(CALLER_LATER), after);
        assertAtPhone(hz(AGENT), lastSeconds(phone.audio(), 5));
        Arrivals.assertWhole(atWeb);
        assertTimely(atWeb, capacity ? 8 : 48);
        hangUp(call);
    }

    private static Pcm lastSeconds(Pcm pcm, int seconds) {
        int end = pcm.samples().length;
        return pcm.slice(end - seconds * pcm.rateHz(), end);
    }

    private void packetsAreAsLongAsAsked(int millis, boolean capacity) {
        FrameLoop says = capacity ? g711(AGENT, G711.PCMA).loop() : opus(AGENT).loop();
        Callee callee = callee(says, capacity ? "8 126" : "", capacity);
        PhoneCall call =
                exchange.phone().invite(callee.number(), CallOffer.of(G711.PCMA).withPtime(millis));
        RtpPhone phone = call.media();
        phone.say(Sound.tone(hz(CALLER), Voices.AMPLITUDE));
        call.awaitAnswer(Exchange.LIMIT);
        WebMedia web = media(callee.agent());
        List<Heard> atWeb = new ArrayList<>();
        await("audio", web, atWeb, heard -> Ear.hear(heard).seconds() > 4);
        List<Heard> atPhone = phone.heard();

        int bytes = 8 * millis;
        long right = atPhone.stream().filter(p -> p.payload().length == bytes).count();
        int joined = 0;
        for (int i = 1; i < atPhone.size(); i++) {
            Heard before = atPhone.get(i - 1);
            int step = (int) (atPhone.get(i).timestamp() - before.timestamp());
            assertThat(step)
                    .as("step of packet %d", i)
                    .isGreaterThanOrEqualTo(before.payload().length);
            joined += step == before.payload().length ? 1 : 0;
        }
        Pcm agentHeard = Ear.hear(atWeb);
        Pcm phoneHeard = lastSeconds(phone.audio(), 3);
        log(
                "ptime %d, %s: %d of %d packets so long, %d joined; the browser hears %.1f of %.1f s,"
                        + " the phone %.1f of %.1f s",
                millis,
                capacity ? "capacity" : "quality",
                right,
                atPhone.size(),
                joined,
                Hearing.seconds(agentHeard, hz(CALLER)),
                agentHeard.seconds(),
                Hearing.seconds(phoneHeard, hz(AGENT)),
                phoneHeard.seconds());
        assertThat((double) right).isGreaterThan(0.9 * atPhone.size());
        assertThat((double) joined).isGreaterThan(0.9 * (atPhone.size() - 1));
        Arrivals.assertUnbroken(atPhone);
        Arrivals.assertWhole(atWeb);
        assertAtAgent(hz(CALLER), agentHeard);
        assertAtPhone(hz(AGENT), phoneHeard);
        hangUp(call);
    }
}
