package offhook.e2e.sipws;

import com.microsoft.playwright.Page;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import offhook.e2e.browser.Chromium;
import offhook.e2e.browser.Observed;
import offhook.e2e.call.Hearing;
import offhook.e2e.process.Await;

/// A SIP phone on a page of its own. Belongs to the thread of its browser.
final class BrowserPhone implements AutoCloseable {

    private final Page page;
    private final Observed observed;
    private final List<String> console = new CopyOnWriteArrayList<>();

    /// A page of the gateway's own origin, with both libraries on it.
    BrowserPhone(Chromium browser, String base, String script) {
        page = browser.newPage();
        observed = new Observed(page);
        page.onConsoleMessage(message -> console.add(message.type() + ": " + message.text()));
        page.onPageError(error -> console.add("uncaught: " + error));
        page.navigate(base + "/client/offhook.js"); // any of that origin
        page.evaluate(script);
    }

    /// Connects and registers.
    ///
    /// @param library `JsSIP` or `SIP.js`
    /// @param secret `password` or `token`, and the secret itself
    void register(String library, String base, String name, String secret, String value) {
        Map<String, Object> options = new HashMap<>();
        options.put("server", base.replaceFirst("^http", "ws") + "/sip");
        options.put("name", name);
        options.put(secret, value);
        page.evaluate(
                "([library, options]) => makePhone(library, options)", List.of(library, options));
    }

    void awaitRegistrations(int atLeast, Duration limit) {
        await("registered", limit, () -> ((Number) get("registrations")).intValue() >= atLeast);
    }

    BrowserPhone awaitState(String state, Duration limit) {
        await("the phone is " + state, limit, () -> state.equals(get("state")));
        return this;
    }

    Object get(String field) {
        return page.evaluate("field => phone[field]", field);
    }

    void run(String call) {
        page.evaluate("() => { phone." + call + "; }");
    }

    /// Waits until the phone has played enough of a tone, from now on.
    void awaitHears(double hz, Duration limit) {
        observed.reset();
        await(
                "the browser plays %.0f Hz".formatted(hz),
                limit,
                () -> Hearing.seconds(observed.recording(), hz) >= Hearing.ENOUGH_SECONDS);
    }

    void await(String what, Duration limit, java.util.function.BooleanSupplier condition) {
        try {
            Await.until(
                    what,
                    limit,
                    () -> {
                        page.waitForTimeout(50);
                        return condition.getAsBoolean();
                    });
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(e.getMessage() + "; " + page.evaluate(STATE) + console, e);
        }
    }

    private static final String STATE =
            "async () => JSON.stringify([['state', 'registrations', 'refused', 'cause', 'transfer']"
                    + ".map(key => phone[key]), (await offhookTest.stats())"
                    + ".filter(stat => stat.type === 'inbound-rtp')"
                    + ".map(stat => [stat.packetsReceived, stat.totalAudioEnergy])])";

    @Override
    public void close() {
        page.context().close();
    }
}
