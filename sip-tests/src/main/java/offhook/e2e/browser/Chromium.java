package offhook.e2e.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import offhook.e2e.process.Tool;

/// A headless Chromium with a file as its microphone and a profile of its own.
///
/// Belongs to the thread that launched it, as all of Playwright does.
public final class Chromium implements AutoCloseable {
    private static final List<String> FLAGS =
            List.of(
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--autoplay-policy=no-user-gesture-required");

    /// What a page is waited for where a test names no limit.
    private static final double PATIENCE_MILLIS = 90_000;

    private final Playwright playwright;
    private final Browser browser;
    private final boolean isGranted;

    private Chromium(Playwright playwright, Browser browser, boolean isGranted) {
        this.playwright = playwright;
        this.browser = browser;
        this.isGranted = isGranted;
    }

    /// Starts a browser.
    ///
    /// @param microphone 48 kHz WAV file, played in a loop from when a page opens the microphone
    /// @param moreFlags of Chromium
    public static Chromium launch(Path microphone, String... moreFlags) {
        List<String> flags = withMicrophone(microphone);
        flags.add("--use-fake-ui-for-media-stream");
        flags.addAll(Arrays.asList(moreFlags));
        return launch(flags, true);
    }

    /// The same, but its pages may use the microphone only once their context is granted that.
    public static Chromium launchAsking(Path microphone) {
        return launch(withMicrophone(microphone), false);
    }

    /// A browser whose pages may use a microphone, on a machine that has none.
    public static Chromium launchWithoutMicrophone() {
        return launch(FLAGS, true);
    }

    private static List<String> withMicrophone(Path microphone) {
        List<String> flags = new ArrayList<>(FLAGS);
        flags.add("--use-fake-device-for-media-stream");
        flags.add("--use-file-for-fake-audio-capture=" + microphone.toAbsolutePath());
        return flags;
    }

    private static Chromium launch(List<String> flags, boolean isGranted) {
        Playwright playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            Browser browser =
                    playwright
                            .chromium()
                            .launch(
                                    new BrowserType.LaunchOptions()
                                            .setExecutablePath(Tool.CHROMIUM.path())
                                            .setTimeout(PATIENCE_MILLIS)
                                            .setArgs(flags));
            return new Chromium(playwright, browser, isGranted);
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    /// A page of a fresh profile, observed from its first script on.
    public Page newPage() {
        BrowserContext context = browser.newContext();
        context.setDefaultTimeout(PATIENCE_MILLIS);
        context.setDefaultNavigationTimeout(PATIENCE_MILLIS);
        context.grantPermissions(isGranted ? List.of("microphone") : List.of());
        context.addInitScript(observer());
        return context.newPage();
    }

    private static String observer() {
        try (InputStream in = Chromium.class.getResourceAsStream("observe.js")) {
            if (in == null) {
                throw new IllegalStateException("observe.js is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String version() {
        return browser.version();
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
