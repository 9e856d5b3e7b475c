package offhook.e2e.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.List;

/// The drawing of a black box in a browser, as a file on a disk, away from the gateway.
final class LadderFile {

    private static final String CUT_OFF =
            """
            () => {
              const right = (node) => node.getBoundingClientRect().right;
              const edge = right(document.querySelector('svg'));
              return [...document.querySelectorAll('svg text')]
                .filter((each) => right(each) > edge).map((each) => each.textContent);
            }\
            """;

    private LadderFile() {}

    /// Of a call from the trunk `pbx` to alice that the gateway ended; a click on an arrow leads to
    /// its message.
    static void read(BrowserContext browser, Path file) {
        try (Page ladder = browser.newPage()) {
            ladder.navigate(file.toUri().toString());
            assertThat(ladder.locator("svg text").allTextContents())
                    .contains("trunk pbx", "gateway", "agent alice");
            assertThat(ladder.evaluate(CUT_OFF)).isEqualTo(List.of());
            ladder.locator("svg a")
                    .filter(new Locator.FilterOptions().setHasText("BYE"))
                    .first()
                    .click();
            assertThat(ladder.locator("section:target pre").innerText()).startsWith("BYE sip:");
            assertThat(ladder.locator("img").count()).isZero();
        }
    }
}
