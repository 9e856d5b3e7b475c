package offhook.e2e.browser;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import offhook.e2e.speech.Speech;

/// A web agent: the shipped page in a browser of its own, used as a person would.
///
/// Belongs to the thread that made it.
public final class Agent implements AutoCloseable {
    private final List<String> console = new CopyOnWriteArrayList<>();
    private final Chromium chromium;
    private final boolean ownsBrowser;
    private final Page page;
    private final Observed observed;

    private Agent(Chromium chromium, boolean ownsBrowser) {
        this.chromium = chromium;
        this.ownsBrowser = ownsBrowser;
        this.page = chromium.newPage();
        this.observed = new Observed(page);
        page.onConsoleMessage(message -> console.add(message.type() + ": " + message.text()));
        page.onPageError(error -> console.add("uncaught: " + error));
    }

    /// A browser with `speech` as its microphone, and no page yet.
    public static Agent launch(Speech speech, String... chromiumFlags) {
        return launch(speech.wav48k(), chromiumFlags);
    }

    public static Agent launch(Path microphone, String... chromiumFlags) {
        return new Agent(Chromium.launch(microphone, chromiumFlags), true);
    }

    /// A browser whose pages may not use the microphone until they are granted it.
    public static Agent launchAsking(Speech speech) {
        return new Agent(Chromium.launchAsking(speech.wav48k()), true);
    }

    /// A browser on a machine without a microphone.
    public static Agent launchWithoutMicrophone() {
        return new Agent(Chromium.launchWithoutMicrophone(), true);
    }

    /// Somebody else at the same browser, with a profile of their own; closed before this one.
    public Agent colleague() {
        return new Agent(chromium, false);
    }

    /// Opens the page without the browser's own audio processing.
    ///
    /// @param base as `http://127.0.0.1:8080`
    public Agent open(String base) {
        page.navigate(base + "/?raw-audio");
        return this;
    }

    /// From now on its calls take the gateway's media for being at this port, whatever the gateway
    /// says.
    public Agent detour(int port) {
        page.evaluate("port => { offhookTest.detour = port; }", port);
        return this;
    }

    /// Signs in and waits until calls may come.
    public Agent signIn(String name, String password, Duration limit) {
        page.locator("#sign-in-name").fill(name);
        page.locator("#sign-in-password").fill(password);
        page.locator("#sign-in-button").click();
        page.locator("#presence-state:is([data-state=available],[data-state=away])")
                .waitFor(visible(limit));
        Locator presence = page.locator("#presence");
        if ("false".equals(presence.getAttribute("aria-checked"))) {
            presence.click();
        }
        return awaitPresence("available", limit);
    }

    /// `available`, `away`, `busy` or `unreachable`, as the page shows it.
    public String presence() {
        return String.valueOf(page.locator("#presence-state").getAttribute("data-state"));
    }

    /// Waits until the page shows that presence.
    public Agent awaitPresence(String state, Duration limit) {
        page.locator("#presence-state[data-state=" + state + "]").waitFor(visible(limit));
        return this;
    }

    public Agent awaitIncoming(Duration limit) {
        page.locator("#incoming").waitFor(visible(limit));
        return this;
    }

    public Agent awaitNoIncoming(Duration limit) {
        page.locator("#incoming").waitFor(visible(limit).setState(WaitForSelectorState.HIDDEN));
        return this;
    }

    public boolean isRinging() {
        return page.locator("#incoming").isVisible();
    }

    public String callerNumber() {
        return page.locator("#caller-number").first().innerText();
    }

    public String callerName() {
        return page.locator("#caller-name").first().innerText();
    }

    /// What the page says of the call, or of the last one: why it ended.
    public String note() {
        return page.locator("#call-note").innerText();
    }

    /// Waits until the page says `text` of the call.
    public Agent awaitNote(String text, Duration limit) {
        page.locator("#call-note")
                .filter(new Locator.FilterOptions().setHasText(text))
                .waitFor(visible(limit));
        return this;
    }

    /// Waits until the call's state is `ringing`, `connecting`, `open`, `reconnecting` or `idle`,
    /// or, of a dialled one, `calling`, `ringing-there` or `early`.
    public Agent awaitCall(String state, Duration limit) {
        page.locator("#call[data-state=" + state + "]").waitFor(visible(limit));
        return this;
    }

    /// Types a number into the page's own field and calls it.
    public Agent dial(String number) {
        page.locator("#dial-number").fill(number);
        page.locator("#dial-number").press("Enter");
        return this;
    }

    /// Gives up a call that nobody has answered.
    public Agent giveUp() {
        page.locator("#give-up").click();
        return this;
    }

    /// What the page says of the number that was typed.
    public String dialNote() {
        return page.locator("#dial-note").innerText();
    }

    public Agent answer() {
        page.locator("#answer").click();
        return this;
    }

    public Agent decline() {
        page.locator("#decline").click();
        return this;
    }

    public Agent hangUp() {
        page.locator("#hang-up").click();
        return this;
    }

    public Agent mute() {
        page.locator("#mute").click();
        return this;
    }

    public Agent press(char digit) {
        page.locator("#keypad button[data-digit=\"" + digit + "\"]").click();
        return this;
    }

    /// Waits until no call is left: the button that ends it is gone.
    public Agent awaitIdle(Duration limit) {
        page.locator("#hang-up").waitFor(visible(limit).setState(WaitForSelectorState.HIDDEN));
        return this;
    }

    /// Lets the browser work while time passes; its events are handled meanwhile.
    public Agent pause(Duration time) {
        page.waitForTimeout((double) time.toMillis());
        return this;
    }

    /// What it heard, and when.
    public Observed observed() {
        return observed;
    }

    /// For what has no method here.
    public Page page() {
        return page;
    }

    /// The page's console so far, as `type: text`.
    public List<String> console() {
        return List.copyOf(console);
    }

    public String browserVersion() {
        return chromium.version();
    }

    private static Locator.WaitForOptions visible(Duration limit) {
        return new Locator.WaitForOptions()
                .setState(WaitForSelectorState.VISIBLE)
                .setTimeout((double) limit.toMillis());
    }

    @Override
    public void close() {
        if (ownsBrowser) {
            chromium.close();
        } else {
            page.context().close();
        }
    }
}
