package offhook.e2e.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import offhook.e2e.call.CallStand;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// The operations page in Chromium, beside a call that really goes on.
@Test(groups = {"e2e", "ops"})
public class OperationsPageIT {

    private static final Duration LIMIT = CallStand.LIMIT;
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String EVIL = "<img src=x onerror=alert(1)>";

    private final List<String> errors = new CopyOnWriteArrayList<>();

    /// Records of an earlier run are older.
    private final Instant started = Instant.now();

    private CallStand stand;
    private Page page;

    /// carol operates, and has the password of the agents; others read by the token.
    @BeforeClass
    public void start() {
        stand =
                CallStand.start(
                        OperationsPageIT.class,
                        yaml -> {
                            String hash =
                                    yaml.replaceFirst("(?s).*?password-hash: (\"[^\"]*\").*", "$1");
                            return yaml.replace(
                                    "ops:\n",
                                    "ops:\n  token: "
                                            + TOKEN
                                            + "\n  users: [{name: carol, role: operate, password-hash: "
                                            + hash
                                            + "}]\n");
                        });
        page = stand.alice().page().context().newPage();
        page.onPageError(errors::add);
        page.setViewportSize(1280, 800);
        page.navigate("http://127.0.0.1:" + stand.config().opsPort() + "/");
        readByTheToken();
    }

    /// The page asks for it by itself, keeps it in its memory, and shows nothing without.
    private void readByTheToken() {
        Locator dialog = page.locator("#dialog[open]");
        dialog.waitFor();
        assertThat(page.locator("main tbody tr").count()).isZero();
        page.keyboard().press("Escape");
        awaitClosed();
        page.locator("#sign").click();
        dialog.getByText("Use a token").click();
        Locator token = page.locator("#sign-token:focus");
        token.fill("wrong");
        token.press("Enter");
        dialog.getByText("This is not the token").waitFor();
        token.fill(TOKEN);
        token.press("Enter");
        page.locator("#user").getByText("By token (reads)").waitFor();
        row("agents", "alice").waitFor();
        awaitClosed();
        assertThat(page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])"))
                .isEqualTo("[{},{},\"\"]");
    }

    private void awaitClosed() {
        page.waitForFunction("() => !document.getElementById('dialog').open");
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (stand != null) {
            stand.close();
        }
    }

    private Locator row(String section, String text) {
        return page.locator("#section-" + section + " tbody tr")
                .filter(new Locator.FilterOptions().setHasText(text));
    }

    @Test
    public void anOperatorSeesACallHangsItUpAndReadsWhatBecameOfIt() {
        assertThat(page.locator("#section-calls").innerText()).contains("No call is live");
        try (Phone phone =
                        Phone.udp(
                                InetAddress.getLoopbackAddress(),
                                stand.config().sip(),
                                "5551000",
                                EVIL);
                PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA))) {
            call.media().say(Sound.tone(440, 8_000));
            stand.alice().awaitIncoming(LIMIT).answer();
            call.awaitAnswer(LIMIT);

            Locator live = row("calls", "active");
            live.waitFor();
            assertThat(live.innerText()).contains(EVIL).contains("pbx").contains("alice");
            assertThat(page.locator("main img").count()).isZero();
            row("agents", "alice").filter(new Locator.FilterOptions().setHasText("busy")).waitFor();
            Locator calls = row("trunks", "pbx").locator("td.number").first();
            Await.until("the trunk has the call", LIMIT, () -> calls.innerText().equals("1"));
            assertThat(page.locator("#section-media-loops tbody tr").count()).isPositive();

            // Who only looks is shown nothing that acts, and the gateway takes nothing from it.
            assertThat(page.locator("button.act:visible").count()).isZero();
            assertThat(
                            page.evaluate(
                                    "async () => (await fetch('/api/gateway/drain', {method: 'POST',"
                                            + " headers: {'Content-Type': 'application/json'}, body:"
                                            + " '{}'})).status"))
                    .isEqualTo(401);

            signIn();
            sendsOnWhoWaitsAndClosesTheQueue();
            seesTheCallsOwnView(live);
            page.locator("article.call button.act")
                    .filter(new Locator.FilterOptions().setHasText("Hang up"))
                    .click();
            Locator question = page.locator("#dialog");
            assertThat(question.innerText()).contains("Hang up the call from " + EVIL);
            question.locator("button.danger").click();
            call.awaitBye(LIMIT);
        }
        readsTheVerdict();
        takesTheBlackBox();
        findsItInTheArchive();
        signsTheAgentOut();
        assertThat(errors).isEmpty();
    }

    private void signIn() {
        page.locator("#sign").click(); // out
        page.locator("#dialog[open]").waitFor();
        Locator name = page.locator("#sign-name");
        Locator password = page.locator("#sign-password");
        name.fill("carol");
        password.fill("wrong");
        password.press("Enter");
        page.locator("#dialog .why")
                .filter(new Locator.FilterOptions().setHasText("name or the password is wrong"))
                .waitFor();
        password.fill("alice");
        password.press("Enter");
        page.locator("#user").filter(new Locator.FilterOptions().setHasText("carol")).waitFor();
        page.locator("body.operates").waitFor();
        awaitClosed();
    }

    /// Its one agent who is there talks, so whoever comes waits; the queue has no overflow.
    private void sendsOnWhoWaitsAndClosesTheQueue() {
        try (Phone phone = Phone.udp(stand.config().sip(), "5552111");
                PhoneCall waits = phone.invite("210", CallOffer.of(G711.PCMA))) {
            waits.awaitAnswer(LIMIT);
            row("waiting-callers", "5552111").getByText("Send on").click();
            assertThat(page.locator("#dialog").innerText())
                    .contains("5552111 on from the queue desk");
            page.locator("#dialog button.danger").click();
            waits.awaitBye(LIMIT);
        }
        awaitClosed();
        Locator queue = row("queues", "desk");
        queue.getByText("Close").click();
        page.locator("#dialog button.danger").click();
        queue.filter(new Locator.FilterOptions().setHasText("closed")).waitFor();
        awaitClosed();
        queue.getByText("Open", new Locator.GetByTextOptions().setExact(true)).click();
        page.locator("#dialog button.main").click();
        queue.locator("button.act")
                .filter(new Locator.FilterOptions().setHasText("Close"))
                .waitFor();
        awaitClosed();
    }

    private void seesTheCallsOwnView(Locator live) {
        live.locator("a").first().click();
        page.locator(".timeline li").first().waitFor();
        // Both legs, both ways; three figures each, but of a phone that reports nothing.
        page.locator("article.call figure").nth(3).waitFor();
        page.locator("figure svg.plot").nth(8).waitFor();
        page.waitForFunction("() => document.querySelectorAll('svg.plot path').length > 0");
    }

    private void readsTheVerdict() {
        page.locator("#nav a[href='#/last']").click();
        // The one that waited is over for longer, and listed before this one is.
        Locator last =
                page.locator("main tbody tr")
                        .filter(new Locator.FilterOptions().setHasText("5551000"));
        last.waitFor();
        assertThat(last.innerText()).contains("alice");
        assertThat(last.locator(".pill").innerText()).isIn("good", "fair", "bad", "unknown");
        last.locator("a").click();
        Locator facts = page.locator(".facts");
        facts.filter(new Locator.FilterOptions().setHasText("operator")).waitFor();
        assertThat(facts.innerText()).contains("ended");
    }

    private void takesTheBlackBox() {
        page.locator("article.call button.act")
                .filter(new Locator.FilterOptions().setHasText("Black box"))
                .click();
        Download box = page.waitForDownload(() -> page.locator("#dialog button.main").click());
        assertThat(box.suggestedFilename()).matches("call-[0-9a-f]{24}\\.zip");
        try (FileSystem zip = FileSystems.newFileSystem(box.path())) {
            assertThat(Files.readString(zip.getPath("ladder.txt"))).contains("INVITE");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void findsItInTheArchive() {
        String query = "number=000&result=answered&agent=alice&since=" + started;
        Await.until(
                "the database has the end of the call",
                LIMIT,
                () ->
                        page.evaluate(
                                        "async ([query, token]) => (await (await fetch('/api/records?'"
                                                + " + query, {headers: {Authorization: 'Bearer ' +"
                                                + " token}})).json()).total",
                                        List.of(query, TOKEN))
                                .equals(1));
        page.evaluate("query => { location.hash = '#/archive?' + query; }", query);
        Locator found = row("archive", "5551000");
        found.waitFor();
        assertThat(page.locator("#filter-number").inputValue()).isEqualTo("000");
        assertThat(page.locator("#section-archive .count").innerText()).isEqualTo("1");

        Download csv =
                page.waitForDownload(() -> page.locator("button:text('Download CSV')").click());
        assertThat(csv.suggestedFilename()).isEqualTo("calls.csv");
        try {
            assertThat(Files.readString(csv.path())).startsWith("id,node,").contains(EVIL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        page.locator("#filter-since").fill("");
        page.locator("#filter-result").selectOption("abandoned");
        page.locator("#filter-number").press("Enter");
        page.getByText("No recorded call fits.").waitFor();
        assertThat(page.url()).contains("result=abandoned").contains("number=000");

        page.goBack();
        found.locator("a").click();
        Locator facts = page.locator(".facts");
        facts.filter(new Locator.FilterOptions().setHasText("operator")).waitFor();
        assertThat(page.locator(".details").first().innerText()).contains("Leg 0, trunk");
        page.evaluate("location.hash = '#/'");
    }

    private void signsTheAgentOut() {
        page.evaluate("location.hash = '#/agents'");
        row("agents", "alice").locator("button.act").click();
        page.locator("#dialog button.danger").click();
        row("agents", "alice").filter(new Locator.FilterOptions().setHasText("offline")).waitFor();
    }
}
