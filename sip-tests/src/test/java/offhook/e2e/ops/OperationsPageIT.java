package offhook.e2e.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import offhook.e2e.call.CallStand;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.CalledPhone;
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

    /// To be seen dead or alive within a second.
    private static final String CARRIER =
            """
              - name: carrier
                uri: "%s"
                codecs: [PCMA]
                ping: {seconds: 1, timeout-seconds: 1, fails: 1, goods: 1}
            """;

    private static final String EVIL = "<img src=x onerror=alert(1)>";

    /// Would have all that follows read from right to left.
    private static final char OVERRIDE = '\u202e';

    /// Whether the plus of a number stands before its digits though the name goes from right to
    /// left.
    private static final String PLUS_BESIDE_A_NAME =
            """
            async () => {
              const { bdi } = await import('/ops/dom.js');
              const { person } = await import('/ops/format.js');
              const node = document.body.appendChild(bdi(person('\u05e9\u05dc\u05d5\u05dd', '+34600')));
              const text = node.firstChild;
              const left = (what) => {
                const at = document.createRange();
                at.setStart(text, text.data.indexOf(what));
                at.setEnd(text, text.data.indexOf(what) + 1);
                return at.getBoundingClientRect().left;
              };
              const right = left('+') < left('3');
              node.remove();
              return right;
            }
            """;

    /// Records of an earlier run are older.
    private final Instant started = Instant.now();

    private CallStand stand;
    private OperationsPage ops;
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
        ops = open();
        page = ops.page();
        readByTheToken();
    }

    private OperationsPage open() {
        return OperationsPage.open(stand.alice().page().context(), stand.config().opsPort());
    }

    /// The page asks for it by itself, keeps it in its memory, and shows nothing without.
    private void readByTheToken() {
        Locator dialog = ops.dialog();
        assertThat(page.locator("main tbody tr").count()).isZero();
        page.keyboard().press("Escape");
        ops.awaitClosed();
        page.locator("#sign").click();
        dialog.getByText("Use a token").click();
        Locator token = page.locator("#sign-token:focus");
        token.fill("wrong");
        token.press("Enter");
        dialog.getByText("This is not the token").waitFor();
        token.fill(TOKEN);
        token.press("Enter");
        page.locator("#user").getByText("By token (reads)").waitFor();
        ops.row("agents", "alice").waitFor();
        ops.awaitClosed();
        assertThat(page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])"))
                .isEqualTo("[{},{},\"\"]");
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (stand != null) {
            stand.close();
        }
    }

    @Test
    public void anOperatorSeesACallHangsItUpAndReadsWhatBecameOfIt() {
        assertThat(page.locator("#section-calls").innerText()).contains("No call is live");
        try (Phone phone =
                        Phone.udp(
                                InetAddress.getLoopbackAddress(),
                                stand.config().sip(),
                                "5551000",
                                EVIL + OVERRIDE);
                PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA))) {
            call.media().say(Sound.tone(440, 8_000));
            stand.alice().awaitIncoming(LIMIT).answer();
            call.awaitAnswer(LIMIT);

            Locator live = ops.row("calls", "active");
            live.waitFor();
            assertThat(live.innerText())
                    .contains(EVIL + '\ufffd', "5551000", "pbx", "alice")
                    .doesNotContain(OVERRIDE + "");
            assertThat(page.locator("main img").count()).isZero();
            ops.row("agents", "alice").filter(has("busy")).waitFor();
            assertThat(page.evaluate(PLUS_BESIDE_A_NAME)).isEqualTo(true);
            Locator calls = ops.row("trunks", "pbx").locator("td.number").first();
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
            page.locator("article.call button.act").filter(has("Hang up")).click();
            Locator question = ops.dialog();
            assertThat(question.innerText())
                    .contains("Hang up the call from \u2068" + EVIL + "\ufffd\u2069")
                    .doesNotContain(OVERRIDE + "");
            question.locator("button.danger").click();
            call.awaitBye(LIMIT);
        }
        readsTheVerdict();
        takesTheBlackBox();
        findsItInTheArchive();
        signsTheAgentOut();
        assertThat(ops.errors()).isEmpty();
    }

    private void signIn() {
        page.locator("#sign").click(); // out
        page.locator("#dialog[open]").waitFor();
        Locator password = page.locator("#sign-password");
        page.locator("#sign-name").fill("carol");
        password.fill("wrong");
        password.press("Enter");
        page.locator("#dialog .why").filter(has("name or the password is wrong")).waitFor();
        ops.signIn("carol", "alice");
    }

    /// Its one agent who is there talks, so whoever comes waits; the queue has no overflow.
    private void sendsOnWhoWaitsAndClosesTheQueue() {
        try (Phone phone = Phone.udp(stand.config().sip(), "5552111");
                PhoneCall waits = phone.invite("210", CallOffer.of(G711.PCMA))) {
            waits.awaitAnswer(LIMIT);
            ops.row("waiting-callers", "5552111").getByText("Send on").click();
            assertThat(ops.dialog().innerText()).contains("5552111 on from the queue desk");
            page.locator("#dialog button.danger").click();
            waits.awaitBye(LIMIT);
        }
        ops.awaitClosed();
        Locator queue = ops.row("queues", "desk");
        queue.getByText("Close").click();
        page.locator("#dialog button.danger").click();
        queue.filter(has("closed")).waitFor();
        ops.awaitClosed();
        queue.getByText("Open", new Locator.GetByTextOptions().setExact(true)).click();
        page.locator("#dialog button.main").click();
        queue.locator("button.act").filter(has("Close")).waitFor();
        ops.awaitClosed();
    }

    private void seesTheCallsOwnView(Locator live) {
        // On a telephone's screen nothing has to be looked for to the right of it.
        page.setViewportSize(400, 800);
        assertThat(
                        page.evaluate(
                                "document.documentElement.scrollWidth"
                                        + " - document.documentElement.clientWidth"))
                .isEqualTo(0);
        page.setViewportSize(1280, 800);
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
        Locator last = page.locator("main tbody tr").filter(has("5551000"));
        last.waitFor();
        assertThat(last.innerText()).contains("alice");
        assertThat(last.locator(".pill").innerText()).isIn("good", "fair", "bad", "unknown");
        last.locator("a").click();
        Locator facts = page.locator(".facts");
        facts.filter(has("operator")).waitFor();
        assertThat(facts.innerText()).contains("ended");
    }

    private void takesTheBlackBox() {
        page.locator("article.call button.act").filter(has("Black box")).click();
        Download box = page.waitForDownload(() -> page.locator("#dialog button.main").click());
        assertThat(box.suggestedFilename()).matches("call-[0-9a-f]{24}\\.zip");
        try (FileSystem zip = FileSystems.newFileSystem(box.path())) {
            assertThat(Files.readString(zip.getPath("ladder.txt"))).contains("INVITE");
            Path ladder = stand.folder("ladder.html");
            Files.copy(zip.getPath("ladder.html"), ladder, StandardCopyOption.REPLACE_EXISTING);
            LadderFile.read(page.context(), ladder);
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
        Locator found = ops.row("archive", "5551000");
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
        facts.filter(has("operator")).waitFor();
        assertThat(page.locator(".details").first().innerText()).contains("Leg 0, trunk");
        String verdict = page.locator(".verdict").innerText();
        assertThat(verdict).containsPattern("good|fair|bad|unknown");
        page.getByText("Time line and how it sounded").click();
        page.waitForFunction("() => document.querySelectorAll('svg.plot path').length > 0");
        page.evaluate("location.hash = '#/'");
    }

    private void signsTheAgentOut() {
        page.evaluate("location.hash = '#/agents'");
        ops.row("agents", "alice").locator("button.act").click();
        page.locator("#dialog button.danger").click();
        ops.row("agents", "alice").filter(has("offline")).waitFor();
    }

    /// The carrier, which a reload brings, dies and comes back while the operator does the rest.
    @Test
    public void anOperatorSteersTheGatewayAndSeesATrunkDieAndComeBack() throws IOException {
        OperationsPage own = open();
        own.signIn("carol", "alice");
        Locator view = own.page().locator("main");
        Path file = stand.config().file();
        String before = Files.readString(file);
        InetSocketAddress at;
        try (CalledPhone carrier = new CalledPhone(InetAddress.getLoopbackAddress())) {
            at = new InetSocketAddress(InetAddress.getLoopbackAddress(), carrier.port());
            String more =
                    before.replace("trunks:\n", "trunks:\n" + CARRIER.formatted(carrier.uri()));
            Files.writeString(file, more);
            own.act(view, "Reload", "Reload the configuration?");
            own.awaitNotice("changed: trunks (added carrier)");
            own.awaitRow("trunks", "carrier", "up");
            aFileWithAnErrorChangesNothing(own, file, more.replace("agent:erin", "agent:nobody"));
        }
        drainsAndTakesItBack(own);
        own.awaitRow("alarms", "carrier", "OPTIONS: no answer");
        own.awaitRow("alarms", "carrier", "offhook doctor asks each of them");
        try (CalledPhone _ = new CalledPhone(at)) {
            disablesAndEnables(own);
            own.awaitRow("trunks", "carrier", "up");
            own.row("alarms", "carrier").waitFor(gone());
        } finally {
            Files.writeString(file, before);
        }
        assertThat(own.errors()).isEmpty();
        own.page().close();
    }

    private static void aFileWithAnErrorChangesNothing(OperationsPage own, Path file, String broken)
            throws IOException {
        Files.writeString(file, broken);
        own.ask(own.page().locator("main"), "Reload", "Reload the configuration?");
        own.confirm("Reload");
        Locator why = own.dialog().locator(".why").filter(has("no agent is named 'nobody'"));
        why.waitFor();
        assertThat(why.innerText())
                .startsWith("nothing changed: ")
                .containsPattern("gateway.yaml:[0-9]+:[0-9]+: routes");
        own.confirm("Cancel");
        own.awaitClosed();
        own.awaitRow("trunks", "carrier", "up");
    }

    private void drainsAndTakesItBack(OperationsPage own) {
        Locator view = own.page().locator("main");
        drainsByTheKeyboard(own);
        own.awaitNotice("The gateway is being drained: new calls are refused.");
        own.awaitStatus("draining");
        try (Phone phone = Phone.udp(stand.config().sip(), "5553111")) {
            assertThat(phone.invite("209", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT).status())
                    .isEqualTo(503);
            assertThat(health(own)).isEqualTo(503);
            own.act(view, "Take calls again", "Let test take calls again?");
            own.awaitNotice("The gateway takes calls again.");
            own.awaitStatus("ready");
            assertThat(health(own)).isEqualTo(200);
            assertThat(phone.invite("209", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT).status())
                    .as("nora is not there")
                    .isEqualTo(480);
        }
    }

    /// Who has no mouse is asked with 'Cancel' before them, and is not lost after it.
    private static void drainsByTheKeyboard(OperationsPage own) {
        own.page().locator("main button.act").getByText("Drain").press("Enter");
        own.dialog().waitFor();
        own.page().waitForFunction("() => document.activeElement.innerText === 'Cancel'");
        own.page().keyboard().press("Tab");
        own.page().keyboard().press("Enter");
        own.awaitClosed();
        own.page().locator("main button.act").getByText("Take calls again").waitFor();
        own.page().waitForFunction("() => document.activeElement.closest('main') !== null");
    }

    private static Object health(OperationsPage own) {
        return own.page().evaluate("async () => (await fetch('/health/ready')).status");
    }

    private void disablesAndEnables(OperationsPage own) {
        own.act(own.row("trunks", "pbx"), "Disable", "Disable the trunk pbx?");
        own.awaitNotice("The trunk pbx is disabled.");
        own.awaitRow("trunks", "pbx", "disabled");
        try (Phone phone = Phone.udp(stand.config().sip(), "5553222")) {
            assertThat(phone.invite("209", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT).status())
                    .isEqualTo(503);
        }
        own.act(own.row("trunks", "pbx"), "Enable", "Enable the trunk pbx?");
        own.awaitNotice("The trunk pbx is enabled.");
        own.awaitRow("trunks", "pbx", "taken");
    }

    private static Locator.FilterOptions has(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }

    private static Locator.WaitForOptions gone() {
        return new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED);
    }
}
