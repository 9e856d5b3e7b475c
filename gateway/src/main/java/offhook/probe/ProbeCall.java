package offhook.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import offhook.fault.FailureWords;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;

/// Makes calls of the probe, one at a time. [#run] waits some three seconds on the calling thread.
public final class ProbeCall {

    private static final long SET_UP_NANOS = TimeUnit.SECONDS.toNanos(4);

    /// What is said last is heard by then.
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int NUMBER_BYTES = 16;

    private final Ways ways;
    private final ProbeLegs legs;
    private final NanoClock clock;
    private final SecureRandom random = new SecureRandom();

    /// How the gateway is reached from within.
    ///
    /// @param sip a listener over UDP; empty: there is none
    /// @param media the port of all browsers
    /// @param admit lets calls in from exactly that address, or from none any more
    public record Ways(
            Optional<InetSocketAddress> sip,
            InetSocketAddress media,
            Consumer<Optional<InetSocketAddress>> admit) {}

    public ProbeCall(Ways ways, ProbeLegs legs, NanoClock clock) {
        this.ways = ways;
        this.legs = legs;
        this.clock = clock;
    }

    /// Calls.
    ///
    /// @param abandoned asked now and then whether to give up, as when the gateway stops
    public synchronized ProbeResult run(BooleanSupplier abandoned) {
        if (ways.sip().isEmpty()) {
            return ProbeResult.failed(Stage.SIP, "sip.listen has no udp:// listener to call");
        }
        try (PhoneEnd phone = new PhoneEnd(within(ways.sip().get()), clock);
                BrowserEnd browser = new BrowserEnd(within(ways.media()), clock)) {
            ways.admit().accept(Optional.of(phone.address()));
            byte[] number = new byte[NUMBER_BYTES];
            random.nextBytes(number);
            String secret = HexFormat.of().formatHex(number);
            legs.expect(secret, browser);
            return run(phone, browser, secret, abandoned);
        } catch (IOException e) {
            return ProbeResult.failed(
                    Stage.SIP, "the SIP listener is not reached: " + FailureWords.of(e));
        } finally {
            legs.expectNone();
            ways.admit().accept(Optional.empty());
        }
    }

    /// Where a socket that is bound is reached on this machine.
    private static InetSocketAddress within(InetSocketAddress bound) throws UnknownHostException {
        InetAddress address = bound.getAddress();
        if (!address.isAnyLocalAddress()) {
            return bound;
        }
        byte[] loopback = new byte[address.getAddress().length];
        loopback[loopback.length - 1] = 1;
        if (loopback.length == 4) {
            loopback[0] = 127;
        }
        return new InetSocketAddress(InetAddress.getByAddress(loopback), bound.getPort());
    }

    private ProbeResult run(
            PhoneEnd phone, BrowserEnd browser, String number, BooleanSupplier abandoned)
            throws IOException {
        long began = clock.nanoTime();
        PhoneEnd.Answer answer = phone.call(number, SET_UP_NANOS, abandoned);
        if (answer.status() != 200) {
            return notConnected(browser, answer);
        }
        Optional<Integer> port =
                SdpLines.value(answer.sdp(), "m=audio ")
                        .map(line -> line.split(" ", 2)[0])
                        .filter(digits -> digits.matches("[0-9]{1,5}"))
                        .map(Integer::valueOf);
        while (!browser.hasKeys()
                && clock.nanoTime() - began < SET_UP_NANOS
                && !abandoned.getAsBoolean()) {
            Threads.pause(STEP_NANOS);
        }
        double setUpSeconds = (clock.nanoTime() - began) / 1e9;
        if (port.isEmpty() || !browser.hasKeys()) {
            var _ = phone.hangUp();
            return port.isEmpty()
                    ? ProbeResult.failed(Stage.SIP, "answered without audio")
                    : notConnected(browser, answer);
        }
        phone.talk(port.get());
        browser.speak();
        phone.awaitSpoken();
        Threads.pause(REST_NANOS);
        boolean ended = phone.hangUp();
        phone.close();
        browser.close();
        ProbeResult result =
                ProbeResult.of(
                        setUpSeconds,
                        browser.heard(phone.spokenNanos()),
                        phone.heard(browser.spokenNanos()));
        return result.succeeded() && !ended
                ? ProbeResult.failed(Stage.SIP, "BYE is not answered; " + result.text())
                : result;
    }

    private static ProbeResult notConnected(BrowserEnd browser, PhoneEnd.Answer answer) {
        String why =
                answer.reason() + (browser.trouble().isEmpty() ? "" : "; " + browser.trouble());
        if (!browser.isAsked()) {
            return ProbeResult.failed(Stage.SIP, why);
        }
        if (!browser.isChecked()) {
            return ProbeResult.failed(
                    Stage.ICE, "the browser port answers no connectivity check: " + why);
        }
        return browser.hasKeys()
                ? ProbeResult.failed(Stage.SIP, why)
                : ProbeResult.failed(Stage.DTLS, "no keys are agreed: " + why);
    }
}
