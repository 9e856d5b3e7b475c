package offhook.e2e.demo;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import offhook.e2e.measure.Progress;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.speech.Speech;

/// The caller of `--stay`: rings until somebody answers, greets, plays the milliwatt tone, then
/// gives back what it hears; after the call it calls again.
final class BuiltInCaller {
    private static final Duration RING_LIMIT = Duration.ofSeconds(60);
    private static final Duration TALK_LIMIT = Duration.ofHours(4);
    private static final Duration BETWEEN_CALLS = Duration.ofSeconds(4);
    private static final double TONE_SECONDS = 1.5;
    private static final String GREETING =
            "Hello, and thank you for answering. This is the built-in caller. You hear me through"
                    + " the gateway. After the tone you will hear yourself.";

    private final InetSocketAddress gateway;
    private final String number;
    private final G711 codec;
    private final Path work;
    private final Progress progress;

    BuiltInCaller(
            InetSocketAddress gateway, String number, G711 codec, Path work, Progress progress) {
        this.gateway = gateway;
        this.number = number;
        this.codec = codec;
        this.work = work;
        this.progress = progress;
    }

    void runWhile(BooleanSupplier wanted) {
        Pcm greeting = Pcm.read(Speech.of("greeting", "en-us+f3", GREETING, work).wav8k());
        String before = "";
        while (wanted.getAsBoolean()) {
            String outcome = callOnce(greeting, wanted);
            if (!outcome.equals(before)) {
                progress.say("the caller: %s".formatted(outcome));
            }
            before = outcome;
            Await.within(BETWEEN_CALLS, () -> !wanted.getAsBoolean());
        }
    }

    private String callOnce(Pcm greeting, BooleanSupplier wanted) {
        try (Phone phone = Phone.udp(gateway, "5551000")) {
            PhoneCall call = phone.invite(number, CallOffer.of(codec));
            call.media().say(Sound.of(greeting).then(greeting.seconds(), Sound.milliwatt()));
            try {
                int status = call.awaitFinal(RING_LIMIT).status();
                if (status != 200) {
                    return "nobody can answer yet (" + status + ")";
                }
            } catch (IllegalStateException e) {
                call.cancel(Duration.ofSeconds(5));
                return "nobody answered for " + RING_LIMIT.toSeconds() + " s";
            }
            progress.say("the caller: answered");
            Duration prelude =
                    Duration.ofMillis((long) (1000 * (greeting.seconds() + TONE_SECONDS)));
            if (!Await.within(prelude, () -> over(call, wanted))) {
                call.media().echo();
                Await.within(TALK_LIMIT, () -> over(call, wanted));
            }
            if (!call.hasEnded() && wanted.getAsBoolean()) {
                call.hangUp(Duration.ofSeconds(5));
            }
            return "the call is over; calling again soon";
        } catch (RuntimeException e) {
            return "the call failed: " + e.getMessage();
        }
    }

    private static boolean over(PhoneCall call, BooleanSupplier wanted) {
        return call.hasEnded() || !wanted.getAsBoolean();
    }
}
