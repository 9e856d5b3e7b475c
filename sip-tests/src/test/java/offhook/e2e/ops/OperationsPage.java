package offhook.e2e.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/// The operations page in a browser, as an operator reads and clicks it. Belongs to the thread of
/// the browser.
final class OperationsPage {

    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final Page page;

    private OperationsPage(Page page) {
        this.page = page;
        page.onPageError(errors::add);
    }

    /// In a tab of its own; nobody is signed in.
    static OperationsPage open(BrowserContext browser, int port) {
        OperationsPage opened = new OperationsPage(browser.newPage());
        opened.page.setViewportSize(1280, 800);
        opened.page.navigate("http://127.0.0.1:" + port + "/");
        opened.dialog().waitFor();
        return opened;
    }

    Page page() {
        return page;
    }

    /// Scripts that threw.
    List<String> errors() {
        return errors;
    }

    /// The dialog, while it is open.
    Locator dialog() {
        return page.locator("#dialog[open]");
    }

    void awaitClosed() {
        page.waitForFunction("() => !document.getElementById('dialog').open");
    }

    /// The rows of a section of the view that have this text.
    Locator row(String section, String text) {
        return page.locator("#section-" + section + " tbody tr")
                .filter(new Locator.FilterOptions().setHasText(text));
    }

    /// Waits until such a row has this text, too.
    void awaitRow(String section, String name, String text) {
        row(section, name).filter(new Locator.FilterOptions().setHasText(text)).waitFor();
    }

    /// In the dialog that asks who one is, which is open.
    void signIn(String user, String secret) {
        page.locator("#sign-name").fill(user);
        page.locator("#sign-password").fill(secret);
        page.locator("#sign-password").press("Enter");
        page.locator("#user").filter(new Locator.FilterOptions().setHasText(user)).waitFor();
        page.locator("body.operates").waitFor();
        awaitClosed();
    }

    /// Presses a button that acts and, in the dialog that asks, the one that does it.
    ///
    /// @param where the view, or a row of it
    /// @param question what the dialog must ask
    void act(Locator where, String label, String question) {
        ask(where, label, question);
        confirm(label);
        awaitClosed();
    }

    /// Presses a button that acts, and waits for the question.
    void ask(Locator where, String label, String question) {
        where.locator("button.act").getByText(label, exactly()).click();
        assertThat(dialog().locator("h2").innerText()).isEqualTo(question);
    }

    void confirm(String label) {
        dialog().locator(".buttons").getByText(label, exactly()).click();
    }

    private static Locator.GetByTextOptions exactly() {
        return new Locator.GetByTextOptions().setExact(true);
    }

    /// Waits until the page says so of what was done.
    void awaitNotice(String text) {
        page.locator("#notice:visible")
                .filter(new Locator.FilterOptions().setHasText(text))
                .waitFor();
    }

    /// Waits until the head of the page says so of the gateway.
    void awaitStatus(String word) {
        page.locator("#status .pill")
                .filter(new Locator.FilterOptions().setHasText(Pattern.compile("^" + word + "$")))
                .waitFor();
    }
}
